"""`make learn`: learns rules/leanings.csv and rules/danger.csv from labelled mails and texts.

Softmax regression (scikit-learn) over the marks of `agent.leaning`. Only what speaks clearly is
kept, rounded, so that the files stay small and can be read. Nothing held is learned from. With
--try the last third of the phrasings is left out and measured instead, and nothing is written.
"""

import argparse
import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from agent.leaning import Leanings, danger_marks, load_leanings, marks_of
from agent.model.facts import Reading
from tests import measure_liverisk as texts
from tests import measure_phrasings as bank
from tests.corpus.build import load as load_corpus

RULES = Path(__file__).parents[1] / "rules"
HEAD = """\
# What words lean to, learned from labelled mails by `make learn`: mark, {what}, points. A mark is
# the beginning of a word, or of two; "s:" stands before those of the subject, "_" before a piece of
# a word, "=" before a phrase set found (">" in the mail answered, "@" in the title of a file), "~"
# before what the mail is like (an answer, a file). A line without a mark is where one starts.
# Source: default of this project, learned from {source}; checked on {day}.
# Do not edit by hand: write a rule in mail.toml or a sign in live_risk.toml, or add labelled mails.
"""
# Learned on fewer mails a mark says more about them than about the kind.
SEEN_IN = 2
CLEAR = 0.1
DAY = "2026-11-25"
# Referrals and other doors may or may not speak of a danger that goes on; their kind does not say.
NOT_SAID = {"serious_incident_referral", "wrong_door", "unknown"}

Marks = Mapping[str, float]
Labelled = tuple[Marks, str]


def kinds(parts: Sequence[int]) -> list[Labelled]:
    """Return the marks and kinds of the corpus's tune half and of these thirds of the bank."""
    entries = load_corpus("tune")
    phrases = bank.office().phrases
    read = texts.read(texts.load_corpus("tune"))
    return [
        *((marks_of(one, phrases), entry.kind) for entry, one in zip(entries, read, strict=True)),
        *((marks_of(one, phrases), told["kind"]) for told, one in _bank(parts)),
    ]


def dangers(parts: Sequence[int]) -> list[Labelled]:
    """Return the marks of every labelled text, with `danger` or `none`."""
    labelled = [*texts.load_texts("tune"), *texts.load_corpus("tune")]
    told = [
        (_danger_marks(one), text.is_risk)
        for text, one in zip(labelled, texts.read(labelled), strict=True)
    ]
    told += [
        (_danger_marks(one), entry["kind"] == "immediate_risk")
        for entry, one in _bank(parts)
        if entry["kind"] not in NOT_SAID
    ]
    return [(marks, "danger" if is_risk else "none") for marks, is_risk in told]


def _bank(parts: Sequence[int]) -> list[tuple[dict[str, str], Reading]]:
    told = [one for part in parts for one in bank.load(part)]
    return [(one, facts.reading) for one, facts in bank.read(told)]


def _danger_marks(reading: Reading) -> Marks:
    return danger_marks(reading.words, is_answer=reading.thread == "letter")


def learn(labelled: Sequence[Labelled], what: str, source: str) -> str:
    """Return the learned points as the lines of a file."""
    seen = Counter(mark for marks, _ in labelled for mark in marks)
    names = sorted(mark for mark, times in seen.items() if times >= SEEN_IN)
    at = {mark: index for index, mark in enumerate(names)}
    cells = [
        (row, at[mark], weight)
        for row, (marks, _) in enumerate(labelled)
        for mark, weight in marks.items()
        if mark in at
    ]
    rows, columns, weights = zip(*cells, strict=True)
    table = csr_matrix((weights, (rows, columns)), shape=(len(labelled), len(names)))
    model = LogisticRegression(C=8, max_iter=5000, class_weight="balanced")
    model.fit(table, [label for _, label in labelled])
    starts, points = model.intercept_, model.coef_
    if len(model.classes_) == 2:
        # Of two, one coefficient is for the second and against the first.
        starts, points = np.array([-starts[0], 0.0]), np.vstack([-points[0], 0 * points[0]])
    out = io.StringIO()
    out.write(HEAD.format(what=what, source=source, day=DAY))
    writer = csv.writer(out, lineterminator="\n")
    for label, start in zip(model.classes_, starts, strict=True):
        writer.writerow(["", label, f"{start:.2f}"])
    for mark, of_mark in zip(names, points.T, strict=True):
        for label, one in zip(model.classes_, of_mark, strict=True):
            if abs(one) >= CLEAR:
                writer.writerow([mark, label, f"{one:.1f}"])
    return out.getvalue()


def try_out(text: str, labelled: Sequence[Labelled]) -> float:
    """Return the share of mails whose first leaning is their label."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        leanings: Leanings = load_leanings(Path(file.name))
    return float(np.mean([leanings.lean(marks)[0].to == label for marks, label in labelled]))


def main(arguments: Sequence[str]) -> None:
    """Learn from everything and write the files, or try on what was left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.learn", description=__doc__)
    parser.add_argument("--try", dest="is_trial", action="store_true")
    given = parser.parse_args(arguments)
    parts = (0, 1) if given.is_trial else (0, 1, 2)
    for name, what, source, labelled in (
        ("leanings", "kind", "tests/corpus (tune half) and tests/phrasings", kinds(parts)),
        ("danger", "danger or none", "the same and tests/live_risk (tune half)", dangers(parts)),
    ):
        text = learn(labelled, what, source)
        print(f"{name}: learned from {len(labelled)} mails, {len(text) / 1024:.0f} kB")
        if given.is_trial:
            left_out = kinds((2,)) if name == "leanings" else dangers((2,))
            held_back = left_out[len(labelled) - len(bank.load(0)) - len(bank.load(1)) :]
            print(f"  of {len(held_back)} left out, {try_out(text, held_back):.1%} lean right")
        else:
            (RULES / f"{name}.csv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
