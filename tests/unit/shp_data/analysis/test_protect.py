"""What is said beside a protected figure: how many counts are withheld, and what else its reader must know."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from helpers.wards import codes, store_of

from shp_data.analysis.protect import can_see_months, note_withheld
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader
from shp_data.store.version import Store

DESK, PARTNER, PUBLIC = Viewer(), Viewer("partner"), Viewer("public")
FIRES, BURGLARY = "fires_secondary_deliberate", "burglary"
QUARTER = partnership().select((FIRES,), parse_period("2020-21-Q3"), ("Hartlepool",))
LATER = partnership().select((FIRES,), parse_period("2021-22-Q3"), ("Hartlepool",))  # in other wards than a year before
FIRST, SECOND, THIRD = codes("Hartlepool")[:3]
JUDGED = "Ranks and limits of rates allow for how much the months of the whole LPA vary."
ROUNDED = "Counts are rounded to the nearest 10, so parts need not add up. A change of rounded counts has no verdict."
NEW = "Wards that are not among those of 2020 have no count of"


def withheld(counts: str, under: int = 5) -> str:
    return (
        f"Withheld: {counts}. By ward and quarter, counts from 1 to {under - 1} are not shown, nor those from which "
        "they could be worked out, nor what is made of either."
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Fires in the last quarters of three years, and burglaries in one: of them, those of 2019 are open."""
    folder = tmp_path_factory.mktemp("protect")
    months = [f"{year}-{month}" for year in (2019, 2020, 2021) for month in (10, 11, 12)]
    store_of(folder, [(FIRST, month, FIRES) for month in months])
    store_of(folder, [(FIRST, month, BURGLARY) for month in months[:3]], "police.uk Cleveland Police", name="b")
    return store_of(folder, [(FIRST, month, BURGLARY) for month in months[3:6]], name="c")


def made(**columns: list[object]) -> Figure:
    return Figure(pd.DataFrame(columns), "Fires", "by ward", "incidents", (), "Dec 2021", ("Told before.",))


def by_code(count: list[int | None], last_year: list[int | None]) -> Figure:
    """A figure of three wards, one that was none then, and the records in none."""
    return made(code=[FIRST, SECOND, THIRD, "E05099999", UNPLACED], count=count, last_year=last_year)


def test_what_is_missing_of_wards_that_were_wards_then_is_withheld(store: Store) -> None:
    found = by_code([None, 12, 9, None, None], [None, None, 7, 5, 6])
    told = note_withheld(found, Reader(store, PARTNER), QUARTER)
    assert told.withheld == 4  # two in each year; of the ward that was none then, no count is withheld
    assert told.caveats == ("Told before.", withheld("4 counts"), JUDGED)
    assert told.table is found.table


def test_one_is_told_in_the_singular_and_none_not_at_all(store: Store) -> None:
    one = note_withheld(by_code([12, 12, 9, None, 0], [None, 5, 7, 5, 6]), Reader(store, PARTNER), QUARTER)
    assert (one.withheld, one.caveats[1:]) == (1, (withheld("1 count"), JUDGED))
    none = note_withheld(by_code([12, 12, 9, None, 0], [8, 5, 7, 5, 6]), Reader(store, PARTNER), QUARTER)
    assert (none.withheld, none.caveats[1:]) == (0, (JUDGED,))


def test_what_is_not_loaded_is_not_withheld(store: Store) -> None:
    before = replace(QUARTER, period=parse_period("2020-21-Q2"))  # neither it nor the year before is loaded
    half = replace(QUARTER, period=parse_period("2020-11 to 2021-01"))
    other = replace(QUARTER, indicators=(FIRES, BURGLARY), period=parse_period("2021-22-Q3"), vintage="2020")
    missing = by_code([None] * 5, [None] * 5)
    assert note_withheld(missing, Reader(store, PARTNER), before) == missing  # nothing of it is protected
    assert note_withheld(missing, Reader(store, PARTNER), half).withheld == 0
    assert (
        note_withheld(missing, Reader(store, PARTNER), other).withheld == 4
    )  # burglaries were loaded for the year before alone


def test_the_analyst_sees_what_there_is(store: Store) -> None:
    found = by_code([None, 12, 9, None, None], [8, 5, 7, 5, 6])
    assert note_withheld(found, Reader(store, DESK), QUARTER) is found


