"""Working days in England: which days count, and how a count of them runs day by day.

It knows weekends, the bank holidays of England and the closures it is given; it must not know
clocks, cases or what time it is.

The day that a count starts from is day 0, whether it is a working day or not, and working day 1 is
the next working day after it: 1 working day after a Friday, Saturday or Sunday is the Monday.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

# A day outside these years is a slip of the pen, and bank holidays are known only so far.
FIRST_YEAR = 2015
LAST_YEAR = 2045
# So far a count may run past the last of those years.
_MARGIN_YEARS = 2
_WEEKEND = {5: "Saturday", 6: "Sunday"}
_NONE: Mapping[date, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DayLine:
    """One calendar day of a count: its number, or None and why it does not count."""

    on: date
    number: int | None
    why: str = ""


class Calendar:
    """The working days of one office in England.

    `closures` are the office's own closed days with their names; `added` are bank holidays that
    the installed table does not know, such as one proclaimed for a coronation; `known` stands in
    the place of that table, for a calendar as it was. `version` names the set of closed days: a
    date kept with it shows whether it was counted with another set.
    """

    def __init__(
        self,
        closures: Mapping[date, str] = _NONE,
        added: Mapping[date, str] = _NONE,
        known: Mapping[date, str] | None = None,
    ) -> None:
        self.holidays = MappingProxyType({**(bank_holidays() if known is None else known), **added})
        self.closures = MappingProxyType(dict(closures))
        first, last = (
            date(FIRST_YEAR - _MARGIN_YEARS, 1, 1),
            date(LAST_YEAR + _MARGIN_YEARS, 12, 31),
        )
        self._first = first.toordinal()
        # By index from the first day: how many working days there are up to and including it.
        self._up_to: list[int] = []
        self._working: list[date] = []
        closed = []
        for ordinal in range(self._first, last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if not self.why_closed(day):
                self._working.append(day)
            elif day.weekday() not in _WEEKEND:
                closed.append(day.isoformat())
            self._up_to.append(len(self._working))
        self.version = "england-" + hashlib.sha256(" ".join(closed).encode()).hexdigest()[:10]
        self.national = Calendar(known=self.holidays) if closures else self

    def covers(self, day: date) -> bool:
        """Return whether the day lies in the years to count from: a year either way is safe."""
        return FIRST_YEAR <= day.year <= LAST_YEAR

    def why_closed(self, day: date) -> str:
        """Return why the day is no working day, or "" for a working day."""
        if weekend := _WEEKEND.get(day.weekday()):
            return weekend
        if holiday := self.holidays.get(day):
            return holiday
        return f"{self.closures[day]} (local closure)" if day in self.closures else ""

    def is_working_day(self, day: date) -> bool:
        """Return whether the office works on that day."""
        return not self.why_closed(day)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`, which is day 0; n below 0 counts back.

        0 returns `day` unchanged, also a closed one. From a closed day the first working day after
        it (or before it) is the first that counts.

        Raises:
            ValueError: the day, or the one it leads to, lies outside the calendar.
        """
        if n == 0:
            return day
        done = self._count_up_to(day)
        index = done - 1 + n
        if n < 0 and self._working[done - 1] != day:
            index += 1
        if not 0 <= index < len(self._working):
            raise ValueError(f"{n} working days from {day} lead outside the calendar.")
        return self._working[index]

    def count(self, after: date, until: date) -> int:
        """Return how many working days follow `after`, up to and including `until`."""
        return self._count_up_to(until) - self._count_up_to(after)

    def explain(self, day: date, n: int) -> tuple[DayLine, ...]:
        """Return every calendar day from `day` (day 0) to the n-th working day after it, in order.

        Raises:
            ValueError: n is below 0, or the count leads outside the calendar.
        """
        if n < 0:
            raise ValueError(f"only a count onward is explained, not {n} working days.")
        lines = [DayLine(day, 0, self.why_closed(day))]
        for number in range((self.add_working_days(day, n) - day).days):
            on = day + timedelta(days=number + 1)
            why = self.why_closed(on)
            lines.append(DayLine(on, None if why else self.count(day, on), why))
        return tuple(lines)

    def _count_up_to(self, day: date) -> int:
        place = day.toordinal() - self._first
        if not 0 <= place < len(self._up_to):
            raise ValueError(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        return self._up_to[place]


@cache
def bank_holidays() -> Mapping[date, str]:
    """Return the bank holidays of England with their names, substitute days among them."""
    years = range(FIRST_YEAR - _MARGIN_YEARS, LAST_YEAR + _MARGIN_YEARS + 1)
    found = holidays.country_holidays("GB", subdiv="ENG", years=years)
    return MappingProxyType(
        {on: name.replace("(observed)", "(substitute)") for on, name in found.items()}
    )
