"""A supplier that covers one area alone, and a file without coordinates: elsewhere is not available, never 0."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, csv_file, incidents, load, opened

from shp_data.analysis import comparison, headlines, hotspots, loaded, seasons, trends
from shp_data.analysis.context import find_coverage, find_missing_areas
from shp_data.analysis.places import cells, points, repeats
from shp_data.analysis.report.report import build_report
from shp_data.analysis.report.report_figures import build_report_figures
from shp_data.analysis.report.report_value import Report
from shp_data.domain.figure import Coverage
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Supplier
from shp_data.store.notes.mappings import save_mapping
from shp_data.store.reading import Reader
from shp_data.store.version import Store
from shp_view.maps import point_maps
from shp_view.report import report_workbook
from shp_view.report.report_paper import build_paper
from shp_view.tables import coverage_grid
from shp_view.text import repeat_words, sentences, wording
from shp_view.text.coverage_words import explain_coverage, list_caveats

FIRES = "fires_vehicle_deliberate"
BOROUGH = "Hartlepool Borough Council"
OTHERS = ("Redcar & Cleveland", "Middlesbrough", "Stockton-on-Tees")
QUARTER = parse_period("2020-21-Q3")
WHY = f"{BOROUGH} covers Hartlepool alone: there is no figure of Deliberate vehicle fires for "
MONTHS = {f"{year}-{month}": 3 + year - 2019 for year in (2019, 2020) for month in (10, 11, 12)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Vehicle fires of Hartlepool alone, and ASB of everywhere."""
    root = tmp_path_factory.mktemp("borough")
    save_mapping(root / "S", Supplier(BOROUGH, areas=("Hartlepool",)))
    load(root / "S", incidents(root / "fires.csv", MONTHS, FIRES), source=BOROUGH)
    load(root / "S", incidents(root / "asb.csv", MONTHS), source="Police")
    return opened(root / "S")


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Vehicle fires without any coordinates."""
    root = tmp_path_factory.mktemp("nowhere")
    rows = "\n".join(f"{month}|{FIRES}|(unplaced)" for month in MONTHS)
    load(root / "S", csv_file(root / "fires.csv", f"date|indicator|lpa\n{rows}"), source=BOROUGH)
    return opened(root / "S")


def of(*areas: str) -> Selection:
    return partnership().select((FIRES,), QUARTER, areas)


EVERYWHERE = of(*partnership().areas.everywhere)


def by_lpa(table: pd.DataFrame, column: str) -> dict[str, object]:
    return {lpa: None if pd.isna(n) else n for lpa, n in zip(table["lpa"], table[column], strict=True)}


def test_the_areas_compared_are_those_known(store: Store) -> None:
    found = comparison.compare_lpas(Reader(store, DESK), of())
    missing = dict.fromkeys(OTHERS)
    assert by_lpa(found.table, "count") == {"Hartlepool": 12} | missing
    for column in ("last_year", "rate_per_1000", "rank_low", "funnel", "verdict"):
        told = by_lpa(found.table, column)
        assert told["Hartlepool"] is not None and {lpa: told[lpa] for lpa in OTHERS} == missing
    what = sentences.name_subject(found)
    assert wording.build_comparison_title(found.table, what, "Middlesbrough").startswith("Hartlepool had a rate of ")
    others = "Middlesbrough, Redcar & Cleveland and Stockton-on-Tees"
    assert [said for said in list_caveats(found.caveats) if BOROUGH in said] == [f"{WHY}{others}."]


def test_what_another_source_gave_stays_a_true_zero(store: Store) -> None:
    table = comparison.compare_lpas(Reader(store, DESK), replace(of(), indicators=("asb_police",))).table
    assert by_lpa(table, "count") == {"Hartlepool": 12} | dict.fromkeys(OTHERS, 0)


@pytest.mark.parametrize("areas", [("Middlesbrough",), partnership().areas.everywhere, partnership().areas.lpa_names])
def test_headlines_of_areas_of_which_one_is_not_covered(store: Store, areas: tuple[str, ...]) -> None:
    card = headlines.build_card(Reader(store, DESK), of(*areas))
    assert card.table[["count", "last_year", "rate_per_1000"]].isna().all(axis=None)
    said = sentences.describe_card(card, of(*areas))
    assert " is not available. Hartlepool Borough Council covers Hartlepool alone: " in said
    assert ("nor for Cleveland together" in said) is (areas == partnership().areas.everywhere)
    assert sentences.explain_gaps(Reader(store, Viewer()), of(*areas)) == [explain_coverage(card.coverage)]
    every = headlines.compare_indicators(Reader(store, DESK), of(*areas)).table.set_index("indicator")["count"]
    assert pd.isna(every[FIRES]) and every["asb_police"] == (0 if len(areas) == 1 else 12)


def test_the_area_that_is_covered_is_as_ever(store: Store) -> None:
    own = of("Hartlepool")
    card = headlines.build_card(Reader(store, DESK), own)
    assert card.table["count"].tolist() == [12] and card.coverage.is_complete
    assert not any(BOROUGH in said and "alone" in said for said in list_caveats(card.caveats))
    assert sentences.explain_gaps(Reader(store, Viewer()), own) == []


def test_months_wards_seasons_and_cells_elsewhere_are_missing(store: Store) -> None:
    away, both = of("Middlesbrough"), of("Hartlepool", "Middlesbrough")
    assert trends.count_by_month(Reader(store, DESK), away).table["count"].isna().all()
    by_area = trends.count_by_area(Reader(store, DESK), away).table.groupby("lpa")["count"].count()
    assert by_area["Hartlepool"] == 6 and not by_area[list(OTHERS)].any()
    assert seasons.compare_with_earlier_years(Reader(store, DESK), away).table["count"].isna().all()
    assert seasons.sum_rolling_year(Reader(store, DESK), away).table.empty
    wards = hotspots.compare_wards(Reader(store, DESK), both).table
    known = wards.groupby("lpa")["count"].agg(["size", "count"])
    assert known.at["Middlesbrough", "count"] == 0 < known.at["Middlesbrough", "size"]
    assert known.at["Hartlepool", "count"] == known.at["Hartlepool", "size"]
    assert wards["share"].isna().all()  # of a total that is not known
    spread = hotspots.list_ward_figures(Reader(store, DESK), (FIRES,), ("Hartlepool", "Middlesbrough"), "include", 1)
    assert len(spread) == 6 * known.at["Hartlepool", "size"]
    assert cells.find_clusters(Reader(store, DESK), away).table["count"].isna().all()
    table = repeats.find_repeat_locations(Reader(store, DESK), away)
    assert repeat_words.write_title(table, 10, away, whole=False).endswith(": not available")
    assert point_maps.write_point_title(points.list_busiest_locations(Reader(store, DESK), away)).endswith(
        ": not available"
    )


def test_partners_see_no_zero_either(store: Store) -> None:
    partner = Viewer("partner")
    found = comparison.compare_lpas(Reader(store, partner), of())
    assert by_lpa(found.table, "count") == {"Hartlepool": 12} | dict.fromkeys(OTHERS)
    wards = hotspots.compare_wards(Reader(store, partner), of("Middlesbrough"))
    assert wards.table["count"].isna().all() and wards.withheld == 0


def read_report(store: Store, area: str) -> tuple[Report, str]:
    made = build_report(Reader(store, DESK), QUARTER, area)
    shown = build_paper(made, build_report_figures(Reader(store, DESK), made), {}, ())
    said = [one.text for one in shown.summary]
    parts = (part for chapter in shown.chapters for part in chapter.parts)
    said += [text for part in parts for text in (*(one.text for one in part.sentences), *part.notes)]
    return made, " ".join(said)


def test_the_report_of_an_area_that_is_not_covered_says_so(store: Store) -> None:
    made, said = read_report(store, "Stockton-on-Tees")
    line = made.find_line(FIRES)
    assert line is not None and line.quarter_value is None and line.last_year is None and line.year_to_date is None
    assert line.source == BOROUGH and line.coverage in line.notes and line.coverage.areas == ("Stockton-on-Tees",)
    assert made.find_wards(FIRES) is None and made.find_repeat_locations(FIRES) is None
    assert "Not available for Stockton-on-Tees: deliberate vehicle fires." in said
    assert f"{WHY}Stockton-on-Tees." in said
    assert "Not yet received:" not in said and "deliberate secondary fires" not in said  # of those nothing is loaded
    asb = made.find_line("asb_police")
    assert asb is not None and asb.quarter_value == 0 and asb.source == "Police"
    cells = [cell for sheet in report_workbook.build_sheets(made, {}) for row in sheet.rows for cell in row.cells]
    assert "not available" in cells and "not yet received" not in cells


def test_the_report_of_the_area_that_is_covered_has_its_figure(store: Store) -> None:
    made, said = read_report(store, "Hartlepool")
    line = made.find_line(FIRES)
    assert line is not None and line.quarter_value == 12 and line.coverage.is_complete
    assert "there were 12 deliberate vehicle fires in Hartlepool" in said.lower().replace("hartlepool", "Hartlepool")
    assert "Not available for" not in said


def test_without_coordinates_no_area_has_a_figure(nowhere: Store) -> None:
    own = of("Hartlepool")
    assert headlines.build_card(Reader(nowhere, DESK), EVERYWHERE).table["count"].tolist() == [3]  # wherever they were
    card = headlines.build_card(Reader(nowhere, DESK), own)
    said = sentences.describe_card(card, own)
    assert card.table["count"].isna().all()
    assert (
        "is not available. None of the records of Deliberate vehicle fires in Oct to Dec 2020 has coordinates" in said
    )
    assert comparison.compare_lpas(Reader(nowhere, DESK), of()).table["count"].isna().all()
    assert hotspots.compare_wards(Reader(nowhere, DESK), own).table["count"].isna().all()
    _, told = read_report(nowhere, "Hartlepool")
    assert "there were no" not in told.lower() and "had none" not in told
    assert "Not available for Hartlepool: deliberate vehicle fires." in told
    assert point_maps.write_point_title(points.list_busiest_locations(Reader(nowhere, DESK), EVERYWHERE)).endswith(
        ": not available"
    )
    assert "no place counts them" in point_maps.write_point_legend(
        points.list_busiest_locations(Reader(nowhere, DESK), EVERYWHERE)
    )
    assert cells.find_clusters(Reader(nowhere, DESK), EVERYWHERE).table["count"].isna().all()


def test_the_report_says_no_more_of_places_than_is_known(tmp_path: Path) -> None:
    """By a ward's name a record counts in its ward, and at no place."""
    rows = "\n".join(f"2020-1{n}-05|{FIRES}|Hart" for n in (0, 1, 2) for _ in range(12))
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", f"date|indicator|ward\n{rows}"), source=BOROUGH)
    made, told = read_report(opened(tmp_path / "S"), "Hartlepool")
    assert [places.coverage.state for places in made.places] == ["at no place"]
    assert "No location had 10 or more" not in told
    why = "None of the records of Deliberate vehicle fires has coordinates, so no place counts them."
    assert f"Locations with 10 or more deliberate vehicle fires: not available. {why}" in told


