"""The sentences of a figure, with its numbers as `wording` formats them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shp_data.analysis.context import find_coverage, find_doubts, find_missing_areas, find_unplaced, name_area
from shp_data.analysis.measures import find_missing_months
from shp_data.analysis.signals import ClearChange, Signals, UnusualMonth
from shp_data.analysis.statistics import control
from shp_data.analysis.statistics.expected import Shift, Signal
from shp_data.analysis.verdicts import NO_CHANGE
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, group_into_periods
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader
from shp_view.text import verdict_words, wording
from shp_view.text.coverage_words import MANY, explain_coverage, list_doubts

# The marks of months with more than expected, of either kind of range.
_UPWARD = {Signal.ABOVE, Shift.RISE, control.XmrSignal.HIGH, control.XmrSignal.RISING, control.XmrSignal.NEAR_TOP}
IN_QUESTION = "The change is not assessed until an analyst has checked this."


def name_subject(figure: Figure) -> str:
    """Return what a figure counts, as used within a sentence: `police ASB incidents`."""
    return wording.name_counted_unit(figure.title, figure.unit)


def find_verdict(card: Figure) -> str:
    """Return the verdict on the change in a card's one row. Empty where there is none."""
    verdict = card.table.iloc[0]["verdict"]
    return "" if wording.is_missing(verdict) else str(verdict)


def describe_card(card: Figure, selection: Selection) -> str:
    """Describe a card's one row: the count, the comparison with last year, and its verdict."""
    row = card.table.iloc[0]
    if card.doubts and not wording.is_missing(row["count"]):
        count_sentence = wording.describe_count(
            row["count"], name_subject(card), name_area(selection), selection.period
        )
        return " ".join((count_sentence, *list_doubts(card.doubts), IN_QUESTION))
    sentence = wording.describe_change(
        row["count"], row["last_year"], name_subject(card), name_area(selection), selection.period
    )
    if wording.is_missing(row["count"]):
        return f"{sentence} {explain_coverage(card.coverage)}".rstrip()
    return f"{sentence} {verdict_words.describe_verdict(row.to_dict(), selection.period)}".rstrip()


def describe_signals(monthly: Figure) -> str:
    """Name the months of the period that are not as expected.

    Parameters
    ----------
    monthly : Figure
        Its table has the columns month, in_period and, where there is a range, signal and shift; or signal alone, of
        an XmR chart.

    Returns
    -------
    str
        The sentences; empty where no month is marked.
    """
    table = monthly.table[monthly.table["in_period"]]
    # Months with the same mark share a sentence, in the order in which the marks first appear.
    months_by_mark: dict[str, list[str]] = {}
    for column in ("signal", "shift"):
        if column in table:
            for month, mark in table.dropna(subset=[column])[["month", column]].itertuples(index=False, name=None):
                months_by_mark.setdefault(mark, []).append(month)
    return " ".join(
        f"{wording.name_months(months)} {wording.choose_was(len(months))} {mark}."
        for mark, months in months_by_mark.items()
    )


def describe_unusual_months(card: Figure, monthly: Figure) -> str:
    """Describe the unusual months of the period, after the sentence on the period. Empty where there are none.

    A period may be much like last year's and still hold an unusual month, or change without one: the verdict
    compares the period with last year, the expected range compares a month with the months before it.
    """
    sentence = describe_signals(monthly)
    if not sentence:
        return ""
    # Without "however" an unusual month would seem to contradict the verdict in the sentence before.
    however = "" if _has_one_direction(card, monthly) else ", however"
    compared = "all loaded months" if "mean" in monthly.table else "the months before"
    return f"Compared with {compared}{however}, {sentence}"


def _has_one_direction(card: Figure, monthly: Figure) -> bool:
    """Return whether the period and its unusual months changed in one direction, or the period has no verdict."""
    verdict, row = find_verdict(card), card.table.iloc[0]
    period_months = monthly.table[monthly.table["in_period"]]
    columns = [column for column in ("signal", "shift") if column in period_months]
    is_up = {mark in _UPWARD for column in columns for mark in period_months[column].dropna()}
    if not verdict:
        return True
    return verdict != NO_CHANGE and is_up == {bool(row["difference"] > 0)}


