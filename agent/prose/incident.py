"""When and where it happened, and whether the child died, as prose tells it.

Pure, and never a guess.
"""

import re
from collections.abc import Iterator

from agent.model.form import Problem
from agent.prose.days import Day, find_days
from agent.prose.found import Found, only
from agent.prose.passage import Passage, Said
from agent.prose.vocabulary import RELATIVE

Reading = tuple[Found | None, tuple[Problem, ...]]

_NOT_DEAD = re.compile(
    r"\b(?:nearly|almost|could\s+have|might\s+have|would\s+have|may\s+have|thought|believed|"
    r"no(?:body|-?one)|not|never|to|if|when|whenever|risk\s+of|threat(?:s|ened)?(?:\s+of|\s+to)?|"
    r"wanted|going\s+to|near)\s+(?:\w+\s+)?$",
    re.I,
)
_DIED = re.compile(
    r"\b(?:died|passed\s+away|deceased|pronounced\s+(?:dead|life\s+extinct)|found\s+(?:dead|"
    r"lifeless)|"
    r"(?:stabbed|beaten|starved|shaken|shot|burned|burnt|crushed)\s+to\s+death|was\s+killed|"
    r"were\s+killed|"
    r"took\s+(?:his|her|their)\s+own\s+li(?:fe|ves)|stillborn|drowned|"
    r"role\s+(?:at\s+)?\d{2}[:.]?\d{2}|"
    r"could\s+not\s+be\s+(?:saved|revived)|fatal(?:ly)?|dies|is\s+dead|murdered|one\s+dead)\b",
    re.I,
)
_DEATH_OF = re.compile(
    r"\b(?:(?:sudden|unexpected|unexplained|the|infant|cot|child|his|her|their|'s|"
    r"’s)\s+)deaths?\b(?!\s+"
    r"(?:overview|review|process|threat|team|panel|line))|\bdeaths?\s+of\b|^\W*deaths?\b"
    r"|[’']s\s+death\b|\bsuicide\s+of\b|\b(?:^|\s)d\.\s?\d",
    re.I,
)
_SURVIVED = re.compile(
    r"\b(?:survived|surviv(?:es|ing)|is\s+alive|still\s+alive|nearly\s+died|near[- ]fatal|"
    r"lost\s+an\s+eye|"
    r"ventilat\w+|critical(?:ly)?|stable|high\s+dependency|perforat\w+|amputat\w+|paralys\w+|"
    r"in\s+theatre|emergency\s+surgery|brain\s+damage|(?:is|"
    r"remains)\s+in\s+(?:the\s+)?(?:\w+\s+)?hospital|"
    r"in\s+(?:a\s+)?coma|on\s+(?:the\s+)?(?:p?icu|itu|hdu|picu)|intensive\s+care|"
    r"life[- ](?:changing|threatening|limiting)|serious(?:ly)?\s+(?:harm|injur|hurt|ill)\w*|"
    r"fractur\w+|brain\s+injury|"
    r"left\s+with|injur(?:y|ies|ed)|burns?|scald\w*|haemorrhag\w+|subdurals?|bleed(?:ing)?|"
    r"overdose|raped?|sexual(?:ly)?|"
    r"stabbed|gunshot|malnourish\w+|starv\w+|shot|mutilat\w+|will\s+not\s+(?:walk|recover|talk)|"
    r"harmed|"
    r"pressure\s+(?:sores|ulcers?)|coma\b|unconscious|brain[- ]damaged?|cardiac\s+arrest|gravely|"
    r"resuscitated|lost\s+(?:an?|his|her|one)\s+\w+|"
    r"unnecessary\s+(?:operations?|procedures?|surger\w+)|attempted\s+to\s+take|poisoned|hanged|"
    r"strangled|shaken|seizures?|beaten|mauled|bruis\w+|assaulted|hurt)\b",
    re.I,
)
_OTHERS_DEATH = re.compile(
    rf"\b(?:{RELATIVE})['’]?s?(?:\s+(?:who|has|had|have|also|sadly|recently|himself|herself|then|"
    rf"was))*\s+$"
    r"|\b(?:previous|other|another|earlier)\s+(?:\w+\s+){0,2}$",
    re.I,
)
_LABEL_DEATH = re.compile(r"\bdeath\s*\??\s*[:–-]?\s*(?P<answer>yes|no)\b", re.I)