def test_one_month_without_coordinates_is_named(tmp_path: Path) -> None:
    none = "\n".join([f"2020-11|{FIRES}|(unplaced)"] * 10)
    rows = f"2020-10|{FIRES}|Hartlepool\n{none}\n2020-12|{FIRES}|Hartlepool"
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", f"date|indicator|lpa\n{rows}"), source=BOROUGH)
    store = opened(tmp_path / "S")
    (said,) = sentences.explain_gaps(Reader(store, Viewer()), of("Hartlepool"))
    assert said == (
        "None of the records of Deliberate vehicle fires in Nov 2020 has coordinates or a ward, "
        "so no area or ward has a figure."
    )
    assert trends.count_by_month(Reader(store, DESK), of("Hartlepool")).table["count"].isna().tolist() == [
        False,
        True,
        False,
    ]


def test_records_of_an_area_without_a_ward(tmp_path: Path) -> None:
    save_mapping(tmp_path / "S", Supplier(BOROUGH, areas=("Hartlepool",)))
    load(
        tmp_path / "S", csv_file(tmp_path / "a.csv", f"date|indicator|lpa\n2020-10|{FIRES}|(unplaced)"), source=BOROUGH
    )
    store, month = opened(tmp_path / "S"), chosen("2020-10", FIRES, "Hartlepool")
    assert headlines.build_card(Reader(store, DESK), month).table["count"].tolist() == [1]
    found = hotspots.compare_wards(Reader(store, DESK), month)
    assert found.table.dropna(subset=["count"])[["code", "count"]].to_numpy().tolist() == [["(unplaced)", 1]]
    assert (
        found.coverage in found.caveats and found.coverage.state == "in no ward" and found.coverage.ward_year == "2020"
    )


