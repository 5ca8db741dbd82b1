"""`python -m tests.measure_corpus`: how right the rules are on the labelled corpus, by rehearsal.

Every area's mails go through the whole line with its register, cases and site file. Prints
accuracy, precision and recall a kind, confusion pairs, silent errors (wrong and not flagged),
review rate, live risk and cases. The held half is measured only when asked for, and its mails are
never named: nobody looks at them while rules are tuned.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from agent.adopted import load_cases
from agent.area import load_area
from agent.profile import load_site
from agent.register import load_register
from agent.rehearse import StoredMail, rehearse
from agent.rows import Row
from tests.corpus.build import Entry, load
from tests.corpus.world import paths


@dataclass(frozen=True)
class Judged:
    """One labelled mail, and the row that the rehearsal gave of it."""

    entry: Entry
    row: Row

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    @property
    def is_right(self) -> bool:
        return self.kind in {self.entry.kind, *self.entry.accept}

    @property
    def is_flagged(self) -> bool:
        return bool(self.row["review_reasons"])

    @property
    def is_silent(self) -> bool:
        return not self.is_right and not self.is_flagged

    @property
    def has_right_case(self) -> bool:
        """A certain case is the labelled one; a referral has a case of its own."""
        return self.row["case_opened"] or self.row["case"] in {self.entry.case, None}


def judge(entries: Sequence[Entry]) -> list[Judged]:
    """Return every mail as its office's rehearsal takes it."""
    judged = []
    for area in sorted({entry.area for entry in entries}):
        world = paths(area)
        site = load_site(world["site"]).with_stand_ins()
        office, templates = load_area(area, site, register=load_register(world["register"]))
        of_area = {entry.id: entry for entry in entries if entry.area == area}
        mails = [StoredMail(id_, lambda raw=one.raw: raw) for id_, one in of_area.items()]  # type: ignore[misc]
        rows = rehearse(mails, office, templates, load_cases(world["cases"]))
        judged += [Judged(of_area[row["file"]], row) for row in rows if row["type"] == "mail"]
    return judged


def report(judged: Sequence[Judged], half: str, out: Console) -> None:
    """Print the figures of one half."""
    count = len(judged)
    right = sum(one.is_right for one in judged)
    silent = sum(one.is_silent for one in judged)
    flagged = sum(one.is_flagged for one in judged)
    risky = [one for one in judged if one.entry.live_risk]
    caught = sum(one.row["live_risk"] for one in risky)
    alarms = sum(one.row["live_risk"] and not one.entry.live_risk for one in judged)
    plain = [one for one in judged if one.entry.review == "no"]
    needless = sum(one.is_flagged for one in plain)
    must = [one for one in judged if one.entry.review == "must"]
    missed = sum(not one.is_flagged for one in must)
    cased = [one for one in judged if one.entry.case]
    found = sum(one.row["case"] == one.entry.case for one in cased)
    astray = sum(not one.has_right_case for one in judged)
    out.print(
        f"[bold]{half}[/]: {count} mails, right {right / count:.1%}, silent errors "
        f"{silent / count:.1%}, review rate {flagged / count:.1%}\n"
        f"  live risk caught {caught} of {len(risky)}, false alarms {alarms}; plain but flagged "
        f"{needless} of {len(plain)}, review missed {missed} of {len(must)}\n"
        f"  case found {found} of {len(cased)}, filed under a wrong case {astray}"
    )
    table = Table("kind", "mails", "precision", "recall", box=None)
    for kind in sorted({one.entry.kind for one in judged}):
        wanted = [one for one in judged if one.entry.kind == kind]
        said = [one for one in judged if one.kind == kind]
        recall = sum(one.is_right for one in wanted) / len(wanted)
        hits = sum(one.is_right for one in said)
        precision = f"{hits / len(said):.0%}" if said else "-"
        table.add_row(kind, str(len(wanted)), precision, f"{recall:.0%}")
    out.print(table)
    pairs = Counter((one.entry.kind, one.kind) for one in judged if not one.is_right)
    for (wanted_kind, said_kind), times in pairs.most_common(15):
        out.print(f"  {times} x {wanted_kind} taken for {said_kind}")


def main(arguments: Sequence[str]) -> None:
    """Measure the tune half, and with --held the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_corpus", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="name the wrong mails of `tune`")
    parser.add_argument("--held", action="store_true", help="measure the held half instead")
    given = parser.parse_args(arguments)
    out = Console(width=120, highlight=False)
    half: Literal["tune", "held"] = "held" if given.held else "tune"
    judged = judge(load(half))
    report(judged, half, out)
    for one in judged if given.wrong and not given.held else ():
        if not one.is_right:
            seen = one.row["evidence"]
            said = f"{seen[0]}" if seen else ""
            silent = " SILENT" if one.is_silent else ""
            out.print(
                f"{one.entry.id}: {one.entry.kind} -> {one.kind} [{one.row['rule']}]{silent} {said}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
