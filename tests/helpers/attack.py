"""An attack on withheld counts: all that a partner can obtain, as equations, and a solver that bounds each count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from shapely import STRtree
from shapely.geometry import shape

from shp_data.analysis import comparison, headlines, hotspots, lsoas, profile
from shp_data.analysis.measures import count_by_field
from shp_data.analysis.report.report import build_report
from shp_data.domain.boundaries import LSOAS, name_ward_layer, read_layer
from shp_data.domain.disclosure import split_into_quarters
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_period
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader, count_records
from shp_data.store.version import Store

Cell = tuple[str, str, str, str]  # indicator, quarter, LPA and ward code: what the attacker wants to know
PARTNER = Viewer("partner")
Terms = Mapping[Cell, float]


@dataclass
class Known:
    """What was learnt: equations over the cells, which cells were seen to be withheld, and how often it was refused."""

    equations: dict[tuple[tuple[Cell, float], ...], float] = field(default_factory=dict)
    withheld: set[Cell] = field(default_factory=set)
    given: int = 0
    refused: int = 0
    lsoas: int = 0  # how many tables of LSOAs were given

    def learn(self, terms: Terms, value: float, scale: float = 1.0) -> None:
        """The sum of the terms is a value. `scale`: what turns it into a whole number, which it is then rounded to."""
        if terms and not pd.isna(value):
            whole = round(float(value) * scale, 6)
            self.equations[tuple(sorted(terms.items()))] = round(whole) if abs(whole - round(whole)) < 1e-4 else whole

    def ask(self, function: Callable[..., Figure], *asked: object) -> Figure | None:
        """A figure, unless it is refused."""
        try:
            found = function(*asked)
        except (NotAllowedError, SelectionError):
            self.refused += 1
            return None
        self.given += 1
        return found


def quarters_in(period: Period) -> list[str]:
    """The quarters that a period is made of, whatever the policy says of it."""
    return list(dict.fromkeys(month.quarter for month in period))


def cells(indicators: Iterable[str], period: Period, lpa: str, code: str) -> Terms:
    """The cells that a count of a ward adds up, in the wards then in force; none where it was no ward then."""
    found: dict[Cell, float] = {}
    areas = partnership().areas
    for quarter in quarters_in(period):
        wards = areas.wards[areas.find_ward_year(parse_period(quarter).last.last_day)]
        if code != UNPLACED and code not in wards:
            return {}
        found |= {(indicator, quarter, lpa, code): 1.0 for indicator in indicators}
    return found


def less(terms: Terms, other: Terms, times: float = 1.0) -> Terms:
    """One sum less another, so many times."""
    found = defaultdict(float, terms)
    for cell, factor in other.items():
        found[cell] -= factor * times
    return found


def ward_rows(known: Known, found: Figure | None, chosen: Selection, total: float | None) -> None:
    """What every column of a ward table tells, each for itself. `total`: of all its incidents, which is no secret."""
    if found is None:
        return
    if "code" in found.table and UNPLACED not in set(found.table["code"]):  # left out where there are none
        for lpa in chosen.areas:
            known.learn(cells(chosen.indicators, chosen.period, lpa, UNPLACED), 0.0)
    lpas = {ward.code: ward.lpa for wards in partnership().areas.wards.values() for ward in wards.values()}
    single = chosen.areas[0] if len(chosen.areas) == 1 else ""
    for row in found.table.to_dict("records"):
        code = str(row.get("code") or chosen.ward)
        lpa = lpas.get(code, single)
        indicators = [str(row["indicator"])] if "indicator" in row else chosen.indicators
        now = cells(indicators, chosen.period, lpa, code)
        if lpa and len(now) == 1 and pd.isna(row["count"]):
            known.withheld |= now.keys()
        if lpa:
            row_of(known, row, now,
                   cells(indicators, chosen.period.last_year, lpa, code), total)  # fmt: skip


def row_of(known: Known, row: Mapping[object, object], now: Terms, before: Terms, total: float | None) -> None:
    values = {str(name): float(value) for name, value in row.items()  # type: ignore[arg-type]
              if isinstance(value, int | float | np.number) and not pd.isna(value)}  # fmt: skip
    both = bool(now) and bool(before)
    for name, terms in (("count", now), ("last_year", before), ("difference", less(now, before) if both else {})):
        if name in values:
            known.learn(terms, values[name])
    if "pct_difference" in values and both:
        known.learn(less(now, before, 1 + values["pct_difference"] / 100), 0.0)
    if "rate_ratio" in values and both:  # the population of both years is the same for a ward
        known.learn(less(now, before, values["rate_ratio"]), 0.0)
    if "rate_per_1000" in values and "population" in values:
        known.learn(now, values["rate_per_1000"], values["population"] / 1000)
    if "rate_low" in values:  # an exact interval tells the count that it is of
        known.learn(now, values["rate_per_1000"], values["population"] / 1000)
    if "share" in values and total:
        known.learn(now, values["share"], total / 100)


def obtained(store: Store, quarters: Iterable[str], areas: Iterable[str], indicators: Iterable[str]) -> Known:
    """All that a partner can ask of wards over these quarters, by every function and filter, and the LPA totals."""
    known, loaded, names = Known(), list(indicators), list(areas)
    subsets = dict.fromkeys([*((one,) for one in loaded), *pairwise(loaded), tuple(loaded)])
    for period in _periods(list(quarters)):
        for lpa in names:
            totals(known, store, loaded, period, lpa)
            for subset in subsets:
                of_lpa(known, store, partnership().select(subset, period, (lpa,)))
                of_lsoas(known, store, partnership().select(subset, period, (lpa,)))
            of_report(known, store, period, lpa)
    return known


def _periods(quarters: list[str]) -> Iterator[Period]:
    """Each quarter, each two in a row, the financial years, and windows that cut across quarters."""
    single = [parse_period(quarter) for quarter in quarters]
    yield from single
    yield from (Period(one.first, two.last) for one, two in pairwise(single))
    yield from dict.fromkeys(Period(one.last.year_start, one.last.year_start.shift(11)) for one in single)
    yield from (Period(one.first, one.first) for one in single)
    yield from (Period(one.first.shift(1), one.last.shift(1)) for one in single)


def totals(known: Known, store: Store, indicators: Iterable[str], period: Period, lpa: str) -> None:
    """What an LPA's figure, shown in full, tells of its wards."""
    if len(quarters_in(period)) != 1 or period.length != 3:
        return
    areas = partnership().areas
    for indicator in indicators:
        found = known.ask(comparison.compare_lpas, Reader(store, PARTNER), partnership().select((indicator,), period))
        if found is None:
            continue
        for column, when in (("count", period), ("last_year", period.last_year)):
            codes = [ward.code for ward in areas.list_wards(areas.find_ward_year(when.last.last_day), lpa)]
            line = {(indicator, when.name, lpa, code): 1.0 for code in (*codes, UNPLACED)}
            known.learn(line, found.table.set_index("lpa")[column][lpa])
            # Of a quarter without a month that is loaded there is nothing to learn.
            if set(when).isdisjoint(store.list_months((indicator,))):
                continue
            asked = partnership().select((indicator,), when, (lpa,))
            ward_rows(known, known.ask(hotspots.compare_wards, Reader(store, PARTNER), asked), asked, None)


