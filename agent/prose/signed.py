"""Who writes: name, role, agency and contact from the signature, what they say of themselves, and
the name that the mail shows for its sender.

Pure, and never a guess: the agency is never taken from an address.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.model.form import Problem
from agent.prose.found import Found
from agent.prose.passage import AUTHOR_SHOWN, Passage, Said

_CLOSING = re.compile(
    r"^(?:(?:kind(?:est)?|best|warm(?:est)?|many|with)\s+)?(?:regards|rgds|wishes|thanks|"
    r"thank\s+you"
    r"(?:\s+very\s+much|\s+in\s+advance)?|yours(?:\s+sincerely|\s+faithfully|\s+truly)?|cheers|"
    r"ta|kr|bw|best)\b[\s,.!–-]*",
    re.I,
)
_PHONE = re.compile(
    r"(?<!\d)(?:\+44\s?\(?0?\)?|0)\d(?:[\s()-]?\d){8,9}(?!\d)(?:\s*(?:ext|x)\.?\s*\d+)?"
)
_MAIL = re.compile(r"[\w.+'&-]+@[\w-]+(?:\.[\w-]+)+")
_CONTACT_LABEL = re.compile(
    r"(?:\b(?:tel(?:ephone)?|phone|mob(?:ile)?|direct(?:\s+dial)?|e-?mail|office|t|m|e|ddi|"
    r"www)\b\.?\s*[:.]?\s*)+$",
    re.I,
)
_BORDER = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+|\s+/\s+|,\s+|;\s*")
_ROLE = re.compile(
    r"""\b(?:officer|inspector|sergeant|constable|detective|superintendent|d[iscp]|d[cs]i|dsu
      |lead|manager|nurse|doctor|gp|
    teacher|headteacher|head|principal|worker|director|practitioner|consultant|midwife|visitor
      |advis[eo]r|
    co-?ordinator|paramedic|paediatrician|psychologist|dsl|senco|assistant|chief|deputy
      |registrar|psychiatrist|
    counsellor|secretary|chair|reviewing|iro|professional|specialist|partner|surgeon|therapist
      |administrator|
    liaison|supervisor|leader|warden|trustee|clerk|analyst|governor|owner|proprietor|matron
      |dean|vicar|matron|
    executive|commissioner|representative|volunteer|pastor|priest|keyworker|tutor|mentor|spo
      |supt|sister)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AGENCY = re.compile(
    r"""\b(?:police|constabulary|council|borough|nhs|trust|hospitals?|icb|ccg|school|academy
      |college|nursery|services?|
    team|surgery|centre|health(?:care)?|ambulance|probation|cafcass|charity|partnership|housing
      |homes|department|camhs|
    university|authority|foundation|group|association|fire\s+and\s+rescue|medical|practice|unit
      |clinic|project|fostering|
    support|refuge|aid|church|club|children's\s+(?:unit|home)|primary|infirmary|mbc|ward|dental
      |preschool|playgroup|trust|society)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_TITLE = re.compile(
    r"^(?:(?:[TA]/)?(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof(?:essor)?|Rev|Fr|Cllr|Sir|PC|DC|DS|DI|DCI|DSU|"
    r"Sgt|Insp|Inspector|Supt|Det|Sr|Sister|"
    r"Nurse|Station\s+Manager|CI|Chief)\.?\s+(?:\d{2,5}\s+)?)+",
    re.I,
)
_NAME = re.compile(
    r"(?:[^\W\d_][.]?\s?){0,2}(?:[^\W\d_]+(?:['’-][^\W\d_]+)*\.?)(?:\s+(?:[^\W\d_]\.?|"
    r"(?:[^\W\d_]+(?:['’-][^\W\d_]+)*))){0,4}"
)
_DEGREES = re.compile(
    r"\s*\b(?:RGN|RN|RSCN|MBE|OBE|PhD|BSc|MSc|BA|MA|FRCPCH|MRCPCH|QPM|she/her|he/him|"
    r"they/them)\b.*$|\s*\((?:she|he|they)\b.*$"
)
_NOT_A_PERSON = re.compile(
    r"\b(?:team|desk|office|support|admin|liaison|safeguarding|mailbox|duty|unit|service|"
    r"services|ward|school|nursery|"
    r"reception|business|no-?reply|do\s+not\s+reply|notifications?|justice|department|perinatal|"
    r"head|teacher|inclusion|director)\b",
    re.I,
)
# A part of an agency; one that every agency has names none.
_IS_PART = re.compile(r"\b(?:team|unit|department|dept|ward|hub|desk|group)$", re.I)
_IS_NOBODYS = re.compile(
    r"(?:safeguarding|prevention|admin\w*|duty|reviews?|children'?s?|the|"
    r"business)?\s*(?:safeguarding\s+)?"
    r"(?:team|unit|department|dept|hub|desk|support|group)",
    re.I,
)
_REFERRER = (
    r"(?:\d[.)]\s*)?(?:(?:name\s+of\s+)?(?:the\s+)?referrer|referred\s+by|submitted\s+by|"
    r"reported\s+by|"
    r"person\s+(?:completing|referring)|who['’]s\s+asking)"
)
_POST_BEHIND = re.compile(r"(.*?)(?:\s+(DSL|SPO|SENCO|DI|DCI|DS|DC|PC|GP|SW|HV|IRO))?$")
_SELF = re.compile(
    r"""\bI(?:\s+am|['’]m|\s+write\s+as|\s+act\s+as)\s+(?:currently\s+)?(?P<role>(?:(?:the|a
      |an)\s+)?(?:one\s+of\s+the\s+)?[^.,;()]{3,60}?)
    (?:\s+(?:at|for|of|with|from)\s+(?P<agency>(?:the\s+)?[A-Z][^.,;()]{2,60}?
      |the\s+[a-z]+\s+trust))?(?=\s+(?:and|who|which|writing|about|regarding|to|because|on)\b
      |[.,;()]|$)""",
    re.VERBOSE,
)
_WORKS = re.compile(
    r"\bI\s+(?:work|manage\s+[^.,;]{2,30})\s+(?:for|"
    r"at)\s+(?P<agency>[A-Z][^.,;()]{2,60}?)(?=\s+(?:and|as)\b|[.,;()])"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, each part None where the mail does not say it."""

    name: Found | None = None
    role: Found | None = None
    agency: Found | None = None
    contact: Found | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Draft:
    names: list[Found]
    roles: list[Found]
    agencies: list[Found]
    contacts: list[Found]


