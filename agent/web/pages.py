"""Every page and every act, each with the right that it asks for. There is no other way in.

Addresses stand below the partnership's own. An act names the page that it is shown on again where
it is refused.
"""

from dataclasses import dataclass

from agent.rights import Right
from agent.web import mailacts, mailpage, review, today
from agent.web.visit import Handler


@dataclass(frozen=True, slots=True)
class Page:
    """A page, at an address."""

    path: str
    show: Handler
    needs: Right


@dataclass(frozen=True, slots=True)
class Act:
    """What a posted form does; where it is refused, `shown_on` is shown again."""

    path: str
    do: Handler
    needs: Right
    shown_on: Handler


PAGES = (
    Page("", today.show, Right.SEE),
    Page("/health", today.show_health, Right.SEE),
    Page("/review", review.show, Right.WORK),
    Page("/corrections.jsonl", review.export, Right.WORK),
    Page("/mails/{mail}", mailpage.show, Right.PERSONAL),
    Page("/mails/{mail}/files/{file}", mailpage.download_file, Right.PERSONAL),
    Page("/mails/{mail}/raw", mailpage.download_mail, Right.PERSONAL),
)

ACTS: tuple[Act, ...] = (
    Act("/alarms/{mail}", today.acknowledge, Right.WORK, today.show),
    Act("/notes/{note}", review.finish, Right.WORK, review.show),
    Act("/mails/{mail}/accept", mailacts.accept, Right.WORK, mailpage.show),
    Act("/mails/{mail}/reject", mailacts.reject, Right.WORK, mailpage.show),
    Act("/mails/{mail}/kind", mailacts.change_kind, Right.WORK, mailpage.show),
    Act("/mails/{mail}/case", mailacts.file, Right.WORK, mailpage.show),
    Act("/mails/{mail}/unlink", mailacts.unlink, Right.WORK, mailpage.show),
    Act("/mails/{mail}/reprocess", mailacts.read_again, Right.WORK, mailpage.show),
    Act("/mails/{mail}/fields", mailacts.change_fields, Right.WORK, mailpage.show),
    Act("/stop", today.stop, Right.STOP, today.show),
)
