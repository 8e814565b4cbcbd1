"""What the mapping of a supplier's columns and categories asks, offers and keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source, plain
from shp_data.intake.mapping import guessing, preview, shown_areas
from shp_data.intake.mapping.preview import Preview as Preview
from shp_data.intake.rows.columns import POLICE_UK, known_headers
from shp_data.store.notes import mappings
from shp_view.text.wording import capital, counted
from shp_view.views.uploads import Desk

NONE = "-"  # no header for one of our columns
LEFT_OUT = ""  # what a category means whose rows are to be rejected
ZERO = "A month without a row of one kind means that there was none of it"
ZERO_MEANS = (
    "Such a month then counts as 0, also between the first and the last month of a file. Take the tick away if rows "
    "may be missing: the month then stays unknown."
)
AREAS = "Which Local Policing Areas do these files cover?"
AREAS_MEAN = (
    'Of other areas the pages say "not available", never 0. If it is one area, records count there even without '
    "coordinates."
)
NO_INDICATOR = (
    "Is none of them the right one? Figures such as noise complaints or fly-tipping load as numbers, by the workbook "
    "at the end of this page. New indicators are added in partnership.toml: see docs/settings.md."
)
_MOST_CATEGORIES = 40  # asked for at once
_LONGEST_CATEGORY = 60


@dataclass(frozen=True)
class Categories:
    """The categories of a column. `asked`: category -> its rows, the 40 commonest at most. `offered`: what each is
    offered to mean: an indicator's id, LEFT_OUT, or None where it is open. `known`: those that are not asked for.
    """

    asked: Mapping[str, int] = field(default_factory=dict)
    offered: Mapping[str, str | None] = field(default_factory=dict)
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What the form was told. `columns`: ours -> the file's. `meant`: category -> indicator, LEFT_OUT, None if open.

    `whole`: the one indicator of the file. `areas`: the LPAs covered. `zero`: a month without a row is a zero.
    """

    columns: Mapping[str, str]
    meant: Mapping[str, str | None]
    whole: str | None
    areas: tuple[str, ...]
    zero: bool


def suppliers(root: Path) -> list[str]:
    """The suppliers that are known by name."""
    own = mappings.known_sources(root).values()
    return sorted(source.name for source in own if not source.synthetic and source.format != POLICE_UK)


def supplier_of(found: Preview, root: Path, name: str | None) -> str | None:
    """Under whose name is a mapping kept: the one given, else that of the mapping in use. None: it is to be asked."""
    return name or (found.reading.name if found.reading and found.reading.name in suppliers(root) else None)


def why(found: Preview, name: str | None) -> str:
    """Why is a mapping asked for, for whom is it kept, and for how long does it hold?"""
    rows = sum(found.unknown.values())
    if found.reading is None:
        told = "Its columns are not all known. What they seem to mean is chosen below: check it."
    elif rows:
        told = f"{capital(counted(len(found.unknown), 'categories'))} ({counted(rows, 'rows')}) not known."
    else:
        told = "It can be read as it is; here you can say otherwise."
    whose = f"for {name}" if name else "under the supplier's name, which you give above"
    return f"{told} Your answers are kept {whose}, and hold for later files too."


def first_rows(found: Preview) -> pd.DataFrame:
    """The first rows of a file under its own headers, as text."""
    return pd.DataFrame(list(found.rows), columns=list(found.header), dtype=str)


def columns(found: Preview, root: Path, supplier: str | None) -> dict[str, tuple[str, list[str], int]]:
    """What may be chosen for each of our columns, the needed first: label, headers (`-`: none), default.

    A column that the file calls by our name is read as that, or another is chosen in its place. The default is what
    the supplier's mapping says, else our own name, else what a column seems to be.
    """
    base = _base(found, root, supplier)
    wanted = {item.name: base.headers.get(item.name, item.name) for item in schema.INCIDENT_FILE}
    said = {ours: title for ours, name in wanted.items() if (title := preview.own_header(name, found.header))}
    likely = said | guessing.columns(found.sample, said)
    offered = {}
    for item in sorted(schema.INCIDENT_FILE, key=lambda item: item.name not in schema.REQUIRED):
        own = preview.own_header(item.name, found.header)
        names = [*found.header] if own else [NONE, *found.header]
        needed = " (needed)" if item.name in schema.REQUIRED else ""
        offered[item.name] = (item.label + needed, names, names.index(likely.get(item.name, own or NONE)))
    return offered


def meanings() -> dict[str, str]:
    """The incident indicators that a category, or a whole file, may mean: id -> label."""
    words = partnership().vocabulary
    return {id_: words.indicator(id_).label for id_ in words.incident_indicators()}


