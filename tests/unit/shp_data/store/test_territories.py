"""A month of an area is loaded only if a supplier responsible for the area sent it; others' records count apart."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from helpers.stores import DESK, POINTS, chosen, load, opened
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shp_data.__main__ import main
from shp_data.analysis import comparison, headlines, hotspots, loaded, trends
from shp_data.analysis.measures import count_by_field
from shp_data.analysis.places import cells, points, repeats
from shp_data.analysis.places.places import find_location
from shp_data.analysis.report.report import build_report
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.vocabulary import Supplier
from shp_data.store.files.manifest import Manifest
from shp_data.store.notes.mappings import save_mapping
from shp_data.store.reading import Reader
from shp_view.tables import coverage_grid
from shp_view.text.coverage_words import explain_coverage
from shp_view.views import data_views

AREAS = partnership().areas
LPAS = AREAS.lpa_names
OURS, RAILWAY, BOROUGH = "Cleveland Police", "British Transport Police", "Borough"
HEADER = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type"
MONTHS = ("2020-10", "2020-11", "2020-12")
QUARTER = "2020-21-Q3"
Rows = list[tuple[str, str]]  # a month, and the LPA of a record


def street(path: Path, force: str, rows: Rows) -> Path:
    """A download of data.police.uk: ASB of a force."""
    lines = [f",{m},{force},{force},{','.join(POINTS[lpa])},On or near A,Anti-social behaviour" for m, lpa in rows]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def counted(root: Path, *by: str, areas: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    table = count_by_field(Reader(opened(root), DESK), chosen(QUARTER, "asb_police", *areas), by)
    return {tuple(row[:-1]): row[-1] for row in table[[*by, "count"]].itertuples(index=False, name=None)}


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    """October and December of our police; November of the railway's alone, which has one record in October too."""
    files = [
        street(tmp_path / "10.csv", OURS, [("2020-10", "Hartlepool")] * 5),
        street(tmp_path / "11.csv", RAILWAY, [("2020-10", "Hartlepool"), ("2020-11", "Hartlepool")]),
        street(tmp_path / "12.csv", OURS, [("2020-12", "Middlesbrough")] * 4),
    ]
    load(tmp_path / "S", *files, source=None)
    return tmp_path / "S"


def test_a_month_that_only_another_force_sent_is_not_loaded(gap: Path) -> None:
    assert counted(gap, "month") == {("2020-10",): 5, ("2020-12",): 4}
    assert [str(month) for month in opened(gap).list_months()] == ["2020-10", "2020-12"]
    reader, region = Reader(opened(gap), DESK), chosen(QUARTER, "asb_police", *AREAS.everywhere)
    for selection in (chosen(QUARTER), chosen(QUARTER, "asb_police", "Hartlepool"), region):
        assert pd.isna(headlines.build_card(reader, selection).table["count"].item())
        months = trends.count_by_month(reader, selection).table
        assert months.set_index("month")["count"].isna().to_dict() == dict(
            zip(MONTHS, (False, True, False), strict=True)
        )
    report = build_report(reader, parse_period(QUARTER), "Hartlepool")
    assert next(line for line in report.lines if line.indicator == "asb_police").quarter_value is None


def test_its_records_have_a_row_of_their_own_and_no_other(gap: Path) -> None:
    zeros = dict.fromkeys(((lpa,) for lpa in LPAS), 0)
    assert counted(gap, "lpa") == zeros | {("Hartlepool",): 5, ("Middlesbrough",): 4, ("(other supplier)",): 1}
    assert sum(counted(gap, "ward").values()) == 10
    reader, october = Reader(opened(gap), DESK), chosen("2020-10")
    assert cells.find_clusters(reader, october).table["count"].sum() == 5
    assert points.list_busiest_locations(reader, october).table["count"].tolist() == [5]
    assert repeats.find_repeat_locations(reader, october, 1).table["count"].tolist() == [5]
    assert hotspots.compare_wards(reader, october).table["count"].sum() == 5
    at = find_location(reader, tuple(map(float, POINTS["Hartlepool"])), "2022")
    assert at is not None and at.lpa == "Hartlepool"


def test_a_place_where_only_another_force_recorded_anything_is_no_place(tmp_path: Path) -> None:
    file = street(tmp_path / "a.csv", RAILWAY, [("2020-10", "Hartlepool")])
    load(tmp_path / "S", file, street(tmp_path / "b.csv", OURS, [("2020-10", "Middlesbrough")]), source=None)
    reader = Reader(opened(tmp_path / "S"), DESK)
    assert find_location(reader, tuple(map(float, POINTS["Hartlepool"])), "2022") is None


