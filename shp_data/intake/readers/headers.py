"""The header row of a table, and the names of its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_COLUMNS
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.chunks import BLANK, ROW

TITLE_ROWS = 20  # rows above the header: a title, the date of the extract, a blank line
LEAST = 2  # known names that make a row a header
FIGURE_NAMES = frozenset(normalise_name(name) for field in schema.FIGURE_FILE for name in (field.name, field.label))
LEAST_OF_FIGURES = 3  # of these names, because a title may have any two of them in its cells

Cells = Sequence[str | None]


def count_recognised(cells: Cells, header_names: Collection[str]) -> int:
    """Return how many recognised names a row contains.

    Names of reported figures count if three occur together.
    """
    names = {normalise_name(cell) for cell in cells if cell}
    return len(names & _select_names(names, header_names))


def find_header(rows: Sequence[Cells], header_names: Collection[str]) -> int | None:
    """Return the index of the header among the first rows: the row with most recognised names, at least two."""
    counts = [count_recognised(cells, header_names) for cells in rows[: TITLE_ROWS + 1]]
    best = max(counts, default=0)
    return counts.index(best) if best >= LEAST else None


def is_figures_header(cells: Iterable[str | None]) -> bool:
    """Return whether this is the header of a reported-figures file: at least three of its names, and no date."""
    names = {normalise_name(cell) for cell in cells if cell}
    return len(names & FIGURE_NAMES) >= LEAST_OF_FIGURES and "date" not in names


def guess_header(rows: Sequence[Cells]) -> int | None:
    """Return the first row that is as wide as most rows, where no name is recognised.

    None if every row is blank.
    """
    widths = [_measure_width(cells) for cells in rows[: TITLE_ROWS + 1]]
    times = Counter(width for width in widths if width)
    if not times:
        return None
    # Titles are narrow and the table is wide. Of two widths that are equally common, the wider one is the table.
    usual = max(times, key=lambda width: (times[width], width))
    return next(index for index, width in enumerate(widths) if width >= usual)


def _measure_width(cells: Cells) -> int:
    return max((position for position, cell in enumerate(cells, 1) if cell and cell.strip()), default=0)


def name_columns(cells: Cells, header_names: Collection[str], name: str) -> tuple[str, ...]:
    """Return a name for each column: the header's, stripped; `column 3` if it is blank, `Note (2)` if it repeats.

    Raises InputError if a recognised name repeats (the column would be ambiguous) or if there are too many
    columns.
    """
    if len(cells) > MAX_COLUMNS:
        raise InputError(
            f"{name}: the header has {len(cells):,} columns; the limit is {MAX_COLUMNS}. "
            "Remove the columns that are not needed."
        )
    _refuse_repeated(cells, header_names, name)
    names: list[str] = []
    for position, cell in enumerate(cells, 1):
        base = (cell or "").strip(BLANK) or f"column {position}"
        label, times = base, 1
        while label in names or label == ROW:
            times += 1
            label = f"{base} ({times})"
        names.append(label)
    return tuple(names)


def _select_names(names: Iterable[str], header_names: Collection[str]) -> Set[str]:
    """Return the recognised names, and those of reported figures if enough of them are among `names`."""
    figures = FIGURE_NAMES if len(FIGURE_NAMES.intersection(names)) >= LEAST_OF_FIGURES else frozenset()
    return figures.union(header_names)


def _refuse_repeated(cells: Cells, header_names: Collection[str], name: str) -> None:
    positions_by_name: dict[str, list[int]] = {}
    for position, cell in enumerate(cells, 1):
        positions_by_name.setdefault(normalise_name(cell or ""), []).append(position)
    checked_names = _select_names(positions_by_name, header_names)
    for key, positions in positions_by_name.items():
        if key in checked_names and len(positions) > 1:
            raise InputError(
                f"{name}: the header has {cells[positions[0] - 1]!r} {len(positions)} times, in columns "
                f"{', '.join(map(str, positions))}, so the column is ambiguous. Rename or remove all but one."
            )
