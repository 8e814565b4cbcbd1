"""One ward: the same figures as every other page gives, its share and ranks in its LPA, and what was agreed for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.actions import action, nowhere
from helpers.stores import DESK, chosen, csv_file, load, opened

from shp_data.analysis import comparison, hotspots
from shp_data.analysis.places import repeats
from shp_data.analysis.profile import (
    MOST_LOCATIONS,
    build_profile,
    get_ward,
    list_actions,
    list_busiest_locations,
    list_wards,
    select_headline,
    widen_to_lpa,
)
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.notes.actions import record_action
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store

AREAS = partnership().areas
SEATON_POINT, JESMOND_POINT = ("-1.194629", "54.667097"), ("-1.222458", "54.694743")


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def of(name: str, period: str = "2020-21-Q3", vintage: str = "2020", indicator: str = "asb_police") -> Selection:
    code = next(ward.code for ward in AREAS.list_wards(vintage, "Hartlepool") if ward.name == name)
    return chosen(period, indicator, "Hartlepool", vintage=vintage).select_ward(code, vintage)


@pytest.mark.parametrize("name", ["Victoria", "Rural West"])
def test_every_indicator_is_as_the_other_pages_give_it(sample: Store, name: str) -> None:
    found = build_profile(Reader(sample, DESK), of(name)).table.set_index("indicator")
    assert list(found.index) == list(sample.list_indicators())
    for id_ in found.index:
        other = comparison.compare_wards(Reader(sample, DESK), chosen("2020-21-Q3", id_, "Hartlepool")).table.set_index(
            "ward"
        )
        same = ["count", "last_year", "difference", "share", "rank_low", "rank_high"]
        assert found.loc[id_, same].tolist() == other.loc[name, same].tolist()
        assert found.loc[id_, "rate_per_1000"] == pytest.approx(other.loc[name, "rate_per_1000"])
    assert set(found["ranked"]) == {11}


def test_the_published_wards(sample: Store) -> None:
    """2020-21 Q3: Victoria had 32 of the 86 drug supply offences, Fens and Rossmere none."""
    victoria = build_profile(Reader(sample, DESK), of("Victoria")).table.set_index("indicator").loc["drugs_supply"]
    assert (victoria["count"], round(victoria["share"]), victoria["rank_low"]) == (32, 37, 1)
    assert (
        build_profile(Reader(sample, DESK), of("Fens and Rossmere")).table.set_index("indicator")["count"][
            "drugs_supply"
        ]
        == 0
    )


def test_an_indicator_has_the_verdict_that_its_ward_has_in_the_table_of_wards(sample: Store) -> None:
    profiled = build_profile(Reader(sample, DESK), of("Victoria")).table.set_index("indicator")
    for id_ in sample.list_indicators():
        wards = hotspots.compare_wards(Reader(sample, DESK), widen_to_lpa(of("Victoria")).select_indicator(id_)).table
        row = wards.set_index("ward").loc["Victoria"]
        for column in ("count", "p_value", "low", "high", "verdict"):
            assert profiled.loc[id_, column] == row[column] or (
                pd.isna(profiled.loc[id_, column]) and pd.isna(row[column])
            )
    assert profiled["verdict"].nunique() > 1


def test_the_wards_of_another_lpa_do_not_count(sample: Store) -> None:
    """With all of Cleveland in view a ward still stands among those of its own LPA."""
    everywhere = replace(of("Victoria"), areas=AREAS.everywhere)
    assert widen_to_lpa(everywhere).areas == ("Hartlepool",)
    columns = ["share", "rank_low", "rank_high", "ranked"]
    asked, own = (build_profile(Reader(sample, DESK), one).table[columns] for one in (everywhere, of("Victoria")))
    assert asked.equals(own)


def test_what_is_loaded_in_part_has_no_share_or_rank(tmp_path: Path) -> None:
    east, north = SEATON_POINT
    load(tmp_path, csv_file(tmp_path / "a.csv", f"""
        | date    | indicator  | longitude | latitude |
        | 2020-10 | asb_police | {east}    | {north}  |
        | 2020-12 | asb_police | {east}    | {north}  |
    """))  # fmt: skip
    (row,) = build_profile(Reader(opened(tmp_path), DESK), of("Seaton")).table.to_dict("records")
    assert all(pd.isna(row[name]) for name in ("count", "share", "rank_low", "rank_high"))
    (whole,) = build_profile(Reader(opened(tmp_path), DESK), of("Seaton", "2020-10")).table.to_dict("records")
    assert (whole["count"], whole["share"], whole["rank_low"], whole["rank_high"]) == (1, 100, 1, 11)


def test_the_row_in_view_as_a_figure_of_its_own(sample: Store) -> None:
    found = build_profile(Reader(sample, DESK), of("Victoria"))
    own = select_headline(found, of("Victoria", indicator="fires_secondary_deliberate"))
    assert (own.title, own.unit, own.table["count"].tolist()) == ("Deliberate secondary fires", "fires", [12])
    assert select_headline(found, replace(of("Victoria"), indicators=("drugs_possession", "drugs_supply"))) is None


@pytest.mark.parametrize("code", [None, "E05000000", "E05013049"])  # the last is a ward of 2022
def test_a_selection_of_no_ward_is_refused(sample: Store, code: str | None) -> None:
    asked = replace(chosen("2020-21-Q3", "asb_police", "Hartlepool", vintage="2020"), ward=code)
    with pytest.raises(SelectionError, match="choose a ward"):
        build_profile(Reader(sample, DESK), asked)


def test_the_busiest_places_are_the_first_of_the_repeat_locations(sample: Store) -> None:
    found = list_busiest_locations(Reader(sample, DESK), of("Victoria")).table
    assert len(found) == MOST_LOCATIONS
    assert found.equals(
        repeats.find_repeat_locations(Reader(sample, DESK), of("Victoria"), 1).table.head(MOST_LOCATIONS)
    )
    assert set(found["ward"]) == {"Victoria"}


def test_records_near_no_ward_are_no_ward_to_choose(tmp_path: Path) -> None:
    load(tmp_path, csv_file(tmp_path / "a.csv", """
        | date    | indicator  | lpa        |
        | 2020-10 | asb_police | Hartlepool |
        | 2020-10 | asb_police | (unplaced) |
    """))  # fmt: skip
    asked = chosen("2020-10", "asb_police", *AREAS.everywhere)
    assert "(unplaced)" in comparison.compare_wards(Reader(opened(tmp_path), DESK), asked).table["code"].tolist()
    found = list_wards(Reader(opened(tmp_path), DESK), asked).table
    assert len(found) == len(AREAS.list_wards("2020"))
    assert "(unplaced)" not in found["code"].tolist()


@pytest.fixture
def agreed(tmp_path: Path) -> Path:
    """A store with an incident at a place of Seaton and at one of Jesmond."""
    rows = [
        f"2020-10,asb_police,{place},{','.join(at)}"
        for place, at in zip("SJ", (SEATON_POINT, JESMOND_POINT), strict=True)
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(["date,indicator,location,longitude,latitude", *rows]) + "\n", encoding="utf-8")
    load(tmp_path / "store", file)
    return tmp_path / "store"


def point(at: tuple[str, str]) -> dict[str, object]:
    return {"place": "The green", "longitude": float(at[0]), "latitude": float(at[1])}


# | action | wards of which it stands in the profile
FOR = {
    "a ward": ({}, {("Seaton", "2020"), ("Seaton", "2022")}),  # of the same name, with other boundaries
    "a place": ({**nowhere(), **point(SEATON_POINT)}, {("Seaton", "2020"), ("Seaton", "2022")}),
    "a place where the records lie, not the ward beside it": (point(JESMOND_POINT), {("Jesmond", "2020")}),
    "a place without a record, by its ward": (point(("-1.20", "54.66")), {("Seaton", "2020"), ("Seaton", "2022")}),
    "a place without a record or a ward": ({**nowhere(), **point(("-1.20", "54.66"))}, set()),
}


@pytest.mark.parametrize(("changed", "expected"), FOR.values(), ids=FOR)
def test_what_was_agreed_stands_in_the_profile_of_its_ward(
    agreed: Path, changed: dict[str, object], expected: set[tuple[str, str]]
) -> None:
    one = action(**changed)
    record_action(agreed, one)
    store = opened(agreed)
    told = {
        (ward.name, vintage)
        for vintage in ("2020", "2022")
        for ward in AREAS.list_wards(vintage, "Hartlepool")
        if ward.name in ("Seaton", "Jesmond", "Victoria")
        and list_actions(Reader(store, DESK), of(ward.name, vintage=vintage)) == (one,)
    }
    assert told == expected


def test_a_ward_of_the_same_name_in_another_lpa_is_another(agreed: Path) -> None:
    record_action(agreed, action(ward="Newport", ward_code="E05009866", lpa="Middlesbrough"))
    assert get_ward(of("Seaton")).lpa == "Hartlepool"
    assert list_actions(Reader(opened(agreed), DESK), of("Seaton")) == ()
