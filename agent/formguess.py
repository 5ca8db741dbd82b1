"""Turns what a blank form asks into the questions and tables of a draft, each with a field where a
layout in use knows the label; says what is unsure. Pure; for `formlearn` only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.errors import DataError
from agent.formdraft import Draft, DraftQuestion, DraftTable, slug
from agent.formknown import Known, KnownTable
from agent.formshape import Asked, Headed, Heading, Item, Printed
from agent.labels import MAX_LABEL, label_key
from agent.model.message import Kind
from agent.questions import Question

# So many answers beside known labels are no printed help: somebody has filled the form in.
_MAX_TYPED = 2
_SHOWN = 12


def fill_draft(draft: Draft, known: Known, items: Sequence[Item]) -> None:
    """Fill a draft with what the items of its form ask.

    Raises:
        DataError: nothing is asked, or answers stand in the form.
    """
    filler = _Filler(known, draft)
    for item in items:
        filler.take(item)
    filler.finish()


@dataclass(frozen=True, slots=True)
class _Place:
    """One place where a label stands: what is known of it there, and which part it is in."""

    asked: Asked
    question: Question | None
    part: str | None

    @property
    def fields(self) -> tuple[str, ...]:
        return self.question.fields if self.question else ()


@dataclass(slots=True)
class _Filler:
    """Goes through a form's items and fills the draft. `part` is the part being read and
    `headings` the heading that begins each part."""

    known: Known
    draft: Draft
    part: str | None = None
    headings: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[_Place]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Take in the next item."""
        match item:
            case Heading():
                self._heading(item.text)
            case Printed():
                self.draft.instructions.append(item.text)
            case Asked():
                self._asked(item)
            case Headed():
                self._table(item)

    def finish(self) -> None:
        """Settle what only the whole form tells: labels that stand twice, what begins a part."""
        if len(self.typed) > _MAX_TYPED:
            raise DataError(
                f"Answers stand beside labels ({', '.join(self.typed[:3])}): learn from a blank "
                "copy of the form."
            )
        for places in self.places.values():
            self._questions(places)
        self._free_questions()
        used = {one.section for one in self.draft.questions}
        for question in self.draft.questions:
            question.begins = question.begins if question.begins in used else None
        self._part_words()
        self.draft.needs = self._needs()
        self._say_what_is_unsure()

    def _heading(self, text: str) -> None:
        self.known.begin(text, is_first=not (self.places or self.draft.tables))
        self.part = slug(text)
        self.headings.setdefault(self.part, text)
        self.draft.headings.append(text)

    def _asked(self, asked: Asked) -> None:
        key = label_key(asked.label)
        if not key:
            words = f"“{asked.label[:60]}...” is longer than a label may be ({MAX_LABEL} letters)."
            self.draft.unsure.append(words)
            self.draft.instructions.append(asked.label)
            return
        question = self.known.question(asked.label)
        self.places.setdefault(key, []).append(_Place(asked, question, self.part))
        if question is not None and question.begins is not None:
            self.part = question.begins
        if asked.prompt:
            # An instruction in brackets alone has no words left to be known by.
            self.draft.instructions.append(asked.prompt.strip("()[]<> "))
        if asked.typed and question is not None:
            self.typed.append(asked.label)

    def _questions(self, places: Sequence[_Place]) -> None:
        """Add one question for a label, or one a part where it asks for different things."""
        if len({one.fields for one in places}) == 1:
            question = self._question(places[0].asked, places[0].question)
            if len(places) > 1:
                question.notes.append(f"Stands {len(places)} times on the form.")
            self.draft.questions.append(question)
            return
        apart = {one.part: one for one in reversed(places)}
        for part, place in reversed(apart.items()):
            question = self._question(place.asked, place.question)
            question.section = part
            if part in self.headings:
                self.draft.sections.setdefault(part, [self.headings[part]])
            question.notes.append("Told from the same label elsewhere by the part it stands in.")
            self.draft.questions.append(question)
        parts = ", ".join(str(part) for part in reversed(apart))
        words = f"“{places[0].asked.label}” asks for different things in the parts {parts}."
        self.draft.unsure.append(words)

    def _question(self, asked: Asked, question: Question | None) -> DraftQuestion:
        if question is not None:
            return self._known_question(asked.label, question)
        drafted = DraftQuestion(asked.label)
        drafted.type = "yes_no" if asked.is_choice else "long_text" if asked.is_long else "text"
        if (like := self.known.like(asked.label)) is not None:
            drafted.notes.append(f'perhaps field = "{like[0]}" (like “{like[1]}”)')
        return drafted

    def _known_question(self, label: str, question: Question) -> DraftQuestion:
        drafted = DraftQuestion(
            label,
            question.type,
            question.field,
            question.and_field,
            rows=question.rows,
            label_field=question.label_field,
            begins=question.begins,
            fills=question.fills,
            is_known=True,
        )
        if question.field is None:
            drafted.notes.append("Known, and its answer is not kept.")
        return drafted

    def _table(self, headed: Headed) -> None:
        known = self.known.table(headed)
        if known is None or known.table is None:
            known = self._single_record(headed) or known
        if known is not None and known.columns:
            pairs = zip(headed.labels, known.columns, strict=True)
            columns = [self._question(Asked(label, headed.place), one) for label, one in pairs]
        else:
            columns = [DraftQuestion(label) for label in headed.labels]
        name = headed.before or (known.table.name if known and known.table else headed.place)
        taken = [table.name for table in self.draft.tables]
        table = DraftTable(name if name not in taken else f"{name} ({headed.place})", columns)
        if headed.before and headed.before not in [one.after for one in self.draft.tables]:
            table.after = headed.before
        if known is not None and known.table is not None:
            table.rows = known.table.rows
        elif known is not None and known.others:
            others = " or ".join(f"“{one}”" for one in known.others)
            self.draft.unsure.append(f"The table “{table.name}” may be {others}.")
        if not any(one.is_known for one in columns):
            table.notes.append(
                "Not known: `rows` and fields are for you to give, if it lists people,"
            )
            table.notes.append("agencies or events; without fields nothing of it is kept.")
        self.draft.tables.append(table)

    def _single_record(self, headed: Headed) -> KnownTable | None:
        """Return the columns of a row of labels over one row of answers, where most are known to
        ask for something; a table with more rows lists others."""
        questions = tuple(self.known.question(label) for label in headed.labels)
        kept = sum(one is not None and one.field is not None for one in questions)
        is_known = headed.rows == 1 and kept >= 2 and kept * 2 > len(questions)
        return KnownTable(None, questions) if is_known else None

    def _free_questions(self) -> None:
        """Turn tables into questions where there is no other: a layout must have one."""
        draft = self.draft
        if not draft.questions:
            single = [table for table in draft.tables if table.rows is None]
            draft.questions = [column for table in single for column in table.columns]
            draft.tables = [table for table in draft.tables if table.rows is not None]
        if not draft.questions:
            raise DataError("The document asks nothing: no label with room for an answer is in it.")

    def _part_words(self) -> None:
        """Leave each printed text in one list only, and in none where a label begins with it."""
        draft = self.draft
        after = {label_key(table.after) for table in draft.tables}
        draft.headings = [
            text
            for text in _each_once(draft.headings, after)
            if not any(label_key(title) in label_key(text) for title in draft.titles)
        ]
        labels = after | self.places.keys() | set(map(label_key, draft.headings))
        draft.instructions = [
            text
            for text in _each_once(draft.instructions, set())
            if not any(label.startswith(label_key(text) or "-") for label in labels)
        ]

    def _needs(self) -> tuple[str, ...]:
        """Return which answers make the form a return: those that do so in the known ones."""
        asked = {name for one in self.draft.questions for name in (one.field, one.and_field)}
        needs = (
            name
            for layout in self.known.layouts
            if layout.kind is self.draft.kind is Kind.SCOPING_RETURN
            for name in layout.needs
        )
        return tuple(name for name in dict.fromkeys(needs) if name in asked)

    def _say_what_is_unsure(self) -> None:
        unsure = self.draft.unsure
        unsure.append(f"The titles are a guess: {', '.join(f'“{t}”' for t in self.draft.titles)}.")
        columns = [column for table in self.draft.tables for column in table.columns]
        strange = [one.label for one in (*self.draft.questions, *columns) if not one.is_known]
        if strange:
            shown = ", ".join(f"“{label}”" for label in strange[:_SHOWN])
            more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
            unsure.append(f"No layout knows these labels, so no answer is kept: {shown}{more}.")
        if self.typed:
            unsure.append(f"Words stand beside “{self.typed[0]}”: is this form blank?")


def _each_once(texts: Sequence[str], apart: set[str]) -> list[str]:
    found = {label_key(text) or text: text for text in reversed(texts)}
    return [text for key, text in reversed(found.items()) if key not in apart]
