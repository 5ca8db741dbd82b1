"""Who a mail is really from, as far as can be told, and what a server says of a mail of ours."""

from dataclasses import dataclass
from typing import Literal

from agent.model.message import Evidence
from agent.model.register import Agency

Verdict = Literal["passed", "failed", "not_checked"]

# The forms in which mail arrives that only a person can open.
Wrapper = Literal[
    "smime_encrypted",
    "pgp",
    "rpmsg",
    "microsoft_portal",
    "egress",
    "nhsmail_egress",
    "cjsm_notice",
    "portal_notice",
]


@dataclass(frozen=True, slots=True)
class SenderStanding:
    """What may be believed about the sender.

    `verdict` is our own server's; `known` is the agency whose address From shows, even where the
    verdict is `failed`. `verified`: exactly this address stands in the register and nothing speaks
    against the mail. `ceiling`: something does, so by itself the mail may cause a receipt at most.
    """

    verdict: Verdict
    known: Agency | None
    verified: bool
    ceiling: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A mail of ours that did not arrive, or not yet.

    `recipients` are lower-case addresses, possibly none. `permanent` means that the server has
    given up, whatever the `status` ("5.1.1", or "" where none is given); `delayed` that it still
    tries. `original_ids` are Message-IDs it may be about, in angle brackets, the best first.
    """

    recipients: tuple[str, ...]
    outcome: Literal["permanent", "delayed"]
    status: str
    original_ids: tuple[str, ...]
