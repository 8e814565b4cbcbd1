"""Small figures that the tests of charts, maps and documents draw."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.statistics.standing import add_standing
from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period

MONTHS = [str(month) for month in Period(Month(2019, 4), Month(2021, 3))]


def figure(table: pd.DataFrame) -> Figure:
    return Figure(
        table, "Title of the figure", "Police ASB, Hartlepool", "incidents", ("A source.",), "Mar 2021",
        caveats=("A caveat.",), synthetic=True,
    )  # fmt: skip


def monthly() -> Figure:
    count = [400 + 7 * place for place in range(24)]
    table = pd.DataFrame({"month": MONTHS, "count": count, "last_year": [None] * 12 + count[:12]})
    table["excluding_covid"] = table["count"] - 50
    table["in_period"] = table["month"].isin(["2020-10", "2020-11", "2020-12"])
    return figure(table.astype({"count": "Int64", "last_year": "Int64"}))


def ranged() -> Figure:
    """The same with a range from 420 to 520 that steps up in 2020, an unusual month of each kind, and two events."""
    shown = monthly()
    later = shown.table["month"] >= "2020-04"
    table = shown.table.assign(mean=470.0, lower=420.4, upper=520.6).astype({"mean": "Float64"})
    table.loc[later, ["mean", "lower", "upper"]] = [500.0, 450.0, 550.9]
    table["signal"] = pd.array([None] * len(table), dtype="str")
    table.loc[table["month"] == "2020-10", "signal"] = "above the expected range"
    table.loc[table["month"] == "2020-12", "signal"] = "in a run of 7 or more rising months"
    happened = ("Lockdown", Month(2019, 1), Month(2019, 5)), ("Election", Month(2020, 5), Month(2020, 5))
    events = tuple(DatedEvent(label, first, last, "A law") for label, first, last in happened)
    return replace(shown, table=table, events=events)


def expected_months() -> Figure:
    """The same with what was expected from 2020 on, a month of each mark, and two months that are forecast."""
    shown = monthly()
    forecast = pd.DataFrame({"month": ["2021-04", "2021-05"], "in_period": False})
    table = pd.concat([shown.table, forecast], ignore_index=True)
    has_range = table["month"] >= "2020-01"
    for column, value in (
        ("expected_count", 480.4),
        ("lower_80", 450),
        ("upper_80", 510),
        ("lower", 430),
        ("upper", 530),
    ):
        values = [value if ranged_month else None for ranged_month in has_range]
        table[column] = pd.array(values, dtype="Float64" if column == "expected_count" else "Int64")
    table["signal"] = pd.array([None] * len(table), dtype="str")
    table["shift"] = pd.array([None] * len(table), dtype="str")
    table.loc[table["month"] == "2020-10", "signal"] = "above the expected range"
    table.loc[table["month"] == "2020-11", "shift"] = "the start of a sustained rise"
    return replace(shown, table=table.assign(forecast=table["month"] >= "2021-04"))


def lpas() -> Figure:
    table = pd.DataFrame({"lpa": list(partnership().areas.lpa_names), "count": [1246, 2478, 1762, 2425]})
    table["last_year"] = [896, 1884, 1407, 1723]
    table["rate_per_1000"] = [13.3, 17.6, None, 12.3]
    table["population"] = pd.array([93_663, 140_980, None, 197_348], dtype="Int64")
    table = table.assign(rate_last_year=[9.6, 13.4, 10.3, 8.7], dispersion=[3.0, None, 5.0, 1.0])
    table["rate_ratio"] = pd.array([1.38, 0.5, None, 40.0], dtype="Float64")
    table["low"] = pd.array([1.17, 0.0, None, 0.9], dtype="Float64")
    table["high"] = pd.array([1.64, 0.9, None, None], dtype="Float64")
    table["p_value"] = pd.array([0.001, 0.004, None, 0.9], dtype="Float64")
    table["verdict"] = ["clear increase", "clear decrease", None, "no clear change"]
    return figure(add_standing(table))


def by_area() -> Figure:
    months = pd.DataFrame({"month": MONTHS, "rate_per_1000": [place / 10 for place in range(24)]})
    return figure(pd.concat([months.assign(lpa=name) for name in partnership().areas.lpa_names]))


def wards() -> Figure:
    rows = [
        {"code": ward.code, "ward": ward.name, "lpa": ward.lpa, "count": 3 * place, "last_year": 60}
        for place, ward in enumerate(partnership().areas.list_wards("2020"))
    ]
    table = pd.DataFrame(rows).astype({"count": "Int64", "last_year": "Int64"})
    table["difference"] = table["count"] - table["last_year"]
    table["rate_per_1000"] = table["count"].astype(float) / 7
    table["share"] = table["count"] / table["count"].sum() * 100
    rose, fell = table["difference"] > 20, table["difference"] < -20
    table["verdict"] = pd.array(["no clear change"] * len(table), dtype="str")
    table.loc[rose, "verdict"] = "clear increase"
    table.loc[fell, "verdict"] = "clear decrease"
    table = table.assign(p_value=(rose | fell).map({True: 0.004, False: 0.2}), dispersion=1.5)
    table.loc[4, ["count", "difference", "share", "verdict", "p_value", "dispersion"]] = pd.NA
    table.loc[4, "rate_per_1000"] = None
    return figure(table)
