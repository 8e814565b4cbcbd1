"""Opening a store: before anything is loaded, and where its counts cannot be read; who may see what of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.domain.errors import NotAllowedError, StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Location, Viewer
from shp_data.store.reading import (
    Reader,
    build_where_sql,
    check_readable,
    check_record_access,
    count_records,
    is_protected,
    list_records,
)
from shp_data.store.version import Store, make_empty_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Five incidents that are closed, in October 2020, and burglaries of the open data a month later."""
    root = tmp_path_factory.mktemp("reading")
    load(root / "S", incidents(root / "a.csv", {"2020-10": 5}))
    load(root / "S", incidents(root / "b.csv", {"2020-11": 3}, "burglary"), source="police.uk Cleveland Police")
    return opened(root / "S")


def test_an_empty_store_has_no_month_indicator_or_record(tmp_path: Path) -> None:
    found = make_empty_store(tmp_path / "none")
    assert (found.layout.root, found.version) == (tmp_path / "none", "")
    assert (found.list_months(), found.list_indicators(), dict(found.coverage)) == ((), (), {})
    assert not count_records(Reader(found, DESK), chosen("2020-10"), ("month",))["count"].any()
    assert list_records(Reader(found, DESK), chosen("2020-10")).empty
    check_readable(found)
    assert not (tmp_path / "none").exists()


def test_counts_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 5}))
    found = opened(tmp_path / "S")
    check_readable(found)
    (part,) = found.find_files(chosen("2020-10")).parts
    found.layout.locate_summary(part).write_bytes(b"PAR1 no more than this")
    with pytest.raises(StoreError):
        check_readable(found)


@pytest.mark.parametrize(
    ("period", "indicators", "protected"),
    [
        ("2020-10", ("asb_police",), True),
        ("2020-11", ("asb_police",), False),  # none of it then
        ("2020-10 to 2020-11", ("asb_police",), True),
        ("2020-10 to 2020-11", ("burglary",), False),  # open
        ("2020-10", ("burglary", "asb_police"), True),
    ],
)
def test_figures_of_a_closed_source_are_protected_from_all_but_the_analyst(
    store: Store, period: str, indicators: tuple[str, ...], protected: bool
) -> None:
    selection = partnership().select(indicators, chosen(period).period)
    assert is_protected(Reader(store, Viewer("partner")), selection) is protected
    assert is_protected(Reader(store, Viewer("public")), selection) is protected
    assert not is_protected(Reader(store, DESK), selection)


def test_records_are_for_the_analyst() -> None:
    check_record_access(DESK)
    for role in ("partner", "public"):
        with pytest.raises(NotAllowedError):
            check_record_access(Viewer(role))  # type: ignore[arg-type]


def test_each_part_of_a_selection_narrows_what_is_counted() -> None:
    place = Location("A", "Hartlepool", "E05008942", ((-1.2, 54.6), (-1.3, 54.7)))
    whole = partnership().select(("asb_police",), chosen("2020-10 to 2020-11").period)
    where, values = build_where_sql(whole)
    assert where == "indicator IN ($indicator_0) AND month BETWEEN $first AND $last AND true"
    assert values == {"indicator_0": "asb_police", "first": "2020-10", "last": "2020-11"}
    where, values = build_where_sql(
        partnership().select(
            whole.indicators, whole.period, ("Hartlepool", "Middlesbrough"), "only", None, "E05008942", place
        )
    )
    assert where.split(" AND ", 4)[-1] == (
        "lpa IN ($lpa_0, $lpa_1) AND ward_2020 = $ward"
        " AND (longitude, latitude) IN (SELECT (point[1], point[2]) FROM (SELECT unnest($points) AS point))"
    )
    assert where.split(" AND ")[3] == "covid_related"
    assert (values["lpa_1"], values["ward"]) == ("Middlesbrough", "E05008942")
    assert [list(point) for point in values["points"]] == [[-1.2, 54.6], [-1.3, 54.7]]