def test_it_is_enough_that_one_of_the_periods_is_protected(store: Store) -> None:
    found = by_code([4, 12, 9, 0, 0], [None, 5, 7, 0, 6])
    burglary = replace(QUARTER, indicators=(BURGLARY,))
    assert note_withheld(found, Reader(store, PARTNER), burglary).withheld == 1  # last year is open
    assert note_withheld(found, Reader(store, PARTNER), replace(burglary, period=parse_period("2019-20-Q3"))) is found
    after = note_withheld(
        found, Reader(store, PARTNER), replace(burglary, period=parse_period("2019-20-Q3")), burglary.period
    )
    assert after.withheld == 1


def test_the_other_period_stands_in_the_place_of_last_years(store: Store) -> None:
    found = by_code([4, 12, 9, 0, 0], [None, 5, 7, 0, 6])
    assert note_withheld(found, Reader(store, PARTNER), QUARTER, parse_period("2020-21-Q2")).withheld == 0  # not loaded
    assert note_withheld(found, Reader(store, PARTNER), QUARTER, parse_period("2019-20-Q3")).withheld == 1


def test_a_table_of_one_ward_is_of_that_ward_and_by_indicator(store: Store) -> None:
    found = made(indicator=[FIRES, BURGLARY], count=[None, None], last_year=[None, 7])
    both = replace(LATER, indicators=(FIRES, BURGLARY), ward=codes("Hartlepool", "2022")[0])
    told = note_withheld(found, Reader(store, PARTNER), both)
    assert told.withheld == 1 + (both.ward in codes("Hartlepool"))  # burglaries of 2021 are not loaded
    assert told.caveats[-1] == JUDGED
    nowhere = note_withheld(found, Reader(store, PARTNER), replace(both, ward="E05099999"))
    assert (nowhere.withheld, nowhere.caveats[-1]) == (0, JUDGED)


def test_of_lpas_nothing_is_withheld(store: Store) -> None:
    found = made(lpa=["Hartlepool"], count=[None], last_year=[None])
    for asked in (QUARTER, LATER):  # and what wards are new does not matter
        told = note_withheld(found, Reader(store, PARTNER), asked)
        assert (told.withheld, told.caveats) == (0, ("Told before.",))


def test_the_public_is_told_of_rounding_by_ward_and_by_lpa(store: Store) -> None:
    other = replace(partnership(), disclosure=Disclosure(withhold_under=8, round_to=10, public=True))
    wards = note_withheld(by_code([None, 12, 9, None, 0], [8, 5, 7, 5, 6]), Reader(store, PUBLIC, other), QUARTER)
    assert (wards.withheld, wards.caveats[1:]) == (1, (withheld("1 count", 8), ROUNDED))
    lpas = note_withheld(made(lpa=["Hartlepool"], count=[10], last_year=[None]), Reader(store, PUBLIC, other), QUARTER)
    assert (lpas.withheld, lpas.caveats[1:]) == (0, (ROUNDED,))


def test_wards_that_are_new_have_no_count_of_the_other_period(store: Store) -> None:
    new = next(code for code in codes("Hartlepool", "2022") if code not in codes("Hartlepool"))
    found = made(code=[new, UNPLACED], count=[None, 0], last_year=[None, 0])
    told = note_withheld(found, Reader(store, PARTNER), LATER)
    assert told.withheld == 1  # of this year: last year it was no ward
    assert told.caveats[1:] == (withheld("1 count"), f"{NEW} last year.", JUDGED)
    assert note_withheld(found, Reader(store, PARTNER), LATER, parse_period("2020-21-Q3")).caveats == told.caveats
    earlier = note_withheld(found, Reader(store, PARTNER), LATER, parse_period("2019-20-Q3"))
    assert earlier.caveats[2] == f"{NEW} 2019-20 Q3 (Oct to Dec 2019)."
    one = note_withheld(made(count=[9], last_year=[None]), Reader(store, PARTNER), replace(LATER, ward=new))
    assert one.caveats[1:] == (f"{NEW} last year.", JUDGED)


def test_who_sees_the_months_one_by_one(store: Store) -> None:
    ward, open_ = (
        replace(QUARTER, ward=FIRST),
        partnership().select((BURGLARY,), parse_period("2019-20-Q3"), ward=FIRST),
    )
    assert [can_see_months(Reader(store, viewer), QUARTER) for viewer in (DESK, PARTNER, PUBLIC)] == [True, True, False]
    assert [can_see_months(Reader(store, viewer), ward) for viewer in (DESK, PARTNER, PUBLIC)] == [True, False, False]
    assert [can_see_months(Reader(store, viewer), open_) for viewer in (DESK, PARTNER, PUBLIC)] == [True, True, True]
