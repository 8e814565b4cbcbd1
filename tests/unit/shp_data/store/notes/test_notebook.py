"""Commentary and issued reports: kept, changed, read back, and never lost to a damaged file."""

from __future__ import annotations

import datetime as dt

import pytest

from shp_data.domain.errors import StoreError, UserError
from shp_data.store.notes.notebook import (
    COMMENTARY,
    ISSUED,
    LONGEST,
    IssuedFigure,
    IssuedReport,
    Subject,
    add_issued_report,
    read_commentary,
    read_issued,
    save_commentary,
)

ON = Subject("2020-21-Q3", "Hartlepool", "asb_police")
AT = dt.datetime(2021, 1, 20, 9, 30, tzinfo=dt.UTC)
FIGURES = {IssuedFigure("asb_police", "Hartlepool", "2020-21-Q3", "value"): 1246.0}


def test_nothing_is_kept_at_first(tmp_path):
    assert read_commentary(tmp_path) == {}
    assert read_issued(tmp_path) == ()


def test_a_commentary_is_kept_replaced_and_removed(tmp_path):
    save_commentary(tmp_path, ON, "  Lockdown.\nMore calls.  ")
    other = ON._replace(indicator="drugs_supply")
    save_commentary(tmp_path, other, "Operation Endurance <b>&</b> £")
    assert read_commentary(tmp_path) == {ON: "Lockdown.\nMore calls.", other: "Operation Endurance <b>&</b> £"}
    save_commentary(tmp_path, ON, "Rather: reporting.")
    save_commentary(tmp_path, other, "   ")
    assert read_commentary(tmp_path) == {ON: "Rather: reporting."}


def test_a_commentary_that_is_too_long_is_refused_and_the_old_one_stands(tmp_path):
    save_commentary(tmp_path, ON, "short")
    with pytest.raises(UserError, match="5,001 characters"):
        save_commentary(tmp_path, ON, "x" * (LONGEST + 1))
    assert read_commentary(tmp_path) == {ON: "short"}


def test_issued_reports_are_kept_in_order_with_their_figures(tmp_path):
    later = IssuedReport("2020-21-Q4", "Hartlepool", AT + dt.timedelta(days=90), "analyst", FIGURES)
    first = IssuedReport("2020-21-Q3", "Hartlepool", AT, "analyst", FIGURES)
    add_issued_report(tmp_path, later)
    add_issued_report(tmp_path, first)
    assert read_issued(tmp_path) == (first, later)


@pytest.mark.parametrize(
    "damaged", ["", "{", "[1]", '[["a"]]', '{"a": 1}', '[["q", "a", "i", 7]]', "[" * 100_000, '[{"at": "2021-01-01"}]']
)
@pytest.mark.parametrize(("name", "read"), [(COMMENTARY, read_commentary), (ISSUED, read_issued)])
def test_a_damaged_file_is_told_and_never_written_over(tmp_path, name, read, damaged):
    (tmp_path / name).write_text(damaged)
    with pytest.raises(StoreError, match=f"{name} of the store .* is damaged"):
        read(tmp_path)
    with pytest.raises(StoreError):
        save_commentary(tmp_path, ON, "x") if name == COMMENTARY else add_issued_report(
            tmp_path, IssuedReport("2020-21-Q3", "Hartlepool", AT, "analyst", FIGURES)
        )
    assert (tmp_path / name).read_text() == damaged


def test_a_time_without_a_zone_is_no_time(tmp_path):
    (tmp_path / ISSUED).write_text(
        '[{"quarter": "q", "area": "a", "by": "x", "at": "2021-01-01T10:00:00", "figures": []}]'
    )
    with pytest.raises(StoreError, match="no time zone"):
        read_issued(tmp_path)
