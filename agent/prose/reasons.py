"""Why a mail is sent, what could be learned from it, and with whom it was talked through.

Pure, and never a guess.
"""

import re
from collections.abc import Iterator

from agent.model.form import Problem
from agent.prose.found import Found, only
from agent.prose.passage import Passage, Said

Reading = tuple[Found | None, tuple[Problem, ...]]

_REASON_LABEL = re.compile(
    r"^\W*(?:\d[.)]\s*)?(?:why(?:\s+(?:we\s+are\s+referring|us|referring|refer))?|"
    r"reasons?(?:\s+for\s+(?:the\s+)?referral)?|grounds|rationale|criteria)"
    r"\s*[:–-]\s*(?P<reason>.+)",
    re.I,
)
_REASON = re.compile(
    r"""\b(?:(?:criteria|threshold)\b[^.]{0,40}\b(?:met|satisfied|reached|appl(?:y|ies))
      |meets?[^.]{0,20}\b(?:criteria|threshold)|meets?\s+(?:the|this|your)\s+(?:test|definition
      |bar)|this\s+(?:meets|reaches)
    |reaches\s+serious|serious\s+(?:child\s+safeguarding\s+)?(?:incident
      |harm)\b[^.]{0,60}(?:abuse|neglect)
    |(?:abuse|neglect)(?:\s*(?:/|and|or)\s*(?:abuse|neglect))?\s+(?:is|are|was|were
      |has\s+been)\s+(?:known|suspected|plain|clear)
    |(?:abuse|neglect)[^.]{0,60}\b(?:played\s+a\s+part|contributed|part\s+of\s+this
      |in\s+the\s+mix|caused)|needs?\s+to\s+go\s+for\s+a\s+rapid
    |because\s+of\s+neglect|is\s+this\s+a\s+serious\s+incident|surely\s+this\s+is
      |badly\s+hurt\s+and\s+there\s+was
    |(?:been|was|were|is|has\s+suffered)\s+(?:serious\s+harm|(?:seriously|gravely)\s+harmed
      |neglected)|\b(?:my|our)\s+reasons?\b|in\s+(?:my|our)\s+(?:professional\s+)?(?:view
      |opinion|judgement)|(?:our|my)\s+view\s+is|because\s+(?:supervision|neglect|abuse)
      |suspected\s+(?:\w+\s+)?abuse|(?:abuse|neglect)\s+(?:has|needs
      |ought)\s+to\s+be\s+considered|neglect\s+contributed)""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_REASON = re.compile(
    r"\b(?:doesn['’]t|does\s+not|do\s+not|don['’]t|did\s+not|nowhere\s+near|"
    r"falls\s+short)\b[^.]{0,40}\b(?:criteria|threshold|incident|definition)|"
    r"\bwhether\s+or\s+not\b",
    re.I,
)
_LEARNING = re.compile(
    r"\b(?:learning|learn(?:ed|t)?\b|what\s+(?:made\s+it\s+work|went\s+well)|lessons?|"
    r"practice\s+point)",
    re.I,
)
_NO_LEARNING = re.compile(
    r"\b(?:learning|sub)[- ]?(?:from\s+practice\s+)?(?:group|log|people|review|sub\s?group|panel|"
    r"slot)|(?:for|as)\s+(?:a\s+)?practice\s+learning|"
    r"learning\s+(?:disabilit|difficult|brief)|[\"“]?practice\s+learning|does\s+the\s+learning",
    re.I,
)
_LEAD = (
    r"(?:(?:designated\s+|named\s+)?safeguarding\s+(?:lead|officer|manager)|"
    r"head\s+of\s+safeguarding|dsl|"
    r"(?:named|designated)\s+(?:nurse|doctor|professional|midwife|gp|lead)|lead\b)"
)
_NAME = (
    r"(?P<name>(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof|Sgt|Insp|DI|DCI|DS|DSU|Supt|Det\s+Supt|Sister|"
    r"Cllr)\.?\s+)?[A-Z][\w'’-]+"
    r"(?:\s(?:[A-Z]\.?\s)?(?:[a-z]{1,3}\s)?[A-Z][\w'’-]+){0,3})"
)
_LEAD_NAMED = re.compile(
    rf"(?:(?i:\b(?:our|the|my|"
    rf"trust)\s+(?:\w+['’]s\s+)?{_LEAD}(?:\s+for\s+\w+)?\s*[,(]?\s*(?:is\s+)?){_NAME}"
    rf"|{_NAME.replace('?P<name>', '?P<before>')},?\s+(?:who\s+is\s+)?(?:our|the)\s+(?i:{_LEAD})"
    rf"|(?i:\b(?:discussed\s+with|dsl(?:\s+consulted)?|"
    rf"safeguarding\s+lead)\s*[:–-]\s*(?:yes,?\s+)?){_NAME.replace('?P<name>', '?P<other>')})"
)


def find_reason(passage: Passage) -> Found | None:
    """Return the sentences that say why the mail is sent, as written."""
    for said in passage.sentences:
        if label := _REASON_LABEL.match(said.text):
            return Found(label["reason"].strip(), said, said.text, 0.9)
    return _gathered(
        [
            said
            for said in passage.sentences
            if _REASON.search(said.text) and not _NO_REASON.search(said.text)
        ]
    )


def find_learning(passage: Passage) -> Found | None:
    """Return the sentences that say what could be learned, as written."""
    return _gathered(
        [
            said
            for said in passage.sentences
            if _LEARNING.search(_NO_LEARNING.sub("", said.text))
            or re.search(r"\bwhat\s+made\s+it\s+work\b", said.text, re.I)
        ]
    )


def _gathered(sentences: list[Said]) -> Found | None:
    if not sentences:
        return None
    text = " ".join(said.text for said in sentences)
    return Found(text, sentences[0], text, 0.7)


def find_lead(passage: Passage) -> Reading:
    """Return the name of the safeguarding lead with whom it was talked through."""
    return only(_leads(passage), "Safeguarding lead")


def _leads(passage: Passage) -> Iterator[Found]:
    for said in passage.sentences:
        for found in _LEAD_NAMED.finditer(said.text):
            if not re.search(r"\bI(?:['’]m|\s+am)\s*$", said.text[: found.start()]):
                yield Found(
                    (found["name"] or found["before"] or found["other"]).strip(),
                    said,
                    found[0],
                    0.8,
                )
