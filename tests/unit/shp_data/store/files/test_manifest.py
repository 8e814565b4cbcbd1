"""The manifest: what is active, what is held, and what is damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shp_data.domain.errors import StoreError
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.store.files.manifest import FORMAT, FileResult, Load, Manifest, SupplierMonth, Tally, split_into_runs

OCT, NOV = SupplierMonth("Police", "asb_police", "2020-10"), SupplierMonth("Police", "asb_police", "2020-11")


def load(part: str, cells: dict[SupplierMonth, int], *, append: bool = False) -> Load:
    tally = Tally(read=sum(cells.values()) + 3, accepted=sum(cells.values()), duplicates=1, rejected=2)
    file = FileResult(f"{part}.csv", "loaded", f"digest {part}", tally, {"asb_police": tally}, tuple(cells))
    return Load(part, "2020-12-01T10:00:00Z", append, (file,), cells, 5, 1, 2, "rejected/x.csv")


FIRST, ADDED, LATER = (
    load("first", {OCT: 4, NOV: 1}),
    load("added", {OCT: 2}, append=True),
    load("later", {OCT: 7}),
)


@pytest.mark.parametrize(
    ("loads", "october", "november", "held"),
    [
        ((FIRST,), 4, 1, {"first"}),
        ((FIRST, ADDED), 6, 1, {"first", "added"}),
        ((FIRST, ADDED, LATER), 7, 1, {"later"}),  # of the first, November is still active but not October
        ((FIRST, LATER, ADDED), 9, 1, {"later", "added"}),
        ((ADDED,), 2, None, {"added"}),
    ],
)
def test_what_is_live_and_what_is_held(
    loads: tuple[Load, ...], october: int, november: int | None, held: set[str]
) -> None:
    manifest = Manifest("b", loads)
    coverage = manifest.count_records()
    assert (coverage[OCT], coverage.get(NOV)) == (october, november)
    assert manifest.list_loaded_files() == {f"digest {name}" for name in held}


@pytest.mark.parametrize(
    ("counts", "runs"),
    [
        ({}, ()),
        ({"2020-10": 3, "2020-11": 5}, ("2020-10",)),
        ({"2020-10": 3, "2020-11": 8}, ("2020-10", "2020-11")),  # eleven are too many for one file
        ({"2020-11": 5, "2020-10": 25, "2020-12": 0, "2021-03": 5}, ("2020-10", "2020-11")),
        ({"2020-10": 0}, ("2020-10",)),
    ],
)
def test_records_lie_in_files_of_some_months(
    monkeypatch: pytest.MonkeyPatch, counts: dict[str, int], runs: tuple[str, ...]
) -> None:
    monkeypatch.setattr("shp_data.store.files.manifest._FILE_RECORDS", 10)
    cells = {SupplierMonth("Police", "asb_police", month): count for month, count in counts.items()}
    assert split_into_runs(cells) == runs


def test_a_month_lies_in_the_last_file_that_begins_no_later() -> None:
    parted = replace(FIRST, runs=("2020-10", "2021-01"))
    months = ("2020-10", "2020-12", "2021-01", "2021-07")
    assert [parted.find_run(month) for month in months] == ["2020-10", "2020-10", "2021-01", "2021-01"]


def test_it_is_read_back_as_it_was() -> None:
    manifest = Manifest("b", (FIRST, ADDED, LATER))
    assert Manifest.from_json(manifest.to_json()) == manifest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "5",
        '"x"',
        "{}",
        "{",
        f'{{"format": {FORMAT}}}',
        f'{{"format": {FORMAT}, "boundaries": "b"}}',
        f'{{"format": {FORMAT}, "boundaries": "b", "loads": 5}}',
        f'{{"format": {FORMAT}, "boundaries": "b", "loads": ["x"]}}',
        f'{{"format": {FORMAT}, "boundaries": "b", "loads": [{{}}]}}',
        f'{{"format": {FORMAT}, "boundaries": "b", "loads": [{{"cells": 5, "files": []}}]}}',
    ],
)
def test_a_damaged_one_is_told(text: str) -> None:
    with pytest.raises(StoreError, match="damaged"):
        Manifest.from_json(text)


def test_every_cut_of_a_manifest_is_told() -> None:
    text = Manifest("b", (FIRST,)).to_json()
    for end in range(0, len(text), 7):
        with pytest.raises(StoreError, match="damaged"):
            Manifest.from_json(text[:end])


def test_another_format_is_told() -> None:
    read = json.loads(Manifest("b").to_json()) | {"format": FORMAT + 1}
    with pytest.raises(StoreError, match=f"format {FORMAT + 1}.*load the files again"):
        Manifest.from_json(json.dumps(read))


def test_tallies_add_up() -> None:
    assert Tally(4, 2, 1, 1) + Tally(1, 1, 0, 0) == Tally(5, 3, 1, 1)
    assert FIRST.tally == FIRST.files[0].tally
    skipped = FileResult("x", "already_loaded", "d", Tally(9, 9, 0, 0))
    assert Load("p", "t", False, (*FIRST.files, skipped), {}).tally == FIRST.tally  # its rows count nowhere


def test_a_file_whose_figures_another_file_gave_alike_is_held_until_they_are_superseded():
    key = FigureKey("noise_complaints", "Hartlepool", "2020-21-Q3")
    figure = ReportedFigure(*key, 87.0)
    both = tuple(FileResult(name, "loaded", name, Tally(1, 1), figures=(key,)) for name in ("a.csv", "b.csv"))
    first = Load("p1", "2021-01-01T00:00:00Z", False, both, {}, figures=(figure,))
    assert Manifest("x", (first,)).list_loaded_files() == {"a.csv", "b.csv"}
    later = FileResult("c.csv", "loaded", "c.csv", Tally(1, 1), figures=(key,))
    second = Load("p2", "2021-01-02T00:00:00Z", False, (later,), {}, figures=(replace(figure, value=88.0),))
    held = Manifest("x", (first, second))
    assert held.list_loaded_files() == {"c.csv"}
    assert held.list_reported()[key].value == 88
    assert Manifest.from_json(held.to_json()) == held
