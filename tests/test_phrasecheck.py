"""Phrases that are of no use are told; those that find something of their own are left alone."""

import pytest

from agent.phrasecheck import find_faults
from agent.phrases import PhraseSet

SAID = ("lantern", "no (trace|record*)", "can't ... (make|do)", "(on )?(monday|friday)", "agreed$")


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("lantern", "It stands twice in the list."),
        ("the lantern desk", "It adds nothing: `lantern` finds all that it finds."),
        ("no records", "It adds nothing: `no (trace|record*)` finds all that it finds."),
        ("we can't ... make it", "It adds nothing: `can't ... (make|do)` finds all that it"),
        ("on friday", "It adds nothing: `(on )?(monday|friday)` finds all that it finds."),
        ("moon (was|is) ... behind", "The set's own `unless` takes it back however it is said."),
        ("agreed$ by all", "It can never be found in a mail: `agreed$ by all`."),
        ("e.g. a moth", "It can never be found in a mail: `e.g. a moth`."),
        ("(a. b|moth)", "One of its readings can never be found in a mail: `a. b`."),
        ("moths? gone", "It can never be found in a mail: `moths? gone`."),
        ("(moth|)", "One of its alternatives is empty."),
        ("(moth)? ... (wing)?", "It can be said without any word of its own: it holds for"),
        ("#", "It can be said without any word of its own: it holds for nearly every"),
        ("stage #1", "`#` stands for one digit: `#1` finds 11, not #1."),
    ],
)
def test_a_phrase_of_no_use_is_told(phrase: str, wrong: str) -> None:
    words = PhraseSet(why="x", phrases=(*SAID, phrase), unless=("moon",))

    [fault] = find_faults(words, words)

    assert fault.phrase == phrase
    assert fault.wrong.startswith(wrong)


USEFUL = """
    lanterns; a* lamp; can't ... a ... make; on tuesday; agreed; no rec; #/##/####; (19)?#0s;
    ward #; is it ... ?; , #*,; (#*)$; lamp * (is|was); self(-| )harm; no; can't
"""


@pytest.mark.parametrize("phrase", [phrase.strip() for phrase in USEFUL.split(";")])
def test_a_phrase_that_finds_something_of_its_own_is_not_told(phrase: str) -> None:
    words = PhraseSet(why="x", phrases=(*SAID, phrase), unless=("moon",))

    assert [fault for fault in find_faults(words, words) if fault.phrase == phrase] == []