def find_author(passage: Passage) -> Author:
    """Return who signs the passage."""
    draft = _Draft([], [], [], [])
    shown = shown_name(passage.author)
    for said in passage.signed:
        _take(said, draft, shown)
    for found in labelled(passage.sentences, _REFERRER):
        who = re.split(r",\s+(?:having|who|and)\b", str(found.value))[0]
        _take(Said(who, found.said.source), draft, "")
    _settle(draft)
    self_role, self_agency = _of_self(passage.sentences)
    return Author(
        # What only the mail's own header shows is not said by the mail.
        name=_name(draft.names, shown if passage.is_passed_on else ""),
        role=draft.roles[0] if draft.roles else self_role,
        agency=draft.agencies[0] if draft.agencies else self_agency,
        contact=_joined(draft.contacts),
    )


def shown_name(author: str) -> str:
    """Return the person's name in what a mail header shows, "" for a team or an address."""
    name = re.sub(r"\s*[(\[].*$", "", author).strip(" '\"")
    if "@" in name or not name or _NOT_A_PERSON.search(name) or _AGENCY.search(name):
        return ""
    return name if _NAME.fullmatch(_TITLE.sub("", name).replace(",", "")) else ""


def _take(said: Said, draft: _Draft, shown: str) -> None:
    """Sort what one line of a signature says."""
    text = _CLOSING.sub("", said.text, count=1)
    contacts = [*_PHONE.finditer(text), *_MAIL.finditer(text)]
    for found in contacts:
        draft.contacts.append(Found(found[0].strip(), said, said.text, 0.9))
    for found in sorted(contacts, key=lambda one: -one.start()):
        text = _CONTACT_LABEL.sub("", text[: found.start()]) + text[found.end() :]
    text = re.sub(r"(?:https?://|www\.)\S+", "", text)
    pieces = [piece for piece in _BORDER.split(text.strip(" ,|-–—*_")) if piece.strip(" .")]
    for at, piece in enumerate(pieces):
        piece = re.sub(r"\s+x+$", "", _DEGREES.sub("", piece)).strip(" ,|")
        if (
            at == 0
            and (not draft.names or len(words(draft.names[-1])) < 2)
            and _is_name(piece, shown)
        ):
            name, post = _POST_BEHIND.match(piece).groups()  # type: ignore[union-attr]
            draft.names.append(Found(name, said, said.text, 0.9))
            if post:
                draft.roles.append(Found(post, said, said.text, 0.8))
        else:
            _sort(piece, said, draft)


def _settle(draft: _Draft) -> None:
    """Keep the first agency that is one by its words; what stood behind the role belongs to it."""
    plain = [one for one in draft.agencies if _AGENCY.search(str(one.value))]
    plain = [one for one in plain if not _IS_PART.search(str(one.value))] or [
        one for one in plain if not _IS_NOBODYS.fullmatch(str(one.value))
    ]
    draft.agencies = [one for one in draft.agencies if not _IS_NOBODYS.fullmatch(str(one.value))]
    if plain and draft.roles and draft.agencies[0] is not plain[0]:
        first, role = draft.agencies[0], draft.roles[0]
        if first.said is role.said:
            draft.roles[0] = replace(role, value=f"{role.value}, {first.value}")
    draft.agencies = plain or draft.agencies


