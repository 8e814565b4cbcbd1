"""Indicators, themes and suppliers: the reviewed terms that every page, chart and table uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from shp_data.domain.counting import join_names
from shp_data.domain.errors import SelectionError, describe_unknown

IndicatorKind = Literal["incident", "reported", "derived"]
Polarity = Literal["worse", "better", "neither"]
SupplierFormat = Literal["police.uk", "incident file"]
Unmatched = Literal["rejected", "left out"]
DateOrder = Literal["", "day first", "month first"]
NO_PRIORITY = "none"  # the priority of an indicator that is none of the plan's: the report leaves it out


@dataclass(frozen=True)
class Indicator:
    """One indicator of the plan, as partnership.toml defines it.

    `kind`: incident (one record each), reported (supplied as a number) or derived (calculated from
    `numerator`). `records`: whether a reported one may also be counted from records; where a month has both, the
    records count. `level`: a number at a point in time, so quarters cannot be added up. `monthly`: reported
    for months as well as quarters. `polarity`: whether more is worse, better or neither. `mappable`: whether
    it may be shown on a map. `compared`: whether the report compares the areas for it. `instead_of`: the
    report includes it only if it is loaded and none of these is.
    """

    id: str
    label: str
    short: str
    unit: str
    priority: str
    theme: str
    kind: IndicatorKind
    polarity: Polarity
    mappable: bool
    source: str
    records: bool = False
    level: bool = False
    monthly: bool = False
    numerator: str | None = None
    compared: bool = False
    instead_of: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def may_have_records(self) -> bool:
        """Whether it may be counted from records."""
        return self.kind == "incident" or self.records


@dataclass(frozen=True)
class Rule:
    """Which rows of a supplier's files an indicator counts: those that meet every condition.

    `indicator`: its id; empty to leave the rows out. `conditions`: the file's header -> the values that the
    column may have; an empty text is an empty cell. `reason`: why the rows are left out, for the reader.
    """

    indicator: str
    conditions: Mapping[str, tuple[str, ...]]
    reason: str = ""

    def matches(self, values: Mapping[str, str]) -> bool:
        """Return whether a row meets every condition. `values`: its cells; both sides in `normalise_name` form."""
        return all(values.get(header) in allowed for header, allowed in self._normalised_conditions)

    @cached_property
    def _normalised_conditions(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return tuple(
            (normalise_name(header), frozenset(map(normalise_name, values)))
            for header, values in self.conditions.items()
        )


@dataclass(frozen=True)
class Supplier:
    """How the files of one supplier are read, and what may be shown of them.

    `headers` maps our columns to theirs, or to an empty text where a column with our own name is not to be used.
    `date_order` is the order of day and month in dates of numbers; empty if nobody has chosen it. `categories`
    maps their categories to indicator ids. `rules` decide by one or more columns, before `categories`.
    `unmatched`: what happens to the rows that neither matches. `ready_made`: a published layout, offered for files
    with its headers and used only where it is chosen. `indicator` is the only indicator of a file without a category
    column. `indicators` are those that it always covers, so that a month without records is a zero. `areas`: the LPAs
    that it is responsible for, all if empty; other LPAs are not available from it. `forces`: for data.police.uk, the
    LPAs that each police force is responsible for, by its name or id. `open`: published already. `synthetic`:
    invented, and labelled as such.
    """

    name: str
    format: SupplierFormat = "incident file"
    open: bool = False
    synthetic: bool = False
    licence: str = ""
    attribution: str = ""
    indicator: str | None = None
    indicators: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    forces: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    date_order: DateOrder = ""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    categories: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[Rule, ...] = ()
    unmatched: Unmatched = "rejected"
    ready_made: bool = False

    def list_rule_headers(self) -> tuple[str, ...]:
        """List the headers that the rules name, each once, in the order of the rules."""
        return tuple(dict.fromkeys(header for rule in self.rules for header in rule.conditions))

    def list_rule_values(self) -> tuple[str, ...]:
        """List the values that the rules name, each once, in the order of the rules."""
        conditions = [values for rule in self.rules for values in rule.conditions.values()]
        return tuple(dict.fromkeys(value for values in conditions for value in values))


@dataclass(frozen=True)
class Vocabulary:
    """The indicators by id, and the labels of themes and priorities by id, in their printed order."""

    indicators: Mapping[str, Indicator]
    themes: Mapping[str, str]
    priorities: Mapping[str, str]

    def find_indicator(self, name: str) -> Indicator:
        """Find an indicator by its id, label or short name.

        Raises SelectionError, which lists the valid ids.
        """
        indicator = self.indicators.get(name) or self._indicators_by_name.get(normalise_name(name))
        if indicator is None:
            raise SelectionError(describe_unknown("indicator", name, self.indicators))
        return indicator

    def find_theme(self, name: str) -> str:
        """Find the id of a theme by its id or label. Raises SelectionError, which lists the valid ids."""
        for id_, label in self.themes.items():
            if normalise_name(name) in (normalise_name(id_), normalise_name(label)):
                return id_
        raise SelectionError(describe_unknown("theme", name, self.themes))

    def list_incident_indicators(self, theme: str | None = None) -> tuple[str, ...]:
        """List the ids of the indicators that are only counted from incidents, of one theme or of all."""
        return tuple(i.id for i in self.indicators.values() if i.kind == "incident" and theme in (None, i.theme))

    def list_record_indicators(self) -> tuple[str, ...]:
        """List the ids of the indicators that may be counted from records."""
        return tuple(i.id for i in self.indicators.values() if i.may_have_records)

    def select_theme_total(self, theme: str, loaded: Collection[str]) -> tuple[str, ...]:
        """Select the loaded indicators that a theme's total counts.

        Those that may also come as numbers (complaints, cases) are other suppliers' records of what may be the same
        incidents, so they only count where the theme has no others.
        """
        of_theme = [i for i in self.indicators.values() if i.theme == theme and i.id in loaded]
        incidents = tuple(i.id for i in of_theme if i.kind == "incident")
        return incidents or tuple(i.id for i in of_theme)

    def list_by_priority(self) -> dict[str, tuple[Indicator, ...]]:
        """List the indicators of each priority in the report's order: each rate follows its count."""
        by_priority: dict[str, tuple[Indicator, ...]] = {}
        for priority in self.priorities:
            indicators = [i for i in self.indicators.values() if i.priority == priority and priority != NO_PRIORITY]
            counted = [i for i in indicators if i.kind != "derived"]
            # A rate can only be judged with its count, so the two are printed together.
            rates = {i.numerator: i for i in indicators if i.kind == "derived"}
            ordered = tuple(indicator for i in counted for indicator in (i, rates.get(i.id)) if indicator)
            if ordered:
                by_priority[priority] = ordered
        return by_priority

    def map_categories(self, supplier: Supplier | None = None) -> dict[str, str]:
        """Map the words that a file may use for an indicator to its id: ids, labels and supplier categories.

        Short names are such words too. Of an indicator that may also come as numbers only the label is: `Fly-tipping`
        may be another supplier's.

        Keys are in the form of `normalise_name`. Categories that the supplier leaves out (mapped to nothing) and
        categories of unknown indicators are not included.
        """
        recorded = [self.indicators[id_] for id_ in self.list_record_indicators()]
        named = [(i, (i.label, i.short, i.id) if i.kind == "incident" else (i.label,)) for i in recorded]
        words = {normalise_name(name): i.id for i, names in named for name in names}
        supplier_words = {normalise_name(name): id_ for name, id_ in supplier.categories.items()} if supplier else {}
        return {name: id_ for name, id_ in (words | supplier_words).items() if id_ in self.indicators}

    @cached_property
    def _indicators_by_name(self) -> dict[str, Indicator]:
        """The indicators by each of their normalised names. An id or label takes priority over a short name."""
        indicators = self.indicators.values()
        return {normalise_name(i.short): i for i in indicators} | {
            normalise_name(name): i for i in indicators for name in (i.label, i.id)
        }


def normalise_name(name: str) -> str:
    """Normalise a name for comparison: ignore case, spaces, underscores and dashes, and read `&` as `and`."""
    # Suppliers differ in these characters and mean the same: no-break spaces and byte order marks come from Excel.
    return "".join(c for c in name.casefold().replace("&", "and") if c not in " _-\u2013\u2014\t\xa0\ufeff’'.,")


def join_labels(indicators: Iterable[str], vocabulary: Vocabulary) -> str:
    """Join the short names of some indicators in words: `Drug possession and Drug supply`."""
    return join_names([vocabulary.find_indicator(id_).short for id_ in indicators])
