"""What partners write of the criteria: met, not met, or neither of the two."""

import pytest

from agent.area import load_area
from agent.model.words import Sentence
from agent.phrases import split_sentences
from agent.profile import Office, Site
from agent.viewwords import read_words


@pytest.fixture(scope="module")
def office() -> Office:
    return load_area("lewisham", Site())[0]


MET = [
    "Having read the referral, police are satisfied that the criteria are met.",
    "The ICB's view is that this meets the criteria for a notifiable incident.",
    "Criteria met from a health perspective.",
    "Met.",
    "Police: met",
    "Our position is that the threshold is reached on neglect.",
    "I consider both limbs satisfied: serious harm, and neglect suspected.",
    "We believe this does meet the threshold, please notify.",
    "From the local authority's side the criteria are clearly made out.",
    "I agree that it meets the criteria.",
    "Health agree the criteria have been met and support a rapid review.",
    "We support going to a rapid review.",
    "ICB agrees: please proceed to rapid review.",
    "Happy for the rapid review to go ahead.",
    "We think a rapid review should be held.",
    "No objection to a rapid review.",
    "In our view this is a serious incident and should be notified.",
    "Yes, it meets the threshold as far as we are concerned.",
    "The definition of serious harm is satisfied and abuse suspected, so the test is met.",
    "Agree. Meets criteria.",
    "Rapid review agreed on behalf of the Chief Constable.",
]
NOT_MET = [
    "Our view is that the criteria are not met.",
    "Not met.",
    "Police: not met",
    "The ICB does not consider that the threshold is reached.",
    "I don't think this meets the criteria.",
    "Health do not agree that the criteria are met.",
    "We disagree that the threshold is met.",
    "This falls short of the criteria, in our opinion.",
    "It does not meet the definition of a serious child safeguarding incident.",
    "I can't see that the criteria are met here.",
    "The police position is that the criteria haven't been met; the injury was accidental.",
    "We do not support a rapid review.",
    "No rapid review needed, in my view.",
    "Criteria unmet from our perspective.",
    "We are not satisfied that the criteria are met.",
    "The local authority's opinion is that this isn't a notifiable incident.",
    "In our view it is below the threshold.",
    "There is no need for a rapid review here.",
    "Sadly a natural death, so it doesn't meet.",
    "Nobody on our side thinks the threshold has been reached.",
]
NEITHER = [
    "Thank you, I will come back to you tomorrow with our view.",
    "Can you tell me whether the criteria are met?",
    "Are the criteria met?",
    "I am not sure whether this meets the criteria.",
    "We met the family on Monday.",
    "The three partners met this morning to talk about it.",
    "If the criteria are met we would want to attend.",
    "The police say the criteria are met; we have yet to form a view.",
    "Please send me the criteria.",
    "It may well meet the threshold, but we need the post mortem first.",
    "Agreed.",
    "I'm with Steve on this one.",
    "I do not consider that this warrants a local child safeguarding practice review.",
    "We support the recommendation not to commission an LCSPR.",
    "Minded to say not met, but I will wait for the scan.",
    "The rapid review meeting is on Tuesday.",
    "I have read the rapid review report and approve it.",
    "Until we know the cause of death we cannot say if the threshold is met.",
    "It could be argued that the criteria are not met.",
    "You asked whether the threshold is reached.",
    "The school told us it does not meet the criteria.",
    "Neither met nor not met today: hold until the post mortem.",
    "The criteria are met. On reflection the criteria are not met.",
    "Threshold document attached.",
    "Once the criteria are met we will notify.",
    "I would say met were it not for the medical evidence.",
    "Please do not record that the criteria are met.",
    "The referral form says the criteria are met.",
    "Looking forward to hearing if you agree that it meets the criteria.",
]


def said(text: str) -> tuple[Sentence, ...]:
    return split_sentences(text)


@pytest.mark.parametrize("text", MET)
def test_a_sentence_that_says_met_is_read_so(office: Office, text: str) -> None:
    assert read_words(said(text), office).outcome == "met"


@pytest.mark.parametrize("text", NOT_MET)
def test_a_sentence_that_says_not_met_is_read_so(office: Office, text: str) -> None:
    assert read_words(said(text), office).outcome == "not_met"


@pytest.mark.parametrize("text", NEITHER)
def test_a_sentence_that_says_neither_is_no_view(office: Office, text: str) -> None:
    assert read_words(said(text), office).outcome == ""
