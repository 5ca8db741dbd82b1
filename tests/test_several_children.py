"""Several children in one incident: one case, one letter to an agency, an answer on each child."""

from pathlib import Path
from typing import Any

import pytest

from agent.samples import write_scoping_return
from agent.store import cases, work
from tests.desk import Desk, referral
from tests.mails import WORD, mail
from tests.stories import Row, detail, event_step, head, mail_step, of_type, play

BOTH = {
    "child_name": "1. Robin Alder\n2. Kit Alder",
    "child_dob": "1. 04/05/2021\n2. 07/08/2023",
}
KIT = {"child_name": "Kit Alder", "child_dob": "07/08/2023"}
ICB = "Lee Brook <lee.brook@icb.northshire.example>"


def again(answers: dict[str, Any], number: int = 2) -> bytes:
    id_ = f"<{number}@school.northshire.example>"
    return referral(answers, "Head <office@school.northshire.example>", id_)


def test_every_child_of_the_form_is_a_subject_and_a_sibling_in_the_family_is_not(
    desk: Desk,
) -> None:
    sister = {"family": [{"name": "Ash Alder", "relationship": "Sister", "dob": "01/02/2015"}]}
    desk.receives(referral(BOTH | sister))

    with desk.database.read() as session:
        case = cases.get_case(session, desk.cases[0])
    assert [one.name for one in case.children] == ["Robin Alder", "Kit Alder"]
    assert [str(one.dob) for one in case.children] == ["2021-05-04", "2023-08-07"]


def test_a_second_referral_about_either_child_joins_for_the_same_incident(desk: Desk) -> None:
    desk.receives(referral(BOTH))

    desk.receives(again(KIT))
    desk.receives(again({}, 3))

    assert len(desk.cases) == 1
    assert desk.waiting.count("confirm_further_referral") == 2


def test_a_second_referral_about_either_child_and_another_incident_opens_a_case(
    desk: Desk,
) -> None:
    desk.receives(referral(BOTH))

    row = desk.row(desk.receives(again(KIT | {"incident_date": "01.11.26 serious incident"})))

    assert row["case_opened"] is True
    assert row["review_reasons"] == ["possible_duplicate"]


def test_twins_of_whom_one_is_referred_by_another_agency_stay_apart(desk: Desk) -> None:
    desk.receives(referral())

    row = desk.row(desk.receives(again({"child_name": "Kit Alder"})))

    assert row["case_opened"] is True


def test_a_child_that_only_the_second_referral_names_is_shown_to_a_person(desk: Desk) -> None:
    desk.receives(referral())

    row = desk.row(desk.receives(again(BOTH)))

    assert (row["case"], row["case_opened"]) == (desk.cases[0], False)
    with desk.database.read() as session:
        case = cases.get_case(session, desk.cases[0])
    assert [one.name for one in case.children] == ["Robin Alder"]
    [text] = texts_of(desk, "confirm_further_referral")
    assert text.endswith("1 of the 2 children it names are not on the case: are they subjects?")


def test_a_return_about_the_second_child_in_the_thread_is_about_the_case(desk: Desk) -> None:
    desk.receives(referral(BOTH))
    ours = str(desk.sent[0]["Message-ID"])

    form = write_scoping_return({"child_name": "Kit Alder", "child_dob": "07/08/2023"} | ANSWERS)
    row = desk.row(
        desk.receives(
            mail(
                "Ro <ro@icb.northshire.example>",
                message_id="<9@icb.northshire.example>",
                in_reply_to=ours,
                attachments=[("return.docx", form, WORD)],
            )
        )
    )

    assert row["case"] == desk.cases[0]
    assert "wrong_child" not in row["review_reasons"]


def texts_of(desk: Desk, code: str) -> list[str]:
    with desk.database.read() as session:
        return [note.text for note in work.list_open(session) if note.code == code]


ANSWERS = {
    "agency_name": "Northshire ICB",
    "respondent_name": "Lee Brook",
    "involvement_summary": "Seen by the health visitor twice.",
    "practice_analysis": "Visits were on time.",
    "partnership_concerns": "None.",
    "other_agencies_known": "None.",
    "further_info": "None.",
}


