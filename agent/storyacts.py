"""What a person does in a scripted rehearsal beside recording events, done as it is for real."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from agent.acting import carry_out, complete
from agent.acts import Act
from agent.authority import ANY_ROLE, role_id
from agent.errors import DataError, RefusedAct
from agent.filing import accept_mail, file_mail, open_from_mail, reject_mail, unlink_mail
from agent.model.register import Agency, Contact, Register
from agent.outgoing import HANDLES
from agent.rehearse import Stage
from agent.script import Step
from agent.send import Sender
from agent.settling import acknowledge_alarms
from agent.store import cases, inbox, outbox
from agent.store.casefiles import get_case_file, look_at_all
from agent.store.inbox import StoredMessage
from agent.store.outbox import Listed

RefOf = Callable[[Step], str]

# Acts that are events by another name.
_EVENTS = {"restrict": "restricted", "pause": "paused"}
_MODES = ("intake", "shadow", "live")


def do_act(stage: Stage, step: Step, ref_of: RefOf, now: datetime) -> Stage:
    """Do what the step says and return the stage as it is then.

    Raises:
        DataError: it cannot be done; the text says why.
    """
    act = step.act or ""
    if act in HANDLES:
        mails = _mails(stage, step, ref_of)
        if not mails:
            raise RefusedAct(f"There is no mail to {act}.")
        HANDLES[act](stage.line, mails, step.by, now)
    elif act in _EVENTS:
        _record(stage, step, ref_of(step), _EVENTS[act], step.texts, now)
    elif act == "register":
        return _with_contact(stage, step)
    elif act == "mode":
        return _in_mode(stage, step.texts.get("mode", ""))
    elif act == "restart":
        stage.sender.recover(now)
    elif act == "acknowledge_alarm":
        _acknowledge(stage, step, now)
    elif act == "complete":
        line = stage.line
        complete(line.database, line.office, ref_of(step), step.texts, step.by, now)
    else:
        _handle_mail(stage, step, ref_of, now)
    return stage


def _handle_mail(stage: Stage, step: Step, ref_of: RefOf, now: datetime) -> None:
    act, told = step.act, step.texts
    if act == "reject" and "mail" not in told:
        detail = {**told, "outcome": "refused"}
        _record(stage, step, ref_of(step), "extension_asked", detail, now)
        return
    if act == "confirm" and "mail" not in told:
        _confirm(stage, step, ref_of(step), now)
        return
    message = _mail(stage, told.get("mail", ""))
    if act in ("file", "link"):
        file_mail(stage.line, message, ref_of(_on_case(step)), step.by, now)
    elif act == "open":
        open_from_mail(stage.line, message, step.by, now)
    elif act == "unlink":
        unlink_mail(stage.line, message, step.by, now)
    elif act == "reject":
        reject_mail(stage.line, message, step.by, now)
    else:
        accept_mail(stage.line, message, step.by, now)


def _on_case(step: Step) -> Step:
    """Return the step with the case that its detail names."""
    return step.model_copy(update={"case": step.texts.get("case", step.case)})


def _record(
    stage: Stage, step: Step, ref: str, event: str, detail: dict[str, str], now: datetime
) -> None:
    roles = ANY_ROLE if step.role is None else frozenset({role_id(step.role)})
    act = Act(event, step.on_day, step.by, roles, detail, "the script")
    carry_out(stage.database, stage.line.office, ref, act, now, unattended=True)


def _confirm(stage: Stage, step: Step, ref: str, now: datetime) -> None:
    """Record as a fact what was only proposed: the day the authority became aware."""
    with stage.database.read() as session:
        events = cases.events_of(session, ref)
    proposed = [one for one in events if "proposed" in one.detail]
    if not proposed:
        raise RefusedAct(f"Nothing is proposed on {ref}.")
    roles = ANY_ROLE if step.role is None else frozenset({role_id(step.role)})
    latest = proposed[-1]
    act = Act(latest.anchor, step.on or latest.on, step.by, roles, {}, "the script")
    carry_out(stage.database, stage.line.office, ref, act, now, unattended=True)


def _mails(stage: Stage, step: Step, ref_of: RefOf) -> Sequence[Listed]:
    """Return the mails that the step means: of its template and agencies, on its case."""
    told = step.texts
    agencies = {*told.get("agencies", "").split(";"), *told.get("agency", "").split(";")} - {""}
    wanted = {"release": ("held",), "cancel": ("held", "queued", "retry")}.get(step.act or "")
    with stage.database.read() as session:
        ref = get_case_file(session, ref_of(step))[0].case.ref
        case_id = cases.find_case_id(session, stage.line.office.profile.slug, ref)
        every = () if case_id is None else outbox.list_of_case(session, case_id)
    found = [
        mail
        for mail in every
        if (not told.get("template") or mail.template == told["template"])
        and (not agencies or mail.agency in agencies)
        and (wanted is None or mail.state in wanted)
    ]
    if wanted is not None:
        return found
    # Of what was sent to one agency more than once, the last is meant.
    return list({(mail.template, mail.agency, mail.to_address): mail for mail in found}.values())


def _mail(stage: Stage, name: str) -> StoredMessage:
    """Return the newest mail that the story took under that name."""
    with stage.database.read() as session:
        found = inbox.find_item(session, stage.line.mailbox, name)
    if found is None:
        raise DataError(f"No mail `{name}` has arrived yet.")
    return found


def _acknowledge(stage: Stage, step: Step, now: datetime) -> None:
    name = step.texts.get("mail")
    row = None if name is None else _mail(stage, name).id
    if acknowledge_alarms(stage.line, row, step.by, now) == 0:
        raise RefusedAct("No alarm is raised.")


def _in_mode(stage: Stage, mode: str) -> Stage:
    if mode not in _MODES:
        raise RefusedAct(f"There is no mode `{mode}`; known: {', '.join(_MODES)}.")
    return replace(stage, line=replace(stage.line, mode=mode))


def _with_contact(stage: Stage, step: Step) -> Stage:
    """Return the stage with an agency's new address, for which two people must stand."""
    told = step.texts
    second = told.get("second_by", "")
    if not second or second.strip().lower() == step.by.strip().lower():
        raise RefusedAct("A new address counts once a second person confirms it (`second_by`).")
    register = _registered(stage.line.office.register, told)
    office = replace(stage.line.office, register=register)
    line = replace(stage.line, office=office)
    sender = Sender(stage.database, stage.sender.routes, {line.mailbox: office})
    with stage.database.write() as session:
        look_at_all(session, office.profile.slug, step.at_moment)
    return replace(stage, line=line, sender=sender)


def _registered(register: Register, told: dict[str, str]) -> Register:
    agency_id, email = told.get("agency_id", ""), told.get("email", "").lower()
    if "@" not in email:
        raise RefusedAct("Say which address: `email`.")
    known = {agency.id: agency for agency in register.agencies}
    agency = known.get(agency_id, Agency(agency_id, told.get("agency", agency_id), "other", ()))
    old = agency.contacts[0] if agency.contacts else Contact("", "", "")
    first = Contact(told.get("name", old.name), told.get("title", old.title), email)
    known[agency_id] = replace(agency, contacts=(first, *agency.contacts[1:]))
    return Register(tuple(known.values()))