def of_lpa(known: Known, store: Store, chosen: Selection) -> None:
    """The wards of a selection, by every filter that there is beside it."""
    card = known.ask(headlines.build_card, Reader(store, PARTNER), chosen)
    total = None if card is None or pd.isna(card.table["count"].iloc[0]) else float(card.table["count"].iloc[0])
    ward_rows(known, known.ask(comparison.compare_wards, Reader(store, PARTNER), chosen), chosen, total)
    others = [replace(chosen, vintage=vintage) for vintage in partnership().areas.wards if vintage != "2022"]
    for asked in (*others, replace(chosen, covid="exclude"), replace(chosen, covid="only")):
        ward_rows(known, known.ask(hotspots.compare_wards, Reader(store, PARTNER), asked), asked, total)
    known.ask(count_by_field, Reader(store, PARTNER), chosen, ["ward"])  # type: ignore[arg-type]
    of_wards(known, store, chosen)


def of_lsoas(known: Known, store: Store, chosen: Selection) -> None:
    """The LSOAs of a selection. Where none of those that cross a ward's line has a record, the others tell the ward."""
    reader = Reader(store, PARTNER)
    scope = chosen.indicators, chosen.areas, "include", chosen.period.length
    others: list[tuple[Callable[..., Figure], tuple[object, ...]]] = [
        (count_by_field, (chosen, ["lsoa"])), (count_by_field, (chosen, ["lsoa", "month"])),
        (lsoas.list_lsoa_figures, scope),
    ]  # type: ignore[list-item]  # fmt: skip
    known.lsoas += sum(known.ask(function, reader, *asked) is not None for function, asked in others)
    found = known.ask(lsoas.compare_lsoas, reader, chosen)
    if found is None:
        return
    known.lsoas += 1
    if not split_into_quarters(chosen.period):
        return
    for column, when in (("count", chosen.period), ("last_year", chosen.period.last_year)):
        counts = found.table.set_index("lsoa")[column].dropna().to_dict()
        ward_year = partnership().areas.find_ward_year(when.last.last_day)
        for ward, parts in lsoas_of_wards(ward_year).items():
            # Both are sums over the LSOAs that touch the ward: of those that lie in it, and of all of them.
            least, most = (sum(counts.get(code, 0) for code in codes) for codes in parts)
            if counts and least == most and partnership().areas.wards[ward_year][ward].lpa == chosen.areas[0]:
                known.learn(cells(chosen.indicators, when, chosen.areas[0], ward), least)


