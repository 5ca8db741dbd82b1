"""What people put onto a PDF: filled fields, typed notes, ticks, strokes and highlighter."""

import pytest
from forms import TITLE
from more_forms import LAYOUTS, answered, place_of
from pdfs import Pdf, box, form_in_pdf, problem_of, rows_in, words

from agent.documents.pdf import read_pdf
from agent.model.document import Paragraph, Table


def filled_form() -> bytes:
    """Return a referral filled in a PDF program: labels beside, above and in ruled cells."""
    pdf = Pdf().page(
        words(60, 790, TITLE, 16)
        + words(60, 760, "Name of Child:")
        + words(60, 730, "Date of Birth")
        + words(60, 700, "Home address")
        + words(60, 640, "Is the child/young person looked after?")
        + words(320, 640, "Yes")
        + words(370, 640, "No")
        + words(60, 610, "Disability")
        + words(300, 610, "Faith/Religion")
        + words(60, 580, "Gender")
        + words(60, 550, "Please outline why you are making this referral:")
        + box(60, 400, 470, 20)
        + box(60, 380, 470, 20)
        + "200 380 m 200 420 l S "
        + words(64, 405, "Carer at time of incident")
        + words(64, 385, "Ethnic Origin")
        + box(148, 754, 254, 20)
    )
    pdf.field("child_name", (150, 756, 400, 772), "Robin Alder")
    pdf.field("dob", (150, 726, 260, 742), "04/05/2021")
    pdf.field("address", (150, 660, 400, 714), "2 Harbour Row\rSouthwood", Ff=1 << 12)
    pdf.tick("after.yes", 305, 638, False).tick("after.no", 355, 638, True)
    pdf.field("disability", (150, 606, 280, 622), "None known")
    pdf.field("religion", (380, 606, 500, 622), "")
    pdf.field("sex", (150, 576, 280, 592), "M", FT="/Ch", Opt=[["F", "Female"], ["M", "Male"]])
    pdf.field("why", (60, 440, 530, 540), "Serious harm.", Ff=1 << 12)
    pdf.field("carer", (202, 401, 528, 419), "Mother")
    pdf.field("origin", (202, 381, 528, 399), "White British")
    return pdf.field(
        "f1", (60, 300, 300, 316), "The park", TU="Address of location of incident"
    ).content()


def test_a_form_filled_in_a_pdf_program_is_read_with_its_printed_labels():
    form = form_in_pdf(filled_form(), LAYOUTS)

    assert form is not None
    assert form.layout == "lewisham-serious-incident"
    assert answered(form) == {
        "child_name": "Robin Alder",
        "child_dob": "2021-05-04",
        "child_address": "2 Harbour Row\nSouthwood",
        "looked_after": "No",
        "child_disability": "None known",
        "child_gender": "Male",
        "reason_for_referral": "Serious harm.",
        "carer_at_incident": "Mother",
        "child_ethnicity": "White British",
        "incident_location": "The park",
    }
    assert place_of(form, "child_name") == "f.pdf, page 1 field child_name"
    assert place_of(form, "reason_for_referral") == "f.pdf, page 1 field why"


def test_a_field_is_named_with_its_parents_and_has_what_they_say():
    pdf = Pdf().page(words(60, 700, "Name"))
    pdf.field("child", (100, 696, 200, 712), None, Parent={"T": "part", "V": "Robin"})

    (table,) = read_pdf(pdf.content())[0]
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["Name", "Robin"]
    assert table.rows[0][1].place == "page 1 field part.child"


def test_a_field_without_any_label_has_its_name_for_one():
    content = Pdf().page().field("child_name", (60, 600, 300, 616), "Robin").content()

    assert rows_in(content) == [["child_name", "Robin"]]


def test_a_typed_note_is_read_where_it_stands():
    """Many people fill in a printed form by typing on top of it."""
    pdf = Pdf().page(words(60, 700, "Name of Child"))
    pdf.mark("FreeText", (200, 694, 400, 714), Contents="Robin Alder", DA="/Helv 11 Tf")

    (table,) = read_pdf(pdf.content())[0]
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["Name of Child", "Robin Alder"]
    assert table.rows[0][1].place == "page 1 note 1"


