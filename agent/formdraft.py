"""A draft of a layout and how it is written down: TOML as under rules/forms/, with comments for the
person who checks it. Decides nothing."""

import dataclasses
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agent.model.message import Kind
from agent.questions import RowsField, ValueType

_MAX_SLUG = 48
# Control characters, marks of width and of writing direction, halves of characters.
_UNWRITABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff]"
)


@dataclass(slots=True)
class DraftQuestion:
    """A question or a column. `is_known` says that a layout in use has the label, with or without
    a field; `notes` are comments beside it."""

    label: str
    type: ValueType = "text"
    field: str | None = None
    and_field: str | None = None
    section: str | None = None
    rows: RowsField | None = None
    label_field: str | None = None
    begins: str | None = None
    fills: bool = True
    is_known: bool = False
    notes: list[str] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class DraftTable:
    """A table; `rows` is set where it is a known list of records."""

    name: str
    columns: list[DraftQuestion]
    after: str = ""
    rows: RowsField | None = None
    notes: list[str] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """Everything of a layout under construction. `sections` maps a part's name to the headings that
    begin it; `unsure` are the sentences for the person who checks the draft."""

    id: str
    kind: Kind
    source: str
    checked_on: date
    titles: list[str]
    headings: list[str] = dataclasses.field(default_factory=list)
    instructions: list[str] = dataclasses.field(default_factory=list)
    sections: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    questions: list[DraftQuestion] = dataclasses.field(default_factory=list)
    tables: list[DraftTable] = dataclasses.field(default_factory=list)
    needs: tuple[str, ...] = ()
    unsure: list[str] = dataclasses.field(default_factory=list)

    @property
    def telling(self) -> int:
        """Return how many labels and tables tell this form from another."""
        labels = {(one.section, one.label) for one in self.questions if one.fills}
        return len(labels) + sum(any(one.fills for one in table.columns) for table in self.tables)

    @property
    def minimum_labels(self) -> int:
        """Return how many of them a document must have: a third, as people cut forms about."""
        return max(1, min(8, self.telling // 3))


def render_draft(draft: Draft) -> str:
    """Return the draft as a file that `agent.layouts.load_layouts` loads."""
    lines = [*_head(draft), ""]
    for name, after in draft.sections.items():
        lines += ["[[section]]", f"name = {_quoted(name)}", f"after = {_list(after)}", ""]
    for question in draft.questions:
        lines += ["[[question]]", *_comments(question.notes)]
        lines += [f"{key} = {value}" for key, value in _keys(question)] + [""]
    for table in draft.tables:
        lines += ["[[table]]", *_comments(table.notes), f"name = {_quoted(table.name)}"]
        lines += [f"after = {_list([table.after])}"] if table.after else []
        lines += [f"rows = {_quoted(table.rows)}"] if table.rows else []
        lines += ["columns = [", *_columns(table.columns), "]", ""]
    return "\n".join(lines)


def _head(draft: Draft) -> Iterator[str]:
    yield f"# A draft, learned by `mailbox-agent form learn` on {draft.checked_on}. Check it first:"
    yield "# put the form beside it and go through it label by label. How a layout is written is"
    yield "# told in lewisham-serious-incident.toml. To be used it must lie under forms/ of your"
    yield "# own rules folder, as"
    yield f"#   {draft.id}.toml"
    yield "# and be named by `forms` in the partnership's profile.toml, before the generic ones."
    yield "# Then try it with a filled form: mailbox-agent form read FILE"
    yield "#"
    yield "# What the draft leaves open (delete a line once it is settled):"
    yield from (f"#   - {fold(line)}" for line in draft.unsure)
    yield "#   - Nothing is marked `required = true`: mark what must not be left empty."
    yield ""
    yield f"id = {_quoted(draft.id)}"
    yield f"kind = {_quoted(draft.kind.value)}"
    yield f"source = {_quoted(draft.source)}"
    yield f"checked_on = {draft.checked_on.isoformat()}"
    yield ""
    yield "# A document is this form when it has one of these titles, and at least so many of its"
    yield f"# labels and tables (of {draft.telling}). No other form may have such a title."
    yield f"titles = {_list(draft.titles)}"
    yield f"minimum_labels = {draft.minimum_labels}"
    if draft.needs:
        yield "# Of these it must ask for at least one."
        yield f"needs = {_list(draft.needs)}"
    yield ""
    yield "# Headings end the answer before them. A label among them would never be answered."
    yield f"headings = {_list(draft.headings)}"
    yield ""
    yield "# Printed sentences that are nobody's answer. An answer among them would be thrown away."
    yield f"instructions = {_list(draft.instructions)}"


def _keys(question: DraftQuestion) -> Iterator[tuple[str, str]]:
    yield "label", _quoted(question.label)
    for key in ("section", "rows", "field", "and_field", "label_field"):
        if (value := getattr(question, key)) is not None:
            yield key, _quoted(value)
    if question.type != "text":
        yield "type", _quoted(question.type)
    if question.begins is not None:
        yield "begins", _quoted(question.begins)
    if not question.fills:
        yield "fills", "false"


def _columns(columns: Sequence[DraftQuestion]) -> Iterator[str]:
    for column in columns:
        yield from (f"    {line}" for line in _comments(column.notes))
        yield f"    {{ {', '.join(f'{key} = {value}' for key, value in _keys(column))} }},"


def _comments(notes: Sequence[str]) -> list[str]:
    return [f"# {fold(note)}" for note in notes]


def _list(texts: Sequence[str]) -> str:
    if not texts:
        return "[]"
    return "[\n" + "".join(f"    {_quoted(text)},\n" for text in texts) + "]"


def _quoted(text: str) -> str:
    # JSON escapes what TOML wants escaped, once control characters are gone.
    return json.dumps(fold(text), ensure_ascii=False)


def fold(text: str) -> str:
    """Return a text as one line that may be written and shown anywhere."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def slug(text: str) -> str:
    """Return a text as a name of small letters, digits and hyphens, cut between words."""
    name = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return name if len(name) <= _MAX_SLUG else name[: _MAX_SLUG + 1].rpartition("-")[0]
