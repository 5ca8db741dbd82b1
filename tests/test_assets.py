"""What the page is dressed in: built from npm by digest, nothing of it fetched by a browser, and
none of it GOV.UK's own."""

import json
import re
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.web import app
from agent.web.app import ASSETS, make_app
from tests.webdesk import Moments

SOURCES = Path(__file__).parents[1] / "deploy/assets"


def test_the_styles_are_built_and_hold_nothing_of_govuks_own():
    css = (ASSETS / "page.css").read_text(encoding="utf-8")
    assert ".app-banner--bad" in css
    assert ".govuk-button" in css
    for word in ("@font-face", "gds transport", "crown", "crest"):
        assert word not in css.lower()
    assert re.findall(r"url\((?!\"?data:)", css) == []


def test_everything_from_npm_is_pinned_by_a_digest():
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert "node_modules/govuk-frontend" in packages
    assert [name for name, one in packages.items() if not one.get("integrity")] == []
    wanted = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_the_script_takes_nothing_from_elsewhere():
    script = (ASSETS / "page.js").read_text(encoding="utf-8")
    assert re.findall(r"from '([^']+)'", script) == ["./govuk-frontend.min.js"]
    assert "http" not in script.replace("https://", "", 0).lower()


def test_a_page_without_its_styles_is_not_served(made_office, monkeypatch, tmp_path):
    from agent.config import load_config

    monkeypatch.setattr(app, "ASSETS", tmp_path)
    with pytest.raises(ConfigError, match="make assets"):
        make_app(load_config(made_office / "agent.toml", {}), Moments())
