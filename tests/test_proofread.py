"""What is found wrong with a Word file before it leaves."""

import io

import docx
import pytest

from agent.proofread import proofread, required_of, texts_of
from tests.prefilled import DUE_WORDS, case_file, filled, letter_values

FORM, LETTER = "forms/scoping.docx", "letters/scoping-letter.docx"
OWN = ("Robin Alder", "Jo Alder", "Kit Alder", "Sam Fenn")
FOREIGN = ("Ben Oak", "Robin Alder", "Baby")


def verdict(content: bytes, values: dict[str, object], template: str = FORM) -> str | None:
    required = required_of(template, values)
    return proofread(content, required, OWN, FOREIGN, texts_of(values))


def with_words(content: bytes, words: str) -> bytes:
    """Return a Word file with one more paragraph."""
    word, saved = docx.Document(io.BytesIO(content)), io.BytesIO()
    word.add_paragraph(words)
    word.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("area", ["lewisham", "leeds"])
@pytest.mark.parametrize("template", [FORM, LETTER])
def test_what_was_filled_as_it_should_be_is_right(area: str, template: str) -> None:
    values = letter_values(area)

    assert verdict(filled(template, values, area), values, template) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Please answer by {{ due }}.", "placeholder"),
        ("{% if due %}", "placeholder"),
        ("By [insert submission date].", "prompt"),
        ("no later than Day, Date Month Year at 5.00 pm", "prompt"),
        ("please contact person person on 0208 xxx xxxx", "prompt"),
        ("(insert email address)", "prompt"),
        ("A like case was that of Ben Oak.", "another child's name"),
        ("Re: OAK, Ben", "another child's name"),
    ],
)
def test_what_was_left_in_a_file_is_found(words: str, said: str) -> None:
    values = letter_values("lewisham")
    content = with_words(filled(FORM, values, "lewisham"), words)

    problem = verdict(content, values)

    assert problem is not None
    assert said in problem
    assert "Oak" not in problem


@pytest.mark.parametrize(
    "words",
    ["Baby was seen.", "Ben Oakley", "Alder, Robin and Jo Alder", "Ben lives at Oak House."],
)
def test_a_name_that_may_stand_there_or_is_only_like_another_is_not_wrong(words: str) -> None:
    values = letter_values("lewisham")

    assert verdict(with_words(filled(FORM, values, "lewisham"), words), values) is None


def test_a_name_of_the_own_family_is_not_taken_for_another_childs() -> None:
    content = with_words(filled(FORM, letter_values("leeds"), "leeds"), "Robin Alder Marsh")

    assert proofread(content, {}, ("Robin Alder Marsh", "Robin Alder"), ("Alder Marsh",)) is None
    assert proofread(content, {}, ("Robin Alder",), ("Alder Marsh",)) is None
    assert proofread(content, {}, (), ("Alder Marsh",)) == "another child's name stands in it"


@pytest.mark.parametrize("name", ["{{ x }}", "=cmd", "Robin & Jo", "<b>", "{% if %}\n{{"])
def test_odd_words_of_a_value_are_no_placeholder(name: str) -> None:
    values = {**letter_values("lewisham"), "child_name": name, "child_address": name}

    assert verdict(filled(FORM, values, "lewisham"), values) is None


@pytest.mark.parametrize(
    ("name", "said"), [("summary", "the summary"), ("due", "the due date"), ("contact", "contact")]
)
def test_an_empty_field_is_named(name: str, said: str) -> None:
    values = {**letter_values("lewisham"), name: " "}

    problem = verdict(filled(FORM, values, "lewisham"), values)

    assert problem is not None
    assert said in problem
    assert "is empty" in problem


def test_a_form_with_another_due_date_than_it_should_have_is_wrong() -> None:
    values = letter_values("lewisham")
    content = filled(FORM, {**values, "due": "Thursday 31 December 2026 at 5.00 pm"}, "lewisham")

    assert values["due"] == DUE_WORDS
    assert verdict(content, values) == "the due date does not stand in it as it should"


def test_what_cannot_be_read_back_does_not_leave() -> None:
    assert proofread(b"no Word file", {}, (), ()) == "it cannot be read back (broken)"


def test_a_value_that_the_office_itself_left_open_is_a_prompt() -> None:
    file = case_file(completed={"period": "From [insert date] on"})
    values = letter_values("lewisham", file)

    problem = verdict(filled(FORM, values, "lewisham"), values)

    assert problem is not None
    assert problem.startswith("a prompt was left in it")
