"""What may be shown to whom: the policy at its edges, and what the store tells each role."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement, product
from pathlib import Path

import pandas as pd
import pytest
from helpers.wards import codes, store_of
from hypothesis import given
from hypothesis import strategies as st

from shp_data.analysis import comparison, headlines, hotspots, hours, seasons, trends
from shp_data.analysis.measures import count_by_field
from shp_data.analysis.places import repeats
from shp_data.analysis.places.cells import find_clusters
from shp_data.analysis.places.concentration import build_curve
from shp_data.analysis.places.points import list_busiest_locations
from shp_data.analysis.places.search import find_by_name
from shp_data.analysis.records import list_incidents
from shp_data.analysis.report.report import build_report
from shp_data.domain.disclosure import (
    Disclosure,
    check_analyst,
    check_role,
    check_table,
    find_withheld,
    round_count,
    split_into_quarters,
)
from shp_data.domain.errors import NotAllowedError, SettingsError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Selection, Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader, count_by_hour, count_records, list_records, list_reported
from shp_data.store.version import Store, open_store

DESK, PARTNER, PUBLIC = Viewer(), Viewer("partner"), Viewer("public")
QUARTER = "2020-21-Q3"
FIRES = "fires_secondary_deliberate"
HARTLEPOOL = partnership().select((FIRES,), parse_period(QUARTER), ("Hartlepool",))
LINE = st.lists(st.integers(0, 12), min_size=2, max_size=15)


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def shown(*line: int, under: int = 5) -> str:
    """A line as it is shown, `x` for what is withheld."""
    hidden = find_withheld(dict(enumerate(line)), under)
    return " ".join("x" if place in hidden else str(count) for place, count in enumerate(line))


def told(figure: Figure, column: str = "count") -> dict[str, int | None]:
    """A column of a ward table, by the code of the ward; None for what is missing."""
    return {
        code: None if pd.isna(n) else int(n) for code, n in zip(figure.table["code"], figure.table[column], strict=True)
    }


# --- the rule


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ((5, 0, 9, 12), "5 0 9 12"),  # nothing is small
        ((0, 0, 0), "0 0 0"),
        ((4, 9, 12, 0), "x x 12 0"),  # a second with the only one
        ((4, 5, 6, 12), "x x x x"),  # 5 and 6 are too near to 4: of 15, each could be told to within 2
        ((2, 5, 12, 0), "x x 12 0"),  # 5 is just far enough from 2
        ((4, 9, 9, 12, 0), "x x x 12 0"),  # what ties is withheld together
        ((2, 3, 9, 12, 0), "x x 9 12 0"),  # of 5, each could be 1, 2, 3 or 4
        ((2, 3, 5, 12, 0), "x x 5 12 0"),  # and 5 is not small
        ((1, 1, 9, 12, 0), "x x x 12 0"),  # of 2, each would be 1
        ((4, 4, 9, 12, 0), "x x x 12 0"),  # of 8, each would be 4
        ((1, 2, 3, 9, 0), "x x x 9 0"),  # of 6, each could be 1, 2, 3 or 4
        ((3, 0, 0, 0), "x x x x"),  # nothing else to withhold it with
        ((1, 1, 2, 0), "x x x x"),  # of 4, none could be above 2
        ((1, 5, 0, 0), "x x 0 0"),
        ((3, 5, 12, 0), "x x x 0"),
        ((7, 3), "x x"),
        ((3,), "x"),
    ],
)
def test_a_line_is_shown_so(line: tuple[int, ...], expected: str) -> None:
    assert shown(*line) == expected


@given(LINE, st.randoms())
def test_the_order_of_a_line_does_not_matter(line, random):
    places = list(range(len(line)))
    random.shuffle(places)
    hidden = find_withheld(dict(enumerate(line)), 5)
    again = find_withheld({place: line[place] for place in places}, 5)
    assert again == hidden


@given(LINE, st.integers(3, 8))
def test_nothing_small_is_shown_and_nothing_stands_alone(line, under):
    hidden = find_withheld(dict(enumerate(line)), under)
    assert all(place in hidden for place, count in enumerate(line) if 0 < count < under)
    assert len(hidden) != 1
    if len(hidden) < len(line):  # what is withheld are the lowest counts, zeros aside
        most = max((line[place] for place in hidden), default=0)
        assert all(count == 0 or count > most for place, count in enumerate(line) if place not in hidden)


@given(LINE, st.randoms())
def test_wards_that_exchange_their_counts_are_withheld_alike(line, random):
    hidden = sorted(find_withheld(dict(enumerate(line)), 5))
    counts_ = [line[place] for place in hidden]
    random.shuffle(counts_)
    other = list(line)
    for place, count in zip(hidden, counts_, strict=True):
        other[place] = count
    assert find_withheld(dict(enumerate(other)), 5) == frozenset(hidden)


@pytest.mark.parametrize(("wards", "most", "under"), [(4, 11, 5), (5, 7, 5), (4, 8, 4), (4, 8, 3)])
def test_one_who_knows_the_rule_cannot_tell_a_withheld_count(wards: int, most: int, under: int) -> None:
    """Every line there can be, by what is shown of it: what could each withheld count be?"""
    alike = defaultdict(list)
    for line in product(range(most + 1), repeat=wards):
        hidden = find_withheld(dict(enumerate(line)), under)
        told = tuple(None if place in hidden else count for place, count in enumerate(line))
        if sum(line) <= most:  # so that all lines with the same total are among them
            alike[told, sum(line)].append(line)
    for (told, total), lines in alike.items():
        for place in (place for place, count in enumerate(told) if count is None):
            possible = {line[place] for line in lines}
            assert max(possible) - min(possible) >= min(under - 2, total), (told, total, possible)


def test_nor_where_the_whole_line_is_withheld() -> None:
    """A whole line looks alike whatever its order, so each ward could hold each count of each such line."""
    for wards in range(4, 11):
        possible = defaultdict(set)
        for line in combinations_with_replacement(range(9), wards):
            if len(find_withheld(dict(enumerate(line)), 5)) == wards:
                possible[sum(line)] |= set(line)
        for total, found in possible.items():
            assert max(found) - min(found) >= min(3, total), (wards, total, found)


def test_counts_are_rounded_halves_up() -> None:
    assert [round_count(count, 5) for count in (0, 2, 3, 5, 7, 8, 1246)] == [0, 0, 5, 5, 5, 10, 1245]
    assert [round_count(count, 10) for count in (4, 5, 15)] == [0, 10, 20]
    assert isinstance(round_count(7, 5), int)


@pytest.mark.parametrize(
    ("period", "number"),
    [("2020-21-Q3", 1), ("2020-21", 4), ("2020-04 to 2020-09", 2), ("2020-10", 0), ("2020-11 to 2021-01", 0),
     ("2020-04 to 2020-10", 0)],
)  # fmt: skip
def test_whole_quarters(period: str, number: int) -> None:
    assert len(split_into_quarters(parse_period(period))) == number


@pytest.mark.parametrize(
    ("name", "value"),
    [("withhold_under", 2), ("withhold_under", True), ("withhold_under", -5), ("round_to", 1), ("round_to", True)],
)
def test_settings_that_protect_nothing_are_refused(name: str, value: int) -> None:
    with pytest.raises(SettingsError, match=rf"partnership\.toml \[disclosure\] {name}: {value} is too low"):
        Disclosure(**{name: value})  # type: ignore[arg-type]


def test_the_least_that_protects_is_taken() -> None:
    assert Disclosure(withhold_under=3, round_to=2).withhold_under == 3


def test_unless_told_otherwise_counts_under_5_are_withheld_and_the_public_sees_nothing() -> None:
    assert Disclosure() == Disclosure(withhold_under=5, round_to=5, public=False)


# --- the policy itself


def test_the_analyst_may_see_any_table() -> None:
    check_role(DESK, Disclosure())
    check_analyst(DESK)
    ward = replace(HARTLEPOOL, period=parse_period("2020-10"), ward=codes("Hartlepool")[0], covid="only")
    check_table(ward, ("ward", "month", "source"), DESK)


@pytest.mark.parametrize("viewer", [PARTNER, PUBLIC], ids=["partner", "public"])
def test_others_are_told_what_to_ask_for_in_the_place_of_records(viewer: Viewer) -> None:
    with pytest.raises(NotAllowedError, match=r"Only the analyst can see .*: choose figures by ward"):
        check_analyst(viewer)


# --- the analyst and the partner


def test_a_partner_sees_wards_as_the_analyst_does_but_for_what_is_withheld(sample: Store) -> None:
    whole, found = (hotspots.compare_wards(Reader(sample, viewer), HARTLEPOOL) for viewer in (DESK, PARTNER))
    for column in ("count", "last_year"):
        line = {code: count or 0 for code, count in told(whole, column).items()}
        hidden = find_withheld(line, 5)
        assert told(found, column) == {code: None if code in hidden else count for code, count in line.items()}
    assert found.withheld == int(found.table[["count", "last_year"]].isna().sum().sum()) > 0
    assert whole.withheld == 0
    assert any(caveat.startswith(f"Withheld: {found.withheld}") for caveat in found.caveats)


def test_what_is_withheld_takes_with_it_all_that_is_made_of_it(sample: Store) -> None:
    table = comparison.compare_wards(Reader(sample, PARTNER), HARTLEPOOL).table
    hidden, before = table[table["count"].isna()], table[table["last_year"].isna()]
    assert hidden[["rate_per_1000", "share", "rate_low", "rate_high", "rank_low", "funnel"]].isna().all(axis=None)
    for rows in (hidden, before):
        assert len(rows)
        changes = ["difference", "pct_difference", "rate_ratio", "low", "high", "p_value", "verdict", "dispersion"]
        assert rows[changes].isna().all(axis=None)
    assert hidden["last_year"].notna().any()  # it has one that is shown, and no change all the same


def test_shares_are_of_all_incidents_those_withheld_too(sample: Store) -> None:
    whole = hotspots.compare_wards(Reader(sample, DESK), HARTLEPOOL).table.set_index("code")["share"]
    found = (
        hotspots.compare_wards(Reader(sample, PARTNER), HARTLEPOOL)
        .table.dropna(subset=["share"])
        .set_index("code")["share"]
    )
    assert found.to_dict() == pytest.approx(whole[found.index].to_dict())


def test_a_sum_is_withheld_where_a_part_of_it_is(sample: Store) -> None:
    year = replace(HARTLEPOOL, period=parse_period("2020-21"))
    found, whole = (told(hotspots.compare_wards(Reader(sample, viewer), year)) for viewer in (PARTNER, DESK))
    quarters = [replace(HARTLEPOOL, period=parse_period(f"2020-21-Q{n}")) for n in range(1, 5)]
    parts = [told(hotspots.compare_wards(Reader(sample, PARTNER), quarter)) for quarter in quarters]
    withheld_ = {code for code in whole if any(part[code] is None for part in parts)}
    assert found == {code: None if code in withheld_ else count for code, count in whole.items()}
    assert withheld_ < set(whole)


def test_lpas_are_shown_to_partners_in_full(sample: Store) -> None:
    for function in (
        trends.count_by_month,
        trends.count_by_area,
        seasons.compare_with_earlier_years,
        seasons.sum_rolling_year,
        hours.count_by_weekday,
        comparison.compare_lpas,
    ):
        own = function(Reader(sample, PARTNER), HARTLEPOOL)
        assert own.table.equals(function(Reader(sample, DESK), HARTLEPOOL).table)
        assert own.withheld == 0


@pytest.mark.parametrize(
    "asked",
    [
        replace(HARTLEPOOL, period=parse_period("2020-10")),
        replace(HARTLEPOOL, period=parse_period("2020-11 to 2021-01")),
        replace(HARTLEPOOL, period=parse_period("2020-04 to 2020-10")),
        replace(HARTLEPOOL, covid="exclude"),
        replace(HARTLEPOOL, covid="only"),
    ],
)
def test_other_ward_tables_are_refused_in_plain_words(sample: Store, asked: Selection) -> None:
    ward = replace(asked, ward=codes("Hartlepool")[0])
    for one, function in (
        (asked, hotspots.compare_wards),
        (asked, comparison.compare_wards),
        (ward, headlines.build_card),
    ):
        with pytest.raises(NotAllowedError, match=r"whole quarters.*choose"):
            function(Reader(sample, PARTNER), one)


def test_months_and_hours_of_a_ward_are_refused(sample: Store) -> None:
    ward = replace(HARTLEPOOL, ward=codes("Hartlepool")[0])
    for function in (
        trends.count_by_month,
        seasons.compare_with_earlier_years,
        seasons.sum_rolling_year,
        hours.count_by_weekday,
    ):
        with pytest.raises(NotAllowedError, match="whole quarters"):
            function(Reader(sample, PARTNER), ward)
    for by in (["ward", "month"], ["ward", "covid_related"], ["ward", "source"]):
        with pytest.raises(NotAllowedError, match="whole quarters"):
            count_records(Reader(sample, PARTNER), HARTLEPOOL, by)
    with pytest.raises(NotAllowedError, match="whole quarters"):
        count_by_field(Reader(sample, PARTNER), HARTLEPOOL, ["ward"])


@pytest.mark.parametrize("viewer", [PARTNER, PUBLIC], ids=["partner", "public"])
def test_records_streets_and_points_are_the_analysts_alone(sample: Store, viewer: Viewer) -> None:
    for function in (
        list_records,
        list_incidents,
        list_busiest_locations,
        find_clusters,
        build_curve,
        repeats.find_repeat_locations,
        repeats.find_cleared_locations,
    ):
        with pytest.raises(NotAllowedError, match=r"analyst|public"):
            function(Reader(sample, viewer), HARTLEPOOL)


def test_search_finds_partners_wards_and_no_streets(sample: Store) -> None:
    found = find_by_name(Reader(sample, PARTNER), "Park", "2020").table
    assert set(found["location"]) == {f"{ward} ward" for ward in found["ward"]}
    assert len(found)
    assert found["count"].isna().all()
    assert set(find_by_name(Reader(sample, DESK), "Park", "2020").table["location"]) > set(found["location"])
    with pytest.raises(NotAllowedError):
        find_by_name(Reader(sample, PUBLIC), "Park", "2020")


def test_a_card_of_a_ward_has_no_months(sample: Store) -> None:
    ward = replace(HARTLEPOOL, ward="E05008952")
    found = headlines.build_headlines(Reader(sample, PARTNER), ward)
    assert [bool(one.trend.table["count"].isna().all()) for one in found] == [True] * len(found)
    assert "not shown" in found[0].trend.caveats[-1]
    whole = headlines.build_headlines(Reader(sample, DESK), ward)
    assert found[0].card.table["count"].tolist() == whole[0].card.table["count"].tolist()
    assert found[0].trend.table["month"].tolist() == whole[0].trend.table["month"].tolist()


def test_map_classes_of_partners_are_made_of_shown_quarters(sample: Store) -> None:
    found = hotspots.list_ward_figures(Reader(sample, PARTNER), (FIRES,), ("Hartlepool",), "include", 3)
    every = []
    for quarter in (f"20{year}-{year + 1}-Q{n}" for year in (18, 19, 20) for n in range(1, 5)):
        table = hotspots.compare_wards(Reader(sample, PARTNER), replace(HARTLEPOOL, period=parse_period(quarter))).table
        every += [int(n) for n in table["count"].dropna()]
    assert sorted(found["count"]) == sorted(every)
    with pytest.raises(NotAllowedError, match="whole quarters"):
        hotspots.list_ward_figures(Reader(sample, PARTNER), (FIRES,), ("Hartlepool",), "include", 1)


def test_the_report_of_partners_has_no_places_and_withholds_wards(sample: Store) -> None:
    found, whole = (
        build_report(Reader(sample, viewer), parse_period(QUARTER), "Hartlepool") for viewer in (PARTNER, DESK)
    )
    assert found.places == ()
    assert whole.places
    assert (found.hotspots, bool(whole.hotspots)) == ((), True)
    assert "Repeat locations and hotspots are for the analyst alone" in found.caveats[-1]
    assert found.sections == whole.sections
    for own, full in zip(found.wards, whole.wards, strict=True):
        counted = {ward.code: ward.count or 0 for ward in full.wards}
        hidden = find_withheld({**counted, "": full.unplaced or 0}, 5)
        assert {ward.code for ward in own.wards if ward.count is None} == hidden - {""}
        assert own.withheld_count == len(hidden - {""})
        assert own.empty_wards == (full.empty_wards if len(hidden) <= len(counted) else ())


# --- vintages, sources, quarters that are not whole


def test_last_year_is_counted_in_the_wards_of_last_year(tmp_path: Path) -> None:
    """Else one table in two editions of the wards would tell a withheld count by their difference."""
    old, new = codes("Hartlepool", "2020"), codes("Hartlepool", "2022")
    fires = [(code, month, FIRES) for code in old for month in ("2020-07", "2020-08", "2020-09") for _ in range(3)]
    store_of(tmp_path, fires)
    later = [(code, month, FIRES) for code in new for month in ("2021-07", "2021-08", "2021-09") for _ in range(4)]
    store = store_of(tmp_path, later, vintage="2022", name="b")
    asked = replace(HARTLEPOOL, period=parse_period("2021-22-Q2"))
    found = hotspots.compare_wards(Reader(store, PARTNER), asked)
    table = found.table.set_index("code")
    assert set(table.index) >= set(new)
    assert table.loc[new, "count"].tolist() == [12] * len(new)
    for code in new:
        last = table.loc[code, "last_year"]
        assert (last == 9) if code in old else bool(table["last_year"].isna()[code])
    assert found.withheld == 0
    assert any("have no count of last year" in caveat for caveat in found.caveats)
    before = hotspots.compare_wards(
        Reader(store, PARTNER), replace(asked, period=parse_period("2020-21-Q2"), vintage="2022")
    ).table
    assert before.set_index("code")["count"].dropna().index.difference(old).tolist() in ([], ["(unplaced)"])


def test_open_figures_are_shown_as_they_are_but_not_their_records(tmp_path: Path) -> None:
    wards = codes("Hartlepool")
    store = store_of(tmp_path, [(wards[0], "2020-10", "burglary")], source="police.uk Cleveland Police")
    asked = replace(HARTLEPOOL, indicators=("burglary",), period=parse_period("2020-10"))
    table = hotspots.compare_wards(Reader(store, PARTNER), asked)
    assert table.table.set_index("code")["count"][wards[0]] == 1
    assert table.withheld == 0
    assert count_records(Reader(store, PARTNER), asked, ["ward", "month"])["count"].tolist() == [1]
    with pytest.raises(NotAllowedError, match="analyst"):
        list_records(Reader(store, PARTNER), asked)


@pytest.mark.parametrize("name", ["police.uk-like", "police.ukX", "Police.uk", "Cleveland Police"])
def test_only_what_is_named_open_is_open(name: str) -> None:
    assert partnership().is_open("police.uk")
    assert partnership().is_open("police.uk Cleveland Police")
    assert not partnership().is_open(name)


def test_beside_open_records_what_is_not_open_is_protected_by_itself(tmp_path: Path) -> None:
    """20 of 22 are published already: to show 22 would tell that there were 2 more."""
    first, second, third = codes("Hartlepool")[:3]
    months = ("2020-10", "2020-11", "2020-12")
    open_ = [(code, month, "burglary") for code in (first, second, third) for month in months for _ in range(7)]
    store_of(tmp_path, open_, source="police.uk Cleveland Police")
    own = [(first, months[0], "burglary")] * 2 + [(second, months[1], "burglary")] * 3
    store = store_of(tmp_path, own, source="Housing", name="b")
    table = hotspots.compare_wards(
        Reader(store, PARTNER), replace(HARTLEPOOL, indicators=("burglary",))
    ).table.set_index("code")
    assert table["count"].isna()[[first, second, third]].tolist() == [True, True, False]
    assert table["count"][third] == 21


def test_a_quarter_that_is_not_whole_is_not_shown_by_ward(tmp_path: Path) -> None:
    ward = codes("Hartlepool")[0]
    store = store_of(tmp_path, [(ward, month, FIRES) for month in ("2020-10", "2020-11") for _ in range(9)])
    assert count_records(Reader(store, PARTNER), HARTLEPOOL, ["ward"])["count"].isna().all()
    assert hotspots.compare_wards(Reader(store, PARTNER), HARTLEPOOL).table["count"].isna().all()


# --- the public


def test_the_public_sees_nothing_unless_the_deployment_says_so(sample: Store) -> None:
    for function in (hotspots.compare_wards, comparison.compare_lpas, trends.count_by_month, headlines.build_card):
        with pytest.raises(NotAllowedError, match="public"):
            function(Reader(sample, PUBLIC), HARTLEPOOL)
    with pytest.raises(NotAllowedError):
        list_reported(Reader(sample, PUBLIC))


def test_the_public_sees_what_partners_see_rounded_and_no_months(sample: Store) -> None:
    open_to_all = replace(partnership(), disclosure=Disclosure(public=True))
    own, partner = (
        hotspots.compare_wards(Reader(sample, viewer, open_to_all), HARTLEPOOL) for viewer in (PUBLIC, PARTNER)
    )
    assert told(own) == {code: None if n is None else round_count(n, 5) for code, n in told(partner).items()}
    assert own.table[["p_value", "verdict", "dispersion"]].isna().all(axis=None)
    assert any("rounded to the nearest 5" in caveat for caveat in own.caveats)
    lpas = comparison.compare_lpas(Reader(sample, PUBLIC, open_to_all), HARTLEPOOL).table
    full = comparison.compare_lpas(Reader(sample, DESK, open_to_all), HARTLEPOOL).table
    assert lpas["count"].tolist() == [round_count(count, 5) for count in full["count"]]
    assert (
        headlines.build_headlines(Reader(sample, PUBLIC, open_to_all), HARTLEPOOL)[0].trend.table["count"].isna().all()
    )
    for function in (trends.count_by_month, trends.count_by_area, seasons.compare_with_earlier_years, count_by_hour):
        with pytest.raises(NotAllowedError):
            function(Reader(sample, PUBLIC, open_to_all), HARTLEPOOL)
    for asked in (replace(HARTLEPOOL, period=parse_period("2020-10")), replace(HARTLEPOOL, covid="only")):
        with pytest.raises(NotAllowedError, match="whole quarters"):
            comparison.compare_lpas(Reader(sample, PUBLIC, open_to_all), asked)
    with pytest.raises(NotAllowedError, match="for the partnership alone"):
        build_report(Reader(sample, PUBLIC, open_to_all), parse_period(QUARTER), "Hartlepool")
    with pytest.raises(NotAllowedError, match="only the partnership can see"):
        list_reported(Reader(sample, PUBLIC, open_to_all))


def test_an_unknown_role_sees_nothing(sample: Store) -> None:
    stranger = Viewer("councillor")  # type: ignore[arg-type]
    for function in (hotspots.compare_wards, comparison.compare_lpas, list_records, count_by_hour):
        with pytest.raises(NotAllowedError, match="councillor"):
            function(Reader(sample, stranger), HARTLEPOOL)


# --- no way round


def test_figures_are_read_through_the_guarded_queries_alone() -> None:
    """Whoever reads the files of the store, or the engine, would read past the roles."""
    root = Path(__file__).parents[4]
    past = re.compile(r"read_parquet|store\.files\.(engine|active_files|parts)|store\.lines|import duckdb")
    outside = [path for folder in ("shp_data/analysis", "shp_view", "pages") for path in (root / folder).rglob("*.py")]
    assert len(outside) > 100
    assert [path.name for path in outside if past.search(path.read_text(encoding="utf-8"))] == []
