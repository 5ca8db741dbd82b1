"""What kind of mail it is: the rules of rules/mail.toml tried in order, with what each one saw.

Pure. The policy stands in the rule file; what a rule may ask stands in `predicates`.
"""

from collections.abc import Iterator, Sequence

from agent.model.facts import Facts, Reading
from agent.model.form import Form
from agent.model.message import Classification, Evidence, Kind
from agent.phrases import Phrases
from agent.predicates import PREDICATES
from agent.ruleset import Asking, MailRule, MailRules


def classify(reading: Reading, rules: MailRules, phrases: Phrases) -> Facts:
    """Return the mail judged by the first rule that holds, with the rules passed over before it.

    Where no rule holds the mail is `unknown`; the shipped rules end with one that always holds.
    """
    passed_over: list[str] = []
    for rule in rules.rule:
        found = _holds(rule, reading, phrases)
        if found is not None:
            return _judged(rule, found, tuple(passed_over), reading, rules, phrases)
        passed_over.append(rule.id)
    nothing = Classification(
        Kind.UNKNOWN,
        "",
        "No rule recognises this mail.",
        0.0,
        live_risk=bool(reading.live_risk),
        passed_over=tuple(passed_over),
    )
    return Facts(reading, nothing, None)


def _judged(
    rule: MailRule,
    found: tuple[Evidence, ...],
    passed_over: tuple[str, ...],
    reading: Reading,
    rules: MailRules,
    phrases: Phrases,
) -> Facts:
    kind, confidence = rule.kind, rule.confidence
    if kind == "leaning":
        # The share is what of mails that lean so far is right, doubts and all.
        kind, confidence = Kind(reading.leaning[0].to), confidence * reading.leaning[0].share
    also = dict.fromkeys(
        second.kind
        for second in rules.also
        if second.kind is not kind
        and kind in second.beside
        and _holds(second, reading, phrases) is not None
    )
    doubts = () if rule.needs_no_doubt else tuple(_doubts(kind, reading, rules, phrases))
    classification = Classification(
        kind=kind,
        rule=rule.id,
        why=rule.why,
        confidence=round(max(0.0, confidence - sum(lowers for lowers, _ in doubts)), 2),
        also=tuple(also),
        live_risk=bool(reading.live_risk) or kind is Kind.IMMEDIATE_RISK,
        door=rule.door or _door(kind, reading, rules, phrases),
        evidence=(*found, *(seen for _, seen in doubts), *reading.live_risk),
        passed_over=passed_over,
    )
    return Facts(reading, classification, _form_of(kind, reading.forms))


def _door(kind: Kind, reading: Reading, rules: MailRules, phrases: Phrases) -> str | None:
    """Return whose mail it is that came to the wrong door, or None where its words do not say."""
    if kind is not Kind.WRONG_DOOR:
        return None
    said = (one.door for one in rules.door if phrases.find(one.says, reading.said) is not None)
    return next(said, None)


def _doubts(
    kind: Kind, reading: Reading, rules: MailRules, phrases: Phrases
) -> Iterator[tuple[float, Evidence]]:
    """Yield what speaks against a kind, each with how much it lowers the confidence."""
    for doubt in rules.doubt:
        if kind in doubt.against and _holds(doubt, reading, phrases) is not None:
            yield doubt.lowers, Evidence("against", doubt.why)
    away, first = rules.leaning_doubt, next(iter(reading.leaning), None)
    if away is None or first is None or first.to in (kind, Kind.UNKNOWN):
        return
    if first.share >= away.from_share.value:
        why = f"The words lean to {first.to} ({first.share:.2f}): {', '.join(first.words)}"
        yield away.lowers.value, Evidence("against", why)


def _holds(rule: Asking, reading: Reading, phrases: Phrases) -> tuple[Evidence, ...] | None:
    """Return what a rule saw, or None where it does not hold."""
    seen: list[Evidence] = []
    for name, argument in rule.when.items():
        found = PREDICATES[name](reading, phrases, argument)
        if found is None:
            return None
        seen.extend(found)
    for name, argument in rule.unless.items():
        if PREDICATES[name](reading, phrases, argument) is not None:
            return None
    return tuple(seen)


def _form_of(kind: Kind, forms: Sequence[Form]) -> Form | None:
    """Return the form this kind rests on, or None: of several the filled one that says most."""
    wanted = {kind, Kind.SCOPING_RETURN} if kind is Kind.NIL_RETURN else {kind}
    of_kind = (form for form in forms if form.kind in wanted)
    return max(of_kind, key=_says, default=None)


def _says(form: Form) -> tuple[bool, int]:
    return form.filled, sum(value is not None for value in form.fields.values())
