"""Turns what was typed beside a label into values: names, agency and role, ticks, blanks.

Pure, and never a guess: what cannot be read for certain stays as written, with a problem code.
Knows single answers only; which label they belong to is `extract`'s part.
"""

import re

_PLACEHOLDER = re.compile(
    r"""[\[(<{*\s]*(?:please\s+)?(?:
        (?:insert|click|tap)\b[^\n]{0,70}
      | (?:enter|choose|select|type)\s+(?:here|text|an?|one|the|your|date|name|gender|from)\b
        [^\n]{0,50}
      | d{1,2}[\s/.-]?m{1,3}[\s/.-]?y{2,4}
      | not\s+known\s+at\s+time\s+of\s+sending
      | person\s+person | [\d\s]*x{3,}[\sx]*
      | tbc | tba | to\s+be\s+(?:confirmed|advised)
    )[\])>}*.\s]*""",
    re.IGNORECASE | re.VERBOSE,
)
_TICKS = "☒☑✓✔✗✘"
_UNDERSCORES = re.compile(r"_{2,}|\.{4,}|…{2,}")
_SAYS_SOMETHING = re.compile(rf"[^\W_]|[{_TICKS}]")
_MAX_PROMPT = 120


def without_blanks(text: str) -> str:
    """Return an answer without prompts left in place, fill-in lines and marks such as "-" or "?";
    "" for a question nobody answered. "No", "None" and "N/K" are answers and stay."""
    lines = []
    for line in text.split("\n"):
        line = _UNDERSCORES.sub(" ", line).strip()
        is_prompt = len(line) <= _MAX_PROMPT and _PLACEHOLDER.fullmatch(line)
        if _SAYS_SOMETHING.search(line) and not is_prompt:
            lines.append(line)
    return "\n".join(lines)


_ELSEWHERE = re.compile(
    r"""\W*(?:(?:please\s+)?(?:see|refer\s+to)|as|same\s+as|(?:is\s+)?attached)\b[^\n]*?
        \b(?:above|below|attach\w*|overleaf|enclosed?|chronology|report|previous\w*|section\s+\d)""",
    re.IGNORECASE | re.VERBOSE,
)
# A longer answer that also points elsewhere has said something itself.
_MAX_POINTER = 80


def points_elsewhere(text: str) -> bool:
    """Return whether the whole answer only says where to look: "As above", "See attached"."""
    return len(text) <= _MAX_POINTER and _ELSEWHERE.match(text) is not None


