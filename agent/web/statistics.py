"""The figures of a period, as pictures with their tables, and as CSV."""

import csv
import io
from datetime import date, datetime, time, timedelta

from agent.caseclocks import calendar_of, rules_for
from agent.charts import draw_bars
from agent.clockrules import RETURN
from agent.errors import RefusedAct
from agent.figurerows import rows_of
from agent.london import LONDON, london_day
from agent.model.case import CaseType
from agent.statistics import Statistics, compute_statistics
from agent.store.figures import load_recorded
from agent.web.visit import Download, Shown, Visit
from agent.web.words import kind

_YEAR = timedelta(days=365)


def show(visit: Visit) -> Shown:
    """Return the figures of the year up to today, or of the period asked for."""
    first, last = _period(visit)
    found = _compute(visit, first, last)
    names = {one.id: one.name for one in visit.line.office.register.agencies}
    shares = [
        (names.get(one.agency, one.agency), round(one.share))
        for one in found.agencies
        if one.share is not None
    ]
    kinds = sorted(((kind(k), float(n)) for k, (n, _) in found.kinds.items()), key=lambda r: -r[1])
    return Shown(
        "statistics.html",
        {
            "found": found,
            "names": names,
            "first": first,
            "last": last,
            "returns": draw_bars("Returns in time, of 100 that were due", shares, "%", "returns"),
            "mails": draw_bars("Mails by kind", kinds, "mails", "mails"),
            "section": "/statistics",
        },
    )


def export(visit: Visit) -> Download:
    """Return the figures of the period as CSV."""
    first, last = _period(visit)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("from", "to", "figure", "of", "value"))
    for row in rows_of(_compute(visit, first, last)):
        writer.writerow((first.isoformat(), last.isoformat(), *row))
    return Download("statistics.csv", "text/csv; charset=utf-8", [written.getvalue().encode()])


def _compute(visit: Visit, first: date, last: date) -> Statistics:
    office = visit.line.office
    since = datetime.combine(first, time(), LONDON)
    until = datetime.combine(last + timedelta(days=1), time(), LONDON)
    with visit.database.read() as session:
        recorded = load_recorded(session, visit.slug, since, until)
    rules = {one.name: one for one in rules_for(office, CaseType.SERIOUS_INCIDENT)}
    report, returns = rules.get("report"), rules.get(RETURN)
    return compute_statistics(recorded, report, calendar_of(office), visit.now, returns)


def _period(visit: Visit) -> tuple[date, date]:
    """Return the first and last day asked for; raises RefusedAct where that is no period."""
    today = london_day(visit.now)
    try:
        last = date.fromisoformat(visit.query.get("to") or today.isoformat())
        first = date.fromisoformat(visit.query.get("from") or (last - _YEAR).isoformat())
    except ValueError:
        raise RefusedAct("Write both days as 2026-12-31.") from None
    if first > last:
        raise RefusedAct("The period ends before it begins.")
    return first, last
