"""The form that maps a supplier's columns and categories: its options, its answers and the saved mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier, normalise_name
from shp_data.intake.mapping import guessing, preview
from shp_data.intake.mapping.preview import Preview as Preview
from shp_data.intake.rows.columns import POLICE_UK, list_headers
from shp_data.store.notes import mappings
from shp_view.text.wording import capitalise, format_count
from shp_view.views.loading import Desk

NONE = "-"  # no header for one of our columns
LEFT_OUT = ""  # what a category means whose rows are to be rejected
ZERO = "A month without a row of one kind means that there was none of it"
ZERO_MEANS = (
    "Such a month then counts as 0, also between the first and the last month of a file. Untick this if rows may be "
    "missing. The month then shows as not available."
)
AREAS = "Which Local Policing Areas do these files cover?"
AREAS_MEAN = (
    'Other areas show as "not available", never as 0. If you choose one area, records without coordinates count there.'
)
NO_INDICATOR = (
    "If no indicator fits: figures such as noise complaints or fly-tipping are loaded as numbers, with the workbook at "
    "the end of this page. To add an indicator, edit partnership.toml (see docs/settings.md)."
)
_MOST_CATEGORIES = 40  # asked for at once
_LONGEST_CATEGORY = 60


@dataclass(frozen=True)
class Categories:
    """The categories of a column.

    `row_counts`: category -> its number of rows, for the 40 most common categories to ask about.
    `suggestions`: the suggested meaning of each: an indicator's id, LEFT_OUT, or None if it is undecided.
    `decided`: the categories that the form does not ask about.
    """

    row_counts: Mapping[str, int] = field(default_factory=dict)
    suggestions: Mapping[str, str | None] = field(default_factory=dict)
    decided: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """The answers given in the form.

    `columns`: our column -> the file's. `meanings`: category -> indicator, LEFT_OUT, or None if undecided.
    `whole`: the one indicator of the file. `areas`: the LPAs that the files cover. `zero`: whether a month
    without a row is a zero.
    """

    columns: Mapping[str, str]
    meanings: Mapping[str, str | None]
    whole: str | None
    areas: tuple[str, ...]
    zero: bool


def list_suppliers(root: Path) -> list[str]:
    """List the names of the known suppliers."""
    sources = mappings.list_suppliers(root).values()
    return sorted(source.name for source in sources if not source.synthetic and source.format != POLICE_UK)


def find_supplier_name(file_preview: Preview, root: Path, name: str | None) -> str | None:
    """Find the supplier's name under which to save a mapping.

    This is the given name, or else the name of the mapping in use. None means that the form must ask.
    """
    return name or (
        file_preview.reading.name
        if file_preview.reading and file_preview.reading.name in list_suppliers(root)
        else None
    )


def explain_mapping(file_preview: Preview, name: str | None) -> str:
    """Explain why a mapping is needed, for which supplier it is saved, and how long it applies."""
    rows = sum(file_preview.unknown_categories.values())
    if file_preview.reading is None:
        reason = "Some of its columns are not recognised. Check the suggestions below."
    elif rows:
        categories = format_count(len(file_preview.unknown_categories), "categories")
        reason = f"{capitalise(categories)} ({format_count(rows, 'rows')}) not recognised."
    else:
        reason = "This file can be read as it is. You can change how it is read."
    whose = f"for {name}" if name else "under the supplier's name, which you enter above"
    return f"{reason} Your answers are saved {whose} and used for later files."


def list_first_rows(file_preview: Preview) -> pd.DataFrame:
    """List the first rows of a file under its own headers.

    Returns
    -------
    pandas.DataFrame
        One column for each header of the file, all as text.
    """
    return pd.DataFrame(list(file_preview.rows), columns=list(file_preview.header), dtype=str)


def list_column_options(
    file_preview: Preview, root: Path, supplier: str | None
) -> dict[str, tuple[str, list[str], int]]:
    """List the options for each of our columns, required columns first: label, headers (`-`: none), default.

    A column whose header in the file is our own name uses that header, or another one chosen instead. The
    default comes from the supplier's mapping, or else from our own name, or else from what a column seems
    to be.
    """
    base = _find_supplier(file_preview, root, supplier)
    expected_names = {item.name: base.headers.get(item.name, item.name) for item in schema.INCIDENT_FILE}
    matching_columns = {
        ours: title
        for ours, name in expected_names.items()
        if (title := preview.find_standard_header(name, file_preview.header))
    }
    likely = matching_columns | guessing.guess_columns(file_preview.sample, matching_columns)
    options = {}
    for item in sorted(schema.INCIDENT_FILE, key=lambda item: item.name not in schema.REQUIRED):
        matching_header = preview.find_standard_header(item.name, file_preview.header)
        names = [*file_preview.header] if matching_header else [NONE, *file_preview.header]
        needed = " (needed)" if item.name in schema.REQUIRED else ""
        options[item.name] = (item.label + needed, names, names.index(likely.get(item.name, matching_header or NONE)))
    return options


def list_meanings() -> dict[str, str]:
    """List the incident indicators that a category or a whole file can mean: id -> label."""
    vocabulary = partnership().vocabulary
    return {id_: vocabulary.find_indicator(id_).label for id_ in vocabulary.list_incident_indicators()}


def find_file_indicator(file_preview: Preview, root: Path, supplier: str | None) -> str | None:
    """Find the one indicator of all rows of the supplier's files, if its mapping names one."""
    return _find_supplier(file_preview, root, supplier).indicator


