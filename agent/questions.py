"""What a layout may declare of one question, one table and one part of a form.

Data only: nothing here looks at a document, and what answers mean is the part of `answers`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from agent.declared import Declared
from agent.labels import label_key, label_words

ValueType = Literal[
    "text",
    "long_text",
    "name",
    "forename",
    "surname",
    "name_and_address",
    "name_and_birth_date",
    "date",
    "date_or_death",
    "date_of_death",
    "died",
    "yes_no",
    "role_and_agency",
    "contact",
    "nhs_number",
    "moment",
]
# Types whose one answer gives two fields.
PAIRS = frozenset({"date_or_death", "date_of_death", "role_and_agency", "name_and_birth_date"})

RowsField = Literal["family", "other_agencies", "chronology"]
ROW_KEYS: dict[str, tuple[str, ...]] = {
    "family": ("name", "relationship", "dob"),
    "other_agencies": ("agency", "contact", "reason"),
    "chronology": ("when", "event"),
    "children": ("name", "dob"),
}
_OF_REFERRALS = """
    child_name child_dob child_address child_gender child_ethnicity child_religion child_disability
    looked_after child_protection_plan open_to_social_care nhs_number incident_date
    incident_is_death incident_location carer_at_incident criminal_investigation coroner
    adult_safeguarding referral_date referrer_name referrer_role referrer_agency referrer_contact
    dsl_name dsl_role dsl_agency sibling_safeguarding summary reason_for_referral learning
    additional_info
"""
_OF_RETURNS = """
    agency_name respondent_name respondent_role date_completed involvement_summary
    practice_analysis partnership_concerns other_agencies_known further_info
"""
# DESIGN section 4; the fields that tables of several rows give are in ROW_KEYS.
FIELDS = frozenset((_OF_REFERRALS + _OF_RETURNS).split())


class Question(Declared):
    """A label and what its answer is: a question of its own, or a column of a table.

    Without `field` the label is known but its answer is not kept. With `section` it is asked only
    in that part of the form; `begins` names the part that starts with it. What has `fills` false
    stands on the form before it is sent out, or is printed on every form: it neither tells which
    form it is nor makes it a filled one.

    `words` are sets of key words, each a text: a label that nobody listed, but that holds all the
    words of one set, asks the same. With `rows` the answer is part of a record; `label_field` is
    what the printed label says of it, and begins the record: "MOTHER: Grace Alder".
    """

    label: str
    also: tuple[str, ...] = ()
    type: ValueType = "text"
    field: str | None = None
    and_field: str | None = None
    required: bool = False
    section: str | None = None
    begins: str | None = None
    fills: bool = True
    words: tuple[str, ...] = ()
    rows: RowsField | None = None
    label_field: str | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.and_field is not None) != (self.type in PAIRS):
            raise ValueError(f"`and_field` goes with the types {', '.join(sorted(PAIRS))} only")
        if self.field is None and (self.required or self.and_field):
            raise ValueError(f"the label {self.label!r} needs a `field`")
        if self.label_field is not None and self.rows is None:
            raise ValueError(f"the label {self.label!r} has a `label_field` and no `rows`")
        if unknown := set(self.parts) - set(ROW_KEYS[self.rows] if self.rows else self.fields):
            raise ValueError(f"no field is called `{unknown.pop()}` ({self.label!r})")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """Return every wording of the label."""
        return (self.label, *self.also)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields its answer gives: none, one or two."""
        return tuple(name for name in (self.field, self.and_field) if name)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return what it gives of a record of `rows`."""
        return tuple(name for name in (*self.fields, self.label_field) if name)

    @property
    def gives(self) -> tuple[str, ...]:
        """Return the form's fields that its answer goes to: its own, or the one of its records."""
        return (self.rows,) if self.rows else self.fields

    def count_key_words(self, words: frozenset[str]) -> int:
        """Return how many key words a label holds, of the sets that it holds whole."""
        return len(frozenset[str]().union(*(one for one in self._key_words if one <= words)))

    @cached_property
    def _key_words(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(one.casefold().split()) for one in self.words)

    @property
    def name(self) -> str:
        """Return what tells it from every other question of the form."""
        return self.label if self.section is None else f"{self.section}: {self.label}"


class TableLayout(Declared):
    """A table with a header row: one person's details, or with `rows` a list of records.

    `after` holds the words printed before it, which tell tables with equal headers apart. `name`
    is how a person is told of it.
    """

    name: str
    after: tuple[str, ...] = ()
    rows: RowsField | None = None
    columns: tuple[Question, ...] = Field(min_length=2)

    def columns_at(self, texts: Sequence[str]) -> tuple[Question | None, ...]:
        """Return the columns that these labels are of, None for a label that is no column's.

        A column whose label nobody listed is found by its key words, once a listed one is there.
        """
        taken: set[str] = set()
        columns: list[Question | None] = []
        for text in texts:
            column = self._by_key.get(label_key(text))
            # Of two columns that say the same the first counts.
            is_new = column is not None and (column.label not in taken or not column.fields)
            columns.append(column if is_new else None)
            taken |= {column.label} if column else set()
        if any(columns):
            for index, text in enumerate(texts):
                like = self._column_like(text) if columns[index] is None else None
                if like is not None and like.label not in taken:
                    columns[index] = like
                    taken.add(like.label)
        return tuple(columns)

    def _column_like(self, text: str) -> Question | None:
        words = label_words(text)
        counts = [(column.count_key_words(words), column) for column in self.columns]
        most = max(count for count, _ in counts)
        return next((column for count, column in counts if most and count == most), None)

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {label_key(label): column for column in self.columns for label in column.labels}


class Section(Declared):
    """A part of the form in which a short label like "Name" asks for somebody in particular;
    `after` holds the headings that begin it. It ends at the next heading."""

    name: str
    after: tuple[str, ...] = Field(min_length=1)
