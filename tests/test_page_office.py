"""The office on the page: its register and people, the log and its chain, figures, rehearsals."""

import json

from sqlalchemy import text

from agent.model.decision import LogLine
from agent.people import give_roles
from agent.rights import Role
from agent.store import actionlog
from agent.store.contacts import list_entries
from tests.webdesk import ADA, ANNA, ARTHUR, DEV, VERA, Visitor

DANGER = (
    "He hit her again this morning and she has a black eye. She goes home to him at three today. "
    "Please act now, the child is not safe tonight.\n"
)


def test_a_contact_counts_once_a_second_person_confirms_it(site, anna):
    new = {"agency_id": "police", "name": "Kit Lark", "email": "kit.lark@police.northshire.example"}
    anna.get("/northshire/register").post("/northshire/register/propose", **new)
    assert anna.said.startswith("Proposed.")
    anna.post("/northshire/register/settle", 0)
    assert "a second person has to confirm it" in anna.problem
    with site.visitor(DEV) as dev:
        dev.get("/northshire/register").post("/northshire/register/settle", 0)
        assert dev.said == "Confirmed: letters may go there now."
    with site.database.read() as session:
        kept = [
            one for one in list_entries(session, "northshire") if one.contact.name == "Kit Lark"
        ]
    assert [(one.proposed_by, one.confirmed_by) for one in kept] == [(ANNA, DEV)]
    anna.get("/northshire/register").post(
        "/northshire/register/propose", agency_id="police", name="X", email="not an address"
    )
    assert "is not one mail address" in anna.problem


def test_the_register_comes_out_as_the_file_that_goes_in(anna):
    file = anna.get("/northshire/register.csv").answer.content
    anna.get("/northshire/register")
    anna.post("/northshire/register", files={"file": ("register.csv", file)})
    assert "0 wait for a second person" in anna.said
    anna.post("/northshire/register", files={"file": ("register.csv", b"agency\nx\n")})
    assert "the first line must be" in anna.problem


def test_people_come_go_and_change_their_passwords(site):
    with site.visitor(ADA) as ada:
        ada.get("/northshire/people")
        new = {"email": "New.Person@northshirescp.example", "name": "New Person"}
        ada.post("/northshire/people", number=len(ada.page.forms) and 0, roles="viewer", **new)
        password = ada.page.xpath("string(//main//code)")
        assert len(password) >= 12
        for email in (ANNA, ADA):
            fields = ada.get("/northshire/people").fields("/sign-out")
            ada.send("/northshire/people/roles", [*fields, ("email", email)])
        assert "Somebody has to stay administrator" in ada.problem
    with site.visitor() as visitor:
        visitor.sign_in("new.person@northshirescp.example", password)
        assert visitor.path == "/northshire"
        visitor.get("/northshire/account")
        form = {"old": password, "new": "a new long password", "again": "a new long password"}
        visitor.post("/northshire/account", **{**form, "again": "another"})
        assert "not the same both times" in visitor.problem
        visitor.post("/northshire/account", **form)
        assert visitor.path == "/sign-in", "every visit ended"
        assert visitor.sign_in("new.person@northshirescp.example", password).status == 401
        visitor.sign_in("new.person@northshirescp.example", "a new long password")
        assert visitor.path == "/northshire"
    with site.visitor(ANNA) as anna:
        assert anna.status == 200
        assert "no role in any partnership" in anna.text, "her roles were taken away"


