"""Finds names of another child on a form about one child: left in an old copy, or mixed up.

Pure. A relative, a professional or another spelling of the child's own name is none of them, nor is
anybody of whom the form speaks in some other part.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from rapidfuzz import fuzz

from agent.labels import label_key
from agent.model.document import Block, Document, Paragraph
from agent.model.form import Form

# What titles, page headers and file names say beside the names of places and people.
_WORDS = """
    academy adobe agencies agency agreed alert amended an and annex appendix april assessment
    assurance august authority blank board body borough business case cases ccg centre chair child
    childcare children childrens chronology city clinic clinical college commissioning committee
    complete completed completion concern confidential consideration constable copy council county
    critical date death december department detective details district dob doctor document draft
    duty education family february final for form forms from front google gp hall health home
    hospital house icb image in incident info information initial inspector involvement january july
    june lane latest lead learning letter local london lscb lscp making march master may meeting
    metropolitan microsoft midwife midwifery miss multi named near new nhs nil notifiable
    notification november nurse nursery nursing october of office official on operation outlook
    page panel part partner partners partnership photo police practice prefilled primary private
    protection public rapid ready redacted referral referrals referred report request response
    restricted return review reviews revised road row royal rr safeguarding scan scanned school
    scoping scp scr secondary section secure sensitive sent september sergeant serious service
    services sharing sheet sign signed significant sin social statement strategy street submission
    submitted summary surgery team teams template the to trust unit untitled update updated upon
    version visitor ward with word work worker young
"""
FORM_WORDS = frozenset(_WORDS.split())
# What follows the name of a place, as in "Southwood Infant School".
_OF_PLACES = """
    academy board centre college council county hall health hospital house lane nhs nursery
    partnership police practice primary road row school secondary service services street surgery
    team trust ward
"""
_PLACES = frozenset(_OF_PLACES.split())
_LABELS = """
    child childname childsname childsfullname childyoungperson childyoungpersonsname fullnameofchild
    nameofchild nameofchildyoungperson nameofsubjectchild nameofthechild subjectchild
    subjectchildsname re regarding inrespectof
"""
_ASKS_FOR_CHILD = frozenset(_LABELS.split())
_OTHERS = re.compile(
    r"(?:sibling|famil|household|relative|significant|parent|carers?\b(?! at)|mother|father"
    r"|other child|child(?:ren)?\s*(?:[2-9]|two|three|four)\b|second child)",
    re.IGNORECASE,
)
_NOT_YET_NAMED = frozenset({"baby", "unborn", "infant", "twin", "twins", "child"})
_ADULTS = ("carer_at_incident", "referrer_name", "dsl_name", "respondent_name")

_RE = re.compile(r"(re)[\s.]+(?=[^\W\d_])", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"\s*(?:\bd\.?\s?o\.?\s?b\b|\bborn\b|[(\[;|\n]|\s[–—-]\s|\d).*", re.I | re.S
)
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))+")
_PARTICLES = frozenset({"al", "bin", "da", "de", "del", "di", "el", "la", "le", "van", "von"})
_SEGMENTS = re.compile(r"\s*(?:[|:;,\t]|\s[–—-]\s)\s*")
# As similar as this, a name is the child's own in another spelling.
_SAME_NAME = 80
_MAX_HEADING = 120

Placed = tuple[str, str]


def find_other_children(document: Document, form: Form, own: Collection[str]) -> Iterator[Placed]:
    """Yield full names in the child's role that are not this child's, each with where it stands:
    a second place that asks for the child's name, "Re:", a page header, the file's name.

    `own` are words, in small letters, that name no child, as those of the office's own area.
    """
    child = _words_of(form.text("child_name") or "")
    if len(child) < 2 or child & _NOT_YET_NAMED:
        return
    people = list(_others_on(form))
    body = " ".join(_said(document.blocks)).casefold()
    named = [(name, place, True) for name, place in _asked_for(document.blocks)]
    named += [(name, place, False) for name, place in _in_headers(document.blocks)]
    known = {*own, *re.findall(r"[^\W_]+", body)}.difference(child, *people)
    named += [(name, "file name", False) for name in _in_filename(document.filename, known)]
    for name, place, is_asked_for in named:
        words = _words_of(name)
        is_like = fuzz.token_sort_ratio(name.casefold(), " ".join(child)) >= _SAME_NAME
        has_part = any(words <= person for person in people)
        has_part = has_part or (not is_asked_for and name.casefold() in body)
        if not (words & child or is_like or has_part):
            yield name, place


def _others_on(form: Form) -> Iterator[set[str]]:
    """Yield the words of each name that somebody else has on the form."""
    for name in _ADULTS:
        yield _words_of(form.text(name) or "")
    rows = form.value("family")
    for row in rows if isinstance(rows, tuple) else ():
        yield _words_of(row.get("name") or "")


def _asked_for(blocks: Sequence[Block]) -> Iterator[Placed]:
    is_of_others = False
    for label, answer, place in _pairs(blocks):
        if answer and label_key(label) in _ASKS_FOR_CHILD:
            if not is_of_others and (name := _name_in(answer)):
                yield name, place
        elif _OTHERS.match(label) or (answer is None and _OTHERS.search(label)):
            is_of_others = True
        elif answer is None and len(label) <= _MAX_HEADING:
            is_of_others = False


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[str, str | None, str]]:
    """Yield label, answer and place of every line and row of two cells; the answer is None for
    words that stand alone, as headings do."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield *_pair(block.text), block.place
            continue
        for row in block.rows:
            if len(row) == 2:
                yield row[0].text.rstrip(": "), row[1].text, row[1].place
            elif len(row) == 1:
                yield *_pair(row[0].text), row[0].place


