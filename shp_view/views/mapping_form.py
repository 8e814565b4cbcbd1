"""The form that maps a supplier's columns and categories: its options, its answers and the saved mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier, normalise_name
from shp_data.intake.mapping import guessing, preview
from shp_data.intake.mapping.preview import Preview as Preview
from shp_data.intake.rows.columns import POLICE_UK, list_headers, match_columns
from shp_data.intake.rows.dates import DATE_PARTS
from shp_data.store.notes import mappings
from shp_view.text.wording import capitalise, format_count
from shp_view.views.loading import Desk

NONE = "-"  # no header for one of our columns
LEFT_OUT = ""  # what a category means whose rows are to be rejected
ZERO = "A month with no rows for an indicator means that there were no incidents"
ZERO_MEANS = (
    "Such a month counts as 0, including months between the first and the last in a file. Untick this if rows may be "
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


def list_meanings() -> dict[str, str]:
    """List the incident indicators that a category or a whole file can mean: id -> label."""
    vocabulary = partnership().vocabulary
    return {id_: vocabulary.find_indicator(id_).label for id_ in vocabulary.list_incident_indicators()}


def label_category(category: str, rows: int) -> str:
    """Label a category with its name, shortened, and its number of rows."""
    return f"{category[:_LONGEST_CATEGORY]} ({format_count(rows, 'rows')})"


class MappingForm:
    """The form for one uploaded file.

    `name`: the supplier under which the mapping is saved: the given one, or else that of the mapping in use. None
    means that the form must ask.
    """

    def __init__(self, desk: Desk, file_preview: Preview, name: str | None) -> None:
        self.desk, self.preview = desk, file_preview
        names, reading = list_suppliers(desk.root), file_preview.reading
        self.name = name or (reading.name if reading and reading.name in names else None)
        # The current mapping of the supplier comes before the one that the file was read with.
        supplier = mappings.list_suppliers(desk.root).get(self.name or "")
        self.supplier = supplier or (reading.source if reading else Supplier(self.name or ""))
        # The fields of the page are named by this: a new file or another known supplier starts with new fields.
        # Two uploads of one name are in different folders.
        folder = file_preview.file.path.parent.name if file_preview.file else ""
        self.key = f"{folder}-{file_preview.name}-{self.name if self.name in names else ''}"

    def explain(self) -> str:
        """Explain why a mapping is needed, for which supplier it is saved, and how long it applies."""
        unknown = self.preview.unknown_categories
        if self.preview.dates.are_unreadable:
            reason = "None of its dates can be read. Choose another column for the date, or correct the file."
        elif self.preview.reading is None:
            reason = "Some of its columns are not recognised. Check the suggestions below."
        elif unknown:
            verb = "is" if len(unknown) == 1 else "are"
            categories, rows = format_count(len(unknown), "categories"), format_count(sum(unknown.values()), "rows")
            reason = f"{capitalise(categories)} ({rows}) {verb} not recognised."
        else:
            reason = "This file can be read as it is. You can change how it is read."
        whose = f"for {self.name}" if self.name else "under the supplier's name, which you enter above"
        return f"{reason} Your answers are saved {whose} and used for later files."

    def list_first_rows(self) -> pd.DataFrame:
        """List the first rows of the file under its own headers.

        Returns
        -------
        pandas.DataFrame
            One column for each header of the file, all as text.
        """
        return pd.DataFrame(list(self.preview.rows), columns=list(self.preview.header), dtype=str)

    def list_column_options(self) -> dict[str, tuple[str, list[str], int]]:
        """List the options for each of our columns, required columns first: label, headers (`-`: none), default.

        The default comes from the supplier's mapping, or else from our own name, or else from what a column seems
        to be.
        """
        header = self.preview.header
        # A column called Day or Month often has whole dates, so its values decide what it is offered as.
        matches = {
            column: title
            for column, title in match_columns(header, self.supplier).items()
            if column not in DATE_PARTS or column in self.supplier.headers
        }
        unused = {column for column, title in self.supplier.headers.items() if not title}
        guessed = guessing.guess_columns(self.preview.sample, matches)
        likely = matches | {column: title for column, title in guessed.items() if column not in unused}
        options = {}
        for item in sorted(schema.INCIDENT_FILE, key=lambda item: item.name not in schema.REQUIRED):
            label = item.label + (" (needed)" if item.name in schema.REQUIRED else "")
            names = [NONE, *header]
            options[item.name] = (label, names, names.index(likely.get(item.name, NONE)))
        return options

    def find_categories(self, column: str | None) -> Categories:
        """Find the categories of a column to ask about: the undecided ones, or all if a mapping is being changed."""
        rows = self._count_by_category(column)
        is_changing = self.desk.changing == self.preview.name
        unknown = rows if is_changing else preview.select_undecided(rows, self.supplier)
        row_counts = dict(list(unknown.items())[:_MOST_CATEGORIES])
        left_out = {normalise_name(name): LEFT_OUT for name, id_ in self.supplier.categories.items() if not id_}
        decided = partnership().vocabulary.map_categories(self.supplier) | left_out
        suggestions = {name: decided.get(normalise_name(name), guessing.guess_category(name)) for name in row_counts}
        return Categories(row_counts, suggestions, tuple(name for name in rows if name not in unknown))

    def find_areas(self, headers_by_column: Mapping[str, str]) -> list[str]:
        """Find the LPAs that the files cover: from the supplier's mapping, or else from the records' locations."""
        names = partnership().areas.lpa_names
        covered = self.supplier.areas or guessing.guess_areas(self.preview.sample, headers_by_column)
        return list(names if len(names) == 1 else covered)

    def has_zero_months(self) -> bool:
        """Return whether a month without a row is a zero: as the saved mapping says, else True."""
        saved_mapping = mappings.read_mappings(self.desk.root).get(self.name or "")
        return saved_mapping is None or bool(saved_mapping.indicators)

    def save(self, answers: Answers) -> None:
        """Save the supplier's mapping. Raises UserError where an answer is missing or the mapping is not valid."""
        if missing_answers := _list_missing_answers(self.name, answers):
            raise UserError(f"Still to answer: {'; '.join(missing_answers)}.")
        name, root = self.name or "", self.desk.root
        # The mapping changes a supplier's own settings, if it has any; those of a fixed format are not to be changed.
        base = mappings.list_suppliers(root).get(name, Supplier(name))
        if base.synthetic or base.format == POLICE_UK:
            raise UserError(f"The name {base.name} is reserved. Give the supplier another name.")
        meanings = {} if answers.whole else {category: id_ or LEFT_OUT for category, id_ in answers.meanings.items()}
        mapping = preview.build_mapping(base, self.preview.header, answers.columns, meanings, answers.whole)
        categories = () if answers.whole else self._count_by_category(answers.columns["indicator"])
        indicators = _list_indicators(mapping, categories) if answers.zero else ()
        mappings.save_mapping(root, replace(mapping, areas=answers.areas, indicators=indicators))
        self.desk.changing = None

    def _count_by_category(self, column: str | None) -> dict[str, int]:
        """Count the rows of each category of a column."""
        if self.preview.file is None or column not in self.preview.header:
            return {}
        headers = list_headers(mappings.list_suppliers(self.desk.root).values())
        return self.desk.count_categories(self.preview.file, headers, column)


def _list_missing_answers(name: str | None, answers: Answers) -> list[str]:
    """List the answers that are needed before a mapping can be saved."""
    needed = {
        "the supplier, at the top of the page": (name or "").strip(),
        "a column for the date": "date" in answers.columns or "month" in answers.columns,
        "a column for the indicator, or what the whole file is": answers.whole or "indicator" in answers.columns,
        **{f"what {category!r} means": answers.whole or id_ is not None for category, id_ in answers.meanings.items()},
        "the areas that the files cover": answers.areas,
    }
    return [text for text, answer in needed.items() if not answer]


def _list_indicators(source: Supplier, categories: Iterable[str]) -> tuple[str, ...]:
    """List the indicators of a supplier's files, from its mapping and the categories in the file."""
    vocabulary, base = partnership().vocabulary, partnership().suppliers.get(source.name, Supplier(source.name))
    meanings = vocabulary.map_categories(source)
    indicators = {*base.indicators, *source.categories.values(), source.indicator}
    indicators |= {meanings.get(normalise_name(category)) for category in categories}
    return tuple(id_ for id_ in vocabulary.list_incident_indicators() if id_ in indicators)
