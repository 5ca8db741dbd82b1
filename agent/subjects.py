"""The subject of a mail without what mail systems put in front of it or behind it."""

import re

from agent.banner_rules import BannerRules

# RFC 5322 allows 998 characters; more is no subject.
MAX_SUBJECT = 1_000

_LIST_TAG = re.compile(r"\s*\[[^\[\]]{1,60}\]\s*")
_FIRST_TAG = re.compile(r"([^\W\d_]{1,8})\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]")


def bare_subject(subject: str, rules: BannerRules, is_list: bool) -> str:
    """Return the subject without RE:, FW:, [SECURE], OFFICIAL-SENSITIVE and their like, in front as
    often as they stand there; in a mail of a list also without the list's tag."""
    bare = rules.subject_mark.sub("", " ".join(subject[:MAX_SUBJECT].split()))
    start = _front(bare, rules)
    if is_list and (tag := _LIST_TAG.match(bare, start)):
        bare = bare[tag.end() :]
        start = _front(bare, rules)
    return _without_end(bare[start:], rules)


def is_forward(subject: str, rules: BannerRules) -> bool | None:
    """Return True if the foremost tag says forwarded, False if answered, None without a tag."""
    subject = rules.subject_mark.sub("", " ".join(subject[:MAX_SUBJECT].split()))
    for tag in _FIRST_TAG.finditer(subject[: _front(subject, rules)]):
        word = tag[1].lower()
        if word in rules.subject_forwards:
            return True
        if word in rules.subject_replies:
            return False
    return None


def _front(subject: str, rules: BannerRules) -> int:
    found = rules.subject_front.match(subject.lower())
    return found.end() if found else 0


def _without_end(subject: str, rules: BannerRules) -> str:
    while True:
        shorter = subject.rstrip(" *")
        bare = shorter.lower().rstrip("])}*")
        mark = next(filter(bare.endswith, rules.subject_bare_markings), None)
        if mark is None or bare[: -len(mark)][-1:].isalnum():
            return shorter.strip()
        subject = shorter[: len(bare) - len(mark)].rstrip(" -–—:|([{*")