def test_the_data_page_tells_of_them(gap: Path) -> None:
    overview = data_views.build_overview(Reader(opened(gap), DESK))
    assert overview.title == (
        "1 indicator is loaded from one supplier, October 2020 to December 2020; November 2020 is missing"
    )
    assert overview.apart == (
        "2 records from police.uk British Transport Police are counted apart: it is responsible for none of the areas, "
        "so its months do not count as loaded.",
    )
    assert overview.doubled == ()
    records = data_views.list_records_apart(Reader(opened(gap), DESK))
    assert records is not None
    assert records.table["source"].tolist() == ["police.uk British Transport Police"] * 2
    assert records.table["longitude"].tolist() == [float(POINTS["Hartlepool"][0])] * 2
    assert overview.months is not None
    grid = coverage_grid.build_grid(overview.months)
    assert "British Transport Police (counted apart)" in grid and "Cleveland Police (counted apart)" not in grid


def test_counts_says_how_many_are_counted_apart(gap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["counts", "--by", "month", "--from", "2020-10", "--to", "2020-10", "--store", str(gap)]) == 0
    assert "note: 1 record from police.uk British Transport Police is counted apart" in capsys.readouterr().err
    assert main(["counts", "--by", "month", "--from", "2020-12", "--store", str(gap)]) == 0
    assert capsys.readouterr().err == ""


def test_a_store_of_another_force_alone_has_nothing_loaded(tmp_path: Path) -> None:
    load(tmp_path / "S", street(tmp_path / "a.csv", RAILWAY, [("2020-10", "Hartlepool")]), source=None)
    with pytest.raises(SelectionError, match="nothing is loaded"):
        counted(tmp_path / "S", "month")
    title = data_views.build_overview(Reader(opened(tmp_path / "S"), DESK)).title
    assert title == "No records are loaded from a supplier that is responsible for any of the areas"


def test_a_name_that_the_user_gives_is_that_of_the_force_of_the_areas_alone(tmp_path: Path) -> None:
    rows = [("2020-10", "Hartlepool")] * 3
    files = [street(tmp_path / "a.csv", OURS, rows), street(tmp_path / "b.csv", RAILWAY, [("2020-11", "Hartlepool")])]
    unknown = street(tmp_path / "c.csv", "", [("2020-12", "Hartlepool")])
    result = load(tmp_path / "S", *files, unknown, source="Our police")
    assert {cell.source for cell in result.cells} == {
        "Our police", "Our police British Transport Police", "Our police (unknown force)",
    }  # fmt: skip
    assert result.apart == {"Our police (unknown force)": 1, "Our police British Transport Police": 1}
    assert counted(tmp_path / "S", "month") == {("2020-10",): 3}


def test_records_elsewhere_of_another_force_are_in_no_sum_and_say_nothing_of_ours(tmp_path: Path) -> None:
    """Our police had no ASB in November, and 20 of Durham's were in Durham: that is a true zero."""
    ours = street(tmp_path / "a.csv", OURS, [("2020-10", "Hartlepool"), ("2020-12", "Hartlepool")])
    burglary = tmp_path / "b.csv"
    burglary.write_text(f"{HEADER}\n,2020-11,{OURS},{OURS},-1.2129,54.6862,On or near A,Burglary\n", encoding="utf-8")
    theirs = street(tmp_path / "c.csv", "Durham Constabulary", [("2020-11", "(outside)")] * 20)
    nowhere = street(tmp_path / "d.csv", "Durham Constabulary", [("2020-12", "(unplaced)")] * 7)
    result = load(tmp_path / "S", ours, burglary, theirs, nowhere, source=None)
    assert (result.unplaced, result.outside, result.apart) == (0, 20, {"police.uk Durham Constabulary": 7})
    assert counted(tmp_path / "S", "month") == {("2020-10",): 1, ("2020-11",): 0, ("2020-12",): 1}
    assert counted(tmp_path / "S", "month", areas=("Hartlepool",)) == counted(tmp_path / "S", "month")


