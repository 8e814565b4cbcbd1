"""The sentence of a figure: its own numbers, put into the words of `wording`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shp_data.analysis.context import MANY, area_of, areas_note, not_known, unplaced_note
from shp_data.analysis.measures import gaps
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, runs
from shp_data.domain.selection import Selection
from shp_data.store.facts import Store
from shp_view.text import chance, wording


def what_of(figure: Figure) -> str:
    """What a figure counts, within a sentence: `police ASB incidents`."""
    return wording.things(figure.title, figure.unit)


def verdict_of(card: Figure) -> str:
    """Whether the change of a card's one row is more than chance; empty where there is none to judge."""
    verdict = card.table.iloc[0]["verdict"]
    return "" if wording.is_missing(verdict) else str(verdict)


def card_sentence(card: Figure, chosen: Selection) -> str:
    """What happened, how does it compare with last year, and is that more than chance? From a card's one row."""
    row = card.table.iloc[0]
    said = wording.change_sentence(row["count"], row["last_year"], what_of(card), area_of(chosen), chosen.period)
    if wording.is_missing(row["count"]):
        return f"{said} {card.not_known}".rstrip()
    return f"{said} {chance.verdict_sentence(row.to_dict(), chosen.period)}".rstrip()


def unusual_sentence(monthly: Figure) -> str:
    """Which months of the period does a rule of the expected range speak of? Empty where none does.

    Table: month, in_period and, where there is a range, signal.
    """
    table = monthly.table
    if "signal" not in table:
        return ""
    told = table[table["in_period"] & table["signal"].notna()]
    by_signal = {signal: told.loc[told["signal"] == signal, "month"].tolist() for signal in told["signal"]}
    return " ".join(
        f"{wording.months_named(months)} {'was' if len(months) == 1 else 'were'} {signal}."
        for signal, months in by_signal.items()
    )


def months_sentence(card: Figure, monthly: Figure) -> str:
    """The unusual months of the period, joined to what was said of the period as a whole; empty where none is.

    A period may be as last year's and still hold a month unlike the others, or change without one: the verdict
    compares the period with last year, the expected range a month with every month loaded.
    """
    said = unusual_sentence(monthly)
    if not said:
        return ""
    however = ", however" if verdict_of(card).startswith("within") else ""
    return f"Beside all the months loaded{however}, {said}"


def change_title(card: Figure, chosen: Selection) -> str:
    """The same as a message over a page."""
    row = card.table.iloc[0]
    said = wording.change_title(row["count"], row["last_year"], what_of(card), area_of(chosen), chosen.period)
    return f"{said}, {verdict_of(card)}" if verdict_of(card) else said


def card_count(card: Figure) -> str:
    """The number of a card."""
    return wording.number(card.table.iloc[0]["count"])


def card_facts(card: Figure) -> str:
    """The line under a card's number: its change on last year and its rate."""
    row = card.table.iloc[0]
    change = "No figure for last year"
    if not wording.is_missing(row["difference"]):
        small = wording.is_missing(row["pct_difference"]) or row["last_year"] < wording.SMALL_BASE
        change = wording.signed(row["difference"])
        change += "" if small else f" ({wording.signed_percent(row['pct_difference'])})"
        change += " on last year"
    return f"{change} · {wording.rate(row['rate_per_1000'])} per 1,000 residents"


def months_of(trend: Figure) -> tuple[list[float | None], list[bool], tuple[str, str]]:
    """The counts of a trend's months (None where missing), which are in the period, and its first and last month."""
    table = trend.table
    counts = [None if wording.is_missing(n) else float(n) for n in table["count"]]
    ends = wording.month_label(table["month"].iloc[0]), wording.month_label(table["month"].iloc[-1])
    return counts, table["in_period"].tolist(), ends


def place_title(months: Figure) -> str:
    """What a chart of one place shows: its measure, area and period."""
    return months.subtitle


def records_title(card: Figure, chosen: Selection) -> str:
    """What the records are of: the same count as every other page gives, or that not all of them are loaded."""
    count, where = card.table.iloc[0]["count"], f"{area_of(chosen)}, {chosen.period.label}"
    if wording.is_missing(count):
        why = wording.NOT_AVAILABLE if card.not_known else "the period is not loaded whole"
        return f"{wording.capital(what_of(card))}, {where}: {why}"
    return f"{wording.capital(wording.counted(count, what_of(card)))}, {where}"


def records_note(found: Figure, limit: int) -> str:
    """How much of the records the table shows."""
    shown = len(found.table)
    if not shown:
        return "No record is loaded for these filters: choose another period, area or indicator."
    if shown < limit:
        told = "The one record is" if shown == 1 else f"All {wording.number(shown)} records are"
        return f"{told} below, with the file and row that {'it' if shown == 1 else 'each'} came from."
    return f"The first {wording.number(limit)} records are below; the downloads hold them all."


def missing(store: Store, chosen: Selection) -> list[str]:
    """What the period, or the same period last year, lacks, and what to do; nothing where both are whole.

    That is a month that is not loaded, or an area that no source covers.
    """
    last_year = replace(chosen, period=chosen.period.last_year)
    own, before = gaps(store, chosen), gaps(store, last_year)
    if own:
        start = f"{_spans(own)} not loaded, so {chosen.period.label} has no whole count."
        said = f"{start} Choose another period, or load these months."
        return [*filter(None, [areas_note(store, chosen)]), said]
    nowhere = unplaced_note(store, chosen, least=1)  # which is said by itself
    if not nowhere and (here := not_known(store, chosen)):
        return [here]
    if before:
        return [f"No comparison with last year: {_spans(before)} not loaded. Load these months, or choose a period "
                "whose months of last year are loaded."]  # fmt: skip
    then = "" if nowhere else not_known(store, last_year)
    return [f"No comparison with last year: {then}"] if then else []


def placed_title(store: Store, chosen: Selection, title: str) -> str:
    """The message over a page, but where no record has a place: then that is the message, and no 0 is."""
    return unplaced_note(store, chosen, least=1).removesuffix(".") or title


def unplaced(store: Store, chosen: Selection) -> str:
    """That many records are in no area, and what to do; nothing where few are."""
    said = unplaced_note(store, chosen, least=MANY)
    return f"{said} Load them with columns for longitude and latitude, or easting and northing." if said else ""


def _spans(months: Sequence[Month]) -> str:
    spans = [f"{run.first.label} to {run.last.label}" if run.length > 1 else run.first.label for run in runs(months)]
    return f"{wording.listed(spans)} {'is' if len(months) == 1 else 'are'}"


def headlines_title(cards: Sequence[Figure], chosen: Selection) -> str:
    """The message of the first page: which headlines rose or fell on last year by more than chance."""
    told = []
    for verdict, words in (("higher", "rose"), ("lower", "fell"), ("within", "within usual variation")):
        found = [wording.within(card.title) for card in cards if verdict_of(card).startswith(verdict)]
        if found:
            joint = "is" if len(found) == 1 and not found[0].endswith("s") else "are"
            told.append(f"{wording.listed(found)} {words if verdict != 'within' else f'{joint} {words}'}")
    if not told:
        return f"{area_of(chosen)}, {chosen.period.label}"
    return wording.capital(f"{'; '.join(told)}, compared with last year")