@cache
def lsoas_of_wards(ward_year: str) -> dict[str, tuple[set[str], set[str]]]:
    """The LSOAs that lie in each ward, but for the width of a line, and all those that touch it."""
    layers = (read_layer(name)["features"] for name in (name_ward_layer(ward_year), LSOAS))
    wards, areas = ({f["properties"]["code"]: shape(f["geometry"]) for f in features} for features in layers)
    tree, codes = STRtree(list(areas.values())), list(areas)
    found = {}
    for ward, outline in wards.items():
        touching = {codes[place] for place in tree.query(outline, predicate="intersects")}
        inside = {code for code in touching if outline.intersection(areas[code]).area > 0.98 * areas[code].area}
        found[ward] = inside, touching
    return found


def of_wards(known: Known, store: Store, chosen: Selection) -> None:
    """The card of each ward (of three, for longer periods), and all that a ward's profile tells of a quarter."""
    areas = partnership().areas
    every = areas.list_wards(areas.find_ward_year(chosen.period.last.last_day), chosen.areas[0])
    single = chosen.period.length == 3
    for ward in every if single else every[:3]:
        own = replace(chosen, ward=ward.code)
        ward_rows(known, known.ask(headlines.build_card, Reader(store, PARTNER), own), own, None)
        if single and chosen.indicators == store.list_indicators()[:1]:
            ward_rows(known, known.ask(profile.build_profile, Reader(store, PARTNER), own), own, None)


def of_report(known: Known, store: Store, period: Period, lpa: str) -> None:
    """What the report's JSON tells of wards."""
    if period.length != 3 or period != parse_period(period.first.quarter):
        return
    for block in asdict(build_report(Reader(store, PARTNER), period, lpa))["wards"]:
        of = (block["indicator"],)
        rows = [*block["wards"], {"code": UNPLACED, "count": block["unplaced"]}]
        for row in rows:
            row_of(known, row, cells(of, period, lpa, row["code"]), cells(of, period.last_year, lpa, row["code"]), None)


def every_table(store: Store, periods: Iterable[Period]) -> Known:
    """All counts that a partner can be shown, from which every page, document and command works its figures out.

    Each period for each indicator, each two in a row, each theme and all together, by area, by ward and both, over
    all areas and over each.
    """
    known, loaded = Known(), list(store.list_indicators())
    theme = {one: partnership().vocabulary.indicators[one].theme for one in loaded}
    groups = [tuple(one for one in loaded if theme[one] == name) for name in dict.fromkeys(theme.values())]
    subsets = dict.fromkeys([*((one,) for one in loaded), *pairwise(loaded), *groups, tuple(loaded)])
    for period, subset, by in product(periods, subsets, (("lpa",), ("ward",), ("lpa", "ward"))):
        found = count_records(Reader(store, PARTNER), partnership().select(subset, period), by)
        lines = [(indicator, quarter) for indicator in subset for quarter in quarters_in(period)]
        for row in found.itertuples():
            if pd.isna(row.count):
                known.refused += 1
                if by == ("lpa", "ward") and len(lines) == 1:
                    known.withheld.add((*lines[0], row.lpa, row.ward))
                continue
            known.given += 1
            lpas = [row.lpa] if "lpa" in by else partnership().areas.everywhere
            codes = {row.ward} if "ward" in by else None
            known.learn({cell: 1.0 for line in lines for cell in _cells_of_line(line, lpas, codes)}, float(row.count))
    return known


