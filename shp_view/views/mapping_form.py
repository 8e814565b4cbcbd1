"""The form that maps a supplier's columns and categories: its options, its answers and the saved mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from shp_data.domain import schema
from shp_data.domain.added_indicators import AddedIndicator
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Rule, Supplier, Unmatched, normalise_name
from shp_data.intake.mapping import guessing, preview
from shp_data.intake.mapping.preview import Preview as Preview
from shp_data.intake.rows import columns
from shp_data.intake.rows.columns import POLICE_UK, find_ready_made, list_headers
from shp_data.intake.rows.dates import DATE_PARTS
from shp_data.store.notes import indicators, mappings
from shp_view.text.wording import capitalise, format_count, join_names
from shp_view.views.loading import Desk

Way = Literal["category", "rules", "whole"]  # how a row says what it counts as

NONE = ""  # the meaning of a column that is not used
LEFT_OUT = ""  # what a category means whose rows are to be left out
NEW = "+"  # what a category means of an indicator that is to be added; no id has this mark
WAYS: Mapping[Way, str] = {
    "category": "One column names the category",
    "rules": "Several columns together",
    "whole": "Every row is the same indicator",
}
ZERO = "A month with no rows for an indicator means that there were no incidents"
ZERO_MEANS = (
    "Such a month counts as 0, including months between the first and the last in a file. Untick this if rows may be "
    "missing. The month then shows as not available."
)
AREAS = "Which Local Policing Areas do these files cover?"
AREAS_MEAN = (
    'Other areas show as "not available", never as 0. If you choose one area, records without coordinates count there.'
)
_ADD, _LEAVE_OUT = "Add an indicator", "Leave out: these rows are not counted"
NEW_MEANS = (
    "A new indicator is for records that no indicator in the list counts. It appears on every page. A council's own "
    "records are never counted as the police's."
)
RULES_MEAN = (
    "A rule counts the rows that have one of the values you choose in each of its columns. A row may count for one "
    "indicator only."
)
_MOST_CATEGORIES = 40  # asked for at once
_MOST_VALUES = 40  # of a column that a rule can use
_FEW_COLUMNS = 12  # all shown at once
_LONGEST_CATEGORY = 60
_SAMPLES, _LONGEST_SAMPLE = 3, 30  # values of a column that the form shows
_FEWEST_EXPECTED = 0.9  # of a column's values; a file may have a row of totals


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: its header, some of its values, and what it seems to mean (our column, or NONE).

    `is_minor`: whether the form shows it among the columns that are not used.
    """

    title: str
    samples: str
    meaning: str
    is_minor: bool


@dataclass(frozen=True)
class Categories:
    """The categories of a column.

    `row_counts`: category -> its number of rows, for the 40 most common categories to ask about.
    `suggestions`: the suggested meaning of each: an indicator's id, LEFT_OUT, or None if it is undecided.
    `decided`: the categories that need no answer. `further`: the less common ones, which only have an answer together.
    """

    row_counts: Mapping[str, int] = field(default_factory=dict)
    suggestions: Mapping[str, str | None] = field(default_factory=dict)
    decided: tuple[str, ...] = ()
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewIndicator:
    """An indicator to be added: its name, its theme (None if it is still to be chosen) and its unit."""

    name: str
    theme: str | None
    unit: str


@dataclass(frozen=True)
class RuleCounts:
    """How many rows each rule matches, rules of two indicators match (by their names), and no rule matches."""

    by_rule: tuple[int, ...]
    conflicts: Mapping[str, int]
    unmatched: int


@dataclass(frozen=True)
class Answers:
    """The answers given in the form.

    `columns`: our column -> the file's. `meanings`: category -> indicator, LEFT_OUT, or None if undecided.
    `whole`: the one indicator of the file. `areas`: the LPAs that the files cover. `zero`: whether a month
    without a row is a zero. `rules`: the rules over several columns. `leaves_rest_out`: whether rows that no rule
    matches are left out on purpose. `problems`: what is wrong with the columns and rules. `new`: the indicator that
    NEW means.
    """

    columns: Mapping[str, str]
    meanings: Mapping[str, str | None] = field(default_factory=dict)
    whole: str | None = None
    areas: tuple[str, ...] = ()
    zero: bool = True
    rules: tuple[Rule, ...] = ()
    leaves_rest_out: bool = False
    problems: tuple[str, ...] = ()
    new: NewIndicator | None = None

    @property
    def uses_new(self) -> bool:
        """Whether any rows count as the indicator to be added."""
        return NEW in (self.whole, *self.meanings.values(), *(rule.indicator for rule in self.rules))


