"""The figures of a period as rows of text, for a file. Pure."""

from agent.statistics import Statistics


def rows_of(found: Statistics) -> list[tuple[str, ...]]:
    """Return every figure as rows of text: what, of what, figure."""
    rows: list[tuple[str, ...]] = [
        ("cases opened", type_, str(count)) for type_, count in sorted(found.referrals.items())
    ]
    for took in found.took:
        rows += [
            (took.name, "median working days", _text(took.median_wd)),
            (took.name, "longest, working days", _text(took.longest_wd)),
            (took.name, "cases measured", str(took.measured)),
            (took.name, "cases waiting", str(took.waiting)),
        ]
    counts = ("asked", "on_time", "late", "nil", "outstanding", "overdue", "late_by_letter")
    for one in found.agencies:
        for name in counts:
            rows.append((f"letters: {name.replace('_', ' ')}", one.agency, str(getattr(one, name))))
        rows.append(("letters: in time, of 100 that were due", one.agency, _text(one.share)))
        rows.append(("reminders sent", one.agency, str(one.reminders)))
        rows.append(("chasers sent", one.agency, str(one.chasers)))
    rows += [("report to the Panel", state, str(n)) for state, n in sorted(found.reports.items())]
    for kind, (count, reviewed) in sorted(found.kinds.items()):
        rows += [("mails", kind, str(count)), ("mails that needed review", kind, str(reviewed))]
    rows += [("mails sent", template, str(n)) for template, n in sorted(found.sent.items())]
    rows += [("mails out by state", state, str(n)) for state, n in sorted(found.outbox.items())]
    rows += [("corrections", sort, str(n)) for sort, n in sorted(found.corrections.items())]
    return rows


def _text(figure: float | None) -> str:
    return "nothing to measure" if figure is None else f"{round(figure, 1):.10g}"