def _cells_of_line(line: tuple[str, str], lpas: Iterable[str], codes: set[str] | None) -> Iterator[Cell]:
    """The cells of an indicator and quarter in some areas: those of some codes, or all."""
    for lpa in lpas:
        in_force = _codes(line[1], lpa)
        yield from ((*line, lpa, code) for code in (in_force if codes is None else in_force & codes))


@cache
def _codes(quarter: str, lpa: str) -> frozenset[str]:
    """The wards of an area in a quarter, and its records in none of them."""
    areas = partnership().areas
    year = areas.find_ward_year(parse_period(quarter).last.last_day)
    return frozenset((*(ward.code for ward in areas.list_wards(year, lpa)), UNPLACED, *({OUTSIDE} & {lpa})))


def by_policy(shown: Sequence[float]) -> tuple[float, float]:
    """What one who knows the rule knows of each withheld count besides: they are the lowest of a line, zeros aside."""
    return (1, min((count for count in shown if count), default=10_001) - 1) if shown else (0, 10_000)


def by_nothing(_: Sequence[float]) -> tuple[float, float]:
    """What one knows who does not know the rule."""
    return 0, 10_000


def by_threshold(_: Sequence[float]) -> tuple[float, float]:
    """What one knows if only small counts are withheld."""
    return 1, 4


def bounds(known: Known, rule: Callable[[Sequence[float]], tuple[float, float]]) -> dict[Cell, tuple[int, int]]:
    """Between which whole numbers must each cell lie, by all the equations? Exact: least and most, each solved for.

    `rule`: from the counts of a line that are shown, between which numbers those withheld lie.
    """
    open_ = [(dict(key), value) for key, value in known.equations.items()]
    fixed: dict[Cell, float] = {}
    while alone := {cell: found for terms, value in open_ for cell, found in _told_alone(terms, value).items()}:
        fixed |= alone
        rest = [({c: f for c, f in terms.items() if c not in fixed}, terms, value) for terms, value in open_]
        open_ = [
            (kept, value - sum(factor * fixed[cell] for cell, factor in terms.items() if cell in fixed))
            for kept, terms, value in rest
            if kept
        ]
    found = {cell: (round(value), round(value)) for cell, value in fixed.items()}
    shown: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for cell, value in fixed.items():
        shown[cell[:3]].append(value)
    for group in _together([terms for terms, _ in open_]):
        own = [(terms, value) for terms, value in open_ if not group.isdisjoint(terms)]
        within = {c: rule(shown[c[:3]]) if c in known.withheld else by_nothing(()) for c in sorted(group)}
        found |= _solved(within, own)
    return found


def _told_alone(terms: Terms, value: float) -> Terms:
    """The cells that one equation tells by itself: its only one, or all of a sum that is 0, as no count is below 0."""
    if len(terms) == 1:
        return {cell: value / factor for cell, factor in terms.items()}
    return dict.fromkeys(terms, 0.0) if value == 0 and min(terms.values()) > 0 else {}


def _together(rows: list[dict[Cell, float]]) -> list[set[Cell]]:
    """The cells that any equation ties to each other, in groups."""
    groups: list[set[Cell]] = []
    for row in rows:
        touched = [group for group in groups if not group.isdisjoint(row)]
        groups = [group for group in groups if group.isdisjoint(row)]
        groups.append(set(row).union(*touched))
    return groups


def _solved(
    within: Mapping[Cell, tuple[float, float]], rows: list[tuple[dict[Cell, float], float]]
) -> dict[Cell, tuple[int, int]]:
    """The least and the most of each cell, itself within known bounds, by some equations."""
    names, limits = list(within), Bounds(*np.array(list(within.values()), dtype=float).T)
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)))
    for number, (terms, _) in enumerate(rows):
        for cell, factor in terms.items():
            matrix[number, place[cell]] = factor
    right = np.array([value for _, value in rows])
    given = LinearConstraint(matrix, right - 1e-6, right + 1e-6)
    found: dict[Cell, tuple[int, int]] = {}
    # Cells with the same bounds that are in the same sums have the same answer.
    alike: dict[tuple[object, ...], Cell] = {}
    for name in names:
        same = alike.setdefault((within[name], *matrix[:, place[name]]), name)
        if same != name:
            found[name] = found[same]
            continue
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(names))
            aim[place[name]] = sign
            answer = milp(aim, integrality=np.ones(len(names)), bounds=limits, constraints=given)
            if answer.x is None:
                raise AssertionError(f"what was told of {name} contradicts itself: {answer.message}")
            ends.append(round(answer.x[place[name]]))
        found[name] = (ends[0], ends[1])
    return found
