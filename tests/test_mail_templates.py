"""What every letter of the office says, whatever it is filled with: nothing of a child, nothing
left open, whom to ring; and the same words in both of its forms."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree, html
from markupsafe import Markup

from agent.area import load_area
from agent.letterrules import TEMPLATES
from agent.letters import Templates, load_templates
from agent.phrases import split_sentences
from tests.desk import SITE
from tests.letter_values import (
    DUE,
    FORM,
    MAY_BE_BLANK,
    OFFICE,
    OUTCOME,
    REFERENCE,
    REQUEST,
    VALUES,
    least,
)

FOLDER = Path(__file__).parent.parent / "templates"
CHILD = {
    "child_name": "Robin Alder",
    "child_dob": "2021-05-04",
    "child_address": "2 Harbour Row",
    "nhs_number": "943 476 5919",
    "summary": "Found unresponsive at home.",
    "family": "Jo Alder, mother",
}
WIDTH = 78
Parts = tuple[str, str, str]


@pytest.fixture(scope="module")
def templates() -> Templates:
    return load_templates([FOLDER])


def filled(templates: Templates, name: str, values: Mapping[str, str]) -> Parts:
    """Return subject, text and the HTML of the whole mail."""

    def fill(part: str) -> str:
        return templates.fill("lewisham", f"mail/{name}/{part}", OFFICE | values)

    subject = " ".join(fill("subject.txt").split())
    frame = {"subject": subject, "body": Markup(fill("body.html").strip())}
    return (
        subject,
        fill("body.txt").strip() + "\n",
        templates.fill("lewisham", "mail/frame.html", frame),
    )


CASES = [(name, VALUES[name]) for name in VALUES]
CASES += [(name, least(name)) for name in sorted(MAY_BE_BLANK)]
CASES += [
    ("ack-referral", FORM | {"lead_named": "yes"}),
    ("alarm", VALUES["alarm"] | {"round": "1"}),
    ("extension-reply", VALUES["extension-reply"] | {"granted": "no", "due": DUE}),
    ("outcome-referrer", OUTCOME | {"outcome": "not met"}),
    ("stand-down", {"reference": REFERENCE, "why": "not_met"}),
    ("stand-down", {"reference": REFERENCE, "why": "closed"}),
    ("reminder", REQUEST | {"addressee": "desk@police.example"}),
]
every_letter = pytest.mark.parametrize(
    ("name", "values"), CASES, ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)]
)


def test_every_letter_that_the_office_can_write_is_there_and_tried_here(
    templates: Templates,
) -> None:
    written = {path.parent.name for path in FOLDER.glob("mail/*/subject.txt")}

    templates.check("lewisham", TEMPLATES)
    assert written == set(TEMPLATES) == set(VALUES)


@every_letter
def test_every_letter_names_its_reference_a_telephone_and_that_a_machine_wrote_it(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    subject, text, page = filled(templates, name, values)

    for part in (subject, text, page):
        assert values["reference"] in part
    for words in (subject, text):
        assert ("reference" in words.lower()) == bool(values["reference"])
    for body in (text, page):
        assert OFFICE["phone"] in body
        assert "automatic message" in body
        assert "999" in body or name == "panel-report"


@every_letter
def test_no_letter_has_a_gap_a_placeholder_or_a_loud_word(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    subject, text, page = filled(templates, name, values)
    shown = html.fromstring(page).text_content()

    assert "\n\n\n" not in text
    assert not re.search(r" $|[^\n ]  | [.,]|–$|^[\w ]{1,32}:$", text, re.M)
    assert not re.search(r"<(p|li|h2)[^>]*>\s*</|<br>\s*</p>", page)
    for part in (subject, text, page.partition("</head>")[2]):
        assert not re.search(r"[{}!]|None|Undefined|\bHi\b", part.replace("<!DOCTYPE", ""))
    for words in (subject, text, shown):
        assert "escalat" not in words.lower()


@every_letter
def test_no_line_of_a_letter_runs_over_where_no_value_makes_it_long(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    _, text, _ = filled(templates, name, values)
    given = [value for value in (OFFICE | values).values() if value]

    assert [
        line
        for line in text.splitlines()
        if len(line) > WIDTH and not any(value in line for value in given)
    ] == []


@every_letter
def test_no_letter_says_anything_of_a_child_even_if_it_could(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    for part in filled(templates, name, values | CHILD):
        for secret in CHILD.values():
            assert secret not in part


@every_letter
def test_both_forms_of_a_letter_say_the_same_words(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    _, text, page = filled(templates, name, values)
    body = html.fromstring(page).find("body")
    head = body.find("p[@class='head']")
    assert head.text_content() == OFFICE["partnership"]
    body.remove(head)
    without_marks = re.sub(r"^(- |\d\. )", "", text, flags=re.M)

    words = " ".join(without_marks.split())
    # A paragraph ends as surely as a line: `text_content` knows nothing of that.
    shown = re.sub(r"(<br>|</(p|h2|li|ol|ul)>)", r" \1", etree.tostring(body, encoding="unicode"))
    assert words == " ".join(html.fromstring(shown).text_content().replace("’", "'").split())


@every_letter
def test_every_letter_is_well_formed_and_can_be_read_aloud(
    templates: Templates, name: str, values: Mapping[str, str]
) -> None:
    subject, _, page = filled(templates, name, values)
    strict = etree.XMLParser(recover=False)
    markup = re.sub(r"<(meta[^>]*|br)>", r"<\1/>", page.partition("\n")[2])
    root = etree.fromstring(markup, strict)

    assert root.get("lang") == "en-GB"
    assert root.findtext("head/title") == subject
    tags = [element.tag for element in root.find("body").iter()]
    assert {tag for tag in tags if re.fullmatch(r"h\d", tag)} <= {"h2"}
    assert not set(tags) & {"table", "font", "center", "img", "script", "a", "div"}
    for items in root.iter("ol", "ul"):
        assert items.getparent().tag == "body"
        assert {item.tag for item in items} == {"li"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_value_brings_along_stays_text(templates: Templates, name: str) -> None:
    """Words of a form's label or of the register are never markup and never a template."""
    hostile = {key: f"<b>{key}</b> & {{{{ 7*7 }}}}, x" for key in VALUES[name]}

    _, text, page = filled(templates, name, hostile)

    assert "49" not in text + page
    for key in hostile:
        assert f"<b>{key}" not in page
    assert "&lt;b&gt;reference&lt;/b&gt; &amp; {{ 7*7 }}" in page


