"""The rules that tell kinds of mail apart, and the figures of limits.toml, strictly loaded."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt

from agent.arearules import Criteria, Notices
from agent.clockrules import EVENTS, AddedHoliday, Clocks
from agent.declared import Declared, Figure, load_declared
from agent.errors import RuleError
from agent.meetingrules import PackLimits, QuorumLimits
from agent.model.message import Kind

# What a form holds, and what machines write into headers, is not told by words.
_CERTAIN = frozenset({"filled_form", "screened_as", "is_passcode"})

ValueT = TypeVar("ValueT")


class MailRule(Declared):
    """One named rule: the first whose `when` all hold and whose `unless` all fail decides.

    `when` and `unless` map names of predicates (see `classify.PREDICATES`) to their arguments. The
    kind "leaning" is the one that the mail's words lean to, and as sure as they lean far.
    """

    id: str
    kind: Kind | Literal["leaning"]
    why: str
    confidence: float = Field(default=1.0, gt=0, le=1)
    door: str | None = None
    when: Mapping[str, Any] = Field(min_length=1)
    unless: Mapping[str, Any] = {}

    @property
    def needs_no_doubt(self) -> bool:
        """Return whether a filled form or a header decides, of which words raise no doubt, or all
        the words together, which have been weighed against each other."""
        is_certain = not _CERTAIN.isdisjoint(self.when) and self.confidence == 1
        return is_certain or self.kind == "leaning"


class AlsoRule(Declared):
    """A second point a mail of one of the kinds in `beside` may carry."""

    kind: Kind
    beside: tuple[Kind, ...]
    when: Mapping[str, Any] = Field(min_length=1)
    unless: Mapping[str, Any] = {}


class DoubtRule(Declared):
    """What speaks against a kind and lowers the confidence of a rule that gave it."""

    against: tuple[Kind, ...]
    why: str
    lowers: float = Field(gt=0, lt=1)
    when: Mapping[str, Any] = Field(min_length=1)
    unless: Mapping[str, Any] = {}


class Door(Declared):
    """Whose mail it is when it speaks of what the phrase set `says` means."""

    door: str
    says: str


class LeaningDoubt(Declared):
    """How a leaning of the words to another kind lowers the confidence of what a rule says: from
    which share on, and by how much."""

    from_share: Figure[float]
    lowers: Figure[float]


class MailRules(Declared):
    """The whole table: the rules in order, what else a mail may say, what raises a doubt."""

    rule: tuple[MailRule, ...] = ()
    also: tuple[AlsoRule, ...] = ()
    door: tuple[Door, ...] = ()
    doubt: tuple[DoubtRule, ...] = ()
    leaning_doubt: LeaningDoubt | None = None


Asking = MailRule | AlsoRule | DoubtRule


class ClassifyLimits(Declared):
    """From which confidence on a kind needs no second look."""

    sure_from: Figure[float]


class LikenessPoints(Declared):
    """What each thing that two children have in common counts for, or against, their being one."""

    same_name: Figure[int]
    name_alike: Figure[int]
    sounds_alike: Figure[int]
    initial_and_name: Figure[int]
    initials: Figure[int]
    part_of_name: Figure[int]
    other_name: Figure[int]
    same_birth: Figure[int]
    birth_nearly: Figure[int]
    other_birth: Figure[int]
    same_nhs_number: Figure[int]
    other_nhs_number: Figure[int]
    same_home: Figure[int]
    same_family: Figure[int]
    same_incident_date: Figure[int]
    other_incident_date: Figure[int]


class MatchLimits(Declared):
    """How near two incident dates must lie to be one incident, in days; how alike names, dates and
    numbers are the same ones written otherwise; from how many points on a case is proposed."""

    incident_days: Figure[int]
    word_alike: Figure[int]
    word_sounding: Figure[int]
    birth_digits: Figure[int]
    nhs_digits: Figure[int]
    propose_from: Figure[int]
    propose_most: Figure[int]
    points: LikenessPoints


class SendLimits(Declared):
    """The brakes, which ask no header, and the waits between attempts."""

    per_address_a_day: Figure[int]
    per_case_a_day: Figure[int]
    all_an_hour: Figure[int]
    retry_after_s: Figure[tuple[int, ...]]


# At least one step, and none that comes at once or reaches nobody.
Waits = Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
Steps = Annotated[tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...], Field(min_length=1)]


class AlarmLimits(Declared):
    """When the alarm on a live risk is repeated, whom each round reaches, and how long its second
    route may take."""

    repeat_after_minutes: Figure[Waits]
    widen: Figure[Steps]
    timeout_s: Figure[PositiveFloat]


class PageLimits(Declared):
    """When the page calls something trouble, and how much of a list it shows at once."""

    silent_after_minutes: Figure[PositiveInt]
    unsent_after_minutes: Figure[PositiveInt]
    due_soon_wd: Figure[PositiveInt]
    rows: Figure[PositiveInt]
    failures: Figure[PositiveInt]
    locked_minutes: Figure[PositiveInt]
    attempts_a_minute: Figure[PositiveInt]
    upload_bytes: Figure[PositiveInt]


class MailLimits(Declared):
    """The largest mail that is downloaded."""

    max_bytes: Figure[int]


class ClockLimits(Declared):
    """The hour at which clocks are due, the clocks of an area that does not declare its own, and
    the bank holidays that the installed table does not know yet."""

    due_at: Figure[time]
    clock: Clocks
    bank_holiday: tuple[AddedHoliday, ...] = ()


def _refuse_unknown_events(decides: Mapping[str, ValueT]) -> Mapping[str, ValueT]:
    if unknown := sorted(set(decides) - set(EVENTS)):
        raise ValueError(f"there is no event `{unknown[0]}`; known: {', '.join(EVENTS)}")
    return decides


# By event, the ids of the roles that may record it.
Decides = Annotated[Mapping[str, tuple[str, ...]], AfterValidator(_refuse_unknown_events)]
DefaultDecides = Annotated[
    Mapping[str, Figure[tuple[str, ...]]], AfterValidator(_refuse_unknown_events)
]


class Limits(Declared):
    """Every figure of this project that is not one area's procedure, and who decides where an
    area's own document does not say."""

    mail: MailLimits
    classify: ClassifyLimits
    match: MatchLimits
    send: SendLimits
    alarm: AlarmLimits
    page: PageLimits
    clocks: ClockLimits
    quorum: QuorumLimits
    pack: PackLimits
    notices: Notices
    criteria: Criteria
    decides: DefaultDecides = Field(default_factory=dict)