def list_suppliers(root: Path) -> list[str]:
    """List the names of the known suppliers."""
    sources = mappings.list_suppliers(root).values()
    return sorted(
        source.name for source in sources if not (source.synthetic or source.ready_made or source.format == POLICE_UK)
    )


def list_meanings() -> dict[str, str]:
    """List the indicators that a category or a whole file can mean: id -> label. The one to be added comes first."""
    vocabulary = partnership().vocabulary
    labels = {id_: vocabulary.find_indicator(id_).label for id_ in vocabulary.list_record_indicators()}
    return {NEW: _ADD, **labels}


def list_category_meanings() -> dict[str, str]:
    """List what a category can mean: id -> label; its rows may be left out too."""
    return {**list_meanings(), LEFT_OUT: _LEAVE_OUT}


def list_column_meanings() -> dict[str, str]:
    """List what a column of a file can mean: our column, or NONE -> label. Those that are needed come first."""
    columns = sorted(schema.INCIDENT_FILE, key=lambda item: item.name not in schema.REQUIRED)
    return {NONE: "Not used", **{item.name: item.label for item in columns}}


def label_category(category: str, rows: int) -> str:
    """Label a category with its name, shortened, and its number of rows."""
    return f"{category[:_LONGEST_CATEGORY] or '(empty)'} ({format_count(rows, 'rows')})"


def match_columns(meanings: Mapping[str, str]) -> dict[str, str]:
    """Return the file's header for each of our columns. `meanings`: header -> our column, or NONE."""
    columns: dict[str, str] = {}
    for title, meaning in meanings.items():
        if meaning != NONE:
            columns.setdefault(meaning, title)
    return columns


def spell_values(values: Sequence[str], value_counts: Mapping[str, int]) -> list[str]:
    """Return the values of a rule as the file spells them; those that it does not have as they are."""
    spellings = {normalise_name(value): value for value in value_counts}
    return list(dict.fromkeys(spellings.get(normalise_name(value), value) for value in values))


