"""The rows of reported-figures files: which enter the store, which repeat another, which are rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shp_data.domain.counting import counted
from shp_data.domain.errors import InputError
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.schema import UNKNOWN
from shp_data.store.files.manifest import Tally

MAX_FIGURES = 200_000  # rows of one file: a century of every indicator in every area is a tenth of it


@dataclass(frozen=True)
class FigureRow:
    """One row of a reported-figures file: its figure, or the reason why there is none.

    `row`: its number. `place`: where it stands, in words. `indicator`: an id, `(unknown)` where it is not
    understood. `duplicate`: the load has the same figure before.
    """

    row: int
    place: str
    indicator: str = UNKNOWN
    figure: ReportedFigure | None = None
    reason: str = ""
    duplicate: bool = False

    @property
    def accepted(self) -> bool:
        """Does its figure enter the store?"""
        return not self.reason and not self.duplicate


@dataclass(frozen=True)
class Figures:
    """What was read of a file: its rows that hold a figure, and how many figures are not in yet."""

    rows: tuple[FigureRow, ...] = ()
    waiting: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Both together. Raises InputError where they are more than any report needs."""
        rows = len(self.rows) + self.waiting + len(other.rows) + other.waiting
        if rows > MAX_FIGURES:
            raise InputError(f"holds more than {MAX_FIGURES:,} rows of reported figures. Leave out what is not needed.")
        return Figures(self.rows + other.rows, self.waiting + other.waiting)

    @property
    def accepted(self) -> tuple[ReportedFigure, ...]:
        """The figures that enter the store."""
        return tuple(row.figure for row in self.rows if row.figure and row.accepted)

    @property
    def keys(self) -> tuple[FigureKey, ...]:
        """What the figures are of that enter the store, or are in it by another row."""
        return tuple(row.figure.key for row in self.rows if row.figure and not row.reason)

    @property
    def reasons(self) -> dict[int, str]:
        """The rejected rows: row number -> reason."""
        return {row.row: row.reason for row in self.rows if row.reason}

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The rows by indicator: read, accepted, duplicates, rejected."""
        found: dict[str, Tally] = defaultdict(Tally)
        for row in self.rows:
            found[row.indicator] += Tally(1, int(row.accepted), int(row.duplicate), int(bool(row.reason)))
        return dict(sorted(found.items()))

    @property
    def told(self) -> str:
        """What the file is, in words: `reported figures; 4 figures not yet in`. Empty where it held none."""
        if not self.rows and not self.waiting:
            return ""
        waiting = f"; {counted(self.waiting, 'figures')} not yet in" if self.waiting else ""
        return f"reported figures{waiting}"


def judged(read: Mapping[int, Figures]) -> dict[int, Figures]:
    """The figures of a load by the number of the file, judged against one another in the order given.

    The same figure again is a duplicate; another figure of the same indicator, area and period is rejected.
    """
    first: dict[FigureKey, tuple[int, FigureRow]] = {}
    return {
        number: replace(figures, rows=tuple(_against(first, number, row) for row in figures.rows))
        for number, figures in read.items()
    }


def _against(first: dict[FigureKey, tuple[int, FigureRow]], number: int, row: FigureRow) -> FigureRow:
    """A row judged against those before it, which it joins if it is the first of its key."""
    if row.figure is None:
        return row
    file, other = first.setdefault(row.figure.key, (number, row))
    if other is row or other.figure is None:
        return row
    if (other.figure.value, other.figure.year_to_date) == (row.figure.value, row.figure.year_to_date):
        return replace(row, duplicate=True)
    place = other.place if file == number else f"{other.figure.file}, {other.place}"
    reason = (
        f"{row.place}: {_numbers(row.figure)}, but {place} has {_numbers(other.figure)} for the same indicator, "
        "area and period; keep the right one"
    )
    return replace(row, reason=reason)


def _numbers(figure: ReportedFigure) -> str:
    """What a figure says, as an error shows it."""
    to_date = f" and {figure.year_to_date:,.10g} for the year to date" if figure.year_to_date is not None else ""
    return f"'{figure.value:,.10g}{to_date}'"