_NOT_KNOWN = re.compile(
    r"""\W*(?:n/?k|n/?a|nil|none(?:\s+known)?|(?:date\s+)?(?:not\s+(?:yet\s+)?(?:known|applicable)
        |un\s?known))\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_not_known(text: str) -> bool:
    """Return whether the whole answer is that it is not known or does not apply: "N/K"."""
    return _NOT_KNOWN.fullmatch(text) is not None


# Boxes drawn with letters: "[x] Yes [ ] No", "|x| Yes |_| No".
_TYPED_BOX = re.compile(r"[\[|(](?P<mark>[ _]?|[xX✓✔☑☒])[\]|)](?=\s*[^\W\d_])")
_ONE_TICK = re.compile(
    r"\s*(?:[✓✔]\s*(?P<first>yes|no)\s*/?\s*(?:yes|no)|(?:yes|no)\s*/?\s*[✓✔]\s*(?P<last>yes|no)"
    r"|(?P<only>yes|no)\s*[✓✔]\s*/?\s*(?:yes|no))\b(?P<note>.*)",
    re.I | re.S,
)
_OPTION = re.compile(r"\s*(yes|no|not\s+known|n/k|unknown)\b[\s.,:;/–-]*(.*)", re.I | re.S)


def parse_ticks(text: str) -> str:
    """Return the ticked options of "☒ Yes ☐ No" or "Yes ☐ No ☒" with what is written beside them;
    "" where nothing is ticked or written. A text without boxes comes back as it is."""
    if (one := _ONE_TICK.fullmatch(text)) is not None:
        note = " ".join(one["note"].split()).strip(" .,:;–-")
        return " - ".join(filter(None, (one["first"] or one["last"] or one["only"], note)))
    if len(_TYPED_BOX.findall(text)) > 1:
        text = _TYPED_BOX.sub(lambda box: "☐" if box["mark"] in ("", " ", "_") else "☒", text)
    pieces = re.split(r"([☐☑☒])", text)
    if len(pieces) < 3:
        return text
    boxes, words = pieces[1::2], [piece.strip(" /") for piece in pieces[::2]]
    if words[0]:
        options, notes = words[:-1], [words[-1]]
    else:
        options, notes = words[1:], []
    ticked = []
    for box, option in zip(boxes, options, strict=True):
        name, note = _option(option)
        if box != "☐":
            ticked.append(name or box)
        notes.append(note)
    return " - ".join(part for part in (", ".join(ticked), *notes) if part)


def parse_yes_no(text: str) -> str:
    """Return a yes/no answer as one line, "Yes - details"; "" where the printed choice is all."""
    text = parse_ticks(text)
    if re.fullmatch(r"\W*yes\W*no\W*", text, re.I):
        return ""
    first, _, rest = text.partition("\n")
    is_bare = rest and first.strip(" .,:").lower() in {"yes", "no"}
    return (
        f"{first.strip(' .,:')} - {' '.join(rest.split())}" if is_bare else " ".join(text.split())
    )


def _option(text: str) -> tuple[str, str]:
    """Return an option's own words, and what somebody wrote behind them."""
    known = _OPTION.match(text)
    if known is not None:
        return known[1], " ".join(known[2].split())
    name, _, note = text.partition("\n")
    return name.strip(), " ".join(note.split())


_NO_DEATH = re.compile(
    r"\b(?:not?|non|near)[\s-]+(?:an?\s+)?(?:death|fatal\w*|died)|\b(?:has|did)\s+not\s+(?:died?)\b",
    re.I,
)
_DIED = re.compile(r"\b(?:died|deceased|passed\s+away|killed|stillborn|fatal)\b", re.I)
_DEATH = re.compile(r"\b(?:deaths?|d\.?o\.?d|suicide)\b", re.I)
_INCIDENT = re.compile(
    r"\b(?:incident|harm(?:ed)?|injur(?:y|ies|ed)|near\s+miss|surviv\w+)\b", re.I
)


def parse_is_death(text: str) -> bool | None:
    """Return whether the words say that the child died; None where they say neither, or name both
    as the printed label does."""
    if _NO_DEATH.search(text):
        return False
    if _DIED.search(text):
        return True
    is_death, is_incident = bool(_DEATH.search(text)), bool(_INCIDENT.search(text))
    return None if is_death == is_incident else is_death


def parse_died(text: str) -> bool | None:
    """Return the answer to the question whether the child died; None where it says neither."""
    answer = parse_yes_no(text)
    plain = re.match(r"\W*(yes|no)\b(?![\s,-]*(?:one|longer)\b)", answer, re.I)
    return plain[1].lower() == "yes" if plain else parse_is_death(answer)


_BORN = re.compile(r"[\s,;(\[-]*\b(?:d\.?\s?o\.?\s?b|born|date\s+of\s+birth)\b.*", re.I | re.S)
_ADDRESS_STARTS = re.compile(
    r"\s*\n.*|\s*[,;]?\s*\((?:as|same|address|lives|of)\b.*|\s+[-–—]\s+.*|\s*[,;]?\s+\d.*"
    r"|\s*[,;]?\s+(?:as\s+(?:child|above|subject)|same\s+as|same\s+address|address)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SURNAME_FIRST = re.compile(r"[^\W\d]+(?:[-'’ ][^\W\d]+)?,\s*[A-Z][^\W\d]+(?:\s[A-Z][^\W\d]+)?$")


def parse_name(text: str) -> str:
    """Return a person's name on one line, without a birth date written behind it."""
    return " ".join(_BORN.sub("", text).split()) or " ".join(text.split())


def parse_name_and_birth_words(text: str) -> tuple[str, str]:
    """Return the name out of a cell that holds name and birth date, and the words of the date:
    "" where no date stands there."""
    words = " ".join(text.split())
    born = re.search(
        r"[\s,;:/(\[–—-]*(?:\b(?:d\.?\s?o\.?\s?b|born|date of birth)\b|\d).*", words, re.I
    )
    if born is None:
        return words, ""
    return words[: born.start()].strip(), born[0].strip(" ,;:/()[]–—-")


def parse_name_before_address(text: str) -> str:
    """Return the name out of a cell that holds name and address, in the order it is written."""
    name = _ADDRESS_STARTS.sub("", _BORN.sub("", text), count=1).strip(" ,;")
    first, _, rest = name.partition(",")
    # "Alder, Jo" is a name; "Jo Alder, Harbour Row" is a name and a place.
    if rest and (" " in first.strip() or not _SURNAME_FIRST.match(name)):
        name = first
    return " ".join(name.split()) or parse_name(text)


_ROLE = re.compile(
    r"""\b(?:officer|inspector|sergeant|constable|detective|superintendent|d[iscp]|d[cs]i|
    lead|manager|nurse|doctor|dr|gp|teacher|head|principal|worker|director|practitioner|consultant|
    midwife|visitor|adviser|advisor|co-?ordinator|paramedic|paediatrician|psychologist|dsl|senco|
    assistant|chief|deputy|registrar|psychiatrist|counsellor|secretary|chair|reviewing|iro)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AGENCY = re.compile(
    r"""\b(?:police|constabulary|council|borough|nhs|trust|hospital|icb|ccg|school|academy|college|
    nursery|services?|team|surgery|centre|health|care|ambulance|probation|cafcass|charity|
    partnership|housing|homes?|department|camhs|university|authority|foundation|group|association)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_IN_ROLE = re.compile(
    r"\b(?:officer|worker|visitor|manager|nurse|midwife|practitioner|teacher|head|adviser|advisor|"
    r"lead|inspector|sergeant|constable|co-?ordinator|doctor|paediatrician)\W*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\s*(?:agency|designation|job\s+title|title|role)\s*:\s*", re.I | re.M)
# Tried in this order: a line break is the clearest border, a comma the weakest.
_BORDERS = (r"\s*\n\s*", r"\s*;\s*|\s+\|\s+", r"\s+/\s+", r"\s+[-–—]\s+", r"/", r"\s*,\s*")
_AT = re.compile(r"\s+(?:at|@)\s+")
_WEAK_BORDERS = (r"\s+&\s+", r"\s+(?:at|for|of)\s+")


def parse_agency_and_role(text: str) -> tuple[str | None, str | None]:
    """Return agency and role out of one cell; a part that is not there is None.

    The label asks for the agency first; the words of a part may show that it was turned round.
    What cannot be taken apart is the agency, unless it only names a role.
    """
    text = _LABELLED.sub("", text.strip())
    for border in _BORDERS:
        if len(parts := re.split(border, text)) > 1:
            return _ordered(text, parts, border)
    parts = _AT.split(text, maxsplit=1)
    if len(parts) == 2 and _ROLE.search(parts[0]) and _leaning(parts[1]) <= 0:
        return _one_line(parts[1]), _one_line(parts[0])
    for border in _WEAK_BORDERS:
        parts = re.split(border, text, maxsplit=1)
        # These words also stand inside names, so both sides must show what they are.
        if len(parts) == 2 and _leaning(parts[0]) * _leaning(parts[1]) < 0:
            return _ordered(text, parts, border)
    return (None, text) if _leaning(text) > 0 and not _AGENCY.search(text) else (text, None)


def _ordered(text: str, parts: list[str], border: str) -> tuple[str | None, str | None]:
    leanings = [_leaning(part) for part in parts]
    if max(leanings) < 0:
        return _one_line(text), None
    if min(leanings) > 0:
        return None, _one_line(text)
    is_turned = (
        leanings[0] > leanings[-1] and _ROLE.search(parts[0]) and not _ROLE.search(parts[-1])
    )
    borders = list(re.finditer(border, text))
    cut = borders[0] if is_turned else borders[-1]
    first, second = _one_line(text[: cut.start()]), _one_line(text[cut.end() :])
    return (second, first) if is_turned else (first, second)


def _leaning(text: str) -> int:
    """Return a number above 0 for words of a role, below 0 for words of an agency."""
    if _ENDS_IN_ROLE.search(text):
        # A "housing officer" or "health visitor" is a role whatever stands before it.
        text = text.rsplit(None, 1)[-1]
    return len(_ROLE.findall(text)) - len(_AGENCY.findall(text))


def _one_line(text: str) -> str | None:
    return ", ".join(line.strip(" ,") for line in text.split("\n") if line.strip(" ,")) or None


def parse_nhs_number(text: str) -> str | None:
    """Return the ten digits of an NHS number whose check digit is right, else None."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return None
    weighted = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return digits if (11 - weighted % 11) % 11 == int(digits[9]) else None


_NHS_NUMBER = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")


def find_nhs_numbers(text: str) -> list[str]:
    """Return what may be NHS numbers, each as its ten digits; the check digit may be wrong."""
    return [re.sub(r"\D", "", found) for found in _NHS_NUMBER.findall(text)]


_NUMBERED = re.compile(r"(?:^|\s)(?:child\s*)?[1-9]\s*[).:]\s+(?=[^\W\d])", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*\n\s*|\s*[/;]\s*|\s+(?:&|and)\s+")
_ANY_DATE = re.compile(r"\d{1,2}\D{1,3}(?:\d{1,2}|[a-z]{3,9})\D{1,3}\d{2,4}", re.IGNORECASE)


def parse_children(names: str, births: str) -> list[str]:
    """Return the names of several children in one cell, none where it names one.

    They are several where they are numbered, or where the cell of birth dates holds as many.
    """
    if len(_NUMBERED.findall(names)) > 1 and _NUMBERED.match(names):
        parts = [" ".join(part.split()) for part in _NUMBERED.split(names)]
        return [parse_name(part) for part in parts if part]
    parts = [parse_name(part) for part in _BETWEEN_NAMES.split(names.strip()) if part.strip()]
    is_each_born = len(_ANY_DATE.findall(births)) == len(parts)
    return parts if len(parts) > 1 and is_each_born else []
