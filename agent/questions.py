"""What a layout may declare of one question, one table and one part of a form.

Data only: nothing here looks at a document, and what answers mean is the part of `answers`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from agent.declared import Declared
from agent.labels import label_key

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

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.and_field is not None) != (self.type in PAIRS):
            raise ValueError(f"`and_field` goes with the types {', '.join(sorted(PAIRS))} only")
        if self.field is None and (self.required or self.and_field):
            raise ValueError(f"the label {self.label!r} needs a `field`")
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

    def columns_at(self, keys: Sequence[str]) -> tuple[Question | None, ...]:
        """Return the columns whose labels have these keys, None for a key that is no column's."""
        return tuple(self._by_key.get(key) for key in keys)

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {label_key(label): column for column in self.columns for label in column.labels}


class Section(Declared):
    """A part of the form in which a short label like "Name" asks for somebody in particular;
    `after` holds the headings that begin it. It ends at the next heading."""

    name: str
    after: tuple[str, ...] = Field(min_length=1)
