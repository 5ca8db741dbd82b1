"""`python -m tests.measure_corpus`: how right the rules are on the labelled corpus, half by half.

Prints accuracy, precision and recall a kind, confusion pairs, silent errors (wrong and not
flagged), review rate and live-risk recall. Wrong mails are named for the tune half only: nobody
looks at the held half.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from agent.area import load_area
from agent.decide import Footing, decide
from agent.model.case import CaseMatch, Certainty
from agent.model.decision import Decision
from agent.model.facts import Facts
from agent.pipeline import read_mail
from agent.profile import load_site
from agent.register import load_register
from tests.corpus.build import Entry, load
from tests.corpus.world import paths


@dataclass(frozen=True)
class Judged:
    """One labelled mail, and what the agent made of it."""

    entry: Entry
    facts: Facts
    decision: Decision

    @property
    def kind(self) -> str:
        return self.facts.classification.kind.value

    @property
    def is_right(self) -> bool:
        return self.kind in {self.entry.kind, *self.entry.accept}

    @property
    def is_flagged(self) -> bool:
        return bool(self.decision.reviews)


def judge(entries: Sequence[Entry]) -> list[Judged]:
    """Return every mail judged as its office would see it, before any case is looked for."""
    offices = {}
    for area in sorted({entry.area for entry in entries}):
        world = paths(area)
        register = load_register(world["register"])
        site = load_site(world["site"]).with_stand_ins()
        offices[area], _ = load_area(area, site, register=register)
    judged = []
    for entry in entries:
        office = offices[entry.area]
        facts = read_mail(office, entry.raw)
        footing = Footing(CaseMatch(Certainty.PROPOSED), "NEW-2026-0001-AAA", 1)
        judged.append(Judged(entry, facts, decide(facts, footing, office)))
    return judged


def report(judged: Sequence[Judged], half: str, out: Console) -> None:
    """Print the figures of one half."""
    right = sum(one.is_right for one in judged)
    silent = sum(not one.is_right and not one.is_flagged for one in judged)
    risky = [one for one in judged if one.entry.live_risk]
    caught = sum(one.facts.classification.live_risk for one in risky)
    alarms = sum(one.facts.classification.live_risk and not one.entry.live_risk for one in judged)
    flagged = sum(one.is_flagged for one in judged if one.entry.review == "no")
    plain = sum(one.entry.review == "no" for one in judged)
    out.print(
        f"[bold]{half}[/]: {len(judged)} mails, right {right / len(judged):.1%}, "
        f"silent errors {silent / len(judged):.1%}, live risk caught {caught} of {len(risky)}, "
        f"false alarms {alarms}, flagged though plain {flagged} of {plain}"
    )
    table = Table("kind", "mails", "precision", "recall", box=None)
    kinds = sorted({one.entry.kind for one in judged})
    for kind in kinds:
        wanted = [one for one in judged if one.entry.kind == kind]
        said = [one for one in judged if one.kind == kind]
        hits = sum(one.is_right for one in said)
        recall = sum(one.is_right for one in wanted) / len(wanted)
        precision = f"{hits / len(said):.0%}" if said else "-"
        table.add_row(kind, str(len(wanted)), precision, f"{recall:.0%}")
    out.print(table)
    pairs = Counter((one.entry.kind, one.kind) for one in judged if not one.is_right)
    for (wanted_kind, said_kind), count in pairs.most_common(15):
        out.print(f"  {count} x {wanted_kind} taken for {said_kind}")


def main(arguments: Sequence[str]) -> None:
    """Measure both halves."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_corpus", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="name the wrong mails of `tune`")
    given = parser.parse_args(arguments)
    out = Console(width=120, highlight=False)
    judged = judge(load())
    for half in ("tune", "held"):
        report([one for one in judged if one.entry.half == half], half, out)
    if given.wrong:
        for one in judged:
            if one.entry.half == "tune" and not one.is_right:
                found = one.facts.classification
                said = found.evidence[0].snippet if found.evidence else ""
                out.print(f"{one.entry.id}: {one.entry.kind} -> {one.kind} [{found.rule}] {said}")


if __name__ == "__main__":
    main(sys.argv[1:])
