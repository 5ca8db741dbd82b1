"""An agency's answer told in prose, put under the questions of a return.

Pure, and never a guess: numbers tell the question only where the list is a list of answers.
"""

import re
from collections.abc import Mapping, Sequence

from agent.model.form import FieldValue
from agent.prose.found import Found
from agent.prose.passage import Passage, Said
from agent.prose.signed import Author, labelled

# The order of the form's own questions.
QUESTIONS = (
    "involvement_summary",
    "practice_analysis",
    "partnership_concerns",
    "other_agencies_known",
    "further_info",
)
_NUMBERED = re.compile(
    r"^\(?(?:Q(?:uestion)?\s?)?(?P<number>[1-9])[.):]?\s*[.):\s–-]\s*(?P<rest>.*)$", re.I
)
_HEADINGS: Mapping[str, str] = {
    "involvement_summary": (
        r"(?:our\s+|agency\s+|summary\s+of\s+)?(?:involvement|contact)|what\s+we\s+know|summary|"
        r"known\s+to\s+us|background|history"
    ),
    "practice_analysis": (
        r"(?:brief\s+)?(?:our\s+)?(?:analysis|practice(?:\s+(?:analysis|comment))?|learning|"
        r"reflections?|our\s+view\s+of\s+practice|"
        r"in\s+terms\s+of\s+practice)(?:\s+of\s+practice)?"
    ),
    "partnership_concerns": (
        r"(?:concerns?|joint\s+working|partnership(?:\s+working|\s+concerns)?|"
        r"multi-?agency(?:\s+working)?|working\s+together)(?:\s+(?:about|"
        r"re)\s+(?:joint\s+working|partners))?"
    ),
    "other_agencies_known": (
        r"other(?:s|\s+agencies(?:\s+(?:known|involved))?)|agencies\s+(?:known|involved)|"
        r"anyone\s+else"
    ),
    "further_info": (
        r"(?:any\s+)?(?:further|other)\s+info(?:rmation)?|anything\s+else|"
        r"additional\s+info(?:rmation)?"
    ),
}
_HEADED = {
    name: re.compile(rf"^\W*(?:{words})\s*(?::|\s[-–]\s)\s*(?P<rest>.*)$", re.I)
    for name, words in _HEADINGS.items()
}
_HINDSIGHT = re.compile(
    r"""\b(?:on\s+reflection|(?:in|with)\s+hindsight|looking\s+(?:back|at\s+it)
      |in\s+terms\s+of\s+practice|our\s+(?:main\s+)?learning
    |(?:that|which|main|the)\s+(?:\w+\s+){0,3}is\s+(?:\w+\s+){0,3}(?:the
      |our)\s+(?:main\s+)?learning|reading\s+it\s+cold
    |(?:we|i|crew|officers?|they|she|he|it)\s+(?:now\s+)?(?:should|ought\s+to|could)\s+(?:have
      |of)|should\s+have\s+been|should\s+of
    |we\s+(?:now\s+know|recognise|accept|regret)|which\s+(?:we|i)\s+(?:now\s+)?(?:recognise
      |accept|regret)|learning\s+(?:point|for\s+us)|we\s+think[^.]*should|ought\s+to\s+have)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_TOGETHER = re.compile(
    r"""\b(?:concerns?\s+(?:about|with|re|regarding)\s+(?:the\s+|how\s+)?(?:mash|partner\w*
      |agenc\w+|joint|social\s+care|
    front\s+door|other|children['’]s\s+services)|(?:joint|partnership|multi-?agency)\s+working
      |never\s+(?:heard\s+back|
    told|invited)|(?:not|weren['’]t|wasn['’]t)\s+invited|did\s+not\s+(?:invite|share)
      |how\s+agencies\s+worked)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_COVER = re.compile(
    r"\b(?:attached|attach|enclosed?|herewith|find\s+(?:our|the|my)|see\s+(?:below|attached)|"
    r"return\s+as\s+requested)\b",
    re.I,
)
_CONFIRMING = re.compile(
    r"""(?:\bnil\s+return\s+(?:from|for|on\s+behalf\s+of)\s+|\b(?:not\s+known|unknown)\s+(?:to
      |at|by)\s+|\bno\s+record\b[^.]{0,50}?\b(?:at|by|with)\s+|
    \bconfirm\s+(?:that\s+)?)(?P<after>(?-i:[A-Z])[\w'’&-]+(?:\s(?:(?-i:[A-Z])[\w'’&-]+|and|of
      |for)){0,5})
    |(?:^|[.]\s+)(?P<first>(?-i:[A-Z])[\w'’&-]+(?:\s(?:(?-i:[A-Z])[\w'’&-]+|and|of
      |for)){1,5})\s+(?:can\s+confirm|ha(?:s|ve)\s+(?:no|nothing)|holds?\s+no)""",
    re.IGNORECASE | re.VERBOSE,
)
_IS_AGENCY = re.compile(
    r"\b(?:trust|police|council|homes|housing|school|academy|college|hospitals?|service|services|"
    r"icb|nursery|probation|"
    r"constabulary|ambulance|rescue|surgery|practice|centre|nhs|primary|association|hubs?)\b",
    re.I,
)


def read_reply(passage: Passage) -> dict[str, FieldValue | None]:
    """Return the answers under the form's questions; None for those that are not told."""
    answers: dict[str, FieldValue | None] = dict.fromkeys(QUESTIONS)
    parts = _parts(passage.lines)
    for name, part in parts.items():
        text = " ".join(one.text for one in part).strip()
        if text:
            answers[name] = FieldValue(text, part[0].source, text, 0.9)
    # What no heading tells is read sentence by sentence, and stands in the whole answer too.
    if answers["involvement_summary"] is None and not parts:
        answers["involvement_summary"] = _whole(passage.sentences)
    answers["practice_analysis"] = answers["practice_analysis"] or _told(passage, _HINDSIGHT)
    if not parts:
        answers["partnership_concerns"] = _told(passage, _TOGETHER)
    return answers


def _told(passage: Passage, pattern: re.Pattern[str]) -> FieldValue | None:
    """Return the sentences that say something of this sort."""
    told = [one for one in passage.sentences if pattern.search(one.text)]
    text = " ".join(one.text for one in told)
    return FieldValue(text, told[0].source, text, 0.7) if told else None


def _whole(sentences: Sequence[Said]) -> FieldValue | None:
    """Return the whole answer; None where all of it only says that a file comes along."""
    if all(_COVER.search(one.text) or len(one.text.split()) < 3 for one in sentences):
        return None
    text = " ".join(one.text for one in sentences)
    return FieldValue(text, sentences[0].source, text, 0.7)


def _parts(lines: Sequence[Said]) -> dict[str, list[Said]]:
    """Return the lines of each question, by headings and by the numbers of a list of answers."""
    is_list = _is_list_of_answers(lines)
    parts: dict[str, list[Said]] = {}
    current: str | None = None
    for line in lines:
        number = _NUMBERED.match(line.text) if is_list else None
        text = number["rest"] if number else line.text
        headed = next(
            ((name, found["rest"]) for name, one in _HEADED.items() if (found := one.match(text))),
            None,
        )
        if headed:
            current, text = headed
        elif number:
            index = int(number["number"]) - 1
            current = QUESTIONS[index] if index < len(QUESTIONS) else current
        elif is_list and re.match(r"(?:hello|hi|thanks|sorry|i don['’]t|hope|happy)\b", text, re.I):
            current = None
        if current is not None and text.strip():
            parts.setdefault(current, []).append(Said(text.strip(), line.source))
    return parts


def _is_list_of_answers(lines: Sequence[Said]) -> bool:
    """Return whether numbered lines answer the form: they run from 1, three to five of them, and
    either all five are there or one says so by its words."""
    found = [one for line in lines if (one := _NUMBERED.match(line.text))]
    numbers = [int(one["number"]) for one in found]
    if not 2 <= len(numbers) <= 6 or numbers != list(range(1, len(numbers) + 1)):
        return False
    rests = [one["rest"] for one in found]
    is_headed = any(pattern.match(rest) for rest in rests for pattern in _HEADED.values())
    is_reflective = len(rests) > 1 and bool(_HINDSIGHT.search(rests[1]))
    ends_empty = any(
        re.match(r"(?:none|no\b|nothing|nil|n/?a|-)", rest, re.I) for rest in rests[2:]
    )
    return len(numbers) in (4, 5) or is_headed or is_reflective or ends_empty


def read_respondent(passage: Passage, author: Author) -> dict[str, FieldValue | None]:
    """Return who answers for which agency, from labels, the signature, or the answer's words."""
    agency = next(
        labelled(passage.lines, r"(?:name\s+of\s+)?(?:agency|organisation)"), author.agency
    )
    name, role = author.name, author.role
    done = next(labelled(passage.lines, r"(?:form\s+)?(?:completed|submitted|prepared)\s+by"), None)
    if done is not None:
        told, _, after = str(done.value).partition(",")
        name = Found(told.strip(), done.said, done.raw, 0.9)
        role = Found(after.strip(), done.said, done.raw, 0.8) if after.strip() else role
    if agency is None:
        agency = _agency_told(passage)
    return {
        "agency_name": agency.as_field() if agency else None,
        "respondent_name": name.as_field() if name else None,
        "respondent_role": role.as_field() if role else None,
    }


def _agency_told(passage: Passage) -> Found | None:
    for said in passage.sentences:
        for found in _CONFIRMING.finditer(said.text):
            name = re.sub(r"\s+(?:and|of|for)$", "", found["after"] or found["first"])
            if _IS_AGENCY.search(name):
                return Found(name, said, found[0], 0.6)
    return None