class MappingForm:
    """The form for one uploaded file.

    `name`: the supplier under which the mapping is saved: the given one, or else that of the mapping in use. None
    means that the form must ask. `ready_made`: the ready-made mapping whose layout the file has, if any.
    """

    def __init__(self, desk: Desk, file_preview: Preview, name: str | None) -> None:
        self.desk, self.preview = desk, file_preview
        suppliers = mappings.list_suppliers(desk.root)
        names, reading = list_suppliers(desk.root), file_preview.reading
        self.name = name or (reading.name if reading and reading.name in names else None)
        # The current mapping of the supplier comes before the one that the file was read with.
        self.supplier = suppliers.get(self.name or "") or (reading.source if reading else Supplier(self.name or ""))
        has_mapping = bool(self.supplier.headers or self.supplier.rules)
        self.ready_made = None if has_mapping else find_ready_made(file_preview.header, suppliers)
        # Whose records they are, as far as it is known: a file may be named after the police.
        stem = file_preview.file.stem if file_preview.file else ""
        self.whose = self.name or (stem if guessing.is_police(stem) else "")
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
            reason = "Some of its columns are not recognised. Check what each column means."
        elif unknown:
            verb = "is" if len(unknown) == 1 else "are"
            categories, rows = format_count(len(unknown), "categories"), format_count(sum(unknown.values()), "rows")
            reason = f"{capitalise(categories)} ({rows}) {verb} not recognised."
        else:
            reason = "This file can be read as it is. You can change how it is read."
        whose = f"for {self.name}" if self.name else "under the supplier's name, which you enter above"
        return f"{reason} Your answers are saved {whose} and used for later files."

    def use_ready_made(self) -> MappingForm:
        """Return the form with the answers of the ready-made mapping in place of the supplier's."""
        if self.ready_made is None:
            return self
        form = MappingForm(self.desk, self.preview, self.name)
        layout, own = self.ready_made, self.supplier
        form.supplier = replace(
            own,
            headers=layout.headers,
            categories={**own.categories, **layout.categories},
            rules=layout.rules,
            unmatched=layout.unmatched,
            indicators=layout.indicators or own.indicators,
        )
        form.key = f"{self.key}-{layout.name}"
        return form

    def list_columns(self) -> list[ColumnRow]:
        """List the columns of the file with what each seems to mean.

        The meaning comes from the supplier's mapping, or else from our own name, or else from what the column seems
        to be. A column that has none is minor if the file has many.
        """
        header = self.preview.header
        # A column called Day or Month often has whole dates, so its values decide what it is offered as.
        matches = {
            column: title
            for column, title in columns.match_columns(header, self.supplier).items()
            if column not in DATE_PARTS or column in self.supplier.headers
        }
        unused = {column for column, title in self.supplier.headers.items() if not title}
        guesses = {
            column: title
            for column, title in guessing.guess_columns(self.preview.sample, matches).items()
            if column not in unused
        }
        if self.supplier.rules:  # they say what a row is, so no column is guessed to be its category
            guesses.pop("indicator", None)
        meanings = {title: column for column, title in {**guesses, **matches}.items()}
        rule_names = set(map(normalise_name, self.supplier.list_rule_headers()))
        return [
            ColumnRow(
                title,
                self._show_samples(title),
                meanings.get(title, NONE),
                len(header) > _FEW_COLUMNS and title not in meanings and normalise_name(title) not in rule_names,
            )
            for title in header
        ]

    def find_contradictions(self, meanings: Mapping[str, str]) -> dict[str, str]:
        """Find the columns that cannot be read as chosen: header -> problem.

        `meanings`: header -> our column, or NONE.
        """
        labels, problems, columns = list_column_meanings(), dict[str, str](), match_columns(meanings)
        for title, meaning in meanings.items():
            if meaning != NONE and columns[meaning] != title:
                problems[title] = f"{labels[meaning]} is {columns[meaning]!r} already: choose one of the two"
        for pair in guessing.PAIRS:
            lone = [column for column in pair if column in columns]
            if len(lone) == 1:
                (other,) = set(pair) - set(lone)
                problems.setdefault(columns[lone[0]], f"{labels[lone[0]]} needs a column for {labels[other]} too")
        return problems

    def find_unexpected_values(self, meanings: Mapping[str, str]) -> dict[str, str]:
        """Find the columns with many values that are not what they mean: header -> problem.

        The rows may be rejected. `meanings`: header -> our column, or NONE.
        """
        problems = {title: self._describe_unexpected(title, meaning) for title, meaning in meanings.items()}
        return {title: problem for title, problem in problems.items() if problem}

    def choose_way(self, columns: Mapping[str, str]) -> Way:
        """Choose how the rows seem to say what they are: by rules, one category, or one indicator of the whole file."""
        if self.supplier.rules:
            return "rules"
        if self.supplier.indicator:
            return "whole"
        return "category" if "indicator" in columns else "whole"

    def find_categories(self, column: str | None) -> Categories:
        """Find the categories of a column to ask about: the undecided ones, or all if a mapping is being changed."""
        rows = self._count_by_category(column)
        is_changing = self.desk.changing == self.preview.name
        decided = self._list_decided(column)
        unknown = {name: n for name, n in rows.items() if is_changing or normalise_name(name) not in decided}
        row_counts = dict(list(unknown.items())[:_MOST_CATEGORIES])
        suggestions = {
            name: decided.get(normalise_name(name), guessing.guess_category(name, self.whose)) for name in row_counts
        }
        decided_names = tuple(name for name in rows if name not in unknown)
        return Categories(row_counts, suggestions, decided_names, tuple(unknown)[_MOST_CATEGORIES:])

    def _list_decided(self, column: str | None) -> dict[str, str]:
        """List the categories that need no question: normalised name -> indicator, or LEFT_OUT.

        The name of an indicator that this supplier's records cannot be needs one: a landlord's `Burglary` is not the
        police's. In a column called `indicator` it is our own word.
        """
        vocabulary, is_own = partnership().vocabulary, normalise_name(column or "") == "indicator"
        saved = {
            normalise_name(name): id_
            for name, id_ in self.supplier.categories.items()
            if not id_ or id_ in vocabulary.indicators
        }
        offered = {
            word: id_
            for word, id_ in vocabulary.map_categories(self.supplier).items()
            if is_own or guessing.may_count(vocabulary.indicators[id_], self.whose, vocabulary.indicators[id_].label)
        }
        return {**offered, **saved}

    def suggest_whole(self) -> str | None:
        """Suggest the indicator of every row: the mapping's, one that the file is named after, or a new one.

        None for a file of the police: its records are of indicators that exist.
        """
        stem = self.preview.file.stem if self.preview.file else ""
        known = self.supplier.indicator or guessing.guess_category(stem, self.whose)
        return known or (None if guessing.is_police(self.whose) else NEW)

    def suggest_rest(self, questions: Categories) -> str | None:
        """Suggest what the categories without an answer mean: a new indicator, where none of them is recognised."""
        is_unknown = not questions.decided and not any(map(bool, questions.suggestions.values()))
        return NEW if is_unknown and not guessing.is_police(self.whose) else None

    def suggest_indicator(self, column: str | None) -> NewIndicator:
        """Suggest the indicator to be added: named by the only category of the file, or else by the file.

        `column`: that of the category, if the file has one.
        """
        stem = self.preview.file.stem if self.preview.file else ""
        categories = list(self._count_by_category(column))
        texts = [*(categories if len(categories) == 1 else ()), stem, column or ""]
        return NewIndicator(*guessing.guess_indicator(texts, self.name or ""))

    def list_rule_columns(self) -> list[str]:
        """List the columns that a rule can use: those that repeat a few values, and those of the current rules."""
        sample = self.preview.sample
        few = [title for title in self.preview.header if 0 < len(set(sample[title]) - {""}) <= _MOST_VALUES]
        is_named = set(map(normalise_name, self.supplier.list_rule_headers()))
        rows = max((len(values) for values in sample.values()), default=0)
        return [
            title
            for title in self.preview.header
            if normalise_name(title) in is_named or (title in few and len(set(sample[title])) <= max(3, rows / 2))
        ]

    def list_rules(self) -> list[tuple[str, dict[str, list[str]]]]:
        """List the rules of the mapping in the file's own spelling: the indicator, and header -> values.

        Values that do not occur in the file stay, so that a later file with them is read alike.
        """
        titles = {normalise_name(title): title for title in self.preview.header}
        return [
            (
                rule.indicator,
                {
                    titles[key]: list(v)
                    for name, v in rule.conditions.items()
                    if (key := normalise_name(name)) in titles
                },
            )
            for rule in self.supplier.rules
        ]

    def count_values(self, column: str) -> dict[str, int]:
        """Count the rows of each value of a column, the most common first; spellings that are alike are one."""
        return self._count_by_category(column)

    def count_rules(self, rules: Sequence[Rule]) -> RuleCounts:
        """Count the rows that each rule matches, that two indicators would count, and that no rule matches."""
        by_rule, conflicts, unmatched = [0] * len(rules), Counter[str](), 0
        columns = list(dict.fromkeys(title for rule in rules for title in rule.conditions))
        for row, rows in self._count_combinations(columns):
            cells = {normalise_name(title): normalise_name(cell) for title, cell in row.items()}
            matching = [place for place, rule in enumerate(rules) if rule.matches(cells)]
            for place in matching:
                by_rule[place] += rows
            ids = dict.fromkeys(rules[place].indicator for place in matching)
            if len(ids) > 1:
                conflicts[join_names([name_meaning(id_) for id_ in ids])] += rows
            unmatched += 0 if matching else rows
        return RuleCounts(tuple(by_rule), dict(conflicts.most_common()), unmatched)

    def find_areas(self, headers_by_column: Mapping[str, str]) -> list[str]:
        """Find the LPAs that the files cover: from the supplier's mapping, or else from the records' locations."""
        names = partnership().areas.lpa_names
        covered = self.supplier.areas or guessing.guess_areas(self.preview.sample, headers_by_column)
        return list(names if len(names) == 1 else covered)

    def has_zero_months(self) -> bool:
        """Return whether a month without a row is a zero: as the saved mapping says, else True."""
        saved_mapping = mappings.read_mappings(self.desk.root).get(self.name or "")
        return saved_mapping is None or bool(saved_mapping.indicators)

    def save(self, answers: Answers, by: str = "analyst") -> AddedIndicator | None:
        """Save the supplier's mapping, and the indicator that it adds. Return that indicator, if there is one.

        `by`: who adds it. Raises UserError where an answer is missing or the mapping is not valid.
        """
        if missing_answers := _list_missing_answers(self.name, answers):
            raise UserError(f"Still to answer: {'; '.join(missing_answers)}.")
        if answers.problems:
            raise UserError(f"Correct this first: {'; '.join(answers.problems)}.")
        for names, rows in self.count_rules(answers.rules).conflicts.items():
            raise UserError(
                f"The rules for {names} both match {format_count(rows, 'rows')}. Change them so that each row matches "
                "the rules of one indicator."
            )
        name, root = self.name or "", self.desk.root
        # The mapping changes a supplier's own settings, if it has any; those of a fixed format are not to be changed.
        base = mappings.list_suppliers(root).get(name, Supplier(name))
        if base.synthetic or base.format == POLICE_UK:
            raise UserError(f"The name {base.name} is reserved. Give the supplier another name.")
        added = None
        if answers.uses_new and answers.new:
            new = answers.new
            added = indicators.prepare_indicator(root, new.name, new.theme or "", new.unit, name, by)
            answers = _name_new(answers, added.id)
        has_category = not (answers.whole or answers.rules)
        meanings = {category: id_ or LEFT_OUT for category, id_ in answers.meanings.items()} if has_category else {}
        header = self.preview.header
        mapping = preview.build_mapping(base, header, answers.columns, meanings, answers.whole, answers.rules)
        categories = self._count_by_category(answers.columns["indicator"]) if has_category else ()
        if added:
            indicators.add_indicator(root, added)
        covered = _list_indicators(mapping, categories) if answers.zero else ()
        unmatched: Unmatched = "left out" if answers.leaves_rest_out and answers.rules else "rejected"
        mappings.save_mapping(root, replace(mapping, areas=answers.areas, indicators=covered, unmatched=unmatched))
        self.desk.changing = None
        return added

    def _show_samples(self, title: str) -> str:
        """Show three different values of a column."""
        values = [value[:_LONGEST_SAMPLE] for value in dict.fromkeys(self.preview.sample[title]) if value]
        return ", ".join(values[:_SAMPLES])

    def _describe_unexpected(self, title: str, meaning: str) -> str:
        """Describe the values of a column that are not what it means; empty if they are as expected."""
        values = [value for value in self.preview.sample[title] if value]
        unexpected = guessing.list_unexpected(meaning, values)
        if len(unexpected) <= (1 - _FEWEST_EXPECTED) * len(values):
            return ""
        kind = "dates" if meaning == "date" else "coordinates in the United Kingdom"
        return f"{len(unexpected):,} of {len(values):,} values are not {kind}, such as {unexpected[0]!r}"

    def _count_by_category(self, column: str | None) -> dict[str, int]:
        """Count the rows of each category of a column."""
        if self.preview.file is None or column not in self.preview.header:
            return {}
        headers = list_headers(mappings.list_suppliers(self.desk.root).values())
        return self.desk.count_categories(self.preview.file, headers, column)

    def _count_combinations(self, columns: Sequence[str]) -> list[tuple[dict[str, str], int]]:
        """Count the rows of each combination of cells in some columns: pairs of header -> cell, and rows."""
        if self.preview.file is None or not columns:
            return []
        headers = list_headers(mappings.list_suppliers(self.desk.root).values())
        return self.desk.count_combinations(self.preview.file, headers, tuple(columns))


