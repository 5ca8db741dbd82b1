"""What became of mails that may have left: the folder of sent mail tells, where there is one.

That a mail does not lie there tells nothing: not every server files what goes through it. It stays
with a person then.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from agent.errors import DataError
from agent.line import Line
from agent.mail import Mailbox
from agent.model.decision import LogLine, Note, Task
from agent.send import ACTOR, record_left
from agent.store import actionlog, outbox, work
from agent.store.outbox import Claimed, State

# A person has long looked at what is older.
_LOOKED_FOR = timedelta(days=7)
_FILED = "It lies in the folder of sent mail."


def reconcile(line: Line, mailbox: Mailbox, now: datetime) -> int:
    """Take every uncertain mail for sent that lies in the folder of sent mail; return how many.

    Raises:
        MailboxError: the folder cannot be read now.
    """
    with line.database.read() as session:
        asked = outbox.find_uncertain(session, line.mailbox, now - _LOOKED_FOR)
    if not asked:
        return 0
    filed = mailbox.find_sent({one.message_id for one in asked})
    found = 0
    for one in asked:
        # A person may have settled it meanwhile.
        with suppress(DataError):
            if one.message_id in filed:
                _settle(line, one, now)
                found += 1
    return found


def _settle(line: Line, mail: Claimed, now: datetime) -> None:
    with line.database.write() as session:
        outbox.settle(session, mail.id, State.SENT, now)
        record_left(session, mail, now)
        asked = Note(Task.MAIL_UNCERTAIN, mail.key)
        work.finish_told(session, mail.partnership, asked, ACTOR, now)
        actionlog.note(
            session, mail.partnership, LogLine("mail sent", _FILED), ACTOR, now, outbox_key=mail.key
        )
