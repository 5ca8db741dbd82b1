"""The calendar file that goes with an invitation to a case's meeting. Pure.

One meeting has one UID for each recipient however often it is moved, so that calendars move it too.
"""

import hashlib
from datetime import datetime, timedelta

from agent.invitation import render_invitation
from agent.lettervalues import MEETING_NAMES, meeting_at
from agent.model.case import CaseEvent, CaseFile
from agent.model.draft import Enclosure
from agent.profile import Office

_LASTS = timedelta(hours=2)
_TYPE = "text/calendar; method=REQUEST; charset=utf-8"


def invitation_to(
    email: str, meeting: CaseEvent, file: CaseFile, office: Office, now: datetime
) -> tuple[Enclosure, ...]:
    """Return the calendar file of a meeting for one recipient; none where its hour is not known."""
    if "time" not in meeting.detail:
        return ()
    ref, kind = file.case.ref, meeting.detail.get("kind", "")
    mailbox = office.site.mailbox
    whose = hashlib.sha256(f"{ref} {kind} {email}".encode()).hexdigest()[:24]
    start = meeting_at(meeting)
    name = MEETING_NAMES.get(kind, "meeting")
    content = render_invitation(
        f"{whose}@{mailbox.rpartition('@')[2]}",
        _times_moved(meeting, file),
        f"{name[:1].upper()}{name[1:]}, reference {ref}",
        start,
        start + _LASTS,
        meeting.detail.get("place", ""),
        mailbox,
        email,
        now,
    )
    return (Enclosure(f"{ref} meeting.ics", content=content, content_type=_TYPE),)


def _times_moved(meeting: CaseEvent, file: CaseFile) -> int:
    kind = meeting.detail.get("kind")
    told = [
        one for one in file.events if one.anchor == "meeting_set" and one.detail.get("kind") == kind
    ]
    return told.index(meeting)
