"""`make learn`: learns rules/leanings.csv from the labelled mails and phrasings; needs scikit-learn.

Softmax regression over the marks of `agent.leaning`. Only what speaks clearly is kept, rounded, so
that the file stays small and can be read. Of the corpus only the tune half is learned from. With
--try the last third of the bank is left out and measured instead, and nothing is written.
"""

import argparse
import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from agent.area import load_area
from agent.leaning import Leanings, load_leanings, marks_of
from agent.model.facts import Reading
from agent.pipeline import read_mail
from agent.profile import load_site
from agent.register import load_register
from tests import measure_phrasings as bank
from tests.corpus.build import load as load_corpus
from tests.corpus.world import paths

FILE = Path(__file__).parents[1] / "rules" / "leanings.csv"
HEAD = """\
# What words lean to, learned from labelled mails by `make learn`: mark, kind, points. A mark is the
# beginning of a word, or of two; "s:" stands before those of the subject, "~" before what the mail
# is like (an answer to our letter, a file, a question). A line without a mark is a kind's start.
# Source: default of this project, learned from tests/corpus (tune half) and tests/phrasings,
# checked on {day}. Do not edit by hand: write a rule in mail.toml, or add labelled mails.
"""
# Learned on fewer mails a mark says more about them than about the kind.
SEEN_IN = 2
CLEAR = 0.2
DAY = "2026-11-25"

Labelled = tuple[Reading, str]


def corpus() -> list[Labelled]:
    """Return every mail of the tune half as its office reads it, with its kind."""
    offices = {}
    for area in sorted({entry.area for entry in load_corpus("tune")}):
        world = paths(area)
        site = load_site(world["site"]).with_stand_ins()
        offices[area], _ = load_area(area, site, register=load_register(world["register"]))
    return [
        (read_mail(offices[entry.area], entry.raw).reading, entry.kind)
        for entry in load_corpus("tune")
    ]


def phrasings(parts: Sequence[int]) -> list[Labelled]:
    """Return the texts of these thirds of the bank, read as mail, with their kinds."""
    told = [one for part in parts for one in bank.load(part)]
    return [(facts.reading, one["kind"]) for one, facts in bank.read(told)]


def learn(labelled: Sequence[Labelled]) -> str:
    """Return the learned points as the lines of rules/leanings.csv."""
    marks = [marks_of(reading) for reading, _ in labelled]
    seen = Counter(mark for one in marks for mark in one)
    names = sorted(mark for mark, times in seen.items() if times >= SEEN_IN)
    at = {mark: index for index, mark in enumerate(names)}
    cells = [
        (row, at[mark], weight)
        for row, one in enumerate(marks)
        for mark, weight in one.items()
        if mark in at
    ]
    rows, columns, weights = zip(*cells, strict=True)
    table = csr_matrix((weights, (rows, columns)), shape=(len(marks), len(names)))
    model = LogisticRegression(C=8, max_iter=5000, class_weight="balanced")
    model.fit(table, [kind for _, kind in labelled])
    out = io.StringIO()
    out.write(HEAD.format(day=DAY))
    writer = csv.writer(out, lineterminator="\n")
    for kind, start in zip(model.classes_, model.intercept_, strict=True):
        writer.writerow(["", kind, f"{start:.2f}"])
    for mark, points in zip(names, model.coef_.T, strict=True):
        for kind, one in zip(model.classes_, points, strict=True):
            if abs(one) >= CLEAR:
                writer.writerow([mark, kind, f"{one:.1f}"])
    return out.getvalue()


def right(leanings: Leanings, labelled: Sequence[Labelled]) -> float:
    """Return the share of mails whose first leaning is their kind."""
    hits = [leanings.lean(marks_of(reading))[0].kind == kind for reading, kind in labelled]
    return float(np.mean(hits))


def main(arguments: Sequence[str]) -> None:
    """Learn from everything and write the file, or try on what was left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.learn", description=__doc__)
    parser.add_argument("--try", dest="is_trial", action="store_true")
    given = parser.parse_args(arguments)
    labelled = [*corpus(), *phrasings((0, 1) if given.is_trial else (0, 1, 2))]
    text = learn(labelled)
    target = Path("/dev/shm/leanings.csv") if given.is_trial else FILE
    target.write_text(text, encoding="utf-8")
    lines = text.count("\n")
    print(f"learned from {len(labelled)} mails: {lines} lines, {len(text) / 1024:.0f} kB")
    if given.is_trial:
        left_out = phrasings((2,))
        share = right(load_leanings(target), left_out)
        print(f"of {len(left_out)} left out, {share:.1%} lean to their kind")


if __name__ == "__main__":
    main(sys.argv[1:])
