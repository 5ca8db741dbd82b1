"""Message -> OwnWords: what the sender wrote, apart from quotes, banners, disclaimers, signature.

Pure, linear in the mail, and it never raises. Unsure means kept: to cut what somebody wrote is
worse than to leave a line too much (the full text stays in the message all the same).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, compress, groupby, pairwise

from agent.banner_rules import BannerRules
from agent.furniture import Furniture
from agent.htmlquotes import find_html_quotes, has_blockquotes, has_reply_header
from agent.model.message import Message
from agent.model.words import OwnWords
from agent.quotes import Quotes, find_quotes
from agent.signature import find_signature
from agent.subjects import bare_subject, is_forward

_LIST_HEADERS = ("list-id", "list-post")


def own_words(message: Message, rules: BannerRules) -> OwnWords:
    """Return the mail's words, told apart."""
    lines = message.text.split("\n")
    says_forward = is_forward(message.subject, rules)
    is_reply = bool(message.in_reply_to or message.references) and not says_forward
    quotes = _find_quotes(message, lines, rules, is_reply or says_forward is not None)
    own = Furniture(lines, rules).sort(at for at, quoted in enumerate(quotes.quoted) if not quoted)
    quoted_before = list(accumulate(quotes.quoted, initial=0))
    signed: set[int] = set()
    for part in _signed_parts(own, quoted_before):
        signed.update(find_signature({at: own[at] for at in part}, rules, message.sender))
    text = _joined(own, [at for at in own if at not in signed], quoted_before)
    is_list = any(name in message.headers for name in _LIST_HEADERS)
    return OwnWords(
        text=text,
        signature="\n".join(own[at].strip() for at in sorted(signed)),
        quoted="\n".join(compress(lines, quotes.quoted)).strip(),
        forwarded=_is_forwarded(quotes, says_forward, is_reply),
        subject=bare_subject(message.subject, rules, is_list),
        quoted_sender=quotes.sender,
    )


def _find_quotes(
    message: Message, lines: Sequence[str], rules: BannerRules, is_answer: bool
) -> Quotes:
    """Return the quotes; the HTML is asked only for what the text itself does not show."""
    text, html = message.text, message.html
    shown = find_html_quotes(text, html) if has_blockquotes(html) else None
    quotes = find_quotes(lines, shown, rules, is_answer)
    if shown is None and has_reply_header(html) and not any(quotes.quoted):
        quotes = find_quotes(lines, find_html_quotes(text, html), rules, is_answer)
    return quotes


def _signed_parts(own: Mapping[int, str], quoted_before: Sequence[int]) -> Iterator[list[int]]:
    """Yield where a signature may stand: above the first quote and below the last. An answer
    between quoted lines may be nothing but a name."""
    parts = [list(part) for _, part in groupby(own, key=quoted_before.__getitem__)]
    if parts and not quoted_before[parts[0][0]]:
        yield parts.pop(0)
    if parts:
        yield parts[-1]


def _joined(own: Mapping[int, str], places: Sequence[int], quoted_before: Sequence[int]) -> str:
    """Return these lines as text, with a blank line where one stood, or furniture, between two."""
    pieces: list[str] = []
    for before, at in pairwise([*places[:1], *places]):
        between = at - before - 1 - (quoted_before[at] - quoted_before[before])
        pieces.append("\n\n" if between > 0 else "\n")
        pieces.append(own[at].rstrip())
    return "".join(pieces).strip()


def _is_forwarded(quotes: Quotes, says_forward: bool | None, is_reply: bool) -> bool:
    if says_forward or quotes.is_forward:
        return True
    # A mail that answers nothing and brings another one along under its header.
    return quotes.is_headed and not is_reply and says_forward is None