def describe_forecast(monthly: Figure) -> str:
    """Say what is expected in the first month after the last one loaded. Empty where nothing is forecast."""
    table = monthly.table
    if "forecast" not in table or not table["forecast"].any():
        return ""
    row = table[table["forecast"]].iloc[0]
    expected = wording.format_count(int(wording.round_number(row["expected_count"])), monthly.unit)
    month, likely = wording.name_months([row["month"]]), wording.format_range(row["lower"], row["upper"])
    return f"Forecast for {month}: about {expected} (95% range: {likely})."


def build_change_title(card: Figure, selection: Selection) -> str:
    """Build the message over a page from a card's one row: the change, and its verdict."""
    row = card.table.iloc[0]
    if card.doubts and not wording.is_missing(row["count"]):
        subject = f"{wording.capitalise(name_subject(card))} in {name_area(selection)}, {selection.period.label}"
        return f"{subject}: a month is in question"
    title = wording.build_change_title(
        row["count"], row["last_year"], name_subject(card), name_area(selection), selection.period
    )
    verdict = find_verdict(card)
    return f"{title}, {verdict_words.name_in_sentence(verdict)}" if verdict else title


def format_card_count(card: Figure) -> str:
    """Format the number of a card."""
    return wording.format_number(card.table.iloc[0]["count"])


def explain_missing_theme(theme: str) -> str:
    """Explain why the card of a theme has no figure."""
    return f"No records of {wording.lower_initial(theme)} are loaded, so there is no figure."


def format_card_facts(card: Figure) -> str:
    """Format the line under a card's number: its change on last year and its rate."""
    row = card.table.iloc[0]
    change = "No figure for last year"
    if card.doubts and not wording.is_missing(row["difference"]):
        change = "Change not assessed"
    elif not wording.is_missing(row["difference"]):
        # A percentage of fewer than 30 would stress what may be chance.
        small = wording.is_missing(row["pct_difference"]) or row["last_year"] < wording.SMALL_BASE
        change = wording.format_signed(row["difference"])
        change += "" if small else f" ({wording.format_signed_percent(row['pct_difference'])})"
        change += " on last year"
    return f"{change} · {wording.format_rate(row['rate_per_1000'])} per 1,000 residents"


def list_month_counts(trend: Figure) -> tuple[list[float | None], list[bool], tuple[str, str]]:
    """Return a trend's counts (None where missing), which are in the period, and its first and last month."""
    table = trend.table
    counts = [None if wording.is_missing(n) else float(n) for n in table["count"]]
    ends = wording.format_month(table["month"].iloc[0]), wording.format_month(table["month"].iloc[-1])
    return counts, table["in_period"].tolist(), ends


def build_records_title(card: Figure, selection: Selection) -> str:
    """Build the title of the records: the count as on every other page, or that not all are loaded."""
    count, where = card.table.iloc[0]["count"], f"{name_area(selection)}, {selection.period.label}"
    if wording.is_missing(count):
        reason = "some months of the period are not loaded" if card.coverage.is_complete else wording.NOT_AVAILABLE
        return f"{wording.capitalise(name_subject(card))}, {where}: {reason}"
    return f"{wording.capitalise(wording.format_count(count, name_subject(card)))}, {where}"


def describe_records(figure: Figure, limit: int) -> str:
    """Say how many of the records the table shows."""
    row_count = len(figure.table)
    if not row_count:
        return "No records match these filters. Choose another period, area or indicator."
    if row_count == 1 < limit:
        return "The only record is below, with its file and row number."
    if row_count < limit:
        return f"All {wording.format_number(row_count)} records are below, with their files and row numbers."
    return f"The first {wording.format_number(limit)} records are below. The downloads contain all of them."


def explain_gaps(reader: Reader, selection: Selection) -> list[str]:
    """Explain what the period, or the same period last year, lacks, and what to do.

    A gap is a month that is not loaded, or an area that no supplier covers. The list is empty where both
    periods are whole.
    """
    last_year = replace(selection, period=selection.period.last_year)
    # Gaps of the period matter most: a comparison is explained only where the period itself is whole.
    missing_months, missing_last_year = find_missing_months(reader, selection), find_missing_months(reader, last_year)
    if missing_months:
        start = f"{_list_spans(missing_months)} not loaded, so there is no total for {selection.period.label}."
        sentence = f"{start} Choose another period, or load these months."
        return [*filter(None, [explain_coverage(find_missing_areas(reader, selection))]), sentence]
    is_placed = find_unplaced(reader, selection, least=1).is_complete  # where not, that has a message of its own
    if is_placed and (reason := explain_coverage(find_coverage(reader, selection))):
        return [reason]
    if missing_last_year:
        advice = "Load these months, or choose a period whose months of last year are loaded."
        return [f"No comparison with last year: {_list_spans(missing_last_year)} not loaded. {advice}"]
    reason_last_year = explain_coverage(find_coverage(reader, last_year)) if is_placed else ""
    return [f"No comparison with last year: {reason_last_year}"] if reason_last_year else []


