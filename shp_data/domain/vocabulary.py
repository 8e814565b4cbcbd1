"""Indicators, themes and sources: the reviewed words that every page, chart and table uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from shp_data.domain.counting import listed
from shp_data.domain.errors import SelectionError, unknown

IndicatorKind = Literal["incident", "reported", "derived"]
Polarity = Literal["worse", "better", "neither"]
SourceFormat = Literal["police.uk", "incident file"]
NOT_OF_THE_PLAN = "none"  # the priority of an indicator that is none of the plan's: the report leaves it out


@dataclass(frozen=True)
class Indicator:
    """One indicator of the plan, as partnership.toml defines it.

    `kind`: incident (one record each), reported (supplied as a number) or derived (worked out from
    `numerator`). `level`: a number at a point in time, whose quarters do not add up. `monthly`: reported for
    months beside quarters. `polarity`: whether more is worse, better or neither. `mappable`: whether it may
    ever be drawn on a map. `compared`: whether the report sets the areas side by side for it. `instead_of`: the
    report shows it only where it is loaded and none of these is.
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
    level: bool = False
    monthly: bool = False
    numerator: str | None = None
    compared: bool = False
    instead_of: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """How one supplier's files are read, and what may be shown of them.

    `headers` maps our column to theirs; `categories` their category to an indicator id; `indicator` is the
    one indicator of a file without a category column; `indicators` are those that it always covers, so that
    a month without any is a zero. `areas`: the LPAs that its records cover, all where none is named; of another LPA
    it says nothing. `open`: published already. `synthetic`: invented, and shown as such.
    """

    name: str
    format: SourceFormat = "incident file"
    open: bool = False
    synthetic: bool = False
    licence: str = ""
    attribution: str = ""
    indicator: str | None = None
    indicators: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    categories: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Vocabulary:
    """The indicators by id, and the labels of themes and priorities by id, in their printed order."""

    indicators: Mapping[str, Indicator]
    themes: Mapping[str, str]
    priorities: Mapping[str, str]

    def indicator(self, name: str) -> Indicator:
        """Which indicator does an id, a label or a short name mean? Raises SelectionError that lists the valid ids."""
        found = self.indicators.get(name) or self._by_name.get(plain(name))
        if found is None:
            raise SelectionError(unknown("indicator", name, self.indicators))
        return found

    def theme(self, name: str) -> str:
        """Which theme does an id or a label mean? Raises SelectionError that lists the valid ids."""
        for id_, label in self.themes.items():
            if plain(name) in (plain(id_), plain(label)):
                return id_
        raise SelectionError(unknown("theme", name, self.themes))

    def incident_indicators(self, theme: str | None = None) -> tuple[str, ...]:
        """The ids of the indicators that are counted from incidents, of one theme or of all."""
        return tuple(i.id for i in self.indicators.values() if i.kind == "incident" and theme in (None, i.theme))

    def of_the_plan(self) -> dict[str, tuple[Indicator, ...]]:
        """The indicators under each priority of the plan, in the report's order: a rate after what it is a rate of."""
        found: dict[str, tuple[Indicator, ...]] = {}
        for priority in self.priorities:
            own = [i for i in self.indicators.values() if i.priority == priority and priority != NOT_OF_THE_PLAN]
            counted = [i for i in own if i.kind != "derived"]
            rates = {i.numerator: i for i in own if i.kind == "derived"}
            ordered = tuple(one for i in counted for one in (i, rates.get(i.id)) if one)
            if ordered:
                found[priority] = ordered
        return found

    def categories(self, source: Source | None = None) -> dict[str, str]:
        """What a file may say for an indicator: ids and labels, and the source's own categories -> id.

        Keys are in their `plain` form. A category that the source leaves out (mapped to nothing) is not among
        them, and neither is one of an indicator that is no longer known.
        """
        incident = [self.indicators[id_] for id_ in self.incident_indicators()]
        words = {plain(name): i.id for i in incident for name in (i.label, i.short, i.id)}
        own = {plain(name): id_ for name, id_ in source.categories.items()} if source else {}
        return {name: id_ for name, id_ in (words | own).items() if id_ in self.indicators}

    @cached_property
    def _by_name(self) -> dict[str, Indicator]:
        """The indicators by the plain form of each of their names; an id or label goes before a short name."""
        every = self.indicators.values()
        return {plain(i.short): i for i in every} | {plain(name): i for i in every for name in (i.label, i.id)}


def plain(name: str) -> str:
    """A name without regard to case, spaces, underscores or hyphens, `&` read as `and`: how names compare."""
    return "".join(c for c in name.casefold().replace("&", "and") if c not in " _-\t\xa0\ufeff’'.,")


def labels(indicators: Iterable[str], vocabulary: Vocabulary) -> str:
    """The short names of some indicators, listed in words: `Drug possession and Drug supply`."""
    return listed([vocabulary.indicator(id_).short for id_ in indicators])
