"""What a load keeps, replaces, adds and takes back; and that its rows always add up."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers.stores import DESK, POINTS, by_month, chosen, csv_file, incidents, load, opened, tally
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shp_data.analysis.measures import count_by_field
from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.store.files.writing import undo_load
from shp_data.store.reading import Reader, list_records

QUARTER = "2020-10 to 2020-12"


# --- duplicates: only a repeated id is one


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (  # the same id and content
            """
            | date       | indicator  | incident_id | location |
            | 2020-10-05 | asb_police | A1          | High St  |
            | 2020-10-05 | asb_police | A1          | High St  |
            """,
            (2, 1, 1, 0),
        ),
        (  # the same date in another form is the same content
            """
            | date       | indicator  | incident_id | location |
            | 2020-10-05 | asb_police | A1          | High St  |
            | 05/10/2020 | Police ASB |  A1         | High St  |
            """,
            (2, 1, 1, 0),
        ),
        (  # the same id with other content
            """
            | date       | indicator  | incident_id | location |
            | 2020-10-05 | asb_police | A1          | High St  |
            | 2020-10-05 | asb_police | A1          | Low St   |
            | 2020-10-06 | asb_police | A1          | High St  |
            | 2020-10-05 | asb_police | A1          | High St  |
            """,
            (4, 1, 1, 2),
        ),
        (  # sources may share ids
            """
            | date       | indicator  | incident_id | source |
            | 2020-10-05 | asb_police | A1          | One    |
            | 2020-10-06 | asb_police | A1          | Two    |
            """,
            (2, 2, 0, 0),
        ),
        (  # without id, however alike
            """
            | date    | indicator  | incident_id | location |
            | 2020-10 | asb_police |             | High St  |
            | 2020-10 | asb_police |             | High St  |
            | 2020-10 | asb_police |             | High St  |
            """,
            (3, 3, 0, 0),
        ),
        (  # a rejected row takes no id
            """
            | date       | indicator  | incident_id | location |
            | 2020-02-31 | asb_police | A1          | High St  |
            | 2020-10-05 | asb_police | A1          | High St  |
            """,
            (2, 1, 0, 1),
        ),
    ],
)
def test_only_a_repeated_id_is_a_duplicate(tmp_path: Path, rows: str, expected: tuple[int, int, int, int]) -> None:
    assert tally(load(tmp_path / "S", csv_file(tmp_path / "a.csv", rows))) == expected


ONE = """
    | date       | indicator  | incident_id |
    | 2020-10-05 | asb_police | A1          |
    | 2020-10-07 | asb_police | A2          |
    """
SAME_AND_OTHER = """
    | date       | indicator  | incident_id |
    | 2020-10-05 | asb_police | A1          |
    | 2020-10-09 | asb_police | A2          |
    | 2020-10-10 | asb_police | A3          |
    """


def test_ids_are_compared_across_the_files_of_a_load(tmp_path: Path) -> None:
    one, two = csv_file(tmp_path / "1.csv", ONE), csv_file(tmp_path / "2.csv", SAME_AND_OTHER)
    result = load(tmp_path / "S", one, two)
    assert [(f.tally.accepted, f.tally.duplicates, f.tally.rejected) for f in result.files] == [
        (2, 0, 0),
        (1, 1, 1),
    ]
    text = (tmp_path / "S" / result.rejected_file).read_text(encoding="utf-8-sig")
    assert "'A2' is already used with different content, in another file of this load, row 3" in text


def test_ids_are_compared_across_loads_where_one_is_appended(tmp_path: Path) -> None:
    load(tmp_path / "S", csv_file(tmp_path / "1.csv", ONE))
    result = load(tmp_path / "S", csv_file(tmp_path / "2.csv", SAME_AND_OTHER), append=True)
    assert tally(result) == (3, 1, 1, 1)
    assert by_month(tmp_path / "S", QUARTER) == {"2020-10": 3}
    text = (tmp_path / "S" / result.rejected_file).read_text(encoding="utf-8-sig")
    assert "in records loaded earlier" in text


def test_ids_of_what_is_replaced_are_free(tmp_path: Path) -> None:
    load(tmp_path / "S", csv_file(tmp_path / "1.csv", ONE))
    result = load(tmp_path / "S", csv_file(tmp_path / "2.csv", SAME_AND_OTHER))
    assert (tally(result), result.replaced) == ((3, 3, 0, 0), 2)
    assert by_month(tmp_path / "S", QUARTER) == {"2020-10": 3}


def test_ids_of_a_month_that_stays_are_not(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 2}, ids="A"))
    moved = tmp_path / "b.csv"
    moved.write_text("date,indicator,incident_id\n2020-11-01,asb_police,A-2020-10-0\n2020-11-02,asb_police,B\n")
    result = load(tmp_path / "S", moved)
    assert tally(result) == (2, 1, 0, 1)
    assert by_month(tmp_path / "S", QUARTER) == {"2020-10": 2, "2020-11": 1}


@pytest.mark.parametrize(
    "row",
    [
        "2020-11-01,asb_police,A-2020-10-0,-1.2,54.6",  # its id is one of October's
        "2020-11-01,asb_police,N1,west,54.6",  # its place is not recognised
    ],
)
def test_a_month_of_rejected_rows_only_leaves_what_was_there(tmp_path: Path, row: str) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 2, "2020-11": 5, "2020-12": 1}, ids="A"))
    header = "date,indicator,incident_id,longitude,latitude\n"
    (tmp_path / "b.csv").write_text(header + row + "\n")
    result = load(tmp_path / "S", tmp_path / "b.csv")
    assert (result.files[0].status, result.replaced, tally(result)) == ("failed", 0, (1, 0, 0, 1))
    # and likewise where the file has good rows of other months around it
    (tmp_path / "c.csv").write_text(header + row + "\n2020-12-01,asb_police,N2,,\n")
    assert load(tmp_path / "S", tmp_path / "c.csv").replaced == 1
    assert by_month(tmp_path / "S", QUARTER) == {"2020-10": 2, "2020-11": 5, "2020-12": 1}


# --- replacing, adding, undoing


def test_a_corrected_and_a_cumulative_extract_replace(tmp_path: Path) -> None:
    root = tmp_path / "S"
    assert load(root, incidents(tmp_path / "1.csv", {"2020-10": 4})).replaced == 0
    assert load(root, incidents(tmp_path / "2.csv", {"2020-10": 3})).replaced == 4  # corrected
    assert by_month(root, QUARTER) == {"2020-10": 3}
    assert load(root, incidents(tmp_path / "3.csv", {"2020-10": 3, "2020-11": 2})).replaced == 3  # cumulative
    assert load(root, incidents(tmp_path / "4.csv", {"2020-12": 7})).replaced == 0
    assert by_month(root, QUARTER) == {"2020-10": 3, "2020-11": 2, "2020-12": 7}


def test_a_listed_source_replaces_what_its_corrected_file_no_longer_has(tmp_path: Path) -> None:
    root, fire = tmp_path / "S", "Cleveland Fire Brigade"
    vehicle, other = "fires_vehicle_deliberate", "fires_secondary_deliberate"
    load(root, incidents(tmp_path / "1.csv", {"2020-10": 2}, vehicle), source=fire)
    assert load(root, incidents(tmp_path / "2.csv", {"2020-10": 5}, other), source=fire).replaced == 2
    assert by_month(root, QUARTER, vehicle) == {"2020-10": 0}
    assert by_month(root, QUARTER, other) == {"2020-10": 5}


def test_another_source_and_another_indicator_stay(tmp_path: Path) -> None:
    root = tmp_path / "S"
    load(root, incidents(tmp_path / "1.csv", {"2020-10": 4}), source="One")
    assert load(root, incidents(tmp_path / "2.csv", {"2020-10": 3}), source="Two").replaced == 0
    load(root, incidents(tmp_path / "3.csv", {"2020-10": 2}, "burglary"), source="One")
    assert by_month(root, QUARTER) == {"2020-10": 7}


def police_uk(path: Path, force: str, rows: int) -> Path:
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type"
    row = f",2020-10,{force},{force},-1.2129,54.6862,On or near High Street,E01,Anti-social behaviour"
    path.write_text("\n".join([header, *[row] * rows]) + "\n", encoding="utf-8")
    return path


def test_two_forces_of_one_month_do_not_replace_one_another(tmp_path: Path) -> None:
    root = tmp_path / "S"
    load(root, police_uk(tmp_path / "1.csv", "Cleveland Police", 3), source=None)
    result = load(root, police_uk(tmp_path / "2.csv", "Durham Constabulary", 2), source=None)
    assert result.replaced == 0
    assert {cell.source for cell in opened(root).coverage} == {
        "police.uk Cleveland Police",
        "police.uk Durham Constabulary",
    }
    assert load(root, police_uk(tmp_path / "3.csv", "Cleveland Police", 4), source=None).replaced == 3
    # Those of Durham in Hartlepool are counted apart.
    assert by_month(root, QUARTER) == {"2020-10": 4}


def test_append_adds(tmp_path: Path) -> None:
    root = tmp_path / "S"
    load(root, incidents(tmp_path / "1.csv", {"2020-10": 4}))
    result = load(root, incidents(tmp_path / "2.csv", {"2020-10": 3}), append=True)
    assert (result.replaced, by_month(root, QUARTER)) == (0, {"2020-10": 7})
    assert load(root, incidents(tmp_path / "3.csv", {"2020-10": 1})).replaced == 7  # both


def test_the_same_bytes_are_loaded_once(tmp_path: Path) -> None:
    root = tmp_path / "S"
    one = incidents(tmp_path / "1.csv", {"2020-10": 4})
    twin = tmp_path / "twin.csv"
    twin.write_bytes(one.read_bytes())
    first = load(root, one, twin, one)
    assert [file.status for file in first.files] == ["loaded", "already_loaded", "already_loaded"]
    version = opened(root).version
    again = load(root, one, append=True)
    assert ([file.status for file in again.files], tally(again)) == (["already_loaded"], (0, 0, 0, 0))
    assert opened(root).version == version  # nothing was written
    load(root, incidents(tmp_path / "2.csv", {"2020-10": 9}))
    assert load(root, one).files[0].status == "loaded"  # it was replaced meanwhile
    assert by_month(root, QUARTER) == {"2020-10": 4}


def test_a_file_that_failed_is_not_taken_for_loaded(tmp_path: Path) -> None:
    bad = tmp_path / "a.csv"
    bad.write_text("date,indicator\n2020-02-31,asb_police\n")
    for _ in range(2):
        result = load(tmp_path / "S", bad, bad)
        assert [file.status for file in result.files] == ["failed", "already_loaded"]


def test_a_bad_file_among_good_ones_is_reported_and_they_load(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    good = incidents(tmp_path / "good.csv", {"2020-10": 4})
    result = load(tmp_path / "S", tmp_path / "bad.csv", good, tmp_path / "none.csv")
    assert [file.status for file in result.files] == ["failed", "loaded", "failed"]
    assert [file.message.count(file.file) for file in result.files] == [1, 0, 1]
    assert by_month(tmp_path / "S", QUARTER) == {"2020-10": 4}


def test_an_undone_load_gives_back_what_it_replaced(tmp_path: Path) -> None:
    root = tmp_path / "S"
    load(root, incidents(tmp_path / "1.csv", {"2020-10": 4, "2020-11": 1}))
    second = load(root, incidents(tmp_path / "2.csv", {"2020-10": 3}))
    undo_load(root, second.part)
    assert by_month(root, QUARTER) == {"2020-10": 4, "2020-11": 1}
    table = list_records(Reader(opened(root), DESK), chosen(QUARTER))
    assert Counter(table["file"]) == {"1.csv": 5}
    assert load(root, tmp_path / "2.csv").files[0].status == "loaded"  # it is no longer there


def test_undo_in_any_order_and_until_nothing_is_left(tmp_path: Path) -> None:
    root = tmp_path / "S"
    parts = [load(root, incidents(tmp_path / f"{n}.csv", {"2020-10": n})).part for n in (1, 2, 3)]
    undo_load(root, parts[1])  # not seen: the third had replaced it
    assert by_month(root, QUARTER) == {"2020-10": 3}
    undo_load(root, parts[2])
    assert by_month(root, QUARTER) == {"2020-10": 1}
    undo_load(root, parts[0])
    assert opened(root).coverage == {}
    assert list_records(Reader(opened(root), DESK), chosen(QUARTER)).empty


def test_undo_is_refused_where_a_later_append_stands_on_it(tmp_path: Path) -> None:
    root = tmp_path / "S"
    first = load(root, incidents(tmp_path / "1.csv", {"2020-10": 4}))
    second = load(root, incidents(tmp_path / "2.csv", {"2020-10": 3}), append=True)
    with pytest.raises(StoreError, match="undo that load first"):
        undo_load(root, first.part)
    with pytest.raises(StoreError, match="no load 'x'"):
        undo_load(root, "x")
    assert by_month(root, QUARTER) == {"2020-10": 7}
    undo_load(root, second.part)
    undo_load(root, first.part)


# --- properties

ROWS = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["2020-10", "2020-10-05", "05/11/2020", "2020-12-01 10:30", "31/02/2020", "", "x"]),
        "indicator": st.sampled_from(["asb_police", "Police ASB", "burglary", "nonsense", ""]),
        "incident_id": st.sampled_from(["", "", "A", "B", "C"]),
        "source": st.sampled_from(["", "One", "Two"]),
        "lpa": st.sampled_from(list(POINTS)),
        "covid_related": st.sampled_from(["", "yes", "no", "perhaps"]),
    }
).filter(lambda row: set(row.values()) != {"", "(unplaced)"})  # a blank row is no row, and no reader counts it
FEW = settings(max_examples=8, suppress_health_check=list(HealthCheck))


def written(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    lines = ["date,indicator,incident_id,source,longitude,latitude,covid_related"]
    for row in rows:
        x, y = POINTS[row["lpa"]]
        cells = [row["date"], row["indicator"], row["incident_id"], row["source"], x, y, row["covid_related"]]
        lines.append(",".join(cells))
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def every_count(root: Path) -> list[tuple[object, ...]]:
    """All counts by all fields, of whatever is loaded."""
    store = opened(root)
    selection = partnership().select(store.list_indicators(), chosen(QUARTER).period, vintage="2020")
    table = count_by_field(Reader(store, DESK), selection, ["indicator", "month", "lpa", "ward", "covid_related"])
    return sorted(map(str, table[table["count"] > 0].itertuples(index=False)))


@FEW
@given(st.lists(st.lists(ROWS, min_size=1, max_size=12), min_size=1, max_size=3))
def test_read_is_accepted_duplicates_and_rejected_by_file_and_indicator(
    files: list[list[dict[str, str]]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = [written(folder, f"{n}.csv", rows) for n, rows in enumerate(files)]
        result = load(folder / "S", *paths, source=None)
        for file, rows in zip(result.files, files, strict=True):
            if file.status == "already_loaded":
                continue
            assert file.tally.read == len(rows)
            for found in (file.tally, *file.by_indicator.values()):
                assert found.read == found.accepted + found.duplicates + found.rejected
            assert sum(t.read for t in file.by_indicator.values()) == file.tally.read
        assert result.tally.accepted == sum(result.cells.values())
        if result.cells:
            total = sum(opened(folder / "S").coverage.values())
            lpas = count_by_field(
                Reader(opened(folder / "S"), DESK),
                partnership().select(opened(folder / "S").list_indicators(), chosen(QUARTER).period),
                ["lpa"],
            )
            assert lpas["count"].sum() == total == result.tally.accepted
            found = dict(zip(lpas["lpa"], lpas["count"], strict=True))
            assert found.get("(unplaced)", 0) == result.unplaced
            assert found.get("(outside)", 0) == result.outside
            assert sum(found.get(lpa, 0) for lpa in partnership().areas.lpa_names) == (
                total - result.unplaced - result.outside
            )


@FEW
@given(rows=st.lists(ROWS, min_size=2, max_size=15), seed=st.integers(0, 99))
def test_row_order_never_changes_counts(rows: list[dict[str, str]], seed: int) -> None:
    """For rows whose ids do not conflict: of conflicting ones the first is kept."""
    first: dict[tuple[str, str], dict[str, str]] = {}
    rows = [first.setdefault((row["source"], row["incident_id"]), row) if row["incident_id"] else row for row in rows]
    rows.append(
        {
            "date": "2020-10",
            "indicator": "asb_police",
            "incident_id": "",
            "source": "",
            "lpa": "Hartlepool",
            "covid_related": "",
        }
    )
    shuffled = random.Random(seed).sample(rows, len(rows))
    with TemporaryDirectory() as name:
        folder = Path(name)
        one = load(folder / "1", written(folder, "a.csv", rows), source=None)
        two = load(folder / "2", written(folder, "a.csv", shuffled), source=None)
        assert tally(one) == tally(two)
        assert one.files[0].by_indicator == two.files[0].by_indicator
        assert every_count(folder / "1") == every_count(folder / "2")


@FEW
@given(rows=st.lists(ROWS, min_size=1, max_size=15))
def test_loading_twice_changes_nothing(rows: list[dict[str, str]]) -> None:
    rows.append(
        {
            "date": "2020-10",
            "indicator": "asb_police",
            "incident_id": "",
            "source": "",
            "lpa": "Hartlepool",
            "covid_related": "",
        }
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = written(folder, "a.csv", rows)
        load(folder / "S", path, source=None)
        before = every_count(folder / "S"), opened(folder / "S").version
        again = load(folder / "S", path, source=None)
        assert [file.status for file in again.files] == ["already_loaded"]
        assert (every_count(folder / "S"), opened(folder / "S").version) == before
        # and the same rows under other bytes replace themselves
        path.write_text(path.read_text() + "\n", encoding="utf-8")
        load(folder / "S", path, source=None)
        assert every_count(folder / "S") == before[0]