def explain_doubts(reader: Reader, selection: Selection) -> str:
    """Explain which months of the period, or of last year's, are in question. Empty where none is."""
    period = selection.period
    doubts = find_doubts(reader, selection, (*period.last_year, *period))
    advice = "Check it on the Data page." if reader.viewer.role == "analyst" else ""
    return " ".join(filter(None, (*list_doubts(doubts), IN_QUESTION, advice))) if doubts else ""


def choose_title(reader: Reader, selection: Selection, title: str) -> str:
    """Return the message over a page. Where no record has a location, return that message instead of a zero."""
    return explain_coverage(find_unplaced(reader, selection, least=1)).removesuffix(".") or title


def explain_unplaced(reader: Reader, selection: Selection) -> str:
    """Say how many records are in no area, and what to do. Return an empty text where few are."""
    sentence = explain_coverage(find_unplaced(reader, selection, least=MANY))
    advice = "To place them, load the file again with columns for longitude and latitude, or easting and northing."
    return f"{sentence} {advice}" if sentence else ""


def _list_spans(months: Sequence[Month]) -> str:
    runs = [(run.first.label, run.last.label) for run in group_into_periods(months)]
    spans = [first if first == last else f"{first} to {last}" for first, last in runs]
    return f"{wording.join_names(spans)} {wording.choose_is(len(months))}"


def build_headlines_title(cards: Sequence[Figure], selection: Selection) -> str:
    """Build the message of the first page: the headlines by their verdict on the change since last year."""
    changes = []
    # LABELS begins with what is surest, and so does the message.
    for verdict, label in verdict_words.LABELS.items():
        names = [wording.lower_initial(card.title) for card in cards if find_verdict(card) == verdict]
        if names:
            changes.append(f"{wording.lower_initial(label)} in {wording.join_names(names)}")
    if not changes:
        return f"{name_area(selection)}, {selection.period.label}"
    return wording.capitalise(f"{'; '.join(changes)}, compared with last year")


def describe_clear_change(change: ClearChange) -> str:
    """Describe a clear change: `Drug supply in Anytown: 8 to 32 offences, a clear increase.`"""
    indicator = partnership().vocabulary.find_indicator(change.indicator)
    now = wording.format_count(change.count, indicator.unit)
    grade = verdict_words.name_in_sentence(change.verdict)
    return f"{indicator.short} in {change.place}: {wording.format_number(change.previous)} to {now}, {grade}."


def describe_unusual_month(month: UnusualMonth) -> str:
    """Describe a month that was not as expected.

    For example `Police ASB in Anytown: compared with the months before, April 2020 was above the expected range.`
    """
    # The change on last year, which may go the other way, is another comparison.
    short = partnership().vocabulary.find_indicator(month.indicator).short
    name = wording.name_months([str(month.month)])
    return f"{short} in {month.place}: compared with the months before, {name} was {month.mark}."


def summarise_signals(signals: Signals, selection: Selection) -> str:
    """Summarise what is not listed of what is worth a look, or say that there is nothing. Empty if all is listed."""
    if not signals.area_count + signals.ward_count + signals.month_count:
        if not signals.is_tested:
            return "No change was tested: the same period last year is not available, or its counts are rounded."
        return (
            f"No change since last year is clear, and no month was outside its expected range, in "
            f"{name_area(selection)} in {selection.period.label}."
        )
    kinds = (
        (signals.area_count - len(signals.areas), "more clear changes in areas"),
        (signals.ward_count - len(signals.wards), "more clear changes in wards"),
        (signals.month_count - len(signals.months), "more unusual months"),
    )
    more = [f"{wording.format_number(count)} {words}" for count, words in kinds if count]
    return f"Also {wording.join_names(more)}." if more else ""
