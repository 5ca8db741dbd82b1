"""A child in danger now must be seen, whatever else the mail is, without crying wolf all day."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.area import load_area
from agent.errors import RuleError
from agent.liverisk import find_live_risk, find_live_risk_in_form, load_live_risk
from agent.model.facts import Leaning
from agent.model.message import Evidence
from agent.phrases import split_sentences
from agent.pipeline import read_mail
from tests.desk import SITE, Desk, referral
from tests.mails import mail
from tests.measure_liverisk import (
    FILES,
    Judged,
    counts,
    judge,
    load_corpus,
    load_texts,
    read_file,
)

FRESH = "A Year 2 boy told me just now that his dad burns him. Dad is picking him up at half 3."
FILE = Path(__file__).parents[1] / "rules" / "live_risk.toml"
SHIPPED = load_live_risk(FILE)


def is_flagged(text: str, subject: str = "") -> bool:
    office, _ = load_area("northshire", SITE)
    return read_mail(office, mail(subject=subject, body=f"{text}\n")).classification.live_risk


def seen(text: str, share: float = 0.0) -> tuple[Evidence, ...]:
    leaning = Leaning("danger", share, ("tonigh",))
    return find_live_risk(split_sentences(text), leaning, (), SHIPPED)


def seen_in_form(text: str) -> tuple[Evidence, ...]:
    return find_live_risk_in_form(split_sentences(text), SHIPPED, "form.docx")


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(load_texts("tune"))


def test_the_texts_the_rules_were_tuned_on_are_told_apart(judged: list[Judged]) -> None:
    """What texts nobody tuned on give is printed by `python -m tests.measure_liverisk --held`."""
    caught, risks, false, others = counts(judged)

    assert caught / risks >= 0.99
    assert false / others <= 0.06


def test_ordinary_post_of_the_mailbox_seldom_cries_wolf() -> None:
    caught, risks, false, others = counts(judge(load_corpus("tune")))

    assert caught / risks >= 0.93
    assert false / others <= 0.02


def test_texts_are_held_back_that_no_rule_was_tuned_on() -> None:
    tuned = [entry for name in FILES["tune"] for entry in of_both(name)]
    held = [entry for name in FILES["held"] for entry in of_both(name)]
    fields = {"id", "half", "voice", "subject", "body", "why"}

    assert len(held) >= 100
    assert all(set(entry) == fields and all(entry.values()) for entry in held)
    assert {entry["half"] for entry in held} == {"held"}
    assert {entry["half"] for entry in tuned} == {"tune"}
    for named in ("id", "body"):
        both = [entry[named] for entry in (*tuned, *held)]
        assert len(both) == len(set(both))


def of_both(name: str) -> list[dict[str, str]]:
    return [*read_file(f"{name}positive.toml"), *read_file(f"{name}negative.toml")]


@pytest.mark.parametrize(
    "text",
    [
        "By the way, mum has taken the baby home and isn't answering her phone.",
        "She has been missing since 3pm and her phone is off. She is 14.",
        "He is going home tonight with the stepdad who did it.",
        "Mum is drunk and there is nobody else with the baby. Please ring me now.",
        "Mum is drunk with the baby now. Nothing held by us on any system, not known.",
        "A pupil has just told me she will kill herself this evening.",
        "The suspect was bailed this morning. His two younger sisters are there with him.",
        "Urgent MARF attached for action today.",
        "mummy is hitting me and my brother and we are at home",
    ],
)
def test_a_danger_told_in_passing_is_seen(text: str) -> None:
    assert is_flagged(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please book two places on the neglect course on 14 January.",
        "If a child is in immediate danger dial 999. This mailbox takes no referrals.",
        "The child died on 3 October 2026. The stepfather is remanded. Her brother was placed with "
        "foster carers and is doing well.",
        "Policy: if a parent turns up drunk, staff should not release the child.",
        "Can we have until Friday? Our named nurse is on leave and nobody else can sign it off.",
        "She was found at a friend's this morning, safe and well, and is back with her carers.",
        "Our newsletter: signs of grooming, missing children, what to do if a child tells you.",
        "Not known to us. Nil return.",
    ],
)
def test_what_is_over_general_or_settled_raises_no_alarm(text: str) -> None:
    assert not is_flagged(text)


def test_the_trace_says_where_and_what_was_seen() -> None:
    office, _ = load_area("northshire", SITE)

    found = read_mail(office, mail(subject="Safeguarding", body=FRESH)).reading.live_risk

    assert found
    assert all(one.place.startswith("own words: ") for one in found)
    assert "lean to danger" in found[-1].place


def test_a_plain_cry_is_flagged_whatever_the_other_words_say() -> None:
    cry, words = seen("Daddy is hitting us.", share=0.0)

    assert cry.place == "own words: cry"
    assert "lean to danger (0.00)" in words.place


def test_words_that_lean_far_to_danger_need_no_sign() -> None:
    assert seen("The weather is mild.", share=SHIPPED.flag_from / 2) == ()
    [words] = seen("The weather is mild.", share=SHIPPED.flag_from)
    assert words.snippet == "tonigh"


@pytest.mark.parametrize(
    "answer",
    [
        "Surviving sibling, 11 months, currently at the home address with both parents.",
        "No safety plan that I'm aware of.",
        "He is going home today.",
    ],
)
def test_a_form_is_flagged_for_a_danger_that_goes_on(answer: str) -> None:
    told = "Summary: child of two died of a head injury on 20 November."

    assert seen_in_form(f"{told}\n\n{answer}")


@pytest.mark.parametrize(
    "answer",
    [
        "Amira took a large overdose and was found unresponsive by her grandmother.",
        "He was sent home on the Friday and was never seen alive again.",
        "Siblings remain at home with mother, who is not a suspect and is assessed as safe.",
        "Siblings are still living with their aunt. They were placed with her by the court.",
    ],
)
def test_a_form_is_not_flagged_for_the_harm_it_is_about(answer: str) -> None:
    assert seen_in_form(answer) == ()


def test_a_live_concern_is_before_a_person_at_once(desk: Desk) -> None:
    row = desk.row(desk.receives(mail(subject="Safeguarding", body=FRESH)))

    assert row["kind"] == "immediate_risk"
    assert row["live_risk"] is True
    assert row["review_reasons"] == ["live_risk"]


def test_a_line_about_999_below_a_mail_is_no_danger() -> None:
    office, _ = load_area("northshire", SITE)
    footer = "If you think a child is in immediate danger call 999."

    found = read_mail(office, mail(subject="Room", body=f"Room 3 is free.\n\n{footer}\n"))

    assert found.classification.live_risk is False


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_no_text_stops_the_flag(text: str) -> None:
    for one in (*seen(text), *seen_in_form(text)):
        assert len(one.snippet) <= 120


def test_a_cry_for_help_in_the_middle_of_a_long_mail_is_found() -> None:
    chatter = "The minutes are attached. Item 4 is deferred. " * 200

    assert not is_flagged(chatter)
    assert is_flagged(f"{chatter}\n\n{FRESH}\n\n{chatter}")


def written(folder: Path, old: str, new: str) -> Path:
    content = FILE.read_text(encoding="utf-8")
    assert old in content
    path = folder / "live_risk.toml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<child>", "<nobody>", "nobody"),
        ("[form.going_home]", "[form.cry]", "called `cry`"),
        ('"please help', '"Please help', "Please help"),
        ("[flag_from]", "[flag]", "flag"),
    ],
)
def test_a_wrong_rule_file_stops_the_start_and_is_named(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(RuleError, match=said) as error:
        load_live_risk(written(tmp_path, old, new))

    assert "live_risk.toml" in str(error.value)


def test_signs_are_the_business_units_to_change(tmp_path: Path) -> None:
    rules = load_live_risk(written(tmp_path, '"please help', '"gone awol", "please help'))
    text = split_sentences("One of the girls has gone awol from the unit.")

    assert find_live_risk(text, Leaning("danger", 0.0, ()), (), rules)
    assert seen("One of the girls has gone awol from the unit.") == ()


def test_a_form_that_tells_of_a_danger_that_goes_on_is_flagged(desk: Desk) -> None:
    told = "The suspect was bailed and lives at home with his two younger sisters."

    row = desk.row(desk.receives(referral({"sibling_safeguarding": told})))

    assert row["kind"] == "serious_incident_referral"
    assert row["live_risk"] is True
    assert row["case_opened"] is True


def test_a_form_that_tells_of_past_harm_is_not_flagged(desk: Desk) -> None:
    assert desk.row(desk.receives(referral()))["live_risk"] is False