SCOPING = [
    ("the four asks, the family among them", r"1\. Find out .* family member"),
    ("the form is for any involvement", r"2\. Complete .* any involvement"),
    ("records reachable for the representative only", r"3\. Secure .* only you"),
    ("work that goes on needs the live record", r"full copy now, secure the copy"),
    ("the submission is kept apart", r"4\. Keep what you send us apart"),
    ("a nil return is a line in writing", r"confirm that in writing by replying .* No form"),
    ("any format works", r"Any format works"),
    ("the day and hour", r"has to reach us by Wednesday 30 December 2026 at 5\.00 pm"),
    ("where the answer goes", r"reviews@lewishamscp\.example or as a reply"),
    ("the meeting", r"The meeting is on Tuesday 5 January 2027 at 10\.00 am"),
    ("who comes has had no part in it", r"senior representative .* no direct involvement"),
    ("how to say that records are secured", r"say in your answer, .* records are secured"),
    ("how to ask for more time", r"need more time, please reply, say by which day"),
    ("what differs is told", r"compare the names, dates of birth, .* differs"),
    ("whom to ask", r"please contact 01632 960100"),
    ("how long the whole may take", r"15 working days"),
    ("the law, where the profile says it", r"Section 16H"),
    ("who signs", r"Yours sincerely, Chair of the Learning from Practice Group"),
]


@pytest.mark.parametrize("says", [one[1] for one in SCOPING], ids=[one[0] for one in SCOPING])
def test_the_scoping_letter_says(templates: Templates, says: str) -> None:
    _, text, _ = filled(templates, "scoping-letter", VALUES["scoping-letter"])

    assert re.search(says, " ".join(text.split()))


@pytest.mark.parametrize("name", ["reminder", "chaser"])
def test_a_reminder_says_how_to_answer_with_nothing_and_how_to_ask_for_more_time(
    templates: Templates, name: str
) -> None:
    subject, text, _ = filled(templates, name, VALUES[name])

    assert DUE in subject
    for said in ("No form is", "more time", "Monday 21 December 2026", "Dear Morgan Quill,", DUE):
        assert said in text


def test_an_extension_is_promised_only_where_a_person_has_granted_it(
    templates: Templates,
) -> None:
    granted = VALUES["extension-reply"]

    received = filled(templates, "extension-received", VALUES["extension-received"])[1]
    yes = filled(templates, "extension-reply", granted)[1]
    no = filled(templates, "extension-reply", granted | {"granted": "no", "due": DUE})[1]

    assert "grants nothing" in received
    assert f"In place of: {DUE}" in yes
    assert "we can give it" in yes
    assert "we can give it" not in no
    assert f"Reply by: {DUE}" in no


# What a mail in the thread answers is told by its subject; see gather.
THREADS = {
    **dict.fromkeys(("scoping-letter", "reminder", "chaser"), "scoping_letter"),
    **dict.fromkeys(("extension-received", "extension-reply"), "scoping_letter"),
    "meeting-invite": "meeting_thread",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_answer_to_a_letter_is_known_by_the_letters_subject(
    templates: Templates, name: str
) -> None:
    """An answer under another subject would be taken for a new matter, or for a partner's view."""
    office, _ = load_area("lewisham", SITE)
    said = split_sentences("Re: " + filled(templates, name, VALUES[name])[0])

    found = [
        thread
        for thread in ("scoping_letter", "decision_thread", "meeting_thread")
        if office.phrases.find(thread, said) is not None
    ]

    assert found[:1] == ([THREADS[name]] if name in THREADS else [])