def test_many_sources_and_areas_are_counted(tmp_path: Path) -> None:
    names = partnership().areas.lpa_names
    for number, lpa in enumerate((*names[:3], names[0])):
        save_mapping(tmp_path / "S", Supplier(f"Source {number}", areas=(lpa,)))
        load(
            tmp_path / "S", incidents(tmp_path / f"{number}.csv", MONTHS, FIRES, f"{number}"), source=f"Source {number}"
        )
    said = explain_coverage(find_missing_areas(Reader(opened(tmp_path / "S"), Viewer()), of(names[3])))
    assert said.startswith("Source 0 covers ") and "and 1 more source covers some areas alone" in said
    assert said.endswith(f"for {names[3]}.")
    assert find_coverage(Reader(opened(tmp_path / "S"), Viewer()), of(*names[:3])).is_complete


def test_the_data_page_tells_what_a_source_covers_and_what_ends_early(store: Store, tmp_path: Path) -> None:
    assert loaded.count_by_month(Reader(store, Viewer())).caveats == (
        Coverage("partial supplier", suppliers=((BOROUGH, ("Hartlepool",)),)),
    )
    early = {month: count for month, count in MONTHS.items() if month != "2020-12"}
    load(tmp_path / "S", incidents(tmp_path / "a.csv", MONTHS), incidents(tmp_path / "b.csv", early, FIRES))
    title = coverage_grid.build_title(loaded.count_by_month(Reader(opened(tmp_path / "S"), Viewer())))
    assert title.endswith("are missing, and 1 indicator ends before December 2020")
