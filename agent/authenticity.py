"""Is this mail from whom it says? Pure: asks the headers and the contact register, nobody else.

Only the header of our own server counts as a check. That a check was not made proves nothing and
forbids nothing; a failed one, a look-alike or an answer that would go elsewhere sets a ceiling.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.lookalike import base_of, find_lookalike, is_within
from agent.model.message import Address, Evidence, Message
from agent.model.register import Register, fold_name
from agent.model.sender import SenderStanding, Verdict
from agent.screening_rules import ScreeningRules

MAX_SNIPPET_CHARS = 100

_RESULTS = "header Authentication-Results"
# A longer one is an attack on whoever reads it; real ones have some 600 characters.
_MAX_RESULTS_CHARS = 8_192
_RESULT = re.compile(r"\s*([a-z-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"header\.from\s*=\s*([^\s;]+)", re.IGNORECASE)
# The names by which Microsoft's servers go. They write no authserv-id into their header.
_EXCHANGE = ("outlook.com", "mx.microsoft.com")
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MAX_FROM_CHARS = 1_000
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Result:
    """One check of one header: `dmarc`, `fail`, and the words around it."""

    method: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing seen, and whether it speaks against the mail."""

    place: str
    snippet: str
    against: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    message: Message
    register: Register
    own_domains: Collection[str]
    rules: ScreeningRules

    @property
    def sender(self) -> Address:
        return self.message.sender

    def is_trusted(self, email: str) -> bool:
        """Return whether an address is an agency's or our own, even where two share a domain."""
        domain = email.rpartition("@")[2]
        return (
            self.register.is_verified(email)
            or self.register.find_agency(email) is not None
            or any(is_within(domain, one) for one in self.register.domains)
            or any(is_within(domain, one) for one in self.own_domains)
        )

    def is_same_house(self, email: str, other: str) -> bool:
        """Return whether two addresses are one organisation's: by domain, or by the register."""
        if base_of(email.rpartition("@")[2]) == base_of(other.rpartition("@")[2]):
            return True
        agency = self.register.find_agency(email)
        return agency is not None and agency is self.register.find_agency(other)


def judge_sender(
    message: Message,
    authserv_id: str,
    register: Register,
    own_domains: Collection[str],
    rules: ScreeningRules,
) -> SenderStanding:
    """Return what may be believed about the sender of a mail.

    Args:
        authserv_id: The name our own server signs its Authentication-Results with (RFC 8601), or
            a name under `outlook.com` where that server is Exchange Online; "" where there is none.
        own_domains: The domains of the partnership's own addresses, lower case.
    """
    asked = _Asked(message, register, own_domains, rules)
    results = _trusted_results(message, authserv_id)
    verdict = _verdict(results, message.sender.domain)
    signs = [sign for check in _CHECKS for sign in check(asked)]
    ceiling = verdict == "failed" or any(sign.against for sign in signs)
    seen = [(sign.place, sign.snippet) for sign in sorted(signs, key=lambda sign: not sign.against)]
    seen += [(_RESULTS, result.text) for result in results]
    return SenderStanding(
        verdict=verdict,
        known=register.find_agency(message.sender.email),
        verified=register.is_verified(message.sender.email) and not ceiling,
        ceiling=ceiling,
        evidence=tuple(Evidence(place, snippet[:MAX_SNIPPET_CHARS]) for place, snippet in seen),
    )


def _trusted_results(message: Message, authserv_id: str) -> list[_Result]:
    """Return the checks our own server made, the topmost header's first.

    Servers put their header on top, so that whatever follows the first run under our name came
    with the mail. A header without a name counts only as the topmost of all, and only where it
    stands above the first Received or our server is known to write none.
    """
    wanted = authserv_id.strip().lower()
    if not wanted:
        return []
    headers = [_read_results(value) for value in message.headers.get("authentication-results", ())]
    if headers and not headers[0][0]:
        is_exchange = any(is_within(wanted, name) for name in _EXCHANGE)
        return headers[0][1] if is_exchange or _stands_on_top(message) else []
    trusted: list[_Result] = []
    began = False
    for server, results in headers:
        if server == wanted:
            began = True
            trusted += results
        elif began:
            break
    return trusted


