"""What the marks in a story's mails stand for, read from the store of the rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.profile import Office
from agent.recipients import find_agency
from agent.store.casefiles import find_latest_mail, find_newest
from agent.store.db import Database


@dataclass(frozen=True, slots=True)
class MarkFinder:
    """Finds what a mark stands for; `case_of_file` names the case that a mail opened or joined."""

    database: Database
    office: Office
    case_of_file: Mapping[str, str]

    def find(self, name: str, rest: tuple[str, ...]) -> str | None:
        """Return a case's reference, or what a mail of ours carries; None where there is none."""
        slug = self.office.profile.slug
        with self.database.read() as session:
            if name == "REF":
                return self.case_of_file.get(rest[0]) if rest else find_newest(session, slug)
            if len(rest) != 2:
                return None
            template, whom = rest
            if whom == "sender":
                mail = find_latest_mail(session, slug, template)
            else:
                mail = find_latest_mail(session, slug, template, whom, self._addresses(whom))
        if mail is None:
            return None
        return mail.message_id if name == "MESSAGE-ID" else mail.subject

    def _addresses(self, agency_id: str) -> frozenset[str]:
        agency = find_agency(agency_id, self.office)
        return frozenset() if agency is None else agency.addresses