def test_a_field_that_cannot_be_seen_is_left_out_with_a_warning():
    pdf = Pdf().page(words(60, 700, "Seen")).field("x", (60, 600, 300, 616), "secret", F=2)

    assert rows_in(pdf.content()) == [["Seen"]]
    assert read_pdf(pdf.content())[1] == ("hidden_text",)


def test_buttons_signatures_and_passwords_are_no_answers():
    pdf = Pdf().page(words(60, 700, "Seen"))
    pdf.field("send", (60, 600, 300, 616), "Send", FT="/Btn", Ff=1 << 16)
    pdf.field("pass", (60, 500, 300, 516), "secret", Ff=1 << 13)

    assert ["secret"] not in rows_in(pdf.content())
    assert "Send" not in str(rows_in(pdf.content()))
    assert "secret" not in str(rows_in(pdf.content()))


YES_NO = words(60, 700, "Looked after: Yes / No")
QUAD = [129, 709, 149, 709, 129, 697, 149, 697]
BOXES = box(200, 698, 10, 10) + words(214, 700, "Yes") + box(260, 698, 10, 10)
BOXES += words(274, 700, "No")


@pytest.mark.parametrize(
    ("drawing", "rows"),
    [
        (YES_NO, [["Looked after: Yes / No"]]),
        (YES_NO + "0.7 w 130 704 m 148 704 l S ", [["Looked after: No"]]),
        (YES_NO + "130 703.7 18 0.6 re f ", [["Looked after: No"]]),
        (YES_NO + "0.7 w 130 698 m 148 698 l S ", [["Looked after: Yes / No"]]),
        ("1 1 0 rg 129.5 697 20 11 re f 0 g " + YES_NO, [["Looked after: Yes"]]),
        (BOXES, [["☐ Yes", "☐ No"]]),
        (BOXES + words(202, 700, "x", 9), [["☒ Yes", "☐ No"]]),
        (BOXES + "260 698 m 270 708 l S 260 708 m 270 698 l S ", [["☐ Yes", "☒ No"]]),
        (
            words(200, 700, "4", 11, "F2")
            + words(214, 700, "Yes")
            + words(250, 700, "o", 11, "F2")
            + words(264, 700, "No"),
            [["✔ Yes", "☐ No"]],
        ),
    ],
)
def test_ticks_strokes_and_highlighter_are_read_as_they_look(drawing, rows):
    assert rows_in(Pdf().page(drawing).content()) == rows


@pytest.mark.parametrize(
    ("kind", "text"), [("StrikeOut", "Looked after: No"), ("Highlight", "Looked after: Yes")]
)
def test_marks_made_in_a_pdf_reader_are_read_too(kind, text):
    pdf = Pdf().page(YES_NO)
    pdf.mark(kind, (129, 697, 149, 709), QuadPoints=QUAD)

    assert rows_in(pdf.content()) == [[text]]


def test_words_struck_through_are_not_read_and_a_person_is_told():
    content = Pdf().page(words(60, 700, "Born 16/12/2026 in May") + "84 704 m 138 704 l S ")

    assert read_pdf(content.content()) == (
        (Paragraph("Born in May", "page 1 paragraph 1"),),
        ("struck_through",),
    )


def test_a_number_with_a_box_for_each_digit_is_one_word():
    digits = "".join(
        box(150 + 16 * index, 696, 16, 16) + words(154 + 16 * index, 700, digit)
        for index, digit in enumerate("9434765919")
    )
    content = Pdf().page(words(60, 700, "NHS number") + digits).content()

    assert rows_in(content) == [["NHS number", "9434765919"]]


def test_a_form_with_fields_of_the_other_kind_only_is_not_read_yet():
    pdf = Pdf().page(words(60, 700, "Please wait ..."))

    assert problem_of(pdf.content(AcroForm={"XFA": "x"})) == "not_read_yet"
