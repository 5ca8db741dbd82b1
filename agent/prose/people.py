"""Whose child a mail is about: the subject child's name as the sender writes it.

Pure, and never a guess. A name counts only beside words that say that it is the child's: a label, a
birth date, an age, "baby", "the death of", what happened. Relatives and professionals are passed
over, and two children are none.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent import dates
from agent.model.form import Problem
from agent.prose.days import FULL, MONTH
from agent.prose.found import Found
from agent.prose.passage import Passage, Said
from agent.prose.vocabulary import (
    ACRONYMS,
    NOT_NAMES,
    PARTICLES,
    PLACE_WORDS,
    RELATIVE,
    SURNAMES,
    TITLES,
)

LABEL = "Child's name"

_TOKEN = re.compile(r"(?:[^\W\d_]\.[ ]?){2,4}(?![^\W\d_])|[^\W\d_]+(?:['’‑-][^\W\d_]+)*")
# "Child L" is how some write a child who is not to be named.
_LONE = re.compile(r"\b(?:Child|Baby|Twin|Young Person)\s[A-Z]\b(?![.'’-]?\w)")
_POSSESSIVE = re.compile(r"['’]s?$")

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
    rf"\s*(?:[,(–/-]\s*)?{_SEX}(?:(?:who|she|he)\s?(?:is|was|['’]s)\s+|is\s+|was\s+)?(?:an?\s+)?{AGE}"
    rf"|\s*[,(]\s*(?:she|he)['’]s\s+{_NUMBER}\b|['’]s\s+{_NUMBER}\b"
    rf"|\s*[,(]\s*{_SEX}(?:Y(?:ear|r)?\s?\d{{1,2}}\b|{_NUMBER}\s*(?=[,.;:)]|$|\s-))",
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
    rf"(?:,\s(?:who|aged?|an?|our|the|dob|d\.o\.b|\d)[^,.;]{{2,80}},|\s*\([^)]{{1,60}}\))?\s+(?:(?:has|had|have|was|is|were|sadly|tragically|"
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
    r"""(?:^|[.;|/(]\s*|\b)(?:(?:full\s+|patient\s+|child['’]?s?\s+|pupil\s+)?name(?:\s+of\s+(?:the\s+)?
    (?:child|baby|infant|pupil|patient|subject|young\s+person)(?:\s+and\s+d\.?o\.?b\.?)?)?
    |(?:the\s+)?(?:subject\s+|named\s+)?child(?:\s+1|\s+details|['’]s\s+details)?|subject|pupil|patient|student|infant|
    baby|young\s+person|yp|victim|vic|ip|injured\s+party|deceased|who|details|(?:child['’]?s\s+|
    subject['’]?s\s+)?initials(?:\s+are)?|re|ref|referral|regarding)\s*(?:[:=]|\s[–-])\s*
    (?:baby\s+|infant\s+|master\s+|miss\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CALLED = re.compile(
    r"""(?:\bname\s*(?:is|['’]s|was)|\b(?:called|named)(?:\s+by\s+[^.;,]{2,20}\s+as)?|\b(?:child|baby|boy|girl|pupil|infant|patient|
    victim|vic|ip|subject|initials)\b[^.;,]{0,20}\b(?:is|was|are)|\binitials)\s+(?:baby\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CHILD = re.compile(
    rf"""(?:(?<!other\s)(?<!second\s)(?<!older\s)\b(?:baby|infant|toddler|newborn|boy|girl|child|
    pupils?|student|young\s+person|young\s+(?:wo)?man|yp|patient(?:\s+of\s+(?:this|our)\s+\w+)?|teenager|lad|male|female|
    one\s+of\s+our\s+(?:\w+\s+){{0,2}}\w+)(?:\s+(?:of|aged?)\s+{_NUMBER})?|\b{_NUMBER}[\s-]*{_UNIT}[\s-]*old|\b{AGE}
    )\s*[,:–-]?\s*(?:called\s+|named\s+|baby\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_CASE = re.compile(
    r"""\b(?:(?:cases?|deaths?|murder|killing|birth|loss|suicide|stabbing|shooting|circumstances|overdose)
    \s+of|injur(?:y|ies)\s+(?:to|of)|harm\s+(?:to|of)|(?:assault|attack)\s+(?:on|of)|(?:abuse|neglect)\s+of
    |concerns?\s+(?:for|about)|fail(?:ed|ure)\s+to\s+protect|in\s+respect\s+of)\s+(?:(?:baby|little|young|our|poor)\s+){0,2}$""",
    re.IGNORECASE | re.VERBOSE,
)
# What also stands before much else: only a forename with a surname counts behind it.
_BEFORE_ABOUT = re.compile(
    r"""(?:\b(?:refer|referring|referral|re|regarding|concerning|about|bring|raise|subject\s+child|consider|
    on\s+behalf\s+of|our\s+crew\s+took|writing\s+to\s+you\s+about)|^re:?)\s+(?:baby\s+|little\s+|young\s+|our\s+\w+\s+)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_RELATIVE = re.compile(
    rf"\b(?:{RELATIVE})\b[\s,:(–-]*(?:(?:is|was|called|named|a|,)\s+)?$", re.IGNORECASE
)
_BEFORE_SIBLINGS = re.compile(
    r"\b(?:sib(?:ling)?s?|brothers?|sisters?|twin|other\s+(?:children|kids|child)|cousins?|friend)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(
    r"\b(?:in|at|from|near|into|via|around|outside|by|on|under|op)\s+(?:the\s+)?$", re.I
)
_BABY = re.compile(r"\bbaby\s+$", re.I)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words written like a name, at their place in a sentence."""

    name: str
    said: Said
    start: int
    end: int

    @property
    def before(self) -> str:
        return self.said.text[max(0, self.start - 90) : self.start]

    @property
    def after(self) -> str:
        return self.said.text[self.end : self.end + 110]

    @property
    def words(self) -> frozenset[str]:
        return words_of(self.name)


def words_of(name: str) -> frozenset[str]:
    """Return a name's words as they are compared."""
    return frozenset(re.findall(r"[^\W\d_]{2,}", name.casefold()))


def find_child(
    passage: Passage, others: Collection[str]
) -> tuple[Found | None, tuple[Problem, ...]]:
    """Return the subject child's name; `others` are names of people who are not the child."""
    runs = [run for said in passage.told for run in _runs(said)]
    known = [words for other in others if (words := words_of(other))]
    found = [
        Found(run.name, run.said, run.name, confidence, rank)
        for run in runs
        if not any(run.words and run.words <= words for words in known)
        and not _is_grown_up(run, passage.written_on)
        and (judged := _judge(run)) is not None
        for rank, confidence in [judged]
    ]
    people = _people(found)
    if not people:
        return None, ()
    top = max(one.rank for one in people)
    best = [one for one in people if one.rank == top]
    # A child named in full is not put in doubt by initials that are nobody's.
    if len(best) > 1:
        return None, (Problem("two_answers", LABEL),)
    return _fullest(best[0], runs), ()


def _judge(run: _Run) -> tuple[int, float] | None:
    """Return rank and confidence of a name as the child's, or None where nothing says so."""
    before, after = run.before, run.after
    is_initials = _is_initials(run.name)
    if _LONE.fullmatch(run.name):
        return 2, 0.7
    is_single = not is_initials and not re.search(r"[\s-]", run.name)
    if is_single and (after.startswith(":") or re.search(r"\b(?:baby|child|girl|boy),\s$", before)):
        return None
    if _BEFORE_LABEL.search(before):
        return 3, 0.9
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
    if _BEFORE_CASE.search(before) or is_child:
        return 2, 0.8
    if _AFTER_AGE.match(after):
        return 2, 0.8
    if is_initials:
        return (2, 0.7) if re.search(r"\b(?:re|child|baby)\s+$", before, re.I) else _did(run, 0.6)
    if " " in run.name and _BEFORE_ABOUT.search(before):
        return 1, 0.7
    # Any word begins a sentence with a capital.
    return None if is_single and not before.strip() else _did(run, 0.7)


def _is_grown_up(run: _Run, written_on: date | None) -> bool:
    """Return whether a birth date or age behind a name is no child's."""
    born = re.match(rf"[\s,;:(/–-]{{0,4}}(?:{_BORN}[\s:]*)?(?P<day>{FULL})", run.after, re.I)
    day = dates.parse_date(born["day"]) if born and written_on else None
    if day is not None and written_on is not None and (written_on - day).days > 9_500:
        return True
    age = _AFTER_AGE.match(run.after)
    number = re.search(r"\d+", age[0]) if age else None
    is_years = age is not None and not re.search(r"month|mth|week|wk|day|/|\dm\b", age[0], re.I)
    return number is not None and is_years and int(number[0]) > 18


def _did(run: _Run, confidence: float) -> tuple[int, float] | None:
    return (1, confidence) if _AFTER_DID.match(run.after) else None


def _runs(said: Said) -> Iterator[_Run]:
    """Yield runs of words that may be a name: "Jean-Luc de la Cruz", "K.B.", "OKORO, Ben"."""
    text = said.text
    tokens = list(_TOKEN.finditer(text))
    at = 0
    for lone in _LONE.finditer(text):
        yield _Run(lone[0], said, *lone.span())
    while at < len(tokens):
        if not _may_begin(tokens, at):
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and (step := _goes_on(text, tokens, last)):
            last += step
        if not _is_professional(text, tokens[at].start()):
            yield from _run(said, tokens, at, last)
        at = last + 1


def _run(said: Said, tokens: Sequence[re.Match[str]], first: int, last: int) -> Iterator[_Run]:
    text, start, end = said.text, tokens[first].start(), tokens[last].end()
    name = text[start:end].strip()
    bare = _POSSESSIVE.sub("", name) if not name.lower().endswith("s'") else name
    end = start + len(bare)
    if first == last and _BABY.search(text[:start]) and not _is_initials(bare):
        # "Baby Smith" is all that a child without a forename is called.
        start = text[:start].rstrip().rfind(" ") + 1
        bare = text[start:end]
    if len(bare) > 1 or _is_initials(bare):
        yield _Run(bare, said, start, end)


def _may_begin(tokens: Sequence[re.Match[str]], at: int) -> bool:
    word = tokens[at][0]
    if _is_initials(word):
        return word.strip(". ").upper() not in ACRONYMS and word.lower() not in TITLES
    if _is_name_word(word):
        return True
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    return word.lower() in ("al", "el", "von", "van", "de") and _is_name_word(following)


def _goes_on(text: str, tokens: Sequence[re.Match[str]], at: int) -> int:
    """Return by how many tokens a name goes on behind this one, 0 where it ends."""
    between = text[tokens[at].end() : tokens[at + 1].start()]
    word = tokens[at][0]
    if _POSSESSIVE.search(word):
        return 0
    following = tokens[at + 1][0]
    if between == ", ":
        is_surname = word.isupper() and len(re.sub(r"\W", "", word)) > 2
        return int(is_surname and _is_name_word(following) and not following.isupper())
    if between not in (" ", ". "):
        return 0
    if between == ". " and len(word) > 1:
        return 0
    if _is_name_word(following) or (len(following) == 1 and following.isupper()):
        return 1
    if following.istitle() and following.lower() in SURNAMES:
        return 1
    for step in (1, 2):
        if at + step + 1 >= len(tokens) or tokens[at + step][0].lower() not in PARTICLES:
            return 0
        if _is_name_word(tokens[at + step + 1][0]):
            gap = text[tokens[at].end() : tokens[at + step + 1].start()]
            return step + 1 if re.fullmatch(r"[\s\w]+", gap) else 0
    return 0


def _is_name_word(word: str) -> bool:
    bare = _POSSESSIVE.sub("", word)
    if len(bare) < 2 or bare.lower() in NOT_NAMES or bare in ACRONYMS:
        return False
    parts = re.split(r"['’‑-]", bare)
    if len(parts) == 2 and parts[1].lower() in ("s", "ve", "m", "ll", "d", "re", "t"):
        return False
    return any(part[:1].isupper() for part in parts) and not (
        bare[0].islower() and len(parts[0]) > 2
    )


def _is_initials(word: str) -> bool:
    bare = re.sub(r"[.\s]", "", word)
    return bare.isupper() and (len(bare) == 2 or ("." in word and len(bare) <= 4))


def _is_professional(text: str, start: int) -> bool:
    """Return whether a title of a grown-up or a place word stands before a name."""
    word = re.search(r"([^\W\d_]+)\.?\s+$", text[:start][-20:])
    return word is not None and (word[1].lower() in TITLES or word[1].lower() == "st")


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
    if _is_initials(less) or not words_of(less):
        letters = re.sub(r"[.\s]", "", less)
        firsts = "".join(word[0] for word in re.findall(r"[^\W\d_]+", more))
        return letters.casefold() in (firsts.casefold(), re.sub(r"\W", "", more).casefold())
    return words_of(less) - {"baby"} <= words_of(more)


def _fullest(best: Found, runs: Sequence[_Run]) -> Found:
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


__all__ = ["AGE", "LABEL", "MONTH", "find_child", "words_of"]
