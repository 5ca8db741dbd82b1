"""A form typed into a mail is read in whatever shape its writer gave it."""

from pathlib import Path

import pytest
from forms import SHIPPED
from typed_mails import TYPED

from agent.banner_rules import load_banners
from agent.bodyform import read_body
from agent.extract import extract
from agent.layouts import load_layouts
from agent.ownwords import own_words
from agent.parse import parse

RULES = load_banners(Path(__file__).parents[1] / "rules" / "banners.toml")
LAYOUTS = load_layouts([SHIPPED])


@pytest.mark.parametrize("shape", TYPED)
def test_a_form_typed_in_any_shape_gives_every_answer_and_no_more(shape):
    typed = TYPED[shape]
    message = parse(typed.raw)
    document = read_body(message, own_words(message, RULES))
    assert document is not None
    form = extract(document, LAYOUTS)
    assert form is not None

    answered = {name: one.value for name, one in form.fields.items() if one is not None}
    answered.pop("incident_is_death", None)
    assert answered == typed.fields
