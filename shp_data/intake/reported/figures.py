"""The rows of reported-figures files: accepted, duplicate or rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shp_data.domain.counting import format_count
from shp_data.domain.errors import InputError
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.schema import UNKNOWN
from shp_data.store.files.manifest import Tally

MAX_FIGURES = 200_000  # rows of one file: a century of every indicator in every area is a tenth of it


@dataclass(frozen=True)
class FigureRow:
    """One row of a reported-figures file: its figure, or the reason why it has none.

    `row`: its number. `position`: its position in the file, in words. `indicator`: an id, or `(unknown)` if
    it is not recognised. `duplicate`: an earlier row of the load has the same figure.
    """

    row: int
    position: str
    indicator: str = UNKNOWN
    figure: ReportedFigure | None = None
    reason: str = ""
    duplicate: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether its figure enters the store."""
        return not self.reason and not self.duplicate


@dataclass(frozen=True)
class Figures:
    """The content of a file of reported figures: its rows with a figure, and the number still awaited."""

    rows: tuple[FigureRow, ...] = ()
    awaited: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Return both together. Raises InputError if there are more than any report needs."""
        rows = len(self.rows) + self.awaited + len(other.rows) + other.awaited
        if rows > MAX_FIGURES:
            raise InputError(f"holds more than {MAX_FIGURES:,} rows of reported figures. Leave out what is not needed.")
        return Figures(self.rows + other.rows, self.awaited + other.awaited)

    @property
    def accepted(self) -> tuple[ReportedFigure, ...]:
        """The figures that enter the store."""
        return tuple(row.figure for row in self.rows if row.figure and row.is_accepted)

    @property
    def keys(self) -> tuple[FigureKey, ...]:
        """The keys of the figures that enter the store, or are in it from another row."""
        return tuple(row.figure.key for row in self.rows if row.figure and not row.reason)

    @property
    def reasons(self) -> dict[int, str]:
        """The rejected rows: row number -> reason."""
        return {row.row: row.reason for row in self.rows if row.reason}

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The number of rows read, accepted, duplicate and rejected, by indicator."""
        tallies: dict[str, Tally] = defaultdict(Tally)
        for row in self.rows:
            tallies[row.indicator] += Tally(1, int(row.is_accepted), int(row.duplicate), int(bool(row.reason)))
        return dict(sorted(tallies.items()))

    @property
    def summary(self) -> str:
        """A summary of the file: `reported figures; 4 figures not yet in`. Empty if it holds none."""
        if not self.rows and not self.awaited:
            return ""
        awaited_text = f"; {format_count(self.awaited, 'figures')} not yet in" if self.awaited else ""
        return f"reported figures{awaited_text}"


def judge_figures(figures_by_file: Mapping[int, Figures]) -> dict[int, Figures]:
    """Judge the figures of a load against one another, in the order given, by file number.

    The same figure again is a duplicate. A different figure for the same indicator, area and period is
    rejected.
    """
    first: dict[FigureKey, tuple[int, FigureRow]] = {}
    return {
        number: replace(figures, rows=tuple(_judge_row(first, number, row) for row in figures.rows))
        for number, figures in figures_by_file.items()
    }


def _judge_row(first: dict[FigureKey, tuple[int, FigureRow]], number: int, row: FigureRow) -> FigureRow:
    """Judge a row against the earlier rows, and add it to them if it is the first of its key."""
    if row.figure is None:
        return row
    file, first_row = first.setdefault(row.figure.key, (number, row))
    if first_row is row or first_row.figure is None:
        return row
    if (first_row.figure.value, first_row.figure.year_to_date) == (row.figure.value, row.figure.year_to_date):
        return replace(row, duplicate=True)
    position = first_row.position if file == number else f"{first_row.figure.file}, {first_row.position}"
    reason = (
        f"{row.position}: {_format_numbers(row.figure)}, but {position} has {_format_numbers(first_row.figure)} for the same indicator, "
        "area and period; keep the right one"
    )
    return replace(row, reason=reason)


def _format_numbers(figure: ReportedFigure) -> str:
    """Format a figure's numbers for an error message."""
    to_date = f" and {figure.year_to_date:,.10g} for the year to date" if figure.year_to_date is not None else ""
    return f"'{figure.value:,.10g}{to_date}'"
