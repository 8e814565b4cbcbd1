"""Actions: what is recorded is kept, what is no action is refused, and a damaged file is never overwritten."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from helpers.actions import PLACE, RECORDED, action, nowhere

from shp_data.domain.errors import StoreError, UserError
from shp_data.store.notes.actions import FILE, end_action, read_actions, record_action, remove_action


def test_an_empty_store_has_no_action(tmp_path):
    assert read_actions(tmp_path) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {**nowhere(), **PLACE},
        PLACE,
        {"indicators": ("asb_police", "drugs_supply"), "end": dt.date(2020, 12, 31)},
        {"what": "Lights – “new” ones\nand a gate, <b>=1+1</b>", "who": "Tŷ"},
    ],
)
def test_what_is_recorded_is_read_back(tmp_path, changed):
    one = action(**changed)
    record_action(tmp_path, one)
    assert read_actions(tmp_path) == (one,)


def test_the_earliest_agreed_comes_first(tmp_path):
    days = [dt.date(2021, 1, 5), dt.date(2020, 3, 1), dt.date(2020, 9, 9)]
    for day in days:
        record_action(tmp_path, action(agreed=day))
    assert [one.agreed for one in read_actions(tmp_path)] == sorted(days)


def test_an_action_ends_and_is_removed_and_the_others_stay(tmp_path):
    first, second = action(), action(agreed=dt.date(2020, 11, 1))
    record_action(tmp_path, first)
    record_action(tmp_path, second)
    end_action(tmp_path, first.id, dt.date(2020, 12, 1))
    assert [one.end for one in read_actions(tmp_path)] == [dt.date(2020, 12, 1), None]
    remove_action(tmp_path, first.id)
    assert read_actions(tmp_path) == (second,)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"what": "  "}, "the action is missing"),
        ({"what": "x" * 501}, "501 characters; expected at most 500"),
        ({"who": ""}, "who agreed it is missing"),
        ({"agreed": dt.date(1999, 12, 31)}, "2000-01-01 or later"),
        ({"end": dt.date(2020, 9, 30)}, "before its first day"),
        (nowhere(), "needs a ward"),
        ({"vintage": None}, "name, code, boundary year"),
        ({**PLACE, "latitude": None}, "name, map point"),
        ({**PLACE, "latitude": float("nan")}, "not on the map"),
        ({**PLACE, "longitude": 450000.0}, "expected degrees"),
        ({**PLACE, "latitude": 90.1}, "expected degrees"),
        ({"indicators": ("",)}, "an indicator is missing"),
        ({"recorded_at": RECORDED.replace(tzinfo=None)}, "no time zone"),
    ],
)
def test_what_is_no_action_is_refused_in_words(changed, said):
    with pytest.raises(UserError, match=said):
        action(**changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lpa": "Atlantis"}, "unknown area 'Atlantis'"),
        ({"lpa": "hartlepool"}, "printed name, 'Hartlepool'"),
        ({"lpa": "Middlesbrough"}, "Middlesbrough has no ward Seaton"),
        ({"ward": "Jesmond"}, "no ward Jesmond"),
        ({"vintage": "1066"}, "unknown year of ward boundaries"),
        ({"indicators": ("witchcraft",)}, "unknown indicator"),
        ({"indicators": ("Police ASB",)}, "indicator"),
        ({"agreed": dt.date.today() + dt.timedelta(days=400)}, "a year from today"),
        ({"end": dt.date.today() + dt.timedelta(days=400)}, "a year from today"),
    ],
)
def test_what_is_not_known_here_is_refused_and_nothing_kept(tmp_path, changed, said):
    with pytest.raises(UserError, match=said):
        record_action(tmp_path, action(**changed))
    assert read_actions(tmp_path) == ()


def test_changes_that_cannot_be_leave_all_as_it_was(tmp_path):
    one = action()
    record_action(tmp_path, one)
    with pytest.raises(UserError, match="recorded already"):
        record_action(tmp_path, one)
    for change in (lambda: end_action(tmp_path, "none", one.agreed), lambda: remove_action(tmp_path, "none")):
        with pytest.raises(UserError, match="does not exist"):
            change()
    with pytest.raises(UserError, match="before its first day"):
        end_action(tmp_path, one.id, dt.date(2020, 9, 1))
    assert read_actions(tmp_path) == (one,)


def kept_row(root: Path, **changed: Any) -> str:
    """The text of a store's one action, with fields changed."""
    record_action(root, action(**PLACE))
    (row,) = json.loads((root / FILE).read_text(encoding="utf-8"))
    return json.dumps([row | changed])


@pytest.mark.parametrize(
    "changed",
    [
        {"what": 7},
        {"what": None},
        {"agreed": "soon"},
        {"agreed": 20201001},
        {"end": "2019-01-01"},
        {"longitude": "west"},
        {"longitude": float("inf")},
        {"indicators": "asb_police"},
        {"indicators": [1]},
        {"recorded_at": "2020-10-02T09:30:00"},
        {"priority": "a field of a later version"},
    ],
)
def test_a_damaged_row_is_told_and_not_written_over(tmp_path, changed):
    text = kept_row(tmp_path, **changed)
    told_and_kept(tmp_path, text.encode())


@pytest.mark.parametrize("text", [b"", b"[{]", b"[" * 100_000, b"\xff\xfe[]", b"7", b"[null]", b'{"a": {}}', b"[[]]"])
def test_a_damaged_file_is_told_and_not_written_over(tmp_path, text):
    told_and_kept(tmp_path, text)


def test_two_actions_of_one_id_are_damage(tmp_path):
    row = kept_row(tmp_path).strip("[]")
    told_and_kept(tmp_path, f"[{row}, {row}]".encode())


def told_and_kept(root: Path, damaged: bytes) -> None:
    (root / FILE).write_bytes(damaged)
    with pytest.raises(StoreError, match=r"actions\.json of the store .* is damaged"):
        read_actions(root)
    with pytest.raises(StoreError, match="damaged"):
        record_action(root, action())
    with pytest.raises(StoreError, match="damaged"):
        remove_action(root, "any")
    assert (root / FILE).read_bytes() == damaged


def test_a_folder_in_its_place_is_told(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        read_actions(tmp_path)


def test_writers_at_once_lose_nothing(tmp_path):
    many = [action(agreed=dt.date(2020, 1, day)) for day in range(1, 13)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: record_action(tmp_path, one), many))
    assert read_actions(tmp_path) == tuple(many)