def told(tmp_path: Path, *bodies: str, answers: dict[str, str] | None = None) -> list[Row]:
    """Play a case of two children in which the ICB answers its letter with these mails."""
    mails = {"referral.eml": referral(BOTH)}
    steps = mail_step("2026-12-21T10:00:00", "referral.eml")
    steps += event_step("2026-12-21T11:00:00", "panel_notified")
    text = detail(summary="Two children were hurt.", period="2024 to 2026", family="nobody known")
    steps += (
        f'[[step]]\nat = 2026-12-21T11:30:00\nact = "complete"\nby = "strategic_lead"\n{text}\n'
    )
    steps += event_step("2026-12-21T12:00:00", "rapid_review_agreed", more=detail(agencies=["icb"]))
    files = []
    if answers is not None:
        files = [("return.docx", write_scoping_return(answers), WORD)]
    for number, body in enumerate(bodies, start=1):
        mails[f"{number}.eml"] = mail(
            ICB,
            subject="Re: @@SUBJECT:scoping-letter:icb@@",
            body=body,
            message_id=f"<{number}@icb.northshire.example>",
            in_reply_to="@@MESSAGE-ID:scoping-letter:icb@@",
            attachments=files,
        )
        steps += mail_step(f"2026-12-2{1 + number}T10:00:00", f"{number}.eml")
    rows, _ = play(tmp_path, head("2026-12-21T09:00:00", "2026-12-30T18:00:00") + steps, mails)
    return rows


def left_out(rows: list[Row]) -> list[str]:
    return [row["text"] for row in of_type(rows, "task") if row["code"] == "return_incomplete"]


def states(rows: list[Row]) -> list[str]:
    return [row["state"] for row in of_type(rows, "request") if row["agency"] == "icb"]


def test_letter_and_form_list_every_child(tmp_path: Path) -> None:
    rows = told(tmp_path)

    assert "scoping-letter" in [row["template"] for row in of_type(rows, "sent")]
    assert "letter_refused" not in [row["code"] for row in of_type(rows, "task")]


@pytest.mark.parametrize(
    "body",
    [
        "Nil return for child 1: not known to us.\n",
        "Nil return for the first child, who is not known to any of our services.\n",
        "Robin is not known to us. This is a nil return.\n",
    ],
)
def test_a_nil_return_for_one_child_only_leaves_the_other_to_be_asked_for(
    tmp_path: Path, body: str
) -> None:
    rows = told(tmp_path, body)

    assert len(left_out(rows)) == 1
    assert left_out(rows)[0].endswith("icb: 1 of 2 children not mentioned.")
    assert states(rows)[-1] == "partial"
    sent = [row["template"] for row in of_type(rows, "sent") if row["agency"] == "icb"]
    assert "ack-return" in sent
    assert "ack-nil" not in sent


@pytest.mark.parametrize(
    "body",
    [
        "Nil return: not known to us.\n",
        "Neither child is known to us. This is a nil return.\n",
        "Nil return. We do not know Robin or Kit.\n",
        "Nil return for child 1 and child 2: not known to us.\n",
        "Nil return: the children are not known to any of our services.\n",
    ],
)
def test_a_nil_return_for_all_is_one(tmp_path: Path, body: str) -> None:
    rows = told(tmp_path, body)

    assert left_out(rows) == []
    assert states(rows)[-1] == "nil"


def test_a_second_answer_on_the_other_child_makes_it_whole(tmp_path: Path) -> None:
    rows = told(
        tmp_path,
        "Nil return for child 1: not known to us.\n",
        "Nil return for child 2: not known to us.\n",
    )

    assert len(left_out(rows)) == 1
    assert states(rows)[-2:] == ["partial", "nil"]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"child_name": "Kit Alder", "child_dob": "07/08/2023"}, 1),
        (BOTH, 0),
        (BOTH | {"involvement_summary": "Kit was seen by the health visitor twice."}, 1),
        (BOTH | {"involvement_summary": "Robin and Kit were seen by the health visitor."}, 0),
    ],
)
def test_a_form_that_tells_of_one_child_leaves_the_other_to_be_asked_for(
    tmp_path: Path, changes: dict[str, str], count: int
) -> None:
    rows = told(tmp_path, "Please find our return attached.\n", answers=ANSWERS | changes)

    assert len([text for text in left_out(rows) if "children" in text]) == count
    assert states(rows)[-1] == ("partial" if count else "returned")
