"""`python -m tests.measure_golden`: field precision and recall on the golden documents, by format.

Every document is read as it would be from a mail, older kinds after conversion by LibreOffice. A
value is right where it is the expected one, or an accepted one, with white space, case and quotes
apart; a row of a table counts as one value. `--half held` measures what nobody tuned on; `--wrong`
names the wrong values of the tune half.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.area import load_area
from agent.dates import parse_moment
from agent.documents.apart import reading_apart
from agent.documents.reader import FileReader
from agent.extract import extract
from agent.model.form import Form
from agent.model.message import Part
from agent.pipeline import read_mail
from agent.profile import Office
from tests.desk import SITE

GOLDEN = Path(__file__).parent / "golden"
KINDS = ("serious_incident_referral", "practice_learning_referral", "scoping_return")
TABLES = ("family", "other_agencies", "chronology", "children")


@dataclass
class Counted:
    """What was counted of one format."""

    documents: int = 0
    kinds_right: int = 0
    wanted: int = 0
    found: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)


def load(half: str | None = None) -> list[dict[str, Any]]:
    """Return what the papers say, document by document."""
    told = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((GOLDEN / "expected").glob("*.json"))
    ]
    return [one for one in told if half in (None, one["half"])]


def measure(told: Sequence[Mapping[str, Any]]) -> dict[str, Counted]:
    """Return the counts by format."""
    office, _ = load_area("lewisham", SITE)
    counted: dict[str, Counted] = {}
    with reading_apart() as reader:
        for one in told:
            form = _read(GOLDEN / "files" / one["file"], office, reader)
            _count(one, form, counted.setdefault(one["format"], Counted()))
    return counted


def _read(path: Path, office: Office, reader: FileReader) -> Form | None:
    raw = path.read_bytes()
    if path.suffix == ".eml":
        facts = read_mail(office, raw, reader=reader)
        forms = facts.reading.forms
        return facts.form or next((one for one in forms if one.filled), next(iter(forms), None))
    return extract(reader.read_file(Part(path.name, "", raw)), office.layouts)


def _count(told: Mapping[str, Any], form: Form | None, into: Counted) -> None:
    into.documents += 1
    kind = None if form is None or form.layout == "mail text" else form.kind
    # A form for another door, like a child protection referral, is none of these three.
    kind = kind if kind in KINDS else None
    kinds = {told["kind"], *told.get("accept_kind", ())}
    is_right = kind in kinds and (kind is None or told.get("scan") or form.filled == told["filled"])
    into.kinds_right += is_right
    if not is_right:
        into.wrong.append(f"{told['file']}: {told['kind']} is taken for {kind}")
    said = {} if form is None else dict(_values({n: form.value(n) for n in form.fields}, {}))
    wanted = {} if told.get("scan") else dict(_wanted(told, said))
    into.wanted += len(wanted)
    into.found += sum(name.partition("[")[0] in told["fields"] for name in said)
    for name, values in wanted.items():
        if name in said and said[name] & values:
            into.right += 1
        else:
            into.wrong.append(f"{told['file']} {name}: {said.get(name)} is not {values}"[:400])
    for name in said.keys() - wanted.keys():
        if name.partition("[")[0] in told["fields"]:
            into.wrong.append(f"{told['file']} {name}: {said[name]} where nothing stands"[:400])


def _wanted(
    told: Mapping[str, Any], said: Mapping[str, set[str]]
) -> Iterator[tuple[str, set[str]]]:
    """Yield what stands in a document; a field that may as well be empty only where it was said."""
    accept = told.get("accept", {})
    fields = dict(told["fields"])
    for name in TABLES:
        rows = [one for one in accept.get(name, ()) if _rows(name, one) == _said(name, said)]
        fields |= {name: rows[0]} if rows else {}
    for name, value in fields.items():
        others = accept.get(name, ()) if name not in TABLES else ()
        may_be = [one for one in (value, *others) if one is not None]
        if name in TABLES:
            yield from _values({name: value}, {})
        elif may_be and (name in said or len(may_be) == 1 + len(others)):
            yield name, {_normal(one) for one in may_be}


def _rows(name: str, rows: Sequence[Mapping[str, Any]] | None) -> dict[str, set[str]]:
    return dict(_values({name: rows}, {}))


def _said(name: str, said: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {key: values for key, values in said.items() if key.partition("[")[0] == name}


def _values(
    fields: Mapping[str, Any], accept: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[str, set[str]]]:
    for name, value in fields.items():
        if name in TABLES:
            for number, row in enumerate(value or ()):
                yield f"{name}[{number}]", {" | ".join(_cell(one) for one in row.values())}
        elif value is not None:
            yield name, {_normal(one) for one in (value, *accept.get(name, ()))}


def _cell(value: object) -> str:
    """Return a cell as it is compared: a whole date as ISO, however it is written."""
    day = parse_moment(str(value)) if value else None
    return _normal(day.isoformat() if day else value or "")


def _normal(value: object) -> str:
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    text = text.translate({ord(a): b for a, b in zip("’‘“”–—", "''\"\"--", strict=True)})
    return re.sub(r"\s+", " ", text).strip(" .,;:")


def main(arguments: Sequence[str]) -> None:
    """Print the table, and with --wrong what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_golden", description=__doc__)
    parser.add_argument("--half", choices=("tune", "held"))
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args(arguments)
    counted = measure(load(given.half))
    print(f"{'format':8} {'files':>5} {'kind right':>10} {'precision':>9} {'recall':>7}")
    for name, one in sorted(counted.items()):
        precision = one.right / one.found if one.found else 1.0
        recall = one.right / one.wanted if one.wanted else 1.0
        kinds = f"{one.kinds_right}/{one.documents}"
        print(f"{name:8} {one.documents:5} {kinds:>10} {precision:9.3f} {recall:7.3f}")
    if given.wrong and given.half != "held":
        # Nobody looks at the other half, whichever was measured.
        of_tune = {one["file"] for one in load("tune")}
        lines = [
            line
            for one in counted.values()
            for line in one.wrong
            if line.split()[0].rstrip(":") in of_tune
        ]
        print(Counter(line.split()[1].rstrip(":") for line in lines).most_common(20))
        print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
