"""What is due on a case at a moment: letters after the go, mails that follow an event, reminders.

Pure: everything on the case, the office and `now` in; a Decision out, and when to look again. It is
asked after every change and whenever that moment has come, so that nothing depends on who or what
changed the case, and nothing is lost where the agent stops in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.announce import announce
from agent.caseclocks import clocks_of
from agent.deadlines import ClockState, State
from agent.ladder import Steps, climb
from agent.model.case import CaseFile
from agent.model.decision import AddEvents, Decision, Note, Task
from agent.model.draft import Draft, Hold
from agent.profile import Office
from agent.requests import SCOPING, requests_of
from agent.scopinground import Round, plan_round

_GOES_ON = "open"
_RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done on a case now, and when to look at it again; None only after a change.

    `due_at` is when the first of what is still to come is due, or was: None where nothing is.
    """

    decision: Decision
    again_at: datetime | None
    due_at: datetime | None


def decide_due(file: CaseFile, office: Office, now: datetime, hold: Hold | None) -> Due:
    """Decide what is due on the case at `now`.

    `hold` is why nothing leaves by itself (shadow mode), else None.
    """
    if file.case.state == _RESTRICTED:
        hold = Hold.RESTRICTED
    clocks = clocks_of(file, office, now)
    requests = requests_of(file, clocks)
    told = announce(file, requests, clocks, office, now, hold)
    drafts, tasks, again = list(told.drafts), list(told.tasks), []
    if file.case.state == _GOES_ON:
        letters = plan_round(file, requests, clocks, office, now, hold)
        steps = [climb(file, request, office, now, hold) for request in requests]
        parts: tuple[Round | Steps, ...] = (letters, *steps)
        for part in parts:
            drafts += part.drafts
            tasks += part.tasks
            again.append(part.again_at)
    tasks = [note for note in dict.fromkeys(tasks) if not file.has_note(note.code, note.text)]
    again_at = min((one for one in again if one is not None), default=None)
    due_at = first_due(clocks)
    if not drafts and not tasks:
        return Due(Decision(case=file.case.ref), again_at, due_at)
    return Due(_decision(file, drafts, tasks), again_at, due_at)


def first_due(clocks: Sequence[ClockState]) -> datetime | None:
    """Return when the first clock that is late or running is due, or None."""
    awaited = (one.due for one in clocks if one.state in (State.LATE, State.RUNNING))
    return min((due for due in awaited if due is not None), default=None)


def _decision(file: CaseFile, drafts: Sequence[Draft], tasks: Sequence[Note]) -> Decision:
    # The change holds no event: it only makes sure that the case is still what was judged.
    guard = AddEvents(file.case.ref, file.case.version, ())
    is_complete = any(draft.template == SCOPING for draft in drafts)
    return Decision(
        changes=(guard,),
        drafts=tuple(drafts),
        tasks=tuple(tasks),
        overtakes=(Task.COMPLETE_PREFILL,) if is_complete else (),
        case=file.case.ref,
    )
