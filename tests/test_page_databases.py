"""The page on either database: every page opens, and acts are recorded."""

import re
import threading
from pathlib import Path

from agent.config import load_config
from agent.people import give_roles, invite
from agent.rights import Role
from agent.service import Service
from agent.store import accounts
from agent.store.db import Database
from agent.web.pages import PAGES
from tests.desk import referral
from tests.webdesk import ANNA, PASSWORD, Moments, Site, Visitor, deliver, serving

_CONFIG = """
files = "files"
[mailbox.reviews]
partnership = "northshire"
mode = "live"
site = "site.toml"
[mailbox.reviews.maildir]
path = "incoming"
[mailbox.reviews.out_maildir]
path = "outgoing"
"""


def _office(folder: Path, url: str) -> None:
    """Make an office with one referral on that database."""
    for box in ("incoming", "outgoing"):
        for part in ("cur", "new", "tmp"):
            (folder / box / part).mkdir(parents=True)
    shipped = Path(__file__).parents[1] / "agent/samples/office/site.toml"
    (folder / "site.toml").write_text(shipped.read_text())
    (folder / "agent.toml").write_text(f'database = "{url}"\n{_CONFIG}')
    config = load_config(folder / "agent.toml", {})
    database = Database(config.database)
    database.migrate()
    database.close()
    moments = Moments()
    with Service(config, moments, threading.Event()) as service:
        service.run_once()
        moments.passes(minutes=1)
        told = {"incident_date": "15.11.26 serious incident"}
        deliver(folder / "incoming", 1, referral(told), moments.now)
        service.run_once()
        line = service.intakes[0].line
        invite(line, ANNA, "Anna", PASSWORD, "the test", moments.now)
        give_roles(line, ANNA, (Role.APPROVER, Role.ADMINISTRATOR), "the test", moments.now)


def test_every_page_opens_and_acts_are_recorded(empty_url, tmp_path):
    made = tmp_path / "made"
    _office(made, empty_url)
    with serving(made, tmp_path) as site, site.visitor(ANNA) as anna:
        _opens_everything(site, anna)
        ref = site.case(1)
        anna.get("/northshire/mails/1").post(
            "/northshire/mails/1/fields", **{"field-child_name": "Robin Alderton"}
        )
        assert anna.said == "Corrected: child name."
        anna.get("/northshire/cases").post("/northshire/cases", 1, child="ALDERTON")
        assert ref in anna.text
        page = f"/northshire/cases/{ref}/record/paused"
        anna.get(page).post(page)
        assert "Recorded" in anna.said, anna.problem
        fields = anna.get("/northshire").fields("/northshire/stop")
        anna.send("/northshire/stop", fields)
        assert "stopped" in anna.said
        assert anna.send("/northshire/stop", fields).status == 409
        anna.get("/northshire/log").post("/northshire/log/check")
        assert anna.said.startswith("The log is whole")
        with site.database.read() as session:
            assert accounts.find_account(session, ANNA.upper()) is not None


def _opens_everything(site: Site, anna: Visitor) -> None:
    values = {"ref": site.case(1), "mail": "1", "file": "1", "event": "closed", "sort": "jsonl"}
    for page in PAGES:
        filled = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], page.path)
        anna.get(f"/northshire{filled}")
        is_none = page.path == "/outbox/{mail}/files/{file}"
        assert anna.status == (404 if is_none else 200), page.path
    for query in (
        "/cases?agency=police",
        "/cases?late=yes",
        "/cases?ref=NOR",
        "/log?day=2026-11-20",
    ):
        assert anna.get(f"/northshire{query}").status == 200
