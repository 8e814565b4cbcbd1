"""Counts and rates on the sample: the figures that the partnership published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, csv_file, incidents, load
from helpers.wards import codes, store_of

from shp_data.analysis.measures import compute_rate, count_by_field, find_missing_months, find_population
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.populations import Population
from shp_data.domain.selection import Covid, Selection, Viewer
from shp_data.domain.settings import ROOT
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.files.writing import undo_load
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

PUBLISHED = pd.read_csv(ROOT / "sample_data" / "published_2020_21.csv", dtype=str, keep_default_na=False)
DRAWN = """
date    | covid_related | indicator    | lpa
2020-04 | true          | asb_police   | Hartlepool
2020-04 | false         | asb_police   | Hartlepool
2020-05 | false         | asb_police   | Middlesbrough
2020-05 |               | drugs_supply | Hartlepool
2020-07 |               | drugs_supply | Hartlepool
2020-07 | false         | asb_police   | Hartlepool
"""
COUNTED = {"count": "include", "count_excluding_covid": "exclude", "covid_related": "only"}
COUNTS = PUBLISHED[PUBLISHED["measure"].isin(COUNTED) & (PUBLISHED["location"] == "")].reset_index(drop=True)


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("drawn")
    load(folder / "store", csv_file(folder / "drawn.csv", DRAWN))
    return open_store(folder / "store")


def of_drawn(covid: Covid = "include", *, vintage: str | None = None, ward: str | None = None) -> Selection:
    """Both indicators of the drawn table in two LPAs, over a month more at either end than is loaded."""
    both = ("drugs_supply", "asb_police")
    return partnership().select(
        both, parse_period("2020-03 to 2020-08"), ("Middlesbrough", "Hartlepool"), covid, vintage, ward
    )


def lines(table: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows of a table without its rates, None for what is missing."""
    plain = table.drop(columns="rate_per_1000", errors="ignore").astype(object)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in plain.itertuples(index=False)]


@pytest.mark.parametrize(
    ("lpa", "period", "count"),
    [
        ("Hartlepool", "2020-21-Q3", 1246),
        ("Hartlepool", "2019-20-Q3", 896),
        ("Hartlepool", "2020-04 to 2020-12", 4348),
        ("Redcar & Cleveland", "2020-21-Q3", 1762),
        ("Middlesbrough", "2020-21-Q3", 2478),
        ("Stockton-on-Tees", "2020-21-Q3", 2425),
    ],
)
def test_the_headline_counts(sample: Store, lpa: str, period: str, count: int) -> None:
    table = count_by_field(Reader(sample, DESK), chosen(period, "asb_police", lpa), ["lpa"])
    assert table[["lpa", "count"]].values.tolist() == [[lpa, count]]


@pytest.mark.parametrize(("period", "rate"), [("2020-21-Q3", 13.3), ("2019-20-Q3", 9.6)])
def test_the_published_rates_of_hartlepool(sample: Store, period: str, rate: float) -> None:
    table = count_by_field(Reader(sample, DESK), chosen(period, "asb_police", "Hartlepool"), ["lpa", "quarter"])
    assert table["rate_per_1000"].round(1).tolist() == [rate]