def find_categories(
    desk: Desk, file_preview: Preview, root: Path, supplier: str | None, column: str | None
) -> Categories:
    """Find the categories to ask about: the undecided ones, or all if a mapping is being changed."""
    base = _find_supplier(file_preview, root, supplier)
    rows = _count_by_category(desk, file_preview, root, column)
    unknown = rows if desk.changing == file_preview.name else preview.select_undecided(rows, base)
    row_counts = dict(list(unknown.items())[:_MOST_CATEGORIES])
    vocabulary_meanings, supplier_meanings = (
        partnership().vocabulary.map_categories(base),
        {normalise_name(name): id_ for name, id_ in base.categories.items()},
    )
    decided = vocabulary_meanings | {name: LEFT_OUT for name, id_ in supplier_meanings.items() if not id_}
    suggestions = {name: decided.get(normalise_name(name), guessing.guess_category(name)) for name in row_counts}
    return Categories(row_counts, suggestions, tuple(name for name in rows if name not in unknown))


def label_category(category: str, rows: int) -> str:
    """Label a category with its name, shortened, and its number of rows."""
    return f"{category[:_LONGEST_CATEGORY]} ({format_count(rows, 'rows')})"


def find_areas(file_preview: Preview, root: Path, supplier: str | None, column_choices: Mapping[str, str]) -> list[str]:
    """Find the LPAs that a supplier's files cover: from its mapping, or else from the records' locations."""
    names = partnership().areas.lpa_names
    covered = _find_supplier(file_preview, root, supplier).areas or guessing.guess_areas(
        file_preview.sample, column_choices
    )
    return list(names if len(names) == 1 else covered)


def has_zero_months(root: Path, supplier: str | None) -> bool:
    """Return whether a month without a row is a zero: as the saved mapping says, else True."""
    saved_mapping = mappings.read_mappings(root).get(supplier or "")
    return saved_mapping is None or bool(saved_mapping.indicators)


def save_mapping(desk: Desk, root: Path, file_preview: Preview, name: str | None, answers: Answers) -> None:
    """Save a supplier's mapping. Raises UserError where an answer is missing or the mapping is not valid."""
    if missing_answers := _list_missing_answers(name, answers):
        raise UserError(f"Still to answer: {'; '.join(missing_answers)}.")
    base = mappings.list_suppliers(root).get(name or "", Supplier(name or ""))
    if base.synthetic or base.format == POLICE_UK:
        raise UserError(f"The name {base.name} is reserved. Give the supplier another name.")
    decided = {} if answers.whole else {category: id_ or LEFT_OUT for category, id_ in answers.meanings.items()}
    mapping = preview.build_mapping(base, file_preview.header, answers.columns, decided, answers.whole)
    category_counts = (
        () if answers.whole else _count_by_category(desk, file_preview, root, answers.columns["indicator"])
    )
    indicators = _list_indicators(mapping, category_counts) if answers.zero else ()
    mappings.save_mapping(root, replace(mapping, areas=answers.areas, indicators=indicators))
    desk.changing = None


def _find_supplier(file_preview: Preview, root: Path, supplier: str | None) -> Supplier:
    """Find the supplier's current mapping, or else the one that the file was read with."""
    supplier_mapping = mappings.list_suppliers(root).get(supplier or "")
    return supplier_mapping or (file_preview.reading.source if file_preview.reading else Supplier(supplier or ""))


def _count_by_category(desk: Desk, file_preview: Preview, root: Path, column: str | None) -> dict[str, int]:
    """Count the rows of each category of a column."""
    if file_preview.file is None or column not in file_preview.header:
        return {}
    return desk.count_categories(file_preview.file, list_headers(mappings.list_suppliers(root).values()), column)


def _list_missing_answers(name: str | None, answers: Answers) -> list[str]:
    """List the answers that are needed before a mapping can be saved."""
    open_categories = [f"what {category!r} means" for category, id_ in answers.meanings.items() if id_ is None]
    return [
        *([] if (name or "").strip() else ["the supplier, at the top of the page"]),
        *(["a column for the date"] if "date" not in answers.columns else []),
        *(["a column for the indicator, or what the whole file is"] if not _has_indicator(answers) else []),
        *(open_categories if not answers.whole else []),
        *([] if answers.areas else ["the areas that the files cover"]),
    ]


def _has_indicator(answers: Answers) -> bool:
    """Return whether the answers say which indicator each row counts as."""
    return bool(answers.whole) or "indicator" in answers.columns


def _list_indicators(source: Supplier, category_counts: Mapping[str, int] | tuple[()]) -> tuple[str, ...]:
    """List the indicators of a supplier's files, from its mapping and the categories in the file."""
    vocabulary = partnership().vocabulary
    meanings, base = vocabulary.map_categories(source), partnership().suppliers.get(source.name, Supplier(source.name))
    indicators = {
        *base.indicators,
        *source.categories.values(),
        source.indicator,
        *(meanings.get(normalise_name(category)) for category in category_counts),
    }
    return tuple(id_ for id_ in vocabulary.list_incident_indicators() if id_ in indicators)