def _name_new(answers: Answers, id_: str) -> Answers:
    """Return the answers with the id of the added indicator in place of NEW."""
    return replace(
        answers,
        whole=id_ if answers.whole == NEW else answers.whole,
        meanings={category: id_ if meaning == NEW else meaning for category, meaning in answers.meanings.items()},
        rules=tuple(replace(rule, indicator=id_) if rule.indicator == NEW else rule for rule in answers.rules),
    )


def name_meaning(id_: str) -> str:
    """Name what a rule counts: its indicator's short name, or that its rows are left out."""
    if id_ == NEW:
        return "the new indicator"
    return partnership().vocabulary.find_indicator(id_).short if id_ else "rows to leave out"


def _list_missing_answers(name: str | None, answers: Answers) -> list[str]:
    """List the answers that are needed before a mapping can be saved."""
    has_meaning = bool(answers.whole or answers.rules or "indicator" in answers.columns)
    needed = {
        "the supplier, at the top of the page": (name or "").strip(),
        "which column is the date": "date" in answers.columns or "month" in answers.columns,
        "what each row counts as": has_meaning,
        **{f"the values of {title!r} in a rule": v for rule in answers.rules for title, v in rule.conditions.items()},
        "the columns of each rule": all(rule.conditions for rule in answers.rules),
        **{f"what {category!r} means": id_ is not None for category, id_ in answers.meanings.items()},
        "the theme of the new indicator": not answers.uses_new or (answers.new and answers.new.theme),
        "the areas that the files cover": answers.areas,
    }
    return [text for text, answer in needed.items() if not answer]


def _list_indicators(source: Supplier, categories: Iterable[str]) -> tuple[str, ...]:
    """List the indicators of a supplier's files, from its mapping and the categories in the file."""
    vocabulary, base = partnership().vocabulary, partnership().suppliers.get(source.name, Supplier(source.name))
    meanings = vocabulary.map_categories(source)
    indicators = {*base.indicators, *source.categories.values(), source.indicator}
    indicators |= {rule.indicator for rule in source.rules}
    indicators |= {meanings.get(normalise_name(category)) for category in categories}
    return tuple(id_ for id_ in vocabulary.list_record_indicators() if id_ in indicators)
