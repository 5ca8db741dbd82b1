"""Finds what sets labels and answers apart in a mail where no sign stands between them: bold or
underlined labels, answers after a dash or after "A.".

Pure. Knows no form: only what a mail does again and again is taken for how it is laid out.
"""

import re
from collections.abc import Sequence

from agent.model.document import Block, Paragraph

# So many lines that begin alike are how a mail is laid out; fewer may be chance.
_MANY = 4
_MANY_ANSWERS = 2
# Longer pages than any form are left as they are.
_MAX_CHARS = 400_000

_LABEL = r"[^\W_][^\n*<>:]{1,120}?[^\W_)?]"
_BOLD_FIRST = re.compile(
    rf"^([ \t>]*)\*{{1,2}}({_LABEL})\*{{1,2}}[ \t]+(?=[^\s*:=–—-])", re.MULTILINE
)
# Tags that change only how words look, and an answer right behind the closing one.
_LOOKS = r"(?:<(?:span|font|b|u|strong|em)\b[^>]{0,400}>|\s|&nbsp;)*"
_MARKED_FIRST = re.compile(
    rf"(<(?:p|div|li|br|td)\b[^>]{{0,400}}>{_LOOKS}<(b|strong|u)\b[^>]{{0,400}}>"
    r"(?:<(?:span|font|u)\b[^>]{0,400}>)*)([^<>:]{3,160})((?:</(?:span|font|u)>)*</\2>)(?=(?:</?(?:span|font)\b[^>]{0,400}>|\s|&nbsp;)*[^\s<:&=–—-])",
    re.IGNORECASE,
)
_DASH = re.compile(r"[-–—•·*>]+\s+(?=\w)")
_ASKED = re.compile(r"\W*Q(?:uestion)?\s?\d{0,2}\s?[.:)-]\s", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:A(?:ns(?:wer)?)?\s?\d{0,2}\s?[.:)-])\s+(?=\S)", re.IGNORECASE)


def with_bold_labels(text: str) -> str:
    """Return a plain text, where many lines begin in bold (`*Role* Nurse`) with a colon there."""
    if text.count("*") < 2 * _MANY or len(_BOLD_FIRST.findall(text)) < _MANY:
        return text
    return _BOLD_FIRST.sub(r"\1\2: ", text)


def label_by_look(html: str) -> tuple[str, bool]:
    """Return a page, where many lines begin in bold or underlined with a colon behind that, and
    whether it has such lines."""
    if len(html) > _MAX_CHARS or len(_MARKED_FIRST.findall(html)) < _MANY:
        return html, False
    return _MARKED_FIRST.sub(r"\1\3\4: ", html), True


def without_answer_marks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks without the dash before an answer of one line, and without the "A." before
    those of questions that begin with "Q". The items of a list keep theirs."""
    texts = [one.text if isinstance(one, Paragraph) else "" for one in blocks]
    asked = sum(_ASKED.match(text) is not None for text in texts)
    is_interview = asked >= _MANY_ANSWERS
    dashed = [_DASH.match(text) for text in texts]
    found: list[Block] = []
    for at, block in enumerate(blocks):
        mark = dashed[at]
        is_listed = any(dashed[max(0, at - 1) : at] + dashed[at + 1 : at + 2])
        if mark is None or is_listed:
            mark = _ANSWERED.match(texts[at]) if is_interview else None
        if isinstance(block, Paragraph) and mark is not None:
            block = Paragraph(block.text[mark.end() :], block.place)
        found.append(block)
    return tuple(found)