def test_rates_of_several_years_are_over_the_residents_of_each(sample: Store) -> None:
    table = count_by_field(
        Reader(sample, DESK), chosen("2018-04 to 2021-03", "asb_police", "Hartlepool"), ["lpa", "year"]
    )
    code = next(area.code for area in partnership().areas.lpas if area.name == "Hartlepool")
    for row in table.itertuples():
        people = partnership().areas.find_population("lpa", code, parse_period(row.year))
        assert people is not None
        assert people.year == int(row.year[:4]) - 1
        assert row.rate_per_1000 == pytest.approx(row.count * 1000 / people.residents)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ([], [(6,)]),
        (["month"], [("2020-04", 2), ("2020-05", 2), ("2020-07", 2)]),  # June is not covered: missing, not 0
        (["quarter"], [("2020-21-Q1", 4), ("2020-21-Q2", 2)]),
        (["year"], [("2020-21", 6)]),
        (["theme"], [("asb", 4), ("drug_offences", 2)]),
        (["indicator", "lpa"], [
            ("asb_police", "Hartlepool", 3), ("asb_police", "Middlesbrough", 1),
            ("drugs_supply", "Hartlepool", 2), ("drugs_supply", "Middlesbrough", 0),
        ]),
        (["month", "theme"], [  # no drugs in April, which is not covered for them
            ("2020-04", "asb", 2), ("2020-05", "asb", 1), ("2020-05", "drug_offences", 1),
            ("2020-07", "asb", 1), ("2020-07", "drug_offences", 1),
        ]),
        (["lpa", "month"], [
            ("Hartlepool", "2020-04", 2), ("Hartlepool", "2020-05", 1), ("Hartlepool", "2020-07", 2),
            ("Middlesbrough", "2020-04", 0), ("Middlesbrough", "2020-05", 1), ("Middlesbrough", "2020-07", 0),
        ]),
        (["covid_related", "month"], [  # the marks of each indicator, and a 0 where one has none in a month
            (None, "2020-05", 1), (None, "2020-07", 1),
            (False, "2020-04", 1), (False, "2020-05", 1), (False, "2020-07", 1),
            (True, "2020-04", 1), (True, "2020-05", 0), (True, "2020-07", 0),
        ]),
    ],
)  # fmt: skip
def test_counts_by_any_of_the_fields(drawn: Store, by: list[str], expected: list[tuple[object, ...]]) -> None:
    found = count_by_field(Reader(drawn, DESK), of_drawn(), by)
    assert [name for name in found.columns if name != "rate_per_1000"] == [*by, "count"]
    assert lines(found) == expected
    assert ("rate_per_1000" in found) == ("lpa" in by)
    assert found["count"].dtype == "int64"


def test_counts_of_incidents_marked_as_covid_related_and_of_the_others(drawn: Store) -> None:
    only = count_by_field(Reader(drawn, DESK), of_drawn("only"), ["indicator", "month"])
    assert lines(only) == [
        ("asb_police", "2020-04", 1), ("asb_police", "2020-05", 0), ("asb_police", "2020-07", 0),
        ("drugs_supply", "2020-05", 0), ("drugs_supply", "2020-07", 0),
    ]  # fmt: skip
    marked = count_by_field(Reader(drawn, DESK), of_drawn("only"), ["covid_related", "indicator"])
    assert lines(marked) == [(True, "asb_police", 1), (True, "drugs_supply", 0)]
    assert lines(count_by_field(Reader(drawn, DESK), of_drawn("exclude"), ["indicator"])) == [
        ("asb_police", 3),
        ("drugs_supply", 2),
    ]


def test_all_areas_are_counted_where_none_is_chosen(drawn: Store) -> None:
    table = count_by_field(Reader(drawn, DESK), chosen("2020-21-Q1"), ["lpa"])
    assert lines(table) == [("Hartlepool", 2), ("Middlesbrough", 1), ("Redcar & Cleveland", 0), ("Stockton-on-Tees", 0)]


