"""Which of a table's first rows is its header, and what are its columns called?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_COLUMNS
from shp_data.domain.vocabulary import plain
from shp_data.intake.readers.chunks import ROW

TITLE_ROWS = 20  # rows above the header: a title, the date of the extract, a blank line
LEAST = 2  # known names that make a row a header
FIGURE_NAMES = frozenset(plain(name) for field in schema.FIGURE_FILE for name in (field.name, field.label))
LEAST_OF_FIGURES = 3  # of these names: any two of them may stand beside each other in a title

Cells = Sequence[str | None]


def recognised(cells: Cells, known: Collection[str]) -> int:
    """How many of the known names does a row hold? Those of reported figures count where three are together."""
    names = {plain(cell) for cell in cells if cell}
    return len(names & _meant(names, known))


def find_header(rows: Sequence[Cells], known: Collection[str]) -> int | None:
    """The place of the header among a table's first rows: the one of most known names, two at the least."""
    counts = [recognised(cells, known) for cells in rows[: TITLE_ROWS + 1]]
    best = max(counts, default=0)
    return counts.index(best) if best >= LEAST else None


def of_figures(cells: Iterable[str | None]) -> bool:
    """Is this, by three names at the least and no date, the header of a reported-figures file?"""
    names = {plain(cell) for cell in cells if cell}
    return len(names & FIGURE_NAMES) >= LEAST_OF_FIGURES and "date" not in names


def likely_header(rows: Sequence[Cells]) -> int | None:
    """Where no name is known: the first row as wide as most rows are. None where every row is blank."""
    widths = [_width(cells) for cells in rows[: TITLE_ROWS + 1]]
    times = Counter(width for width in widths if width)
    if not times:
        return None
    usual = max(times, key=lambda width: (times[width], width))
    return next(place for place, width in enumerate(widths) if width >= usual)


def _width(cells: Cells) -> int:
    return max((place for place, cell in enumerate(cells, 1) if cell and cell.strip()), default=0)


def column_names(cells: Cells, known: Collection[str], name: str) -> tuple[str, ...]:
    """A name for each column: the header's, stripped; `column 3` if blank, `Note (2)` if it recurs.

    Raises InputError where a known name recurs (which column is meant cannot be known) or there are too many.
    """
    if len(cells) > MAX_COLUMNS:
        raise InputError(
            f"{name}: the header has {len(cells):,} columns; at most {MAX_COLUMNS} are read. "
            "Leave out the columns that are not needed."
        )
    _refuse_repeated(cells, known, name)
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        base = (cell or "").strip(" \t\r\n\xa0\ufeff") or f"column {place}"
        label, times = base, 1
        while label in names or label == ROW:
            times += 1
            label = f"{base} ({times})"
        names.append(label)
    return tuple(names)


def _meant(names: Iterable[str], known: Collection[str]) -> Set[str]:
    """The known names, and those of reported figures where enough of them are among `names`."""
    figures = FIGURE_NAMES if len(FIGURE_NAMES.intersection(names)) >= LEAST_OF_FIGURES else frozenset()
    return figures.union(known)


def _refuse_repeated(cells: Cells, known: Collection[str], name: str) -> None:
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells, 1):
        places.setdefault(plain(cell or ""), []).append(place)
    meant = _meant(places, known)
    for key, where in places.items():
        if key in meant and len(where) > 1:
            raise InputError(
                f"{name}: the header has {cells[where[0] - 1]!r} {len(where)} times, in columns "
                f"{', '.join(map(str, where))}; which is meant cannot be known. Rename or remove all but one."
            )
