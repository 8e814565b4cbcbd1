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

COUNTS = st.one_of(st.integers(0, 3), st.integers(0, 60), st.integers(0, 5000)).map(float)
PERCENTAGES = st.one_of(st.integers(0, 1000).map(lambda n: n / 10), st.integers(0, 100_000).map(lambda n: n / 1000))
AREAS = partnership().areas.lpa_names
PLAN = [one for one in partnership().vocabulary.indicators.values() if one.priority != "none"]


@st.composite
def any_line(draw: st.DrawFn, id_: str, area: str = "Hartlepool", *, always: bool = False) -> Line:
    """A line of an indicator with any values that a report can hold."""
    bare = line(id_, 0)
    values = COUNTS if bare.measured in ("count", "level") else PERCENTAGES
    now = draw(values if always else st.none() | values)
    base, before, to_date = (draw(st.none() | values) for _ in range(3))
    found = line(id_, now, base, to_date, area, year_to_date_sum=draw(st.none() | values) if to_date else None)
    before_now = against(now, before, points=bare.measured == "percent")
    found = replace(found, previous_quarter=before_now)
    if bare.measured != "count":
        return found
    months = [(draw(st.none() | values), draw(st.none() | values)) for _ in range(3)] if draw(st.booleans()) else []
    found = replace(
        found, months=tuple(MonthValue(f"2020-{10 + n}", *both) for n, both in enumerate(months)),
        chance=draw(any_chance(now, base)) if now is not None and base is not None and draw(st.booleans()) else None,
    )  # fmt: skip
    if not now or draw(st.booleans()):
        return found
    related = draw(st.integers(0, int(now)))
    last = draw(st.none() | st.integers(0, 5000))
    return replace(found, covid=Covid(related, 100 * related / now, int(now) - related, last))


@st.composite
def any_chance(draw: st.DrawFn, now: float, base: float) -> Chance:
    """A verdict that a change can have."""
    p = 1.0 if now == base else draw(st.floats(0, 1))
    beyond = "higher than expected" if now > base else "lower than expected"
    return Chance(1.0, None, None, p, beyond if p <= 0.05 else "within usual variation", draw(st.none() | st.just(2.0)))


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """A report with any lines, areas, wards and places."""
    ids = draw(st.lists(st.sampled_from([one.id for one in PLAN]), unique=True, max_size=6))
    rates = [
        draw(st.none() | st.integers(0, 3000).map(lambda n: n / 100) | st.just(9.0))
        for _ in partnership().areas.lpa_names
    ]
    ranks = sorted(draw(st.tuples(st.integers(1, 4), st.integers(1, 4))))
    compared = compared_of(*rates, ranks=(ranks[0], ranks[1]))
    counted = tuple(replace(one, count=draw(any_line("asb_police", one.area))) for one in compared.areas)
    wards = wards_of(*draw(st.lists(st.integers(0, 30), min_size=1, max_size=11)), unplaced=draw(st.integers(0, 2)))
    judged = [draw(st.none() | st.integers(0, 40)) for _ in wards.wards]
    verdicts = [
        None if n is None else draw(any_chance(one.count, n)).verdict
        for one, n in zip(wards.wards, judged, strict=True)
    ]
    moved = zip(wards.wards, judged, verdicts, strict=True)
    states = draw(st.sampled_from([("new", "continuing"), (None,), ("new",), ("continuing",)]))
    places = [
        RepeatLocation(
            f"{n} High Street", draw(st.sampled_from(["Hart", ""])), -1.2, 54.7, count, draw(st.sampled_from(states))
        )
        for n, count in enumerate(draw(st.lists(st.integers(10, 20), max_size=14)))
    ]
    return report_of(
        *(draw(any_line(id_)) for id_ in ids),
        quarter=parse_quarter(f"2020-21-Q{draw(st.sampled_from([1, 3]))}"),
        compared=(replace(compared, areas=counted),),
        wards=(replace(wards, wards=tuple(replace(one, last_year=n, verdict=v) for one, n, v in moved)),),
        places=(RepeatLocations("asb_police", 10, tuple(places)),),
    )
