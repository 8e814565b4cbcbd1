"""Small reports made by hand: what the tests of their tables, workbook, words and documents read."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.report.report_value import (
    AreaComparison,
    AreaStanding,
    Chance,
    Change,
    Covid,
    HotspotValue,
    Line,
    MonthValue,
    RepeatLocation,
    RepeatLocations,
    Report,
    ReportHotspots,
    ReportWards,
    Section,
    WardValue,
)
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.domain.reported import classify_measure
from shp_view.text import wording

RISE = Chance(1.39, 1.11, 1.74, 0.004, "clear increase", 2.7)


def against(now: float | None, base: float | None, *, points: bool = False) -> Change | None:
    """A value beside an earlier one; `points`: both are percentages."""
    if base is None:
        return None
    if now is None:
        return Change(base, None, None)
    difference = now - base
    if points:
        return Change(base, None, difference)
    return Change(base, difference, 100 * difference / base if base else None)


def line(
    indicator: str,
    now: float | None,
    last_year: float | None = None,
    year_to_date: float | None = None,
    area: str = "Hartlepool",
    **more: object,
) -> Line:
    """A line of an indicator of the vocabulary, its differences worked out."""
    known = partnership().vocabulary.find_indicator(indicator)
    kind = classify_measure(known)
    made = Line(
        indicator, area, known.label, known.short, known.unit, kind, known.polarity, known.source, year_to_date,
        now, against(now, last_year, points=kind == "percent"), None, "" if year_to_date is None else "sum",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def standing(area: str, now: int, last_year: int, rate: float | None, rank: int) -> AreaStanding:
    """One area of a comparison of police ASB."""
    rates = None if rate is None else line("asb_police_rate", rate, 9.5, 46.6, area)
    return AreaStanding(area, line("asb_police", now, last_year, 4348, area, chance=RISE), rates, rank, rank, rank + 1)


def report() -> Report:
    """Hartlepool in 2020-21 Q3: each kind of number, one awaited, every block filled, text that is hostile."""
    months = (MonthValue("2020-10", 396, 350), MonthValue("2020-11", 457, 353), MonthValue("2020-12", 393, None))
    asb = line(
        "asb_police", 1246, 896, 4348, chance=RISE, months=months, covid=Covid(188, 15.1, 1058, 896),
        previous_quarter=against(1246, 1166), notes=("Two sources spoke for one month.",),
    )  # fmt: skip
    home = AreaStanding("Hartlepool", asb, line("asb_police_rate", 13.30301, 9.609403, 46.42174), 2, 1, 2)
    sections = (
        Section("Anti-social behaviour", (
            asb,
            home.rate or asb,
            line("noise_complaints", None, 91),
            line("fires_vehicle_deliberate", 6, 0, 27),
        )),
        Section("Drugs and alcohol", (
            line("treatment_opiate", 2.9, 3.3),
            line("young_people_known", 63, 82),
        )),
    )  # fmt: skip
    return Report(
        partnership="Safer Hartlepool Partnership",
        area="Hartlepool",
        quarter=parse_quarter("2020-21-Q3"),
        as_of="Mar 2021",
        synthetic=True,
        sections=sections,
        compared=(AreaComparison("asb_police", (home, standing("Middlesbrough", 2478, 1884, 17.57696, 1))),),
        wards=(
            ReportWards(
                "asb_police", "2020",
                (
                    WardValue("E05008949", "Victoria", 300, 200, 24.1, "clear increase"),
                    WardValue("E05008948", "Rural West", 0, None, 0.0, None),
                ),
                4,
            ),
        ),
        places=(
            RepeatLocations(
                "asb_police", 10,
                (RepeatLocation("=cmd|'/c calc'!A1", "Victoria", -1.2129, 54.6862, 21, "continuing"),),
            ),
        ),
        hotspots=(
            ReportHotspots(
                "asb_police",
                (
                    HotspotValue(
                        "York Road and Victoria Road", "Victoria, Burn Valley, Foggy Furze, Seaton", 158, 120, 12.7,
                        "clear increase", 9, 12, "persistent",
                    ),
                    HotspotValue("Elm Grove", "Manor House", 29, None, 2.3, None, 3, 9, None),
                ),
            ),
        ),
        sources=("Police records: data.police.uk, Open Government Licence v3.0.",),
        caveats=("Rates are per 1,000 residents, 2019 (mid-year estimate).",),
    )  # fmt: skip


def report_of(*lines: Line, **more: object) -> Report:
    """A report of some lines alone."""
    empty = {"compared": (), "wards": (), "places": (), "hotspots": ()}
    return replace(report(), sections=(Section("A priority", lines),), **(empty | more))  # type: ignore[arg-type]


def wards_of(*counts: int, unplaced: int = 0, **names: str) -> ReportWards:
    """The wards of Hartlepool with so many each, and the share of each."""
    total, known = sum(counts) + unplaced, partnership().areas.list_wards("2020")
    own = [ward for ward in known if ward.lpa == "Hartlepool"][: len(counts)]
    return ReportWards(
        "drugs_supply",
        "2020",
        tuple(
            WardValue(
                ward.code, names.get(f"w{n}", ward.name), count, None, 100 * count / total if total else None, None
            )
            for n, (ward, count) in enumerate(zip(own, counts, strict=True))
        ),
        unplaced,
    )


def compared_of(*rates: float | None, ranks: tuple[int | None, int | None] = (None, None)) -> AreaComparison:
    """Police ASB of the first areas with such rates, ranked as printed."""
    printed = [None if rate is None else wording.round_number(rate, 1) for rate in rates]
    areas = []
    for area, rate, shown in zip(partnership().areas.lpa_names, rates, printed, strict=False):
        rank = None if shown is None else 1 + sum(other is not None and other > shown for other in printed)
        found = line("asb_police_rate", rate, None, area=area)
        areas.append(AreaStanding(area, line("asb_police", 100, 50, area=area, chance=RISE), found, rank, *ranks))
    return AreaComparison("asb_police", tuple(areas))