def _pair(text: str) -> tuple[str, str | None]:
    label, colon, answer = _RE.sub(r"\1: ", text, count=1).partition(":")
    return label, answer.strip() if colon else None


def _in_headers(blocks: Sequence[Block]) -> Iterator[Placed]:
    for block in blocks:
        if isinstance(block, Paragraph) and block.place.startswith("header "):
            for part in _SEGMENTS.split(block.text):
                if name := _name_in(part):
                    yield name, block.place


def _in_filename(filename: str, known: Collection[str]) -> Iterator[str]:
    """Yield the names a file is called by, as in "Kit Birch referral.docx": two or three words
    with capitals, side by side, that neither forms use nor this one `known` for."""
    stem = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", filename.rpartition(".")[0]).replace("_", " ")
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", stem)
    strange: list[str] = []
    for word in (*words, ""):
        small = word.casefold()
        if len(word) > 1 and word[0].isupper() and small not in known and small not in FORM_WORDS:
            strange.append(word)
            continue
        name = " ".join(strange)
        # What is all in capitals is more often an abbreviation.
        if len(strange) in (2, 3) and small not in _PLACES and not name.isupper():
            yield name
        strange.clear()


def _name_in(text: str) -> str | None:
    """Return the full name that is all a text says, but for a birth date behind it, or None."""
    name = _AFTER_NAME.sub("", text.strip(" .,-–—")).strip(" .,")
    words = re.split(r"[\s,]+", name)
    if not 2 <= len(words) <= 4 or not words[0][0].isupper() or not words[-1][0].isupper():
        return None
    for word in words:
        is_name = _NAME_WORD.fullmatch(word) and (word[0].isupper() or word in _PARTICLES)
        if not is_name or word.casefold() in FORM_WORDS:
            return None
    return " ".join(words)


def _words_of(name: str) -> set[str]:
    return {word.casefold() for word in _NAME_WORD.findall(name)}


def _said(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield every text but those of page headers."""
    for block in blocks:
        if not isinstance(block, Paragraph):
            for cell in (cell for row in block.rows for cell in row):
                yield cell.text
                yield from _said(cell.nested)
        elif not block.place.startswith("header "):
            yield block.text
