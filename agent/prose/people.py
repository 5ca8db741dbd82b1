"""Whose child a mail is about: the subject child's name as the sender writes it.

Pure, and never a guess. A name counts only beside words that say that it is the child's: a label, a
birth date, an age, "baby", "the death of", what happened. Relatives and professionals are passed
over, and two children are none.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from agent import dates
from agent.model.form import Problem
from agent.prose.days import FULL
from agent.prose.found import Found
from agent.prose.names import LONE, Run, find_runs, is_initials, words_of
from agent.prose.passage import Passage
from agent.prose.vocabulary import (
    PLACE_WORDS,
    RELATIVE,
)

LABEL = "Child's name"
# A mail that names more people beside such words is a list.
_MAX_NAMES = 80

_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen)"
)
_UNIT = r"(?:years?|yrs?|months?|mths?|weeks?|wks?|days?|yo|y/o|yr|y|m|/12|/52)"
AGE = (
    rf"(?:(?:just|only|nearly|almost|about|aged?)\s+){{0,2}}(?:{_NUMBER}[\s-]*{_UNIT}\b"
    rf"(?:[\s-]*\d{{1,2}}\s?m\b)?(?:[\s-]*old)?|(?:aged?|nearly|almost|just|only)\s+{_NUMBER}\b)"
)
_BORN = r"(?:\(?\s*(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|born|b\.?(?=\s?\d)))"
_SEX = r"(?:(?:an?\s+)?(?:male|female|boy|girl)\b[\s,;]*)?"
_AFTER_BORN = re.compile(
    rf"[\s,;:(/–-]{{0,4}}{_SEX}{_BORN}|\s*[,;(/–-][\s(]{{0,2}}(?:{FULL})", re.I
)
_AFTER_AGE = re.compile(
    rf"\s*(?:[,(–/-]\s*)?{_SEX}(?:(?:who|she|he)\s?(?:is|was|['’]s)\s+|is\s+|"
    rf"was\s+)?(?:an?\s+)?{AGE}"
    rf"|\s*[,(]\s*(?:she|he)['’]s\s+{_NUMBER}\b|['’]s\s+{_NUMBER}\b"
    rf"|\s*[,(]\s*{_SEX}(?:Y(?:ear|r)?\s?\d{{1,2}}\b|{_NUMBER}\s*(?=[,;:)]|\.(?!\d)|$|\s-))",
    re.I,
)
_DID = (
    r"(?:died|passed\s+away|found|admitted|brought|sustained|suffered|stabbed|shot|drowned|killed|"
    r"collapsed|hanged|pronounced|taken|took|conveyed|ventilated|assaulted|attacked|injured|hit|"
    r"struck|bitten|mauled|ingested|swallowed|fell|jumped|presented|discovered|rushed|airlifted|"
    r"scalded|burne?d|burnt|shaken|raped|abducted|stillborn|beaten|starved|hurt|murdered|drank|"
    r"overdosed|critically|seriously|unresponsive|disclosed|came\s+(?:in|to)|attended)"
)
_AFTER_DID = re.compile(
    rf"(?:,\s(?:who|aged?|an?|our|the|dob|d\.o\.b|\d)[^,.;]{{2,80}},|"
    rf"\s*\([^)]{{1,60}}\))?\s+(?:(?:has|had|have|was|is|were|sadly|tragically|"
    rf"then|been|who|being|also|very)\s+){{0,4}}{_DID}\b",
    re.I,
)
_AFTER_RELATIVE = re.compile(
    rf"['’]?\s*[,(–-]?\s*(?:is\s+)?(?:(?:his|her|their|the|a|an|my|our|child['’]s|who\s+is|older|"
    rf"younger|elder|eldest|little|big|maternal|paternal|step|half|birth|foster|named|social|"
    rf"health|family|head|class|lead|designated|safeguarding|consultant|key)\s+){{0,3}}"
    rf"(?:{RELATIVE})\b",
    re.I,
)

_BEFORE_LABEL = re.compile(
    r"""(?:^|[.;|/(]\s*|\b)(?:(?:full\s+|patient\s+|child['’]?s?\s+
      |pupil\s+)?name(?:\s+of\s+(?:the\s+)?
    (?:child|baby|infant|pupil|patient|subject|young\s+person)(?:\s+and\s+d\.?o\.?b\.?)?)?
    |(?:the\s+)?(?:subject\s+|named\s+)?child(?:\s+1|\s+details|['’]s\s+details)?|subject|pupil
      |patient|student|infant|
    baby|young\s+person|yp|victim|vic|ip|ap|injured\s+party|deceased|who|details|(?:child['’]?s\s+|
    subject['’]?s\s+)?initials(?:\s+are)?|re|ref|referral|regarding)\s*(?:[:=]|\s[–-])\s*
    (?:baby\s+|infant\s+|master\s+|miss\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CALLED = re.compile(
    r"""(?:\bname\s*(?:is|['’]s|was)|\b(?:called|named)(?:\s+by\s+[^.;,]{2,20}\s+as)?
      |\b(?:child|baby|boy|girl|pupil|infant|patient|
    victim|vic|ip|subject|initials)\b[^.;,]{0,20}\b(?:is|was|are)|\binitials)\s+(?:baby\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CHILD = re.compile(
    rf"""(?:(?<!other\s)(?<!second\s)(?<!older\s)\b(?:baby|infant|toddler|newborn|boy|girl|child|
    pupils?|student|young\s+person|young\s+(?:wo)?man|yp|patient(?:\s+of\s+(?:this|our)\s+\w+)?
      |teenager|lad|male|female|
    one\s+of\s+our\s+(?:\w+\s+){{0,2}}\w+)(?:\s+(?:of|aged?)\s+{_NUMBER})?
      |\b{_NUMBER}[\s-]*{_UNIT}[\s-]*old|\b{AGE}
    )\s*[,:–-]?\s*(?:called\s+|named\s+|baby\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CASE = re.compile(
    r"""\b(?:(?:cases?|deaths?|murder|killing|birth|loss|suicide|stabbing|shooting
      |circumstances|overdose)
    \s+of|injur(?:y|ies)\s+(?:to|of)|harm\s+(?:to|of)|(?:assault|attack)\s+(?:on|of)|(?:abuse
      |neglect)\s+of
    |concerns?\s+(?:for|about)|fail(?:ed|ure)\s+to\s+protect|in\s+respect\s+of)\s+(?:(?:baby
      |little|young|our|poor)\s+){0,2}$""",
    re.IGNORECASE | re.VERBOSE,
)
# What also stands before much else: only a forename with a surname counts behind it.
_BEFORE_ABOUT = re.compile(
    r"""(?:\b(?:refer|referring|referral|re|regarding|concerning|about|bring|raise
      |subject\s+child|consider|
    on\s+behalf\s+of|our\s+crew\s+took|writing\s+to\s+you\s+about)|^re:?)\s+(?:baby\s+
      |little\s+|young\s+|our\s+\w+\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_RELATIVE = re.compile(
    rf"\b(?:{RELATIVE})\b[\s,:(–-]*(?:(?:is|was|called|named|a|,)\s+)?$", re.IGNORECASE
)
# "Two sisters, Ann Ash and Joy Ash" are two children that the mail is about.
_BEFORE_SEVERAL = re.compile(
    r"\b(?:two|three|four)\s+(?:half[- ])?(?:siblings|sisters|brothers|children|girls|"
    r"boys)\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_AFTER_CASE = re.compile(r"['’]s?\s+(?:case|death|injur|situation|circumstances)", re.I)
_BEFORE_SIBLINGS = re.compile(
    r"\b(?:sib(?:ling)?s?|brothers?|sisters?|twin|other\s+(?:children|kids|child)|cousins?|"
    r"friend)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(
    r"\b(?:in|at|from|near|into|via|around|outside|by|on|under|op)\s+(?:the\s+)?$", re.I
)
_BEFORE_STREET = re.compile(
    r"\s(?:Road|Street|Lane|Avenue|Close|Court|Drive|Way|House|Rise|Grove|Terrace|Hospital|School|"
    r"Primary|Nursery|Police|Council|Team|Unit|Trust)\b"
)


def find_child(
    passage: Passage, others: Collection[str]
) -> tuple[Found | None, tuple[Problem, ...]]:
    """Return the subject child's name; `others` are names of people who are not the child."""
    runs = [run for said in passage.told for run in find_runs(said)]
    known = [words for other in others if (words := words_of(other))]
    found = [
        Found(run.name, run.said, run.name, confidence, rank)
        for run in runs
        if not any(run.words and run.words <= words for words in known)
        and not _is_grown_up(run, passage.written_on)
        and (judged := _judge(run)) is not None
        for rank, confidence in [judged]
    ]
    people = _people(found[:_MAX_NAMES])
    if not people:
        return None, ()
    top = max(one.rank for one in people)
    best = [one for one in people if one.rank == top]
    # A child named in full is not put in doubt by initials that are nobody's.
    if len(best) > 1:
        return None, (Problem("two_answers", LABEL),)
    return _fullest(best[0], runs), ()


def _judge(run: Run) -> tuple[int, float] | None:
    """Return rank and confidence of a name as the child's, or None where nothing says so."""
    before, after = run.before, run.after
    has_initials = is_initials(run.name)
    if _BEFORE_STREET.match(after):
        return None
    if LONE.fullmatch(run.name):
        return 2, 0.7
    is_single = not has_initials and not re.search(r"[\s-]", run.name)
    if is_single and (after.startswith(":") or re.search(r"\b(?:baby|child|girl|boy),\s$", before)):
        return None
    if _BEFORE_LABEL.search(before):
        return 3, 0.9
    if _BEFORE_SEVERAL.search(before):
        return 2, 0.7
    if _BEFORE_RELATIVE.search(before) or _AFTER_RELATIVE.match(after):
        return None
    is_place = bool(_BEFORE_PLACE.search(before))
    is_sibling = bool(_BEFORE_SIBLINGS.search(before))
    is_child = bool(_BEFORE_CHILD.search(before))
    is_full = len(run.words) > 1
    if _AFTER_BORN.match(after) and (is_full or not is_place) and not is_sibling:
        return 3, 0.9
    if _BEFORE_CALLED.search(before) and not is_sibling:
        return 2, 0.8
    if is_place or is_sibling:
        return None
    if _BEFORE_CASE.search(before) or is_child or _AFTER_CASE.match(after):
        return 2, 0.8
    if _AFTER_AGE.match(after):
        return 2, 0.8
    if has_initials:
        return (2, 0.7) if re.search(r"\b(?:re|child|baby)\s+$", before, re.I) else _did(run, 0.6)
    if " " in run.name and _BEFORE_ABOUT.search(before):
        return 1, 0.7
    # Any word begins a sentence with a capital.
    return None if is_single and not before.strip() else _did(run, 0.7)


def _is_grown_up(run: Run, written_on: date | None) -> bool:
    """Return whether a birth date or age behind a name is no child's."""
    born = re.match(rf"[\s,;:(/–-]{{0,4}}(?:{_BORN}[\s:]*)?(?P<day>{FULL})", run.after, re.I)
    day = dates.parse_date(born["day"]) if born and written_on else None
    if day is not None and written_on is not None and (written_on - day).days > 9_500:
        return True
    age = _AFTER_AGE.match(run.after)
    number = re.search(r"\d+", age[0]) if age else None
    is_years = age is not None and not re.search(r"month|mth|week|wk|day|/|\dm\b", age[0], re.I)
    return number is not None and is_years and int(number[0]) > 18


def _did(run: Run, confidence: float) -> tuple[int, float] | None:
    return (1, confidence) if _AFTER_DID.match(run.after) else None


def _people(found: Iterable[Found]) -> list[Found]:
    """Return one finding for each person, the fullest and surest of what may be the same."""
    people: list[Found] = []
    for one in sorted(found, key=lambda one: -len(words_of(str(one.value)))):
        if PLACE_WORDS.search(str(one.value)):
            continue
        for at, other in enumerate(people):
            if _is_same(str(one.value), str(other.value)):
                people[at] = _merged(other, one)
                break
        else:
            people.append(one)
    return people


def _merged(full: Found, other: Found) -> Found:
    rank = max(full.rank, other.rank)
    confidence = max(full.confidence, other.confidence)
    is_better = other.rank > full.rank and words_of(str(full.value)) == words_of(str(other.value))
    return replace(other if is_better else full, rank=rank, confidence=confidence)


def _is_same(one: str, other: str) -> bool:
    """Return whether the shorter name may be the same person's: its words, or its initials."""
    less, more = sorted((one, other), key=lambda name: len(words_of(name)))
    if is_initials(less) or not words_of(less):
        letters = re.sub(r"[.\s]", "", less)
        firsts = "".join(word[0] for word in re.findall(r"[^\W\d_]+", more))
        return letters.casefold() in (firsts.casefold(), re.sub(r"\W", "", more).casefold())
    return words_of(less) - {"baby"} <= words_of(more)


def _fullest(best: Found, runs: Sequence[Run]) -> Found:
    """Return the name as it is written out elsewhere in the mail, where it is one there."""
    words = words_of(str(best.value)) - {"baby"}
    longer = [
        run
        for run in runs
        if words
        and words < run.words
        and not PLACE_WORDS.search(run.name)
        and not _BEFORE_RELATIVE.search(run.before)
        and run.name.split()[0] == str(best.value).split()[0]
    ]
    if len({run.words for run in longer}) != 1 or "baby" in words_of(str(best.value)):
        return best
    return replace(best, value=longer[0].name, said=longer[0].said, raw=longer[0].name)
