"""Which configuration a command works by: the one it names, or the one that lies about."""

import os
from pathlib import Path

import typer

from agent.config import CONFIG_VARIABLE, Config, load_config
from agent.errors import ConfigError

_PLACES = (Path("agent.toml"), Path("/etc/mailbox-agent/agent.toml"))


def read_config(context: typer.Context) -> Config:
    """Return the configuration named on the command line, in the environment, or lying about."""
    path = _find_config(context)
    if path is None:
        raise ConfigError(
            "There is no configuration: write agent.toml here (deploy/agent.toml is an example), "
            f"or name one by --config or {CONFIG_VARIABLE}."
        )
    return load_config(path, os.environ)


def find_overrides(context: typer.Context) -> Path | None:
    """Return the folder of the office's own rules and templates; None where no configuration is."""
    path = _find_config(context)
    return None if path is None else load_config(path, os.environ).overrides


def _find_config(context: typer.Context) -> Path | None:
    named: Path | None = context.obj
    return named or next((place for place in _PLACES if place.is_file()), None)
