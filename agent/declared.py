"""Strict loading of every declared file (configuration, site, profile, rules, layouts): an unknown
key, a wrong type or a missing file stops the program at start, naming the file and the place."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import ConfigError, RuleError


class Declared(BaseModel):
    """The base of every declared record: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


ValueT = TypeVar("ValueT")


class Figure(Declared, Generic[ValueT]):
    """One declared number with where it comes from and when that was last checked."""

    value: ValueT
    source: str
    checked_on: date


DeclaredT = TypeVar("DeclaredT", bound=BaseModel)


def read_toml(path: Path, error: type[ConfigError] = RuleError) -> dict[str, Any]:
    """Return a TOML file's content; raises `error` naming the file and what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise error(f"{path}: there is no such file.") from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise error(f"{path}: cannot be read ({unreadable}).") from unreadable
    except tomllib.TOMLDecodeError as broken:
        raise error(f"{path}: not valid TOML: {broken}.") from broken


def load_declared(
    path: Path, model: type[DeclaredT], error: type[ConfigError] = RuleError
) -> DeclaredT:
    """Return the file's content as `model`; raises `error` with one sentence for each mistake."""
    return validate(read_toml(path, error), model, str(path), error)


def validate(
    content: Mapping[str, Any],
    model: type[DeclaredT],
    where: str,
    error: type[ConfigError] = RuleError,
) -> DeclaredT:
    """Return `content` as `model`; raises `error` naming `where` and each wrong key."""
    try:
        return model.model_validate(content)
    except ValidationError as invalid:
        problems = "; ".join(_sentence(item, model) for item in invalid.errors())
        raise error(f"{where}: {problems}") from invalid


def _sentence(item: Mapping[str, Any], model: type[BaseModel]) -> str:
    place = ".".join(str(step) for step in item["loc"]) or "the file"
    if item["type"] != "extra_forbidden":
        return f"{place}: {item['msg']}"
    known = _known_keys(model, item["loc"][:-1])
    likely = difflib.get_close_matches(str(item["loc"][-1]), known, n=1)
    hint = f"did you mean `{likely[0]}`?" if likely else f"known here: {', '.join(sorted(known))}."
    return f"unknown key `{place}`: {hint}"


def _known_keys(model: type[BaseModel], path: Sequence[Any]) -> list[str]:
    """Return the keys allowed at a place, found by walking the model's annotations."""
    found: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        fields = getattr(found, "model_fields", {})
        found = _inner_model(fields[step].annotation) if step in fields else found
    return list(getattr(found, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:
    """Return the model inside an annotation such as `tuple[Rule, ...]`, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner_model(part))), None)
