"""What the sender of a decision notice says of the criteria, the rapid review and more time. Pure.

Only sentences in, never a judgement: what is asked, hangs on something or was said by somebody else
is no view, and a mail that says both says neither.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.model.words import Sentence
from agent.profile import Office

Outcome = Literal["met", "not_met", ""]

# A whole sentence that is nothing but the answer, with or without whose it is: "Police: not met."
_BARE = re.compile(r"(?:[^:.?]{1,40}(?::| -) ?)?(?P<no>not )?met[\s.!]*")

# Sets that are asked of the sentences which say met or not met; the first found is quoted.
_MARKS = ("decision_joint", "decision_told", "decision_go")


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail says: `words` is the sentence it rests on, "" where it says nothing of the kind.

    `is_agreed`: it agrees, without saying with what. `is_mixed`: it says both. `is_decided`: the
    outcome is told as a decision, not as one's view; `is_joint`: as one of several together.
    `is_go`: it starts the rapid review. `is_hedged`: something anywhere in it is uncertain, taken
    back or somebody else's.
    """

    outcome: Outcome = ""
    words: str = ""
    is_agreed: bool = False
    is_mixed: bool = False
    is_decided: bool = False
    is_joint: bool = False
    is_go: bool = False
    is_hedged: bool = False


def read_words(said: Sequence[Sentence], office: Office) -> Told:
    """Return what the sentences say together."""
    statements = [one for one in said if not one.text.rstrip().endswith("?")]
    held = [(one, _outcome(one, office)) for one in statements]
    found = [(one, outcome) for one, outcome in held if outcome]
    is_hedged = len(statements) < len(said) or _holds("decision_hedged", said, office)
    outcomes = {outcome for _, outcome in found}
    if len(outcomes) > 1:
        words = " ".join(one.text for one, _ in found)
        return Told(words=words, is_mixed=True, is_hedged=True)
    if not found:
        agreed = office.phrases.find("view_agreed", statements)
        return Told(words=agreed or "", is_agreed=agreed is not None, is_hedged=is_hedged)
    marks = {name: _first(name, found, office) for name in _MARKS}
    first = next((one for one in marks.values() if one is not None), found[0][0])
    return Told(
        outcome=outcomes.pop(),
        words=first.text,
        is_decided=marks["decision_told"] is not None,
        is_joint=marks["decision_joint"] is not None,
        is_go=marks["decision_go"] is not None,
        is_hedged=is_hedged,
    )


def _first(name: str, found: Sequence[tuple[Sentence, Outcome]], office: Office) -> Sentence | None:
    return next((one for one, _ in found if _holds(name, [one], office)), None)


def _outcome(sentence: Sentence, office: Office) -> Outcome:
    if (bare := _BARE.fullmatch(sentence.text)) is not None:
        return "not_met" if bare["no"] else "met"
    says_met = _holds("view_met", [sentence], office) or _holds("view_go", [sentence], office)
    says_not = _holds("view_not_met", [sentence], office)
    if says_met == says_not:
        return ""
    return "met" if says_met else "not_met"


def _holds(name: str, said: Sequence[Sentence], office: Office) -> bool:
    return office.phrases.find(name, said) is not None