def words(found: Found) -> list[str]:
    """Return the words of a name, without its title."""
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", _TITLE.sub("", str(found.value)))


def _sort(piece: str, said: Said, draft: _Draft) -> None:
    roles, agencies = len(_ROLE.findall(piece)), len(_AGENCY.findall(piece))
    if not piece or len(piece) > 90:
        return
    if roles and (not agencies or _is_role(piece)):
        if not draft.roles:
            draft.roles.append(Found(piece, said, said.text, 0.8))
            return
        if not draft.agencies and said is draft.roles[0].said:
            first = draft.roles[0]
            draft.roles[0] = Found(f"{first.value}, {piece}", said, said.text, 0.8)
    elif agencies or (piece[0].isupper() and draft.names):
        if re.search(r"\d", piece) or (not agencies and len(piece.split()) > 6):
            return
        draft.agencies.append(Found(piece, said, said.text, 0.8 if agencies else 0.6))


def _is_role(piece: str) -> bool:
    """Return whether words of a role stand last, or before "of", "for": "Head of Public Health"."""
    last = [found.end() for found in _ROLE.finditer(piece)][-1]
    agency = [found.end() for found in _AGENCY.finditer(piece)][-1]
    is_led = re.match(
        rf"\W*(?:\w+\s+){{0,2}}?{_ROLE.pattern}\s+(?:of|for|to|in)\b", piece, re.I | re.X
    )
    return (
        last > agency
        or bool(is_led)
        or bool(
            re.match(
                rf"{_ROLE.pattern}|(?:named|designated|specialist|senior|lead)\b",
                piece,
                re.I | re.X,
            )
        )
    )


def _is_name(piece: str, shown: str) -> bool:
    bare = _TITLE.sub("", piece)
    parts = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", bare)
    if not parts or len(parts) > 5 or re.search(r"\d", bare):
        return False
    shown_words = {word.casefold() for word in re.findall(r"[^\W\d_]+", shown)}
    if shown_words & {word.casefold() for part in parts for word in re.findall(r"[^\W\d_]+", part)}:
        return True
    if _ROLE.search(bare) or _AGENCY.search(bare) or _NOT_A_PERSON.search(bare):
        return False
    has_title = bare != piece
    is_capital = all(part[0].isupper() for part in parts)
    return (is_capital and (has_title or len(parts) in (2, 3))) or (len(parts) == 1 and is_capital)


def _name(names: Sequence[Found], shown: str) -> Found | None:
    """Return the signed name; the shown one where only a part of it, or none, is signed."""
    best = max(names, key=lambda one: (len(words(one)), one.confidence)) if names else None
    source = Said(shown, AUTHOR_SHOWN)
    of_header = Found(shown, source, shown, 0.7) if shown else None
    if best is None or of_header is None:
        if best is not None and len(words(best)) == 1 and not _TITLE.match(str(best.value)):
            return Found(best.value, best.said, best.raw, 0.6)
        return best or of_header
    return of_header if _is_shorter(words(best), words(of_header)) else best


def _is_shorter(signed: Sequence[str], shown: Sequence[str]) -> bool:
    """Return whether a name is signed with less of it than is shown: "Beth", "P Whitley"."""
    if len(signed) < 2:
        return True
    first, last = signed[0].casefold(), signed[-1].casefold()
    is_both = shown[0].casefold().startswith(first) and shown[-1].casefold().startswith(last)
    return is_both and (len(first) == 1 < len(shown[0]) or len(last) == 1 < len(shown[-1]))


def _of_self(sentences: Sequence[Said]) -> tuple[Found | None, Found | None]:
    """Return role and agency that the author tells of herself: "I am the named nurse at ..."."""
    role = agency = None
    for said in sentences:
        for found in _SELF.finditer(said.text):
            told = re.sub(r"^(?:the|an?)\s+", "", found["role"].strip())
            if (role is None and _ROLE.search(told)) or "partners" in told:
                role = role or Found(told, said, found[0], 0.7)
                if found["agency"] and agency is None:
                    agency = Found(found["agency"].strip(), said, found[0], 0.7)
        if agency is None and (works := _WORKS.search(said.text)):
            agency = Found(works["agency"].strip(), said, works[0], 0.7)
    return role, agency


def _joined(contacts: Sequence[Found]) -> Found | None:
    if not contacts:
        return None
    value = ", ".join(dict.fromkeys(str(one.value) for one in contacts))
    raw = "\n".join(dict.fromkeys(one.raw for one in contacts))
    return Found(value, contacts[0].said, raw, 0.9)


def labelled(sentences: Sequence[Said], labels: str) -> Iterator[Found]:
    """Yield what stands behind one of these labels at the beginning of a line."""
    for said in sentences:
        if found := re.match(
            rf"\W*(?:{labels})\s*(?::|\s[-–]\s)\s*(?P<value>\S.*)", said.text, re.I
        ):
            yield Found(found["value"].strip(" ."), said, said.text, 0.9)