def test_wards_are_named_and_their_rates_over_their_own_residents(tmp_path: Path) -> None:
    areas, (first, second) = partnership().areas, codes("Hartlepool")[:2]
    months = ("2020-03", "2020-04", "2020-04", "2020-06")
    store = store_of(tmp_path, [(first, month, "asb_police") for month in months])
    names = {code: areas.wards["2020"][code].name for code in (first, second)}
    asked = chosen("2020-03 to 2020-06", "asb_police", "Hartlepool", vintage="2020")
    for field, periods in (
        ("month", {"2020-03": 1, "2020-04": 2, "2020-06": 1}),
        ("quarter", {"2019-20-Q4": 1, "2020-21-Q1": 3}),
        ("year", {"2019-20": 1, "2020-21": 3}),
    ):
        table = count_by_field(Reader(store, DESK), asked, ["ward", field]).set_index(["ward", field])
        assert set(table.index.get_level_values("ward")) == {
            ward.name for ward in areas.list_wards("2020", "Hartlepool")
        }
        for text, number in periods.items():
            people = areas.find_population("ward_2020", first, parse_period(text))
            assert people is not None
            assert table["count"][names[first], text] == number
            assert table["rate_per_1000"][names[first], text] == pytest.approx(number * 1000 / people.residents)
            assert table["count"][names[second], text] == table["rate_per_1000"][names[second], text] == 0
    people = [areas.find_population("ward_2020", first, parse_period(year)) for year in ("2019-20", "2020-21")]
    assert people[0] != people[1]  # else the years above would not be told apart
    alone = count_by_field(
        Reader(store, DESK), partnership().select(("asb_police",), asked.period, (), "include", "2020", first), ["ward"]
    )
    assert lines(alone) == [(names[first], 4)]
    assert people[1] is not None
    assert alone["rate_per_1000"].tolist() == [pytest.approx(4000 / people[1].residents)]


@pytest.mark.parametrize(
    ("period", "residents"),
    [
        ("2020-10 to 2020-12", {"2020-21": 93_663}),  # as published before the census
        ("2020-10 to 2021-12", {"2020-21": 92_401, "2021-22": 92_202}),  # one table, one edition
    ],
)
def test_the_rates_of_one_table_are_over_residents_of_one_edition(
    tmp_path: Path, period: str, residents: dict[str, int]
) -> None:
    load(tmp_path / "store", incidents(tmp_path / "a.csv", {"2020-10": 1, "2021-10": 1}))
    reader = Reader(open_store(tmp_path / "store"), DESK)
    table = count_by_field(reader, chosen(period, "asb_police", "Hartlepool"), ["lpa", "year"])
    assert table.set_index("year")["rate_per_1000"].to_dict() == pytest.approx(
        {year: 1000 / people for year, people in residents.items()}
    )


def test_a_record_in_no_ward_is_counted_and_has_no_rate(tmp_path: Path) -> None:
    load(tmp_path / "store", csv_file(tmp_path / "a.csv", "date|indicator|lpa\n2020-10|asb_police|(unplaced)"))
    table = count_by_field(
        Reader(open_store(tmp_path / "store"), DESK), chosen("2020-10", vintage="2020"), ["ward"]
    ).set_index("ward")
    assert table["count"]["(unplaced)"] == 1
    assert pd.isna(table["rate_per_1000"]["(unplaced)"])


@pytest.mark.parametrize("vintage", ["2020", "2022", "2025"])
def test_wards_add_up(sample: Store, vintage: str) -> None:
    selection = chosen("2020-21-Q3", "asb_police", vintage=vintage)
    wards = count_by_field(Reader(sample, DESK), selection, ["lpa", "ward"])
    lpas = count_by_field(Reader(sample, DESK), selection, ["lpa"]).set_index("lpa")["count"]
    assert wards.groupby("lpa")["count"].sum().to_dict() == lpas.to_dict()
    assert len(wards) >= len(partnership().areas.wards[vintage])


def test_a_ward_with_none_stands_in_its_own_lpa(drawn: Store) -> None:
    table = count_by_field(Reader(drawn, DESK), of_drawn(vintage="2020"), ["lpa", "ward"])
    lpas = ("Hartlepool", "Middlesbrough")
    wards = {(ward.lpa, ward.name) for lpa in lpas for ward in partnership().areas.list_wards("2020", lpa)}
    assert set(zip(table["lpa"], table["ward"], strict=True)) == wards
    assert (table["count"].sum(), table["count"].eq(0).sum()) == (6, len(wards) - 2)


def test_wards_with_none_are_zero(sample: Store) -> None:
    selection = chosen("2020-21-Q3", "drugs_possession", "Hartlepool", vintage="2020")
    table = count_by_field(Reader(sample, DESK), selection, ["ward"]).set_index("ward")
    assert table["count"]["De Bruce"] == table["rate_per_1000"]["De Bruce"] == 0


