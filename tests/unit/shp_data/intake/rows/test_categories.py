"""What a row counts as: by rules over several columns, by its category, or left out on purpose."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Rule, Supplier
from shp_data.intake.rows.categories import Judgement, judge_rows
from shp_data.intake.rows.columns import FileReading

SECONDARY, VEHICLE = "fires_secondary_deliberate", "fires_vehicle_deliberate"
DELIBERATE = ("Deliberate - own property", "Deliberate - others property")
FIRES = Supplier(
    "Fire service",
    rules=(
        Rule(SECONDARY, {"Incident category": ("Fire",), "Primary fire": ("no",), "Cause": DELIBERATE}),
        Rule(VEHICLE, {"Property category": ("Road Vehicle",), "Cause": DELIBERATE}),
    ),
    unmatched="left out",
)


def judge(text: str, supplier: Supplier, category: str | None = None, **sources: Supplier) -> list[Judgement]:
    """What each row of a small table counts as. The header is the first line."""
    header, *rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    columns = {
        title: pa.chunked_array([pa.array([row[place] or None for row in rows], pa.string())])
        for place, title in enumerate(header)
    }
    headers = ({"indicator": category} if category else {}) | ({"source": "source"} if "source" in header else {})
    reading = FileReading(supplier, headers, supplier.name)
    numbers, judgements = judge_rows(pa.table(columns), reading, sources, partnership().vocabulary)
    return [judgements[number] for number in numbers.to_pylist()]


def test_a_rule_counts_the_rows_that_meet_all_its_conditions():
    found = judge(
        """
        | Incident category | Primary fire | Property category | Cause                        |
        | Fire              | no           | Outdoor           | Deliberate - own property    |
        | FIRE              | No           | Outdoor           | Deliberate – others property |
        | Fire              | no           | Outdoor           | Accidental                   |
        | Fire              | yes          | RoadVehicle       | Deliberate - own property    |
        | Fire              | yes          | Dwelling          | Deliberate - own property    |
        | Special Service   |              | Road Vehicle      |                              |
        """,
        FIRES,
    )
    assert [row.indicator for row in found] == [SECONDARY, SECONDARY, None, VEHICLE, None, None]
    assert [row.left_out for row in found] == [False, False, True, False, True, True]
    assert found[2].refusal == "it is left out by the mapping of Fire service: no rule or category matches it"


def test_a_row_that_rules_of_two_indicators_match_is_rejected_and_both_are_named():
    (found,) = judge(
        """
        | Incident category | Primary fire | Property category | Cause                     |
        | Fire              | no           | RoadVehicle       | Deliberate - own property |
        """,
        FIRES,
    )
    assert (found.indicator, found.left_out) == (None, False)
    assert found.refusal == (
        "more than one rule in the mapping of Fire service matches it: those for Deliberate secondary fires and "
        "Deliberate vehicle fires"
    )


def test_two_rules_of_one_indicator_are_no_conflict():
    twice = Supplier("A", rules=(Rule(VEHICLE, {"Kind": ("car",)}), Rule(VEHICLE, {"Cause": ("arson",)})))
    assert [row.indicator for row in judge("| Kind | Cause |\n| car | arson |\n| car | |\n| | arson |", twice)] == [
        VEHICLE
    ] * 3


def test_rows_that_no_rule_matches_are_rejected_where_the_mapping_does_not_leave_them_out():
    strict = Supplier("A", rules=(Rule(VEHICLE, {"Kind": ("car",)}),))
    (found,) = judge("| Kind |\n| van |", strict)
    assert found == Judgement(None, "no rule in the mapping of A matches it; add one on the Load files page")


def test_an_empty_cell_can_be_a_condition():
    empty = Supplier("A", rules=(Rule(VEHICLE, {"Kind": ("",)}),), unmatched="left out")
    assert [row.indicator for row in judge("| Kind | x |\n| | 1 |\n| van | 2 |", empty)] == [VEHICLE, None]


def test_a_rule_comes_before_the_category_and_the_category_where_no_rule_matches():
    supplier = Supplier(
        "A",
        categories={"Fire": VEHICLE, "Bins": ""},
        rules=(Rule("", {"Kind": ("Fire",), "Month": ("2012-04",)}, "it was counted otherwise"),),
    )
    found = judge(
        """
        | Kind     | Month   |
        | Fire     | 2012-04 |
        | fire     | 2012-05 |
        | Bins     | 2012-05 |
        | Burglary | 2012-04 |
        | Dragons  | 2012-04 |
        """,
        supplier,
        "Kind",
    )
    assert [row.indicator for row in found] == [None, VEHICLE, None, "burglary", None]
    assert [row.refusal for row in found] == [
        "category 'Fire' is left out by the mapping of A: it was counted otherwise",
        None,
        "category 'Bins' is left out by the mapping of A",
        None,
        "unknown indicator 'Dragons'; map it on the Load files page, or in partnership.toml",
    ]
    assert [row.left_out for row in found] == [True, False, True, False, False]


def test_each_row_is_judged_by_the_mapping_of_its_own_supplier():
    own = Supplier("B", rules=(Rule(SECONDARY, {"Kind": ("Fire",)}),))
    found = judge(
        "| source | Kind |\n| A | Fire |\n| B | Fire |", Supplier("A", categories={"Fire": VEHICLE}), "Kind", B=own
    )
    assert [row.indicator for row in found] == [VEHICLE, SECONDARY]


def test_no_row_and_no_column_that_decides():
    assert judge("| x |", FIRES) == []
    whole = Supplier("A", indicator="burglary")
    assert [row.indicator for row in judge("| x |\n| 1 |\n| 2 |", whole)] == ["burglary", "burglary"]


def test_many_columns_of_many_values_are_numbered_without_mixing_rows_up():
    columns = [f"c{n}" for n in range(6)]
    supplier = Supplier("A", rules=(Rule(VEHICLE, dict.fromkeys(columns, ("0",))),), unmatched="left out")
    rows = [[str((row * (place + 3)) % 500) for place in range(6)] for row in range(500)]
    table = pa.table({name: [row[place] for row in rows] for place, name in enumerate(columns)})
    numbers, judgements = judge_rows(table, FileReading(supplier, {}, "A"), {}, partnership().vocabulary)
    counts = Counter(judgements[number].indicator for number in numbers.to_pylist())
    assert counts[VEHICLE] == sum(set(row) == {"0"} for row in rows) == 1


POLICE = partnership().suppliers["police.uk"]


@pytest.mark.parametrize(
    ("category", "month", "indicator", "reason"),
    [
        ("Violent crime", "2012-04", "violence_sexual_offences", None),
        ("Burglary", "2012-04", "burglary", None),
        ("Drugs", "2012-04", "drugs_unspecified", None),
        ("Public disorder and weapons", "2012-04", None, "split it in May 2013"),
        ("Other theft", "2013-04", None, "included Bicycle theft"),
        ("Other theft", "2013-05", "other_theft", None),
        ("Other crime", "2011-08", None, "included drugs"),
        ("Other crime", "2011-09", "other_crime", None),
        ("Dragons", "2012-04", None, 'add it under [sources."police.uk".categories] in partnership.toml'),
    ],
)
def test_old_categories_of_police_uk_count_only_where_they_mean_what_they_mean_today(
    category, month, indicator, reason
):
    (found,) = judge(f"| Crime type | Month |\n| {category} | {month} |", POLICE, "Crime type")
    assert found.indicator == indicator
    assert (found.refusal is None) if reason is None else (reason in found.refusal)
    assert found.left_out == (reason is not None and "partnership.toml" not in reason)
