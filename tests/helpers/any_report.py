"""Any report that there can be, for property tests of its words and tables."""

from __future__ import annotations

from dataclasses import replace

from helpers.reports import against, compared_of, line, report_of, wards_of
from hypothesis import strategies as st

from shp_data.analysis.report.report_value import (
    Chance,
    Covid,
    Line,
    MonthValue,
    RepeatLocation,
    RepeatLocations,
    Report,
)
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter

# Each strategy is made once: to make one for every draw takes longer than to draw from it.
COUNTS = st.one_of(st.integers(0, 3), st.integers(0, 60), st.integers(0, 5000)).map(float)
PERCENTAGES = st.one_of(st.integers(0, 1000).map(lambda n: n / 10), st.integers(0, 100_000).map(lambda n: n / 1000))
COUNTS_OR_NONE, PERCENTAGES_OR_NONE = st.none() | COUNTS, st.none() | PERCENTAGES
RATES_OR_NONE = st.none() | st.integers(0, 3000).map(lambda n: n / 100) | st.just(9.0)
THOUSANDS_OR_NONE, TENS_OR_NONE = st.none() | st.integers(0, 5000), st.none() | st.integers(0, 40)
DISPERSIONS, CHANCES, EITHER = st.none() | st.just(2.0), st.floats(0, 1), st.booleans()
RANKS = st.tuples(st.integers(1, 4), st.integers(1, 4))
WARD_COUNTS, UNPLACED_COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=11), st.integers(0, 2)
PLACE_COUNTS, WARD_NAMES = st.lists(st.integers(10, 20), max_size=14), st.sampled_from(["Hart", ""])
STATES_OF = {names: st.sampled_from(names) for names in (("new", "continuing"), (None,), ("new",), ("continuing",))}
STATES = st.sampled_from(list(STATES_OF))
QUARTERS = st.sampled_from([1, 3])
AREAS = partnership().areas.lpa_names
PLAN = [one for one in partnership().vocabulary.indicators.values() if one.priority != "none"]
IDS = st.lists(st.sampled_from([one.id for one in PLAN]), unique=True, max_size=6)


def draw_line(draw: st.DrawFn, id_: str, area: str = "Hartlepool") -> Line:
    """A line of an indicator with any values that a report can hold."""
    bare = line(id_, 0)
    is_whole = bare.measured in ("count", "level")
    values = COUNTS_OR_NONE if is_whole else PERCENTAGES_OR_NONE
    now, base, before, to_date = (draw(values) for _ in range(4))
    found = line(id_, now, base, to_date, area, year_to_date_sum=draw(values) if to_date else None)
    before_now = against(now, before, points=bare.measured == "percent")
    found = replace(found, previous_quarter=before_now)
    if bare.measured != "count":
        return found
    months = [(draw(values), draw(values)) for _ in range(3)] if draw(EITHER) else []
    found = replace(
        found, months=tuple(MonthValue(f"2020-{10 + n}", *both) for n, both in enumerate(months)),
        chance=draw_chance(draw, now, base) if now is not None and base is not None and draw(EITHER) else None,
    )  # fmt: skip
    if not now or draw(EITHER):
        return found
    related = draw(st.integers(0, int(now)))
    last = draw(THOUSANDS_OR_NONE)
    return replace(found, covid=Covid(related, 100 * related / now, int(now) - related, last))


def draw_chance(draw: st.DrawFn, now: float, base: float) -> Chance:
    """A verdict that a change can have."""
    p = 1.0 if now == base else draw(CHANCES)
    beyond = "clear increase" if now > base else "clear decrease"
    return Chance(1.0, None, None, p, beyond if p <= 0.05 else "no clear change", draw(DISPERSIONS))


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """A report with any lines, areas, wards and places."""
    ids = draw(IDS)
    rates = [draw(RATES_OR_NONE) for _ in AREAS]
    ranks = sorted(draw(RANKS))
    compared = compared_of(*rates, ranks=(ranks[0], ranks[1]))
    counted = tuple(replace(one, count=draw_line(draw, "asb_police", one.area)) for one in compared.areas)
    wards = wards_of(*draw(WARD_COUNTS), unplaced=draw(UNPLACED_COUNTS))
    judged = [draw(TENS_OR_NONE) for _ in wards.wards]
    verdicts = [
        None if n is None else draw_chance(draw, one.count, n).verdict
        for one, n in zip(wards.wards, judged, strict=True)
    ]
    moved = zip(wards.wards, judged, verdicts, strict=True)
    states = draw(STATES)
    places = [
        RepeatLocation(f"{n} High Street", draw(WARD_NAMES), -1.2, 54.7, count, draw(STATES_OF[states]))
        for n, count in enumerate(draw(PLACE_COUNTS))
    ]
    return report_of(
        *(draw_line(draw, id_) for id_ in ids),
        quarter=parse_quarter(f"2020-21-Q{draw(QUARTERS)}"),
        compared=(replace(compared, areas=counted),),
        wards=(replace(wards, wards=tuple(replace(one, last_year=n, verdict=v) for one, n, v in moved)),),
        places=(RepeatLocations("asb_police", 10, tuple(places)),),
    )