def test_months_that_are_not_covered_have_no_row_and_are_gaps(sample: Store) -> None:
    selection = chosen("2021-02 to 2021-05")
    assert count_by_field(Reader(sample, DESK), selection, ["month"])["month"].tolist() == ["2021-02", "2021-03"]
    assert [str(month) for month in find_missing_months(Reader(sample, Viewer()), selection)] == ["2021-04", "2021-05"]
    assert find_missing_months(Reader(sample, Viewer()), chosen("2020-21-Q3")) == ()


def test_a_month_is_a_gap_where_one_of_the_indicators_is_not_covered(drawn: Store) -> None:
    assert [str(month) for month in find_missing_months(Reader(drawn, Viewer()), of_drawn())] == [
        "2020-03",
        "2020-04",
        "2020-06",
        "2020-08",
    ]


def test_faults_are_told(sample: Store) -> None:
    with pytest.raises(SelectionError, match="unknown field 'place'; valid: indicator"):
        count_by_field(Reader(sample, DESK), chosen("2020-21-Q3"), ["place"])
    with pytest.raises(SelectionError, match="nothing is loaded for asb_police from 2015-10"):
        count_by_field(Reader(sample, DESK), chosen("2015-10"), ["month"])


def test_what_is_loaded_is_told_where_nothing_asked_for_is(tmp_path: Path) -> None:
    asked, root = partnership().select(("burglary", "robbery"), parse_period("2020-21-Q1")), tmp_path / "store"
    only = load(root, csv_file(tmp_path / "drawn.csv", DRAWN))
    said = "nothing is loaded for burglary, robbery from 2020-04 to 2020-06; loaded are "
    with pytest.raises(SelectionError) as told:
        count_by_field(Reader(open_store(root), DESK), asked, [])
    assert str(told.value) == f"{said}asb_police, drugs_supply, 2020-04 to 2020-07"
    undo_load(root, only.part)
    with pytest.raises(SelectionError) as told:
        count_by_field(Reader(open_store(root), DESK), asked, [])
    assert str(told.value) == f"{said}no indicators"


@pytest.mark.parametrize(
    ("count", "residents", "rate"), [(1246, 93_663, 13.303), (0, 93_663, 0.0), (5, 0, None), (5, None, None)]
)
def test_a_rate(count: int, residents: int | None, rate: float | None) -> None:
    people = None if residents is None else Population(residents, 2019, "mid-year estimate")
    assert compute_rate(count, people) == (rate if rate is None else pytest.approx(rate, abs=5e-4))


def test_the_residents_of_an_lpa_are_known_by_its_printed_name() -> None:
    found = find_population(partnership().areas, "Middlesbrough", parse_period("2020-21"))
    assert found == partnership().areas.find_population("lpa", "E06000002", parse_period("2020-21"))
    assert found is not None
    assert found.year == 2019


def test_what_has_no_residents() -> None:
    assert find_population(partnership().areas, "(unplaced)", parse_period("2020-21")) is None


def test_the_sample_is_made_once_and_marked(sample: Store) -> None:
    assert sample.has_synthetic
    assert prepare_sample_store() == sample.layout.root
    assert isinstance(sample.layout.root, Path)


def test_the_file_of_published_figures_holds_enough() -> None:
    assert len(COUNTS) > 60


def test_every_published_count(sample: Store) -> None:
    wrong = []
    for figure in COUNTS.itertuples():
        by = ["ward"] if figure.ward else ["lpa"]
        selection = chosen(figure.period, figure.indicator, figure.lpa, covid=COUNTED[figure.measure], vintage="2020")
        table = count_by_field(Reader(sample, DESK), selection, by).set_index(by[0])["count"]
        found = table[figure.ward or figure.lpa]
        if found != int(figure.follows or figure.value):
            wrong.append((figure, found))
    assert wrong == []