def whole(found: Preview, root: Path, supplier: str | None) -> str | None:
    """The one indicator that every row of the supplier's files is, where its mapping says so."""
    return _base(found, root, supplier).indicator


def categories(desk: Desk, found: Preview, root: Path, supplier: str | None, column: str | None) -> Categories:
    """What is asked of the categories of a column: those not decided yet, or all where a mapping is changed."""
    base = _base(found, root, supplier)
    rows = _rows(desk, found, root, column)
    unknown = rows if desk.changing == found.name else preview.undecided(rows, base)
    asked = dict(list(unknown.items())[:_MOST_CATEGORIES])
    words, own = partnership().vocabulary.categories(base), {plain(name): id_ for name, id_ in base.categories.items()}
    decided = words | {name: LEFT_OUT for name, id_ in own.items() if not id_}
    offered = {name: decided.get(plain(name), guessing.category(name)) for name in asked}
    return Categories(asked, offered, tuple(name for name in rows if name not in unknown))


def category_label(category: str, rows: int) -> str:
    """A category as it is asked for: its name, shortened, and its rows."""
    return f"{category[:_LONGEST_CATEGORY]} ({counted(rows, 'rows')})"


def areas(found: Preview, root: Path, supplier: str | None, chosen: Mapping[str, str]) -> list[str]:
    """The LPAs that a supplier's files seem to cover: as its mapping says, else those that the records lie in."""
    names = partnership().areas.lpa_names
    said = _base(found, root, supplier).areas or shown_areas.shown_areas(found.sample, chosen)
    return list(names if len(names) == 1 else said)


def zero(root: Path, supplier: str | None) -> bool:
    """Does a month without a row mean that there was none? As the mapping that is kept says; else it is offered."""
    kept_ = mappings.read_mappings(root).get(supplier or "")
    return kept_ is None or bool(kept_.indicators)


def keep(desk: Desk, root: Path, found: Preview, name: str | None, told: Answers) -> str:
    """Keep a supplier's mapping. Why it cannot be kept, empty where it is."""
    if open_ := _unanswered(name, told):
        return f"Still to answer: {'; '.join(open_)}."
    base = mappings.known_sources(root).get(name or "", Source(name or ""))
    if base.synthetic or base.format == POLICE_UK:
        return f"{base.name} is the name of a source of its own kind. Give the supplier another name."
    decided = {} if told.whole else {category: id_ or LEFT_OUT for category, id_ in told.meant.items()}
    try:
        made = preview.mapping(base, found.header, told.columns, decided, told.whole)
        met = () if told.whole else _rows(desk, found, root, told.columns["indicator"])
        stated = _indicators(made, met) if told.zero else ()
        mappings.keep_mapping(root, replace(made, areas=told.areas, indicators=stated))
    except UserError as error:
        return f"{capital(str(error))}."
    desk.changing = None
    return ""


def forget(root: Path, name: str) -> None:
    """Remove a kept mapping. Raises StoreError."""
    mappings.forget_mapping(root, name)


def _base(found: Preview, root: Path, supplier: str | None) -> Source:
    """What is known of the supplier already."""
    known = mappings.known_sources(root).get(supplier or "")
    return known or (found.reading.source if found.reading else Source(supplier or ""))


def _rows(desk: Desk, found: Preview, root: Path, column: str | None) -> dict[str, int]:
    """The categories of a column, with their rows."""
    if found.file is None or column not in found.header:
        return {}
    return desk.categories(found.file, known_headers(mappings.known_sources(root).values()), column)


def _unanswered(name: str | None, told: Answers) -> list[str]:
    """Everything that is still to be said before a mapping can be kept."""
    open_ = [f"what {category!r} means" for category, id_ in told.meant.items() if id_ is None]
    return [
        *([] if (name or "").strip() else ["the supplier, at the top of the page"]),
        *(["a column for the date"] if "date" not in told.columns else []),
        *(["a column for the indicator, or what the whole file is"] if not _counted_by(told) else []),
        *(open_ if not told.whole else []),
        *([] if told.areas else ["the areas that the files cover"]),
    ]


def _counted_by(told: Answers) -> bool:
    """Is it said what each row is counted as?"""
    return bool(told.whole) or "indicator" in told.columns


def _indicators(source: Source, met: Mapping[str, int] | tuple[()]) -> tuple[str, ...]:
    """The indicators that a supplier's files are read as: by its mapping, and by the categories met in the file."""
    words = partnership().vocabulary
    known, base = words.categories(source), partnership().sources.get(source.name, Source(source.name))
    found = {*base.indicators, *source.categories.values(), source.indicator, *(known.get(plain(c)) for c in met)}
    return tuple(id_ for id_ in words.incident_indicators() if id_ in found)