def test_records_of_a_borough_elsewhere_are_counted_apart(tmp_path: Path) -> None:
    save_mapping(tmp_path / "S", Supplier(BOROUGH, areas=("Hartlepool",)))
    rows = ["date,indicator,longitude,latitude"]
    rows += [
        f"2020-10-05,asb_police,{','.join(POINTS[lpa])}" for lpa in ("Hartlepool", "Middlesbrough", "Middlesbrough")
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    result = load(tmp_path / "S", tmp_path / "a.csv", source=BOROUGH)
    assert (result.tally.accepted, result.apart) == (3, {BOROUGH: 2})
    assert counted(tmp_path / "S", "lpa") == {("Hartlepool",): 1, ("(other supplier)",): 2}
    (note,) = loaded.list_apart_in_load(result)
    assert explain_coverage(note) == "2 records from Borough are counted apart: it is responsible only for Hartlepool."


@pytest.mark.parametrize(("outside", "months"), [(12, ["2020-10"]), (2, ["2020-10", "2020-11"])])
def test_a_month_of_which_all_records_are_outside_is_as_one_without_places(
    tmp_path: Path, outside: int, months: list[str]
) -> None:
    """Twelve are a rule; two of a rare kind may be chance."""
    rows = [("2020-10", "Hartlepool")] * 12 + [("2020-11", "(outside)")] * outside
    load(tmp_path / "S", street(tmp_path / "a.csv", OURS, rows), source=None)
    store = opened(tmp_path / "S")
    for areas in (("Hartlepool",), AREAS.everywhere):
        assert [str(month) for month in store.list_months(["asb_police"], areas)] == months
    # What lies outside every area is in no area, and still among all the records.
    assert counted(tmp_path / "S", "month") == {("2020-10",): 12, ("2020-11",): outside}


def test_a_store_made_before_territories_opens_and_its_foreign_months_are_not_loaded(gap: Path) -> None:
    """A load of an earlier version has no areas and nothing apart, and its records are in the LPA of their point."""
    store = opened(gap)
    path = store.layout.locate_manifest(store.version)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for made in manifest["loads"]:
        del made["areas"], made["apart"]
        for file in made["files"]:
            del file["is_outside"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert Manifest.from_json(path.read_text(encoding="utf-8")).loads[0].apart == {}
    assert [str(month) for month in opened(gap).list_months()] == ["2020-10", "2020-12"]
    (note,) = map(explain_coverage, loaded.list_apart(Reader(opened(gap), DESK)))
    assert "responsible for none of the areas" in note and "load its files again" in note


# --- whatever is loaded


LOADS = st.lists(
    st.tuples(
        st.sampled_from([OURS, RAILWAY, BOROUGH]),
        st.lists(st.tuples(st.sampled_from(MONTHS), st.sampled_from(LPAS)), min_size=1, max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
TERRITORIES = {OURS: set(LPAS), RAILWAY: set[str](), BOROUGH: {"Hartlepool"}}


def expect(loads: list[tuple[str, Rows, bool]]) -> dict[tuple[str, str], int]:
    """The count of each LPA and month that a responsible supplier sent, worked out record by record."""
    sent: dict[tuple[str, str], list[str]] = defaultdict(list)
    for supplier, rows, append in loads:
        months = {month for month, _ in rows}
        for month in months:
            earlier = sent[supplier, month] if append else []
            sent[supplier, month] = earlier + [lpa for other, lpa in rows if other == month]
    counts: Counter[tuple[str, str]] = Counter()
    for (supplier, month), lpas in sent.items():
        counts.update({(lpa, month): lpas.count(lpa) for lpa in TERRITORIES[supplier]})
    return dict(counts)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(loads=LOADS)
def test_no_area_has_a_number_for_a_month_that_no_responsible_supplier_sent(
    loads: list[tuple[str, Rows, bool]],
) -> None:
    with TemporaryDirectory() as name:
        folder, root = Path(name), Path(name) / "S"
        save_mapping(root, Supplier(BOROUGH, areas=("Hartlepool",)))
        for number, (supplier, rows, append) in enumerate(loads):
            path = folder / f"{number}.csv"
            if supplier == BOROUGH:
                lines = [f"{month}-{number + 1:02},asb_police,{','.join(POINTS[lpa])}" for month, lpa in rows]
                path.write_text("\n".join(["date,indicator,longitude,latitude", *lines]), encoding="utf-8")
            else:
                street(path, supplier, rows)
                path.write_text(path.read_text(encoding="utf-8") + "\n" * number, encoding="utf-8")  # no two alike
            load(root, path, source=BOROUGH if supplier == BOROUGH else None, append=append)
        check_store(root, expect(loads))


def check_store(root: Path, expected: dict[tuple[str, str], int]) -> None:
    """Check that every way to ask of an area and month has the expected count, or none."""
    reader, quarter = Reader(opened(root), DESK), parse_period(QUARTER)
    if not expected:
        assert not reader.store.list_months()
        with pytest.raises(SelectionError):
            counted(root, "lpa", "month")
        return
    by_lpa = {key: n for key, n in counted(root, "lpa", "month").items() if key[0] in LPAS}
    assert by_lpa == expected
    by_area = trends.count_by_area(reader, chosen(QUARTER)).table.dropna(subset=["count"])
    assert {(lpa, month): n for month, lpa, n in by_area[["month", "lpa", "count"]].itertuples(index=False)} == expected
    for lpa in LPAS:
        area = chosen(QUARTER, "asb_police", lpa)
        months = {month: expected.get((lpa, month)) for month in MONTHS}
        whole = None if None in months.values() else sum(months.values())
        found = trends.count_by_month(reader, area, 3).table.set_index("month")["count"]
        assert {month: None if pd.isna(n) else n for month, n in found.items()} == months
        card = headlines.build_card(reader, area).table["count"].item()
        compared = comparison.compare_lpas(reader, area).table.set_index("lpa").at[lpa, "count"]
        wards = hotspots.compare_wards(reader, area).table["count"].sum(skipna=False)
        lines = [line for line in build_report(reader, quarter, lpa).lines if line.indicator == "asb_police"]
        for value in (card, compared, wards, lines[0].quarter_value if lines else None):
            assert (None if pd.isna(value) else value) == whole
