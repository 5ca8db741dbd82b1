"""What a fresh machine is told by `deploy/prepare.sh`; that the example deployment holds together.

The script runs in a folder of its own, on a PATH that holds only what the test puts there.
"""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.config import load_config
from agent.profile import load_site

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PLAIN_TOOLS = ("dirname", "cut", "mkdir", "rm", "ln", "ls", "tail")


class Machine:
    """A folder with the script in it, and the commands that exist on this machine."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a project folder"
        (self.project / "deploy").mkdir(parents=True)
        shutil.copy(DEPLOY / "prepare.sh", self.project / "deploy")
        self._commands = folder / "commands"
        self._commands.mkdir()
        for name in PLAIN_TOOLS:
            # A script and no link: what a test puts in its place must never reach the real one.
            self.has(name, f'exec "{shutil.which(name)}" "$@"')
        self.has("id", "echo 1000")

    def has(self, command: str, script: str) -> None:
        file = self._commands / command
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def prepare(self, what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "deploy/prepare.sh", what],
            cwd=self.project,
            env={"PATH": str(self._commands)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path)


def pinned_uv() -> str:
    line = next(
        line
        for line in (DEPLOY / "prepare.sh").read_text(encoding="utf-8").splitlines()
        if line.startswith("UV_VERSION=")
    )
    return line.removeprefix("UV_VERSION=")


def python(without_pip: bool = False) -> str:
    """Return a stand-in for python3 that is this Python, at wish without venv and pip."""
    refuse = '[ "$1" = -m ] && exit 1\n' if without_pip else ""
    return f'{refuse}exec "{sys.executable}" "$@"'


def test_a_machine_without_python_is_told_which_one_it_needs(machine):
    done = machine.prepare("uv")

    assert done.returncode == 1
    assert done.stderr == "Python 3.11 or newer is needed and none was found: please install it.\n"


def test_a_python_too_old_is_as_good_as_none(machine):
    machine.has("python3", "exit 1")

    assert "Python 3.11 or newer is needed" in machine.prepare("uv").stderr


def test_without_venv_and_pip_an_ordinary_user_is_told_what_to_install(machine):
    machine.has("python3", python(without_pip=True))

    done = machine.prepare("uv")

    assert done.returncode == 1
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert f"please install Debian's package {package}" in done.stderr


def test_without_venv_and_pip_root_on_debian_installs_them(machine):
    machine.has("python3", python(without_pip=True))
    machine.has("id", "echo 0")
    machine.has("apt-get", 'echo "$*" >>"apt calls"')

    machine.prepare("uv")

    update, install = (machine.project / "apt calls").read_text(encoding="utf-8").splitlines()
    assert update.endswith("update")
    assert install.endswith(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")


def test_a_uv_of_the_pinned_version_is_used_as_it_is(machine):
    machine.has("uv", f"echo 'uv {pinned_uv()} (x86_64)'")

    done = machine.prepare("uv")

    assert (done.returncode, done.stderr) == (0, "")
    assert (machine.project / ".tools/uv/bin/uv").exists()


def test_a_uv_of_another_version_is_not_used(machine):
    machine.has("uv", "echo 'uv 0.1.0'")

    assert machine.prepare("uv").returncode == 1
    assert not (machine.project / ".tools/uv/bin/uv").exists()


def test_missing_servers_never_fail_the_run_and_are_named(machine):
    machine.has("ls", "exit 2")  # finds no PostgreSQL

    done = machine.prepare("servers")

    assert done.returncode == 0
    assert "Not installed: postgresql" in done.stderr
    assert "skipped and say so" in done.stderr


def test_the_script_says_how_it_is_used(machine):
    assert machine.prepare("everything").returncode == 2


def test_the_example_configuration_starts_silent_and_its_site_file_is_complete():
    config = load_config(DEPLOY / "agent.toml", {})
    mailbox = config.mailbox["reviews"]

    assert mailbox.mode == "intake"
    assert mailbox.site is not None
    assert load_site(mailbox.site).missing() == ()


def test_the_unit_hands_over_the_passwords_of_the_example_configuration(tmp_path):
    unit = (DEPLOY / "mailbox-agent.service").read_text(encoding="utf-8")
    lines = [line.partition("=")[2] for line in unit.splitlines() if "PASSWORD_FILE=" in line]
    credentials = ("imap-password", "smtp-password")
    for name in credentials:
        (tmp_path / name).write_text(f"the {name}\n", encoding="utf-8")
    environ = dict(line.replace("%d", str(tmp_path)).split("=", 1) for line in lines)

    mailbox = load_config(DEPLOY / "agent.toml", environ).mailbox["reviews"]

    assert mailbox.imap is not None
    assert mailbox.smtp is not None
    assert mailbox.imap.password.get_secret_value() == "the imap-password"
    assert mailbox.smtp.password.get_secret_value() == "the smtp-password"
    assert all(f"LoadCredential={name}:" in unit for name in credentials)


def test_the_unit_does_not_restart_what_only_a_person_can_mend():
    unit = configparser.RawConfigParser(strict=False)
    unit.read(DEPLOY / "mailbox-agent.service", encoding="utf-8")

    assert unit["Service"]["RestartPreventExitStatus"] == "77 78"
    assert unit["Service"]["Type"] == "notify"


def test_ci_runs_make_test_and_nothing_else():
    script = ROOT / ".ci/run"

    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("\nexec make test")