_EVENT = re.compile(
    r"""\b(?:(?P<label>(?:date\s+of\s+(?:the\s+)?(?:serious\s+)?(?:incident|death
      |critical\s+incident)|incident\s+date|
      date\s+of\s+death|d\.?o\.?d)\b)
    |(?P<death>died|dies|death|deaths|passed\s+away|dead|lifeless|killed|stillborn|suicide
      |own\s+life|drowned|murdered|d\.)
    |(?P<harm>incident|found(?!\s+that)|stabbed|shot|sustained|suffered|scald\w*|burn(?:s|t
      |ed)?|overdose|ingest\w+|swallow\w+|chok\w+|run\s+over|knocked|trapped|crushed|pushed
      |pulled|thr[eo]wn?|electrocuted|broken|lost|impaled|
      
      collapse[sd]?|hanged|ligature|assault(?:ed)?|attack(?:ed)?|injur\w+|raped?|fell|fall
      |jumped|hit|struck|bitten|mauled|
      gunshot|shaken|crash|collision|fire|happened|was\s+left|event|strangled|poisoned|beaten
      |arrest(?=\.|,|$)|hurt|drove)
    |(?P<seen>admitted|brought|came\s+in\w*|presented|attended|took|conveyed|taken\s+(?:to|by
      |ill)|rushed|airlifted|pronounced|crew))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ADMIN = re.compile(
    r"\b(?:meeting|strat|referr?ed|referral|ref|plan|closed|placed|placement|since|notified|"
    r"notification|submitted|"
    r"aware|known\s+to\s+us|letter|discharged|moved|born|d\.?o\.?b|written|wrote|reported|"
    r"told\s+us|bail(?:ed)?|arrested|"
    r"remanded|(?-i:court)|hearing|order|seen|visit(?:ed|s)?|survey|stepped|opened|started|"
    r"identified|relocated|discussed|"
    r"previous(?:ly)?|earlier|history|review|conference|discharge|disclosed|bruis\w+|expected|"
    r"due|edd|reviewed|contact|"
    r"post\s+mortem|told|logged|panel|knew|became|report|enter(?:ed)?|typed|keyed|inform(?:ed|"
    r"s)?|went\s+in|sent)\b",
    re.I,
)
_FARTHEST = 75
_ANYWHERE = 160
_WINDOW = 240
_TIME_AFTER = re.compile(r"[\s,]*(?:at\s+)?(?:around\s+|approx\w*\s+|about\s+)?\d{1,2}[:.]?\d{2}\b")

_WHERE = re.compile(
    r"""\b(?P<where>(?:(?:at|in)\s+(?:his|her|their
      |the)\s+(?:family\s+)?home,\s\d+[A-Za-z]?(?:\s[A-Z][\w'’-]+){1,4}(?:,\s[A-Z][\w'’-]+)?
    |at\s+home(?:\s+in\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?)?
    |at\s+(?:the\s+)?family\s+home
    |(?:at|in|outside|inside|near)\s+(?:a|an|the|his|her|their
      |our)\s+(?:[a-z'’]+\s+){0,3}?(?:home|house|hotel|flat|school|
      nursery|college|centre|park|shop|station|estate|ward|bath|pond|river|canal|car\s+park|car
      |hostel|bedroom|bathroom|kitchen|garden|shed|
      childminder['’]?s?|minibus|playground|pool|restaurant|hospital|placement|caravan|beach
      |road)(?:\s+(?:room|pond|pool|car\s+park|bathroom))?\b(?!\s+(?:fire|collision|accident
      |crash|traffic))(?:\s+in\s+(?:the\s+)?
      (?:[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?|town\s+cent\w+))?
    |(?:on|in)\s+the\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?\s+(?:estate|ward)
    |(?:at|in|attended|called\s+to|flats?,|house,|propert(?:y
      |ies),)\s+(?:\d+[A-Za-z]?\s[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){1,3}(?:,\s[A-Z][\w'’-]+)?)
    |on\s+(?:the\s+)?(?:ward|transport|school)\s?(?:minibus|bus)?
    |(?:at|in|near)\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,2}(?:\s(?:crossing|station|beach
      |bridge|lake|quarry|estate|pool|park)\b)?
    |(?<=,\s)\d+[A-Za-z]?(?:\s[A-Z][\w'’-]+){1,3}\s(?:Street|Road|Court|Lane|Avenue|Close|Drive
      |Way|Rise|Row|Terrace|Grove|House)
    |outside\s+[a-z]+\s[a-z]+\s[A-Z]\w+\s[A-Z]\w+
    |in\s+(?:garden|paddling|swimming)\s+(?:pond|pool)))""",
    re.VERBOSE,
)
_WHERE_LABEL = re.compile(
    r"^\W*(?:\d[.)]\s*)?(?:where|place|location|address\s+of\s+(?:location\s+of\s+)?incident|"
    r"location\s+of\s+incident)"
    r"(?:\s+it\s+happened)?\s*[:–-]\s*(?P<where>.{2,120})",
    re.I,
)
_CALLED_TO = re.compile(r"(?:attended|called\s+to)\b")
_WHERE_WORDS = re.compile(
    r"^(?:at|in|on|attended|called\s+to|flats?,|house,|propert(?:y|ies),)\s+(?!home\b)"
)
_NOT_THERE = re.compile(
    r"\b(?:is|are|now|currently|remains?|living|works?|based)\s+$|\b(?:placed|lives?)\b[^.;,]*$"
)
_NO_PLACE = re.compile(
    r"\b(?:hospital|infirmary|icu|picu|department|january|february|march|april|may|june|july|"
    r"august|september|"
    r"october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|a&e|"
    r"year|reception)\b|^in\s+(?:the|a|my|our)\s+(?:care|case|view|opinion|morning)"
    r"|^(?:at|in)\s+(?-i:[A-Z]{1,5}|[A-Z]\w*\d\w*)\b",
    re.I,
)


def find_incident_day(passage: Passage, is_death: bool | None, born: Found | None) -> Reading:
    """Return the day of the death, else of the incident that is told, as an ISO day."""
    days = _incident_days(passage, is_death)
    return only(
        (one for one in days if born is None or one.value != born.value), "Date of incident"
    )


def _incident_days(passage: Passage, is_death: bool | None) -> Iterator[Found]:
    for said in passage.told:
        for day in find_days(said.text, passage.written_on):
            rank = _rank(said, day, is_death)
            if day.on is not None and rank:
                value = day.on.isoformat()
                rank = rank if said.source != "subject" else max(1, rank - 1)
                yield Found(value, said, day.raw, day.confidence, rank)


def _rank(said: Said, day: Day, is_death: bool | None) -> int:
    """Return how surely this is the day it happened, 0 where it is another day."""
    around = max(0, day.start - _WINDOW), day.end + _WINDOW
    admin = [
        gap
        for found in _ADMIN.finditer(said.text, *around)
        if (gap := _gap(said.text, found, day, _FARTHEST)) < _FARTHEST
    ]
    nearest, kind = (_FARTHEST if admin else _ANYWHERE), ""
    for found in _EVENT.finditer(said.text, *around):
        gap = _gap(said.text, found, day, nearest)
        if gap < nearest:
            nearest, kind = gap, str(found.lastgroup)
    if any(gap < nearest for gap in admin):
        return 0
    if kind == "death" and is_death is False:
        kind = "harm"
    is_at_once = said.text[: day.start].strip().lower() in ("", "on")
    if not kind and not admin and (is_at_once or _TIME_AFTER.match(said.text, day.end)):
        return 1
    return {"label": 5, "death": 4, "harm": 3, "seen": 2, "": 0}[kind]


def _gap(text: str, word: re.Match[str], day: Day, most: int) -> int:
    """Return how far a word is from a day. Farther are words behind the day, for they mostly have
    their own, and those across a border of clauses; what stands in brackets is not looked at."""
    is_behind = word.start() >= day.end
    start, end = sorted(((word.start(), word.end()), (day.start, day.end)))
    between = text[start[1] : end[0]]
    if len(between) >= most and "(" not in between:
        return most
    opened = between.count("(") - between.count(")")
    if opened > 0 if is_behind else opened < 0:
        return _FARTHEST
    between = re.sub(r"\([^()]*\)", "", between)
    gap = len(between) + 12 * len(re.findall(r"[,;:]|\band\b", between))
    if is_behind:
        says_before = len(text[: day.start].split()) > 2
        gap += 8 * says_before + 80 * bool(re.search(r"\bthat\b", between))
    return gap


def find_is_death(passage: Passage) -> Found | None:
    """Return whether the subject child died; None where neither death nor serious harm is told."""
    for said in passage.told:
        if answer := _LABEL_DEATH.search(said.text):
            return Found(answer["answer"].lower() == "yes", said, answer[0], 0.9)
    for said in passage.told:
        for pattern in (_DIED, _DEATH_OF):
            for found in pattern.finditer(said.text):
                before = said.text[max(0, found.start() - 45) : found.start()]
                if not _NOT_DEAD.search(before) and not _OTHERS_DEATH.search(before):
                    return Found(True, said, found[0].strip(), 0.8)
    for said in passage.told:
        if found_harm := _SURVIVED.search(said.text):
            return Found(False, said, found_harm[0], 0.7)
    return None


def find_location(passage: Passage) -> Reading:
    """Return where it happened, where a sentence about the incident says so plainly."""
    return only(_locations(passage), "Location of incident")


def _locations(passage: Passage) -> Iterator[Found]:
    for said in passage.sentences:
        if label := _WHERE_LABEL.match(said.text):
            yield Found(label["where"].strip(" ."), said, label[0], 0.9, 2)
    for said in passage.sentences:
        places = [where for where in _WHERE.finditer(said.text) if _is_where(said.text, where)]
        if places:
            # A house's number tells more than the room in it.
            where = next((one for one in places if re.search(r"\d", one[0])), places[0])
            value = _WHERE_WORDS.sub("", where["where"]).strip(" ,.")
            yield Found(value, said, where[0], 0.6)
            return


def _is_where(text: str, where: re.Match[str]) -> bool:
    """Return whether this is a place at which something happened: near words that say what."""
    before = text[max(0, where.start() - 45) : where.start()]
    if _NOT_THERE.search(before) or _NO_PLACE.search(where["where"]):
        return False
    if _CALLED_TO.match(where["where"]):
        return True
    return any(
        min(abs(where.start() - event.end()), abs(event.start() - where.end())) <= 90
        for event in _EVENT.finditer(text)
        if event.lastgroup != "seen" and event[0].lower() not in ("happened", "event")
    )