def test_the_log_is_filtered_exported_safely_and_checked(site):
    with site.visitor(ARTHUR) as arthur:
        ref = site.case(1)
        arthur.get(f"/northshire/log?case={ref}&action=mail+held")
        assert "Mail held" in arthur.text
        assert "Mail sent" not in arthur.page.xpath("string(//tbody)")
        arthur.get("/northshire/log?day=2026-11-17")
        assert "17 Nov 2026" in arthur.text
        assert "18 Nov 2026" not in arthur.text
        assert arthur.get("/northshire/log?day=17.11.26").status == 422
        assert "is no day" in arthur.text
        rows = arthur.get("/northshire/log.jsonl?views=yes").answer.text.splitlines()
        numbers = [json.loads(row)["seq"] for row in rows]
        assert numbers == sorted(set(numbers))
        assert len(numbers) > 150
        table = arthur.get("/northshire/log.csv").answer.text
        assert table.startswith("seq,at,actor,action")
        arthur.get("/northshire/log").post("/northshire/log/check")
        assert arthur.said.startswith("The log is whole")
        assert "log exported" in site.actions()


def test_a_formula_in_the_log_is_text_in_the_spreadsheet(site):
    with site.database.write() as session:
        actionlog.append(
            session,
            (LogLine("=cmd|' /C calc'!A0", "@SUM(1)"),),
            actor="+evil",
            partnership="northshire",
            case=None,
            message_digest=None,
            outbox_key=None,
            now=site.moments.now,
        )
    with site.visitor(ARTHUR) as arthur:
        last = arthur.get("/northshire/log.csv").answer.text
    assert "'=cmd" in last
    assert "'@SUM(1)" in last
    assert "'+evil" in last


def test_a_broken_chain_is_said_in_red(site):
    with site.database.write() as session:
        session.execute(text("DROP TRIGGER IF EXISTS action_log_no_update"))
        names = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in [row.name for row in names]:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE action_log SET reason = 'nothing' WHERE seq = 5"))
    with site.visitor(ARTHUR) as arthur:
        arthur.get("/northshire/log").post("/northshire/log/check")
        assert "The chain does not hold. Line 5 has been changed." in arthur.problem
        assert "Broken" in arthur.get("/northshire/log").text


def test_changed_rules_are_tried_over_stored_mail_and_change_nothing(site, anna):
    rules = anna.get("/northshire/rehearsal/files/0").answer.text
    changed = rules.replace('kind = "enquiry"', 'kind = "unrelated"')
    assert changed != rules
    before = (len(site.mails()), site.newest().kind)
    anna.get("/northshire/rehearsal").post(
        "/northshire/rehearsal",
        name="mail.toml",
        count="50",
        files={"file": ("mail.toml", changed.encode())},
    )
    assert "mails would be treated otherwise" in anna.text
    assert not anna.text.startswith("0 of")
    assert (len(site.mails()), site.newest().kind) == before
    anna.get("/northshire/rehearsal").post(
        "/northshire/rehearsal",
        name="mail.toml",
        count="50",
        files={"file": ("mail.toml", b"[[rule]]\nid = 1\n")},
    )
    assert "mail.toml" in anna.problem
    assert "/tmp" not in anna.problem


def test_the_statistics_are_a_table_a_picture_and_a_file(site):
    with site.visitor(VERA) as vera:
        vera.get("/northshire/statistics")
        assert "Southwood Homes" in vera.text
        assert len(vera.page.xpath("//svg")) == 2
        rows = vera.get("/northshire/statistics.csv").answer.text
        assert "letters: on time,homes,1" in rows
        vera.get("/northshire/statistics?from=2026-12-01&to=2026-11-01")
        assert "ends before it begins" in vera.text
        vera.get("/northshire/statistics?from=2020-01-01&to=2020-12-31")
        assert "nothing to measure" in vera.text


def test_who_has_two_partnerships_chooses_one(site):
    give_roles(site.line("lewisham"), ANNA, (Role.VIEWER,), "the test", site.moments.now)
    with site.visitor(ANNA) as anna:
        assert "Choose a partnership" in anna.text
        anna.get("/lewisham/cases")
        assert "LEW-2026-0001" in anna.text
        assert anna.get("/lewisham/review").status == 404, "there she only looks"


def test_healthz_answers_without_a_sign_in(site):
    with Visitor(site.url) as visitor:
        assert visitor.get("/healthz").answer.text == "alive"