def load_mail_rules(paths: Sequence[Path], predicates: Iterable[str], sets: Set[str]) -> MailRules:
    """Return the rules of these files in order.

    Raises:
        RuleError: a file cannot be read, an id is used twice, or a rule asks for a predicate or a
            set of phrases that does not exist.
    """
    known = set(predicates)
    rules: dict[str, MailRule] = {}
    also: list[AlsoRule] = []
    doors: list[Door] = []
    doubts: list[DoubtRule] = []
    leaning: LeaningDoubt | None = None
    for path in paths:
        table = load_declared(path, MailRules)
        for rule in table.rule:
            if rule.id in rules:
                raise RuleError(f"{path}: two rules are called `{rule.id}`; rename one.")
            _check_asked(path, f"rule `{rule.id}`", rule, known, sets)
            rules[rule.id] = rule
        for second in table.also:
            _check_asked(path, f"the second point `{second.kind}`", second, known, sets)
        for doubt in table.doubt:
            _check_asked(path, f"the doubt `{doubt.why}`", doubt, known, sets)
        also.extend(table.also)
        doubts.extend(table.doubt)
        for door in table.door:
            if door.says not in sets:
                raise RuleError(
                    f"{path}: the door `{door.door}` asks for the phrases `{door.says}`; "
                    "words.toml has none."
                )
        doors.extend(table.door)
        leaning = leaning or table.leaning_doubt
    return MailRules(
        rule=tuple(rules.values()),
        also=tuple(also),
        door=tuple(doors),
        doubt=tuple(doubts),
        leaning_doubt=leaning,
    )


def _check_asked(path: Path, who: str, rule: Asking, known: set[str], sets: Set[str]) -> None:
    for name in sorted({*rule.when, *rule.unless} - known):
        raise RuleError(
            f"{path}: {who} asks for `{name}`, which does not exist; "
            f"known: {', '.join(sorted(known))}."
        )
    for asked in (rule.when, rule.unless):
        tells = [asked["tells"][0]] if "tells" in asked else []
        for name in (*tells, *(one for key in asked if key.endswith("says") for one in asked[key])):
            if name not in sets:
                raise RuleError(
                    f"{path}: {who} asks for the phrases `{name}`; words.toml has none."
                )


def load_limits(path: Path) -> Limits:
    """Return rules/limits.toml; raises RuleError naming what is wrong with it."""
    return load_declared(path, Limits)
