"""The words of one form, matched against what stands in documents: labels, headings, headers.

Matches single texts; looks at no document.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from agent.labels import MAX_LABEL, NUMBERING_BEFORE, label_key, label_pattern, label_words
from agent.layouts.declared_layout import DeclaredLayout
from agent.questions import Question, TableLayout

# What may stand between a label and the answer behind it.
_GAP = r"(?P<gap>[\s?:.*]*(?:\([^()]*\)[\s?:.*]*)*(?:[-–—]+\s+|(?:[-–—=]+>|=|→)\s*)?)"
_GAP_SHOWS = re.compile(r"[?:)\n–—=→-]")


# "Section 4: Decision" ends the answer before it; "Section 47 enquiry begun" may be one.
_PART = re.compile(r"\W*(?:section|part)\s+(?:\d|1\d|[a-j])\s*[:.–—-]\s*(?=\w)", re.IGNORECASE)
_MAX_HEADING = 120
# "Please return this form to inbox@partnership.example" is printed below the last answer.
_SENT_TO = re.compile(
    r"\W*(?:please\s+)?(?:e-?mail|return|send|submit)(?:\s+(?:the|this|your|completed|form|referral"
    r"|return|it|by|via|secure|e-?mail))*\s*(?:to\b\s*)?:?\s*\S+@\S+\W*$",
    re.IGNORECASE,
)
_ONLY_BLANK = re.compile(r" +")
# "M / F" is no label in two languages.
_SHORTEST_BESIDE = 4
# So many words ask for more than a word or two.
_LONG_LABEL = 6
# What parts a label in two languages.
_PARTS = re.compile(r"\s*[/|\n]\s*|\s+[-–—]\s+|\?\s+(?=\w)")


class Layout(DeclaredLayout):
    """One form, with its labels and headings ready to be matched."""

    def question_at(self, text: str, section: str | None = None) -> Question | None:
        """Return the question whose label this text is, in that part of the form."""
        key = label_key(text)
        found = self._by_key.get((section, key)) or self._by_key.get((None, key))
        return found or (self._columns.get(key) if section is None else None)

    def question_beside(self, text: str, section: str | None = None) -> Question | None:
        """Return the question whose label stands beside the same in another language: "Enw'r
        plentyn / Name of child"."""
        first, _, last = text.partition(" / ")
        found = [one for one in (first, last) if last and len(label_key(one)) >= _SHORTEST_BESIDE]
        asked = [one for part in found if (one := self.question_at(part, section)) is not None]
        is_one = len(found) == 2 and len(asked) == 1 and asked[0].field and not asked[0].rows
        return asked[0] if is_one else None

    def question_like(
        self, text: str, section: str | None = None, *, least: int = 1
    ) -> Question | None:
        """Return the question that a label nobody listed asks, None where none or several may be.

        That is the one a part of the label asks, or the one with the most key words in it, and
        at least so many.
        """
        parts = [self.question_at(part, section) for part in _PARTS.split(text)]
        known = {one.name: one for one in parts if one is not None}
        if len(known) == 1 and len(parts) > 1:
            return known.popitem()[1]
        words = label_words(text)
        is_long = len(text.split()) >= _LONG_LABEL
        counted = [
            (count, one.section is not None, (one.type == "long_text") == is_long, one)
            for one in self._with_words
            if one.section in (None, section) and (count := one.count_key_words(words)) >= least
        ]
        most = max((one[:3] for one in counted), default=None)
        best = [one for one in counted if one[:3] == most]
        return best[0][3] if len(best) == 1 else None

    def with_colon(self, text: str) -> str | None:
        """Return a line with a colon between its label and the answer, where only a blank parts
        them ("Home address 2 Harbour Row"); None for any other."""
        found = self._label_first.match(text)
        if found is None or not _ONLY_BLANK.fullmatch(found["gap"]) or found.end() == len(text):
            return None
        begins = text[found.end()]
        return (
            f"{text[: found.end('label')]}: {text[found.end() :]}"
            if begins.isupper() or not begins.isalpha()
            else None
        )

    def has_label(self, text: str) -> bool:
        """Return whether a text is a label, in any part of the form; "Mother" is an answer too,
        and does not count."""
        if label_key(text) in self._label_keys:
            return True
        keys = [label_key(one) for one in text.partition(" / ")[::2]]
        is_beside = min(map(len, keys)) >= _SHORTEST_BESIDE
        return is_beside and len(self._label_keys.intersection(keys)) == 1

    def questions_in(self, text: str, section: str | None = None) -> list[tuple[Question, str]]:
        """Return the questions of a text that begins with a label, each with the answer after it.

        A label counts where a colon, question mark, bracket, dash or line break ends it; a further
        label on the same short line only with its colon. Empty where no label begins the text.
        """
        found = self._label_first.match(text)
        if found is None or not _GAP_SHOWS.search(found["gap"]):
            return []
        question = self.question_at(found["label"], section)
        if question is None:
            return []
        rest = text[found.end() :]
        further = self._label_within.search(rest) if len(rest) <= MAX_LABEL else None
        after = rest[further.start() :].lstrip() if further is not None else ""
        more = self.questions_in(after, question.begins or section) if after else []
        if further is None or not more:
            return [(question, rest.strip())]
        return [(question, rest[: further.start()].strip()), *more]

    def is_heading(self, text: str) -> bool:
        """Return whether the text is a heading or says where the form goes: both end the answer
        before them."""
        if len(text) <= _MAX_HEADING and _SENT_TO.match(text):
            return True
        if self._heading_key(text) in self._headings:
            return True
        return self.generic and len(text) <= _MAX_HEADING and _PART.match(text) is not None

    def section_after(self, text: str) -> str | None:
        """Return the part of the form that these words begin."""
        return self._begun.get(self._heading_key(text))

    def table_after(self, text: str) -> TableLayout | None:
        """Return the table that these words announce."""
        return self._announced.get(self._heading_key(text))

    def _heading_key(self, text: str) -> str:
        return label_key(_PART.sub("", text, count=1) if self.generic else text)

    def tables_headed(
        self, texts: Sequence[str]
    ) -> list[tuple[TableLayout, tuple[Question | None, ...]]]:
        """Return the tables whose header row this may be, each with the columns of its cells: at
        least two, and more than half of the row, are known. The best known come first."""
        if len(texts) < 2 or self._column_keys.isdisjoint(map(label_key, texts)):
            return []
        headed = ((table, table.columns_at(texts)) for table in self.table)
        fitting = [
            (table, columns)
            for table, columns in headed
            if len({one.label for one in columns if one is not None}) >= 2
            and columns.count(None) * 2 < len(columns)
            # "Safeguarding lead | Role | Agency" is no table of referrers.
            and not (columns[0] is None and self._begins_part(texts[0]))
        ]
        return sorted(fitting, key=lambda one: one[1].count(None))

    def heads(self, text: str) -> bool:
        """Return whether a text is listed as the label of some table's column."""
        return label_key(text) in self._column_keys

    def _begins_part(self, text: str) -> bool:
        question = self.question_at(text) or self.question_like(text)
        return question is not None and question.begins is not None

    def without_instructions(self, text: str) -> str:
        """Return a text without the printed instructions its lines begin with."""
        lines = [self._without_instruction(line) for line in text.split("\n")]
        return "\n".join(line for line in lines if line)

    def _without_instruction(self, line: str) -> str:
        if not label_key(line[:MAX_LABEL]).startswith(self._instruction_starts):
            return line
        found = self._instruction.match(line)
        return line if found is None else line[found.end() :].strip()

    @cached_property
    def _by_key(self) -> dict[tuple[str | None, str], Question]:
        return {
            (one.section, label_key(label)): one for one in self.question for label in one.labels
        }

    @cached_property
    def _column_keys(self) -> frozenset[str]:
        columns = (column for table in self.table for column in table.columns)
        return frozenset(label_key(label) for column in columns for label in column.labels)

    @cached_property
    def _columns(self) -> dict[str, Question]:
        """Return the columns of a person's table, which asks the same line by line where it is
        typed; not those that several tables have."""
        asked = {
            (label_key(label), table.name, column.label): (table, column)
            for table in self.table
            for column in table.columns
            for label in column.labels
        }
        keys = [key for key, *_ in asked]
        return {
            key: column
            for (key, *_), (table, column) in asked.items()
            if keys.count(key) == 1 and table.rows is None and column.fields
        }

    @cached_property
    def _label_keys(self) -> frozenset[str]:
        return frozenset(key for (_, key), one in self._by_key.items() if one.rows is None)

    @cached_property
    def _with_words(self) -> tuple[Question, ...]:
        return tuple(one for one in self.question if one.words)

    @cached_property
    def _begun(self) -> dict[str, str]:
        return {label_key(words): one.name for one in self.section for words in one.after}

    @cached_property
    def _headings(self) -> frozenset[str]:
        own = frozenset(self._heading_key(heading) for heading in self.headings)
        return own | self._announced.keys() | self._begun.keys()

    @cached_property
    def _announced(self) -> dict[str, TableLayout]:
        return {label_key(words): table for table in self.table for words in table.after}

    @cached_property
    def _instruction_starts(self) -> tuple[str, ...]:
        return tuple(label_key(words)[:12] for words in self.instructions)

    @cached_property
    def _instruction(self) -> re.Pattern[str]:
        return label_pattern(self.instructions, NUMBERING_BEFORE, r"[\s.:)]*")

    @cached_property
    def _label_first(self) -> re.Pattern[str]:
        labels = [label for one in self.question for label in one.labels]
        labels += [label for one in self._columns.values() for label in one.labels]
        return label_pattern(labels, NUMBERING_BEFORE, _GAP)

    @cached_property
    def _label_within(self) -> re.Pattern[str]:
        labels = [label for one in self.question for label in one.labels]
        return label_pattern(labels, r"(?<=\s)", r"\s*(?:\([^()]*\)\s*)?:")