def _stands_on_top(message: Message) -> bool:
    """Return whether the first Authentication-Results stands above the first Received."""
    names = list(message.headers)
    return "received" in names and names.index("authentication-results") < names.index("received")


def _read_results(value: str) -> tuple[str, list[_Result]]:
    """Return a header's authserv-id ("" where it begins with a result) and its results."""
    head, *rest = _without_comments(value[:_MAX_RESULTS_CHARS]).split(";")
    server = "" if "=" in head else next(iter(head.lower().split()), "")
    found = [
        _Result(match[1].lower(), match[2].lower(), " ".join(part.split()))
        for part in ([head, *rest] if "=" in head else rest)
        if (match := _RESULT.match(part))
    ]
    return server, found


def _without_comments(value: str) -> str:
    """Return the header without comments and quoted words: senders can have words put in both."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped or char == "\\":
            escaped = not escaped
        elif quoted or (char == '"' and not depth):
            quoted = not (quoted and char == '"')
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _verdict(results: list[_Result], sender_domain: str) -> Verdict:
    """DMARC decides (RFC 7489). Where a domain has none, a server that its owner forbids to send
    (SPF, RFC 7208, `fail`) without any good signature has failed too."""
    first: dict[str, _Result] = {}
    for result in results:
        first.setdefault(result.method, result)
    words = {method: result.word for method, result in first.items()}
    dmarc = words.get("dmarc")
    if dmarc == "fail" or (dmarc != "pass" and words.get("compauth") == "fail"):
        return "failed"
    if dmarc == "pass":
        checked = _HEADER_FROM.search(first["dmarc"].text)
        is_this = checked is None or base_of(checked[1].lower()) == base_of(sender_domain)
        return "passed" if is_this else "not_checked"
    is_signed = any(result.method == "dkim" and result.word == "pass" for result in results)
    return "failed" if words.get("spf") == "fail" and not is_signed else "not_checked"


def _lookalike(asked: _Asked) -> Iterator[_Sign]:
    domain = asked.sender.domain
    if not domain or asked.is_trusted(asked.sender.email):
        return
    guarded = {*asked.own_domains, *_domains_of(asked.register)}
    imitated = find_lookalike(domain, guarded, asked.rules.restricted_suffixes)
    if imitated is not None:
        yield _Sign("header From", f"{domain} looks like {imitated}")


def _domains_of(register: Register) -> Iterator[str]:
    for agency in register.agencies:
        yield from agency.domains
        yield from (address.rpartition("@")[2] for address in agency.addresses)


def _other_addresses(asked: _Asked) -> Iterator[_Sign]:
    """A second From, or an address shown as a name; against the mail where either is known."""
    sender = asked.sender.email
    written = " ".join(asked.message.headers.get("from", ()))[:_MAX_FROM_CHARS]
    for other in dict.fromkeys(found.lower() for found in _ADDRESS.findall(written)):
        if sender and other != sender and not asked.is_same_house(other, sender):
            is_known = asked.is_trusted(other) or asked.is_trusted(sender)
            yield _Sign("header From", f"shows {other}, is from {sender}", is_known)


def _borrowed_name(asked: _Asked) -> Iterator[_Sign]:
    """The name of a contact or an agency over an address that is neither's."""
    if not asked.sender.name or asked.is_trusted(asked.sender.email):
        return
    shown = _words(asked.sender.name)
    common = asked.rules.common_name_words
    for agency in asked.register.agencies:
        for name in (agency.name, *(contact.name for contact in agency.contacts)):
            words = _words(name)
            if len(words) >= 2 and not words.issubset(common) and words <= shown:
                yield _Sign("header From", f"named as {name}, is from {asked.sender.email}")


@lru_cache(maxsize=4_096)
def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_name(name)))


def _reply_elsewhere(asked: _Asked) -> Iterator[_Sign]:
    for address in asked.message.reply_to:
        elsewhere = address.email and not asked.is_same_house(address.email, asked.sender.email)
        if elsewhere and asked.sender.email:
            # An answer that would come back to ourselves gives nothing away.
            to_us = any(is_within(address.domain, own) for own in asked.own_domains)
            yield _Sign("header Reply-To", address.email, not to_us)


_CHECKS = (_lookalike, _other_addresses, _borrowed_name, _reply_elsewhere)
