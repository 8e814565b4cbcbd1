"""What is loaded: months, gaps, double counting, and every load's rows accounted for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.figures_files import figures_csv
from helpers.stores import DESK

from shp_data.analysis import loaded
from shp_data.domain.errors import StoreError
from shp_data.domain.periods import Month, group_into_periods
from shp_data.domain.selection import Viewer
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.files.manifest import Load, Tally
from shp_data.store.notes.mappings import save_mapping
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store
from shp_view.tables import coverage_grid
from shp_view.views import loading

HEADER = "date,indicator,longitude,latitude\n"


def rows(*months: str, indicator: str = "asb_police") -> str:
    return "".join(f"{month}-05,{indicator},-1.21,54.69\n" for month in months)


@pytest.fixture
def load(tmp_path: Path):
    def made(text: str, name: str = "council.csv", **options: object) -> Load:
        path = tmp_path / name
        path.write_text(HEADER + text, encoding="utf-8")
        return ingest([path], tmp_path / "store", LoadOptions(**options))

    return made


@pytest.fixture
def store(tmp_path: Path):
    return lambda: open_store(tmp_path / "store")


def cells(store: Store) -> dict[tuple[str, str, str], tuple[object, str]]:
    table = loaded.count_by_month(Reader(store, Viewer())).table
    keys = zip(table["source"], table["indicator"], table["month"], strict=True)
    return dict(zip(keys, zip(table["count"].astype(object), table["state"], strict=True), strict=True))


def test_a_month_is_loaded_a_gap_or_beyond(load, store):
    load(rows("2020-04", "2020-04", "2020-06") + rows("2020-06", "2020-07", indicator="burglary"))
    found = cells(store())
    asb = [found["council", "Police ASB", f"2020-0{month}"] for month in (4, 5, 6, 7)]
    assert [state for _, state in asb] == ["loaded", "gap", "loaded", "beyond"]
    assert [count for count, state in asb if state == "loaded"] == [2, 1]
    assert found["council", "Burglary", "2020-04"][1] == "beyond"


def test_a_covered_month_without_records_is_zero_not_a_gap(load, store):
    load(rows("2020-04", "2020-06") + rows("2020-05", indicator="burglary"))
    assert cells(store())["council", "Police ASB", "2020-05"] == (0, "loaded")


def test_runs_of_months():
    found = group_into_periods([Month(2021, 1), Month(2020, 12), Month(2021, 3)])
    assert [(str(p.first), str(p.last)) for p in found] == [("2020-12", "2021-01"), ("2021-03", "2021-03")]


def test_two_sources_for_the_same_months_are_named(load, store):
    load(rows("2020-04", "2020-05", "2020-06"), source="Police")
    load(rows("2020-05", "2020-06", "2020-07") + "2020-05-06,burglary,,\n", source="Council")
    (said,) = loaded.count_by_month(Reader(store(), Viewer())).caveats
    assert "Police ASB comes from Council and Police" in said
    assert "May 2020 to Jun 2020" in said


def test_one_source_alone_counts_nothing_twice(load, store):
    load(rows("2020-04"), source="Police")
    load(rows("2020-04", "2020-04"), source="Police")
    assert loaded.count_by_month(Reader(store(), Viewer())).caveats == ()


@pytest.mark.parametrize(
    ("months", "message"),
    [
        (["2020-04", "2020-05"], "April 2020 to May 2020; no month is missing"),
        (["2020-04"], "from one supplier, April 2020; no month is missing"),
        (["2020-04", "2020-06"], "May 2020 is missing"),
        (["2020-04", "2020-07"], "May 2020 to June 2020 (2 months) are missing"),
        (["2018-04", "2018-06", "2018-08", "2018-10", "2018-12"], "4 months are missing"),
    ],
)
def test_the_title_names_what_is_missing(load, store, months, message):
    load(rows(*months))
    title = coverage_grid.build_title(loaded.count_by_month(Reader(store(), Viewer())))
    assert title.startswith("1 indicator is loaded from one supplier, ")
    assert title.endswith(message)


def test_a_gap_of_one_indicator_is_not_said_of_all(load, store):
    load(rows("2020-04", "2020-06"), source="Police")
    load(rows("2020-04", "2020-05", "2020-06", indicator="burglary"), source="Council")
    title = coverage_grid.build_title(loaded.count_by_month(Reader(store(), Viewer())))
    assert title.startswith("2 indicators are loaded from 2 suppliers")
    assert title.endswith("May 2020 is missing for some of them")


def test_the_grid_tells_zero_gap_and_beyond_apart_in_words(load, store):
    load(rows("2020-04", "2020-06") + rows("2020-06", "2020-07", indicator="burglary"))
    table = coverage_grid.build_grid(loaded.count_by_month(Reader(store(), Viewer())))
    assert table.count(">gap</td>") == 1
    assert table.count(">–</td>") == 1 + 2
    assert table.count('scope="row"') == 2


def test_a_long_gap_in_every_row_takes_one_column_under_its_months(load, store):
    load(rows("2018-10", "2021-03"))
    table = coverage_grid.build_grid(loaded.count_by_month(Reader(store(), Viewer())))
    assert "gap: 28 months" in table
    assert "Nov 2018<br>to Feb 2021" in table
    assert table.count("<td") == 3


def test_the_grid_escapes_what_a_file_says(load, store):
    load(rows("2020-04"), source="<img src=x onerror=alert(1)>")
    table = coverage_grid.build_grid(loaded.count_by_month(Reader(store(), Viewer())))
    assert "<img" not in table
    assert "&lt;img" in table


def test_by_file_and_by_indicator_add_up(load):
    made = load(rows("2020-04", "2020-05") + "31/02/2020,asb_police,,\n2020-04-01,Dragons,,\n")
    for figure in (loaded.count_by_file(made), loaded.count_by_indicator(made)):
        table = figure.table
        assert table["read"].sum() == 4
        assert (table["read"] == table["accepted"] + table["duplicates"] + table["rejected"]).all()
    assert list(loaded.count_by_indicator(made).table["indicator"]) == ["Police ASB", "(unknown)"]


def test_reasons_are_grouped_counted_and_shown_with_what_was_seen(load, tmp_path):
    bad = "31/02/2020,asb_police,,\n" * 3 + "32/01/2020,asb_police,,\n" + "2020-04-01,Dragons,,\n"
    made = load(rows("2020-04") + bad)
    table = loaded.count_reasons(made, tmp_path / "store").table
    assert list(table["rows"]) == [4, 1]
    assert table["reason"][0].startswith("date … is not a real day")
    assert table["seen"][0] == "31/02/2020 (3), 32/01/2020 (1)"
    assert table["seen"][1] == "Dragons (1)"


def test_what_a_mapping_leaves_out_is_counted_apart_from_the_rows_to_correct(load, tmp_path):
    save_mapping(tmp_path / "store", Supplier("Council", categories={"Noise": ""}))
    bad = "2020-04-01,Noise,,\n" * 3 + "31/02/2020,asb_police,,\n"
    made = load(rows("2020-04") + bad, source="Council")
    table = loaded.count_reasons(made, tmp_path / "store").table
    assert list(table["rows"]) == [1]
    assert list(table["first_row"]) == ["6"]
    assert (made.tally.read, made.tally.rejected) == (5, 4)  # read = accepted + duplicates + rejected still holds
    assert made.left_out == {"category 'Noise' is left out by the mapping of Council": 3}
    assert loading.describe_left_out(made)[0].startswith("3 rows of the rejected are not an error")
    assert loading.describe_outcome(made) == "1 record loaded from 1 file; 3 rows left out; 1 row rejected"
    assert "; 3 rows left out by the mapping; " in loading.describe_load(made)


def test_rows_left_out_alone_leave_no_file_to_correct(load, tmp_path):
    save_mapping(tmp_path / "store", Supplier("Council", categories={"Noise": ""}))
    made = load(rows("2020-04") + "2020-04-01,Noise,,\n31/02/2020,Noise,,\n", source="Council")
    assert (made.tally.rejected, made.rejected_file) == (2, "")
    assert loading.build_rejections(loading.Desk(tmp_path / "store"), made) is None
    nothing = load("2020-05-01,Noise,,\n", source="Council")
    assert nothing.files[0].message.endswith(
        "the mapping leaves out every row (category 'Noise' is left out by the mapping of Council)"
    )


def test_of_several_files_the_first_row_is_told_with_its_file(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(HEADER + rows("2020-04") + f"31/02/2020,{name}sb_police,,\n")
    made = ingest([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "store")
    assert loaded.count_reasons(made, tmp_path / "store").table["first_row"].tolist() == ["a.csv, row 3"]
    assert loading.describe_left_out(made) == []


def test_of_many_values_three_are_shown(load, tmp_path):
    made = load(rows("2020-04") + "".join(f"2020-04-01,Dragon {n},,\n" for n in range(5)))
    assert loaded.count_reasons(made, tmp_path / "store").table["seen"][0].endswith("and 2 more")


def test_rejected_rows_that_are_gone_are_told(load, tmp_path):
    made = load(rows("2020-04") + "31/02/2020,asb_police,,\n")
    (tmp_path / "store" / made.rejected_file).unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        loaded.count_reasons(made, tmp_path / "store")


def test_the_moment_is_in_uk_time():
    summer = Load("p", "2026-07-01T11:30:00Z", False, (), {})
    winter = Load("p", "2026-01-01T11:30:00Z", False, (), {})
    assert [loaded.format_load_time(summer), loaded.format_load_time(winter)] == [
        "1 Jul 2026, 12:30",
        "1 Jan 2026, 11:30",
    ]


NOISE = ("Hartlepool", "noise_complaints", "2020-21-Q3", "87", "441")


def test_reported_figures_are_listed_the_latest_first(tmp_path):
    months = [("Hartlepool", "domestic_abuse", f"2020-{month}", "300", "") for month in (10, 12)]
    quarters = [("Hartlepool", "domestic_abuse", "2020-21-Q3", "909", "2832"), ("Middlesbrough", *NOISE[1:])]
    last_year = ("Hartlepool", "treatment_opiate", "2019-20-Q3", "3.3", "")
    ingest([figures_csv(tmp_path / "a.csv", *months, last_year, *quarters, NOISE)], tmp_path / "store")
    figure = loaded.list_reported_figures(Reader(open_store(tmp_path / "store"), DESK))
    rows = list(figure.table.itertuples(index=False, name=None))
    quarter, nothing = "2020-21 Q3 (Oct to Dec 2020)", None
    assert [tuple(nothing if value is pd.NA else value for value in row) for row in rows] == [
        ("Noise complaints", "Hartlepool", quarter, 87.0, 441.0, "a.csv", 7),
        ("Noise complaints", "Middlesbrough", quarter, 87.0, 441.0, "a.csv", 6),
        ("Domestic abuse", "Hartlepool", quarter, 909.0, 2832.0, "a.csv", 5),
        ("Domestic abuse", "Hartlepool", "Dec 2020", 300.0, None, "a.csv", 3),
        ("Domestic abuse", "Hartlepool", "Oct 2020", 300.0, None, "a.csv", 2),
        ("Opiate treatment completed", "Hartlepool", "2019-20 Q3 (Oct to Dec 2019)", 3.3, None, "a.csv", 4),
    ]
    assert figure.as_of == "Dec 2020"
    assert set(figure.sources) == {
        "Source: Cleveland Police.",
        "Source: Hartlepool Borough Council.",
        "Source: National Drug Treatment Monitoring System.",
    }


def test_a_store_without_figures_lists_none(load, store):
    load(rows("2020-04"))
    assert loaded.list_reported_figures(Reader(store(), DESK)).table.empty


def test_a_load_of_figures_alone_is_told_like_any_other(tmp_path):
    path = figures_csv(tmp_path / "a.csv", NOISE, [*NOISE[:3], "abc", ""], [*NOISE[:3], "x", ""])
    made = ingest([path], tmp_path / "store")
    assert loaded.list_sources(made) == ("Hartlepool Borough Council",)
    assert list(loaded.count_by_file(made).table["message"]) == ["reported figures"]
    assert list(loaded.count_by_indicator(made).table["indicator"]) == ["Noise complaints"]
    assert loaded.count_by_file(made).as_of == "Dec 2020"
    why = loaded.count_reasons(made, tmp_path / "store").table
    assert list(why["rows"]) == [2]
    assert why["reason"][0].startswith("column D (value): … is not a number")
    assert why["seen"][0] == "abc (1), x (1)"
    assert loading.describe_load(made) == "From Hartlepool Borough Council; no figures of earlier loads replaced."
    assert loading.describe_outcome(made) == "1 reported figure loaded from 1 file; 2 rows rejected"
    assert loading.describe_undo(made).startswith("This removes 1 reported figure from the store")


def test_a_load_of_both_says_so(tmp_path):
    (tmp_path / "asb.csv").write_text(HEADER + rows("2020-04", "2020-05"), encoding="utf-8")
    made = ingest([tmp_path / "asb.csv", figures_csv(tmp_path / "a.csv", NOISE)], tmp_path / "store")
    assert loading.describe_outcome(made) == "2 records and 1 reported figure loaded from 2 files"
    assert loading.describe_load(made).startswith("From Hartlepool Borough Council and asb; all records were placed")
    assert loaded.count_by_file(made).as_of == "Dec 2020"


def test_a_load_of_one_record_over_one_is_told_in_the_singular(tmp_path):
    path = tmp_path / "asb.csv"
    for day in ("01", "02"):
        path.write_text(HEADER + rows("2020-04").replace("-05", f"-{day}"), encoding="utf-8")
        made = ingest([path], tmp_path / "store")
    assert (made.tally.accepted, made.replaced) == (1, 1)
    assert "1 record of earlier loads replaced" in loading.describe_load(made)
    assert loading.describe_undo(made).endswith("and restores the 1 record it replaced.")
    assert loading.format_row_sum(Tally(read=1, duplicates=1)) == "1 row read = 0 accepted + 1 duplicate + 0 rejected"
