"""What a person adds so that the letters of a case can be written. Pure."""

from collections.abc import Mapping

from agent.errors import RefusedAct
from agent.model.case import CaseFile
from agent.model.decision import Complete, Decision, LogLine

# What letters and forms ask for and no referral form does, or may leave open.
NAMES = (
    "summary",
    "period",
    "family",
    "contact",
    "also_known_as",
    "nhs_number",
    "previous_addresses",
    "date_of_death",
    "signatory",
)
_MAX_CHARS = 20_000


def decide_completion(file: CaseFile, values: Mapping[str, str], by: str) -> Decision:
    """Decide what keeping these values does; raises RefusedAct where they are none."""
    told = {name: value.strip() for name, value in values.items() if value.strip()}
    if unknown := sorted(set(told) - set(NAMES)):
        raise RefusedAct(f"Letters do not ask for `{unknown[0]}`; known: {', '.join(NAMES)}.")
    if not told:
        raise RefusedAct("Say what is to be added, such as summary and period.")
    if not by.strip():
        raise RefusedAct("Say who adds it: it goes to every agency.")
    if any(len(value) > _MAX_CHARS for value in told.values()):
        raise RefusedAct(f"Keep each text under {_MAX_CHARS} characters.")
    line = LogLine("case completed", ", ".join(sorted(told)), detail={"by": by})
    change = Complete(file.case.ref, file.case.version, told, by)
    return Decision(changes=(change,), log=(line,), case=file.case.ref)
