"""Every page and every act, each with the right that it asks for. There is no other way in.

Addresses stand below the partnership's own. An act names the page that it is shown on again where
it is refused.
"""

from dataclasses import dataclass

from agent.rights import Right
from agent.web import (
    case,
    cases,
    log,
    mailacts,
    mailpage,
    outbox,
    people,
    recording,
    register,
    rehearsal,
    review,
    statistics,
    today,
)
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
    Page("/outbox", outbox.show, Right.SEE),
    Page("/outbox/{mail}", outbox.show_mail, Right.SEE),
    Page("/outbox/{mail}/files/{file}", outbox.download, Right.PERSONAL),
    Page("/register", register.show, Right.SEE),
    Page("/register.csv", register.export, Right.SEE),
    Page("/statistics", statistics.show, Right.SEE),
    Page("/statistics.csv", statistics.export, Right.SEE),
    Page("/rehearsal", rehearsal.show, Right.WORK),
    Page("/rehearsal/files/{file}", rehearsal.download, Right.WORK),
    Page("/people", people.show, Right.PEOPLE),
    Page("/account", people.show_own, Right.SEE),
    Page("/log", log.show, Right.LOG),
    Page("/log.{sort}", log.export, Right.LOG),
    Page("/cases", cases.show, Right.SEE),
    Page("/cases/{ref}", case.show, Right.SEE),
    Page("/cases/{ref}/record", recording.choose, Right.WORK),
    Page("/cases/{ref}/record/{event}", recording.show, Right.WORK),
    Page("/cases/{ref}/complete", recording.show_completion, Right.WORK),
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
    Act("/cases", cases.search, Right.PERSONAL, cases.show),
    Act("/cases/{ref}/record/{event}", recording.record, Right.WORK, recording.show),
    Act("/cases/{ref}/complete", recording.save_completion, Right.WORK, recording.show_completion),
    Act("/cases/{ref}/links", recording.link, Right.WORK, case.show),
    Act("/cases/{ref}/readers", recording.set_reader, Right.WORK, case.show),
    Act("/outbox/{mail}/words", outbox.change, Right.APPROVE, outbox.show_mail),
    Act("/outbox/{mail}/{what}", outbox.handle, Right.APPROVE, outbox.show_mail),
    Act("/log/check", log.check, Right.LOG, log.show),
    Act("/register", register.take_file, Right.WORK, register.show),
    Act("/register/propose", register.propose, Right.WORK, register.show),
    Act("/register/settle", register.settle, Right.WORK, register.show),
    Act("/rehearsal", rehearsal.rehearse, Right.WORK, rehearsal.show),
    Act("/people", people.add, Right.PEOPLE, people.show),
    Act("/people/roles", people.change, Right.PEOPLE, people.show),
    Act("/people/password", people.renew, Right.PEOPLE, people.show),
    Act("/account", people.change_own, Right.SEE, people.show_own),
    Act("/stop", today.stop, Right.STOP, today.show),
)
