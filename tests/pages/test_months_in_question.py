"""An analyst decides on a month that looks incomplete, and every page follows at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.doubtful import LAST, load_stub, make_months, write_months
from helpers.pages import by_link, html, page_file, said, title
from streamlit.testing.v1 import AppTest

from shp_data.store.notes.decisions import read_decisions
from shp_view.hosting import access

LOOKS = "March 2024 looks incomplete: 3 records, about 60 expected (Police ASB, Hartlepool)."
QUARTER = {"what": "Police ASB", "area": "Hartlepool", "period": "2023-24 Q4 (Jan to Mar 2024)"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    load_stub(tmp_path)
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "S"))
    return tmp_path / "S"


def press(at: AppTest, label: str) -> AppTest:
    (button,) = [button for button in at.button if button.label == label]
    return button.click().run()


def open_trends(at: AppTest) -> str:
    at.switch_page(page_file("trends")).query_params.update(QUARTER)
    return said(at.run())


def test_a_month_is_left_out_and_the_decision_withdrawn(root: Path) -> None:
    at = by_link("data")
    assert LOOKS in said(at) and any("3 ?" in body or "43 ?" in body for body in html(at))
    before = open_trends(at)
    assert LOOKS in before and "a month is in question" in before and "clear" not in title(at)

    at.switch_page(page_file("data"))
    press(at.run(), "Leave the month out")
    assert not at.exception and [d.is_complete for d in read_decisions(root)] == [False]
    assert "March 2024: left out. analyst, " in said(at) and "Leave the month out" not in [b.label for b in at.button]
    assert any("(43)" in body for body in html(at))
    after = open_trends(at)
    assert "March 2024 is left out of Police ASB" in after and LOOKS not in after

    at.switch_page(page_file("data"))
    press(at.run(), "Withdraw")
    assert not at.exception and read_decisions(root) == ()
    assert LOOKS in open_trends(at)


def test_a_confirmed_month_has_its_verdict(root: Path) -> None:
    at = by_link("data")
    press(at, "The month is complete")
    assert "March 2024: complete. analyst, " in said(at)
    text = open_trends(at)
    assert "a clear decrease" in text and LOOKS not in text


def test_the_page_after_a_load_says_it_first(root: Path, tmp_path: Path) -> None:
    at = by_link("load_files")
    file = write_months(tmp_path / "april.csv", {LAST.shift(1): {"Hartlepool": 2, "Middlesbrough": 40}})
    at.file_uploader[0].set_value([(file.name, file.read_bytes(), "text/csv")])
    (supplier,) = [box for box in at.run().selectbox if box.label.replace("\\", "") == "Supplier of these files"]
    supplier.options.append("Police")
    supplier.set_value("Police").run()
    press(at, "Load")
    expected = "April 2024 looks incomplete: 2 records, about 60 expected (Police ASB, Hartlepool)."
    assert expected in [str(warning.value).replace("\\", "") for warning in at.warning]
    assert LOOKS not in [str(warning.value).replace("\\", "") for warning in at.warning]  # that was another load


def test_only_an_analyst_opens_the_page_that_decides() -> None:
    assert [role for role, pages in access.PAGES.items() if "data" in pages] == ["analyst"]
    assert make_months(1)
