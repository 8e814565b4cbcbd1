"""Events: read from partnership.toml, exceptional months among them, and clear errors for bad ones."""

import shutil

import pytest

from shp_data.domain.errors import SettingsError
from shp_data.domain.partnership import partnership, read_partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.settings import ROOT

GOOD = """
[partnership]
name = "Anywhere"
area = "Hartlepool"
region = "Cleveland"

[[areas]]
code = "E06000001"
name = "Hartlepool"

[[ward_vintages]]
id = "2020"

[[events]]
label = "Election"
first = "2021-05"
last = "2021-05"
source = "Hartlepool Borough Council"

[[events]]
label = "Flood"
first = "2021-11"
last = "2022-01"
exceptional = true
source = "Environment Agency"
"""


@pytest.fixture
def read(tmp_path):
    """A function that reads the text of a partnership.toml."""
    (tmp_path / "boundaries").mkdir()
    shutil.copy(ROOT / "boundaries" / "populations.csv", tmp_path / "boundaries")

    def from_text(text):
        (tmp_path / "partnership.toml").write_text(text, encoding="utf-8")
        return read_partnership(tmp_path / "partnership.toml")

    return from_text


def test_only_the_months_of_exceptional_events_are_exceptional(read):
    found = read(GOOD)
    assert [(event.label, event.period.length) for event in found.events] == [("Election", 1), ("Flood", 3)]
    assert found.exceptional_months == {Month(2021, 11), Month(2021, 12), Month(2022, 1)}


def test_the_events_of_a_period_come_in_order_of_time(read):
    found = read(GOOD.replace('first = "2021-05"\nlast = "2021-05"', 'first = "2022-01"\nlast = "2022-01"'))

    def labels(first, last):
        return [event.label for event in found.list_events(Period(first, last))]

    assert labels(Month(2021, 1), Month(2022, 12)) == ["Flood", "Election"]
    assert labels(Month(2021, 1), Month(2021, 11)) == ["Flood"]
    assert labels(Month(2022, 1), Month(2022, 1)) == ["Flood", "Election"]
    assert labels(Month(2022, 2), Month(2022, 3)) == []


def test_an_event_can_be_a_step_change(read):
    found = read(GOOD.replace("exceptional = true", "step_change = true"))
    assert [event.step_change for event in found.events] == [False, True]
    assert not found.exceptional_months


def test_the_lockdowns_of_england_are_exceptional():
    assert sorted(map(str, partnership().exceptional_months)) == [
        *("2020-03", "2020-04", "2020-05", "2020-06"),
        *("2020-11", "2021-01", "2021-02", "2021-03"),
    ]
    assert all("Regulations" in event.source for event in partnership().events if event.exceptional)


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('last = "2022-01"', 'last = "Jan 2022"', "expected YYYY-MM"),
        ('last = "2022-01"', 'last = "2021-10"', r"Flood: last \(2021-10\) is before first \(2021-11\)"),
        ('first = "2021-11"', "first = 2021", "wrong type"),
        ('source = "Environment Agency"', "", "source missing"),
        ("exceptional = true", "exeptional = true", "exceptional"),
    ],
)
def test_a_bad_event_is_named(read, good, bad, told):
    with pytest.raises(SettingsError, match=told):
        read(GOOD.replace(good, bad))
