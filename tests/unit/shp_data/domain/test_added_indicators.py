"""Indicators that analysts add: their names and ids, their place in the vocabulary, and a file that is damaged."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shp_data.domain import added_indicators, settings
from shp_data.domain.added_indicators import AddedIndicator, check_name, clean_name, extend_vocabulary, make_id
from shp_data.domain.errors import StoreError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import normalise_name

WORDS = partnership().vocabulary
AT = dt.datetime(2024, 4, 5, 12, tzinfo=dt.UTC)
ROW = {
    "id": "council_asb", "label": "Council ASB", "theme": "asb", "unit": "cases", "source": "Council", "by": "analyst",
    "at": "2024-04-05T12:00:00+00:00",
}  # fmt: skip


def added(id_: str = "council_asb", label: str = "Council ASB", theme: str = "asb", unit: str = "cases"):
    return AddedIndicator(id_, label, theme, unit, "Hartlepool Borough Council", "analyst", AT)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Council ASB", "council_asb"),
        ("  Council   ASB ", "council_asb"),
        ("Café-bar noise (night)", "cafe_bar_noise_night"),
        ("ASB & noise", "asb_noise"),
        ("3rd party reports", "3rd_party_reports"),
        ("غرامة", "indicator"),
    ],
)
def test_an_id_is_made_from_the_name(name: str, id_: str) -> None:
    cleaned = clean_name(name)
    check_name(cleaned, WORDS)
    assert make_id(cleaned, WORDS) == id_


def test_an_id_is_never_that_of_another_indicator() -> None:
    more = extend_vocabulary(WORDS, [added(), added("council_asb_2", "Council (ASB)")])
    assert make_id("Council, ASB", more) == "council_asb_3"
    assert make_id("Burglary.", WORDS) == "burglary_2"


@pytest.mark.parametrize(
    "name",
    [
        "", "  ", "-", "12", "(ASB)", "x" * 61, "Council\x00ASB", "Council \u202eBSA", "<b>ASB</b>", "ASB **bold**",
        "ASB `code`", "[ASB](http://x)", "$ASB$", "=cmd|' /c calc'!A1", "ASB\\n", ":red[ASB]", "ASB #1", "@council",
        "{ASB}", "ASB; drop", "ASB_1",
    ],
)  # fmt: skip
def test_a_hostile_or_empty_name_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"name"):
        check_name(clean_name(name), WORDS)


@pytest.mark.parametrize("name", ["Police ASB", "police asb", "asb police", "BURGLARY", "Anti-social behaviour"])
def test_a_name_of_an_indicator_or_theme_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="already"):
        check_name(name, WORDS)


@given(st.text(max_size=70))
def test_whatever_name_is_accepted_is_found_again_by_its_name_and_id(name: str) -> None:
    label = clean_name(name)
    try:
        check_name(label, WORDS)
    except UserError:
        return
    id_ = make_id(label, WORDS)
    more = extend_vocabulary(WORDS, [added(id_, label)])
    assert more.find_indicator(id_).id == id_
    assert normalise_name(label) == "" or more.find_indicator(label).id == id_
    assert not set(label) & set("<>*`[]{}$|\\#~_:\n")


def test_what_nobody_is_asked_follows_from_the_theme() -> None:
    more = extend_vocabulary(WORDS, [added(), added("refuge", "Refuge calls", "domestic_abuse", "referrals")])
    council, refuge = more.indicators["council_asb"], more.indicators["refuge"]
    assert (council.priority, council.polarity, council.mappable, council.records) == ("asb", "worse", True, True)
    assert (refuge.priority, refuge.mappable) == ("domestic_abuse", False)  # nothing of domestic abuse is mapped
    ids = list(more.indicators)
    assert ids.index("council_asb") == ids.index("noise_complaints") + 1  # after the last of its theme
    assert [id_ for id_ in ids if id_ in WORDS.indicators] == list(WORDS.indicators)


def test_an_indicator_of_the_partnership_keeps_its_meaning_and_an_unknown_theme_is_an_error() -> None:
    assert extend_vocabulary(WORDS, [added("burglary", "Sheds")]).indicators["burglary"] == WORDS.indicators["burglary"]
    with pytest.raises(UserError, match="unknown theme 'x'"):
        extend_vocabulary(WORDS, [added(theme="x")])
    with pytest.raises(UserError, match="unknown unit 'percent'"):
        extend_vocabulary(WORDS, [added(unit="percent")])


def test_the_partnership_has_a_new_indicator_as_soon_as_it_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHP_STORE", str(tmp_path))
    assert partnership().added == ()
    file = tmp_path / added_indicators.FILE
    file.write_text(json.dumps([ROW]), encoding="utf-8")
    assert [indicator.id for indicator in partnership().added] == ["council_asb"]
    assert partnership() is partnership() and partnership().vocabulary.find_indicator("Council ASB").unit == "cases"
    file.write_text(json.dumps([ROW, {**ROW, "id": "litter", "label": "Litter"}]), encoding="utf-8")
    assert "litter" in partnership().vocabulary.indicators
    with settings.use_store(tmp_path / "other"):
        assert partnership().added == ()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", "[{}]", "{}x", json.dumps([{**ROW, "id": "../x"}]), json.dumps([{**ROW, "label": "x" * 300}]),
     json.dumps([{**ROW, "at": "2024-04-05"}]), json.dumps([{**ROW, "theme": 3}]), "[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / added_indicators.FILE).write_text(text, encoding="utf-8")
    monkeypatch.setenv("SHP_STORE", str(tmp_path))
    with pytest.raises(StoreError, match=r"indicators.json of the store .* move it away"):
        partnership()
