"""The text of hotspots: the map's title, legend and sentences, the list, and what one hotspot did over time."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.places.cells import COLD, HOT, NEITHER
from shp_data.analysis.places.named_hotspots import Hotspots
from shp_data.analysis.statistics.emerging import FEWEST_MONTHS
from shp_data.domain.figure import Figure
from shp_view.text import verdict_words, wording
from shp_view.text.coverage_words import explain_coverage, list_doubts
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.wording import format_count, format_number, format_percent

COLUMNS = ("hotspot", "ward", "count", "share", "difference", "verdict", "hot_months", "pattern", "hours")
LABELS = {HOT: "Hotspot", COLD: "Far fewer than expected", NEITHER: "No clear difference from expected"}
LEGEND = {
    HOT: "Hotspot: far more than expected in this spot and around it (thick outline)",
    COLD: "Far fewer than expected in this spot and around it (no outline)",
    NEITHER: LABELS[NEITHER],
}
PATTERNS = {
    "new": "New",
    "consecutive": "New and continuing",
    "intensifying": "Lasting, getting stronger",
    "persistent": "Lasting",
    "diminishing": "Lasting, getting weaker",
    "sporadic": "On and off",
    "historical": "Lasting until recently",
    "no pattern": "No clear pattern",
}
_PATTERN_SENTENCES = {
    "new": "It is new: the last month is the first in which it stood out.",
    "consecutive": "It is new and continuing: it has stood out in each of the latest months, and not before.",
    "intensifying": "It is lasting and getting stronger: it stood out in nearly every month loaded, more and more.",
    "persistent": "It is lasting: it stood out in nearly every month loaded, with no clear trend.",
    "diminishing": "It is lasting but getting weaker: it stood out in nearly every month loaded, less and less.",
    "sporadic": "It comes and goes: it stood out in the last month, and in some of the months before.",
    "historical": "It was lasting until recently: it stood out in nearly every month loaded, but not in the last one.",
    "no pattern": "There is no clear pattern: it did not stand out in the last month, nor in most months before.",
}
_WARDS = 2  # that a row of the list names
_LISTED = 5  # hotspots that a sentence names


def write_title(hotspots: Hotspots) -> str:
    """Write the title of the map, which names the largest hotspot."""
    table, what = hotspots.cells.table, name_subject(hotspots.cells)
    if table["count"].isna().any():
        is_complete = hotspots.cells.coverage.is_complete
        reason = "some months of the period are not loaded" if is_complete else wording.NOT_AVAILABLE
        return f"Hotspots of {what}: {reason}"
    if table["cluster"].isna().any():
        return f"Hotspots of {what}: a month is in question"
    if hotspots.joined.table.empty:
        return f"There are no hotspots of {what}"
    first = hotspots.joined.table.iloc[0]
    rank = "only" if len(hotspots.joined.table) == 1 else "largest"
    return f"{first['hotspot']} is the {rank} hotspot of {what}: {format_number(first['count'])}"


def describe_hotspots(hotspots: Hotspots) -> str:
    """Describe how many hotspots there are, their share of the incidents, and the largest by name.

    Hexagons with far fewer than expected are described only where there are any. The sentences are also the
    alternative text of the map.
    """
    table, figure = hotspots.cells.table, hotspots.joined
    # A withheld or missing count makes every test of its neighbours unsound, so nothing is described.
    if table["count"].isna().any():
        reason = explain_coverage(figure.coverage) or "Some months of the period are not loaded."
        return f"Hotspots are {wording.NOT_AVAILABLE}. {reason}"
    if table["cluster"].isna().any():
        return " ".join((f"Hotspots are {wording.NOT_AVAILABLE}.", *list_doubts(figure.doubts)))
    sentences = [_name_largest(figure)] if len(figure.table) else [f"No hexagon of {len(table):,} is in a hotspot."]
    if cold := int((table["cluster"] == COLD).sum()):
        have = "has" if cold == 1 else "have"
        sentences.append(f"{format_count(cold, 'hexagons')} {have} far fewer than expected.")
    return " ".join(sentences)


def _name_largest(figure: Figure) -> str:
    """Name the largest hotspots with their counts, numbered as on the map."""
    rows = make_plain_rows(figure.table, ["hotspot", "count"])
    share = format_percent(float(figure.table["share"].sum()))
    names = [f"{number}. {row['hotspot']} ({format_number(row['count'])})" for number, row in enumerate(rows, 1)]
    more = [f"and {len(rows) - _LISTED} more"] if len(rows) > _LISTED else []
    have = "has" if len(rows) == 1 else "have"
    number = wording.capitalise(format_count(len(rows), "hotspots"))
    return f"{number} {have} {share} of the {figure.unit}: {'; '.join([*names[:_LISTED], *more])}."


def list_largest(figure: Figure) -> tuple[str, ...]:
    """List the largest hotspots for a slide, numbered as on the map, each with its figures in one sentence."""
    lines = []
    for number, row in enumerate(make_plain_rows(figure.table.head(_LISTED), list(COLUMNS)), 1):
        share, pattern = format_percent(row["share"]), PATTERNS.get(row["pattern"], "")
        verdict = "" if wording.is_missing(row["verdict"]) else verdict_words.LABELS[row["verdict"]]
        words = [wording.lower_initial(text) for text in (verdict, pattern) if text]
        start = f"{number}. {row['hotspot']}: {format_number(row['count'])}, {share} of the {figure.unit}"
        lines.append(f"{'; '.join((start, *words))}.")
    rest = len(figure.table) - _LISTED
    return (*lines, f"And {format_count(rest, 'smaller hotspots')}.") if rest > 0 else tuple(lines)


def list_hotspots(figure: Figure) -> Figure:
    """List the hotspots for a table: numbered as on the map, their months and their development in words."""
    table = figure.table
    names = [f"{number}. {name}" for number, name in enumerate(table["hotspot"], 1)]
    pairs = zip(table["hot_months"], table["judged_months"], strict=True)
    months = [f"{hot} of {judged}" for hot, judged in pairs]
    patterns = [PATTERNS.get(pattern) for pattern in table["pattern"]]
    # A column that is empty in every row, such as the hours of a supplier without times, would tell nothing.
    empty = [column for column in COLUMNS if len(table) and table[column].isna().all()]
    wards = [shorten_wards(names) for names in table["ward"]]
    listed = table.assign(hotspot=names, ward=wards, hot_months=months, pattern=pd.array(patterns, dtype="str"))
    return replace(figure, table=listed.drop(columns=empty))


def shorten_wards(names: str) -> str:
    """Shorten a list of wards to the two with the most incidents."""
    wards = names.split(", ")
    others = len(wards) - _WARDS
    return names if others < 1 else f"{', '.join(wards[:_WARDS])} and {format_count(others, 'others')}"


def describe_hotspot(row: ChartRow) -> str:
    """Describe one hotspot: its wards, its share, its months, its development, and its time of day.

    `row`: of the table of `named_hotspots.find_hotspots`.
    """
    sentences = [f"It is in {row['ward']} and has {format_percent(row['share'])} of the area's incidents."]
    if row["judged_months"] > 1:
        months = format_count(row["judged_months"], "months")
        sentences.append(
            f"In {format_number(row['hot_months'])} of the last {months} it stood out from the rest of the area."
        )
    pattern = row["pattern"]
    sentences.append(
        f"Fewer than {FEWEST_MONTHS} months are loaded, so it is not known whether it is new or lasting."
        if wording.is_missing(pattern)
        else _PATTERN_SENTENCES[pattern]
    )
    if not wording.is_missing(row["hours"]):
        sentences.append("The busiest four hours of the day are {}:00 to {}:00.".format(*row["hours"].split("-")))
    return " ".join(sentences)
