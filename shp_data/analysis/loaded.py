"""What is loaded: the months that each source covers, gaps, reported figures, and the rows of every load."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from shp_data.analysis.context import describe_doubt, list_attributions
from shp_data.domain.clock import UK
from shp_data.domain.errors import StoreError
from shp_data.domain.figure import Coverage, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, group_into_periods, parse_period
from shp_data.domain.reported import ReportedFigure
from shp_data.domain.schema import UNKNOWN
from shp_data.domain.selection import Selection
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Load, Tally
from shp_data.store.placement import Placement, count_load_placements, count_placements
from shp_data.store.reading import Reader, list_reported

LOADED, GAP, BEYOND, APART, IN_QUESTION, LEFT_OUT = "loaded", "gap", "beyond", "apart", "in question", "left out"
_VALUE = re.compile(r"'([^']*)'")
_ROW = re.compile(r"\brow \d+")
_PLACE = re.compile(r"(sheet .*?, )?row \d+(, |: )")  # before the reason why a reported figure was rejected
_NAMED = 3  # so many of the values that a reason was given for are shown


def count_by_month(reader: Reader) -> Figure:
    """Count the records that each source holds of each indicator and month, and mark the gaps.

    Returns
    -------
    Figure
        A table with the columns source, indicator (short name), month, count and state, with a row for
        every month from the store's first to its last. `state`: loaded; gap, between two loaded months;
        beyond, before the first or after the last; apart, where the source is responsible for no area, so that
        the month does not count as loaded; in question or left out, in any area. Count is missing where nothing is
        loaded, and 0 where the source had none. The caveats say where two sources cover the same indicator and
        month, which sources cover only some areas, and which have records that are counted apart.
    """
    vocabulary = reader.partnership.vocabulary
    all_months = {supplier_month.month for supplier_month in reader.store.coverage}
    span = Period(Month.parse(min(all_months)), Month.parse(max(all_months))) if all_months else None
    order = {id_: position for position, id_ in enumerate(vocabulary.indicators)}
    # Coverage and not records: a month that was loaded and had no incident counts 0 here.
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    apart: dict[tuple[str, str], set[str]] = defaultdict(set)
    for supplier_month, count in reader.store.coverage.items():
        counts[supplier_month.source, supplier_month.indicator][supplier_month.month] = count
    for supplier_month in reader.store.months_apart:
        apart[supplier_month.source, supplier_month.indicator].add(supplier_month.month)
    completeness = reader.store.completeness
    marks = dict.fromkeys(completeness.left_out, LEFT_OUT) | dict.fromkeys(completeness.doubtful, IN_QUESTION)
    names = [str(month) for month in span or ()]
    rows = [
        (
            source,
            vocabulary.find_indicator(indicator).short,
            month,
            month_counts.get(month),
            state if state == APART else marks.get((indicator, month), state),
        )
        for (source, indicator), month_counts in sorted(
            counts.items(), key=lambda item: (item[0][0], order[item[0][1]])
        )
        for month, state in zip(names, _find_states(names, month_counts, apart[source, indicator]), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["source", "indicator", "month", "count", "state"])
    label = f", {span.label}" if span else ""
    return Figure(
        table.astype({"count": "Int64"}),
        title="Months loaded by source and indicator",
        subtitle=f"Records loaded by source, indicator and month{label}",
        unit="records",
        sources=list_attributions(supplier_month.source for supplier_month in reader.store.coverage),
        as_of=span.last.label if span else "no month",
        caveats=(*describe_doubled(reader), *_list_partial_suppliers(reader), *list_apart(reader)),
        synthetic=reader.store.has_synthetic,
    )


def list_doubts(reader: Reader, load: Load | None = None) -> tuple[Coverage, ...]:
    """List the months in question, the latest first: of all indicators, or of those that a load covers."""
    loaded = {(cell.indicator, cell.month) for cell in load.cells} if load else reader.store.completeness.doubtful
    return tuple(
        describe_doubt(doubtful)
        for doubtful in reader.store.completeness.list_doubtful()
        if (doubtful.counted.indicator, doubtful.counted.month) in loaded
    )


def list_reported_figures(reader: Reader) -> Figure:
    """List the reported figures in force, the latest period first.

    Returns
    -------
    Figure
        A table with the columns indicator (short name), area, period, value, year_to_date (as supplied;
        missing where it was not), file and row (where the figure was read).

    Raises
    ------
    NotAllowedError
        If the viewer may not see reported figures.
    """
    indicators = reader.partnership.vocabulary.indicators
    order = list(indicators)
    figures = [f for f in list_reported(reader).values() if f.indicator in indicators]
    figures.sort(key=lambda figure: (order.index(figure.indicator), figure.area))
    # The latest period first, and of those that end together the longest.
    periods = {figure.period: parse_period(figure.period) for figure in figures}
    figures.sort(key=lambda figure: (periods[figure.period].last, periods[figure.period].length), reverse=True)
    rows = [
        (indicators[f.indicator].short, f.area, periods[f.period].label, f.value, f.year_to_date, f.file, f.row)
        for f in figures
    ]
    columns = ["indicator", "area", "period", "value", "year_to_date", "file", "row"]
    table = pd.DataFrame(rows, columns=columns).astype({"value": "Float64", "year_to_date": "Float64"})
    last = periods[figures[0].period].last.label if figures else "no month"
    return Figure(
        table,
        title="Reported figures",
        subtitle=f"Reported figures, to {last}",
        unit="figures",
        sources=list_attributions(_list_suppliers(figures)),
        as_of=last,
    )


def describe_doubled(reader: Reader) -> tuple[str, ...]:
    """Describe where two sources cover the same indicator and month, a sentence for each indicator."""
    vocabulary = reader.partnership.vocabulary
    sentences = []
    for indicator, sources_by_month in reader.store.find_overlaps().items():
        names = " and ".join(sorted(set().union(*sources_by_month.values())))
        spans = ", ".join(
            f"{run.first.label} to {run.last.label}" if run.length > 1 else run.first.label
            for run in group_into_periods(sources_by_month)
        )
        sentences.append(
            f"{vocabulary.find_indicator(indicator).short} comes from {names} for the same months ({spans}): an "
            "incident that both reported is counted twice."
        )
    return tuple(sentences)


def _list_partial_suppliers(reader: Reader) -> tuple[Coverage, ...]:
    """List the suppliers that cover only some areas, each with those areas."""
    lpa_names = reader.partnership.areas.lpa_names
    by_supplier = {
        name: tuple(lpa for lpa in lpa_names if lpa in areas)
        for name, areas in sorted(reader.store.supplier_areas.items())
    }
    partial = [(name, lpas) for name, lpas in by_supplier.items() if 0 < len(lpas) < len(lpa_names)]
    return tuple(Coverage("partial supplier", suppliers=(supplier,)) for supplier in partial)


def list_apart(reader: Reader, selection: Selection | None = None) -> tuple[Coverage, ...]:
    """List the suppliers that have records in areas that they are not responsible for, or have no area.

    `selection`: only those with such records of its indicators and months.
    """
    store, counts = reader.store, Counter[str]()
    for supplier_month, records in store.apart.items():
        if selection is None or (
            supplier_month.indicator in selection.indicators
            and Month.parse(supplier_month.month) in selection.period.months
        ):
            counts[supplier_month.source] += records
    return tuple(
        Coverage("other areas", suppliers=((name, tuple(sorted(areas))),))
        if name in store.outdated_suppliers
        else Coverage("other supplier", suppliers=((name, tuple(sorted(areas))),), records=counts[name])
        for name, areas in sorted(store.supplier_areas.items())
        if counts[name] or name in store.outdated_suppliers or (selection is None and not areas)
    )


def list_apart_in_load(load: Load) -> tuple[Coverage, ...]:
    """List the suppliers of a load that have records in areas that they are not responsible for, or have no area."""
    return tuple(
        Coverage("other supplier", suppliers=((name, areas),), records=load.apart.get(name, 0))
        for name, areas in load.areas.items()
        if name in load.apart or not areas
    )


def count_by_file(load: Load) -> Figure:
    """Count the rows of each file of a load by result.

    Returns
    -------
    Figure
        A table with the columns file, status, read, accepted, duplicates, rejected, message.
    """
    rows = [
        {"file": file.file, "status": file.status.replace("_", " "), **asdict(file.tally), "message": file.message}
        for file in load.files
    ]
    table = pd.DataFrame(rows)
    # The column would be empty in almost every load.
    if not table["message"].any():
        table = table.drop(columns="message")
    return _build_load_figure(load, table, "Load by file")


def count_by_indicator(load: Load) -> Figure:
    """Count the rows of each indicator of a load by result.

    Returns
    -------
    Figure
        A table with the columns indicator, read, accepted, duplicates, rejected.
    """
    indicators = partnership().vocabulary.indicators
    sums: dict[str, Tally] = defaultdict(Tally)
    for file in load.files:
        for indicator, tally in file.by_indicator.items():
            sums[indicator] += tally
    rows = [
        {"indicator": indicators[id_].short if id_ in indicators else UNKNOWN, **asdict(sums[id_])}
        for id_ in (*indicators, UNKNOWN)
        if id_ in sums
    ]
    columns = ["indicator", "read", "accepted", "duplicates", "rejected"]
    return _build_load_figure(load, pd.DataFrame(rows, columns=columns), "Load by indicator")


def count_by_place(load: Load, root: Path) -> Figure:
    """Count the records of a load by what shows where they were, the most exact first.

    Returns
    -------
    Figure
        A table with the columns place (in words) and records.

    Raises
    ------
    StoreError
        If the load cannot be read.
    """
    return _build_load_figure(load, _list_placements(count_load_placements(StoreLayout(root), load)), "Load by place")


def count_all_by_place(reader: Reader) -> Figure:
    """Count the records of a store by what shows where they were. The table is that of `count_by_place`."""
    months = reader.store.list_months()
    return Figure(
        _list_placements(count_placements(reader.store)),
        title="How exactly records are placed",
        subtitle=f"Records by what shows where they were{f', to {months[-1].label}' if months else ''}",
        unit="records",
        sources=list_attributions(supplier_month.source for supplier_month in reader.store.coverage),
        as_of=months[-1].label if months else "no month",
        synthetic=reader.store.has_synthetic,
    )


def _list_placements(placements: Sequence[Placement]) -> pd.DataFrame:
    rows = [(placement.label, placement.records) for placement in placements]
    return pd.DataFrame(rows, columns=["place", "records"]).astype({"records": "Int64"})


def count_reasons(load: Load, root: Path) -> Figure:
    """Count the rejected rows to correct by reason, the most common first.

    Returns
    -------
    Figure
        A table with the columns rows, reason, seen (the values found) and first_row (where the reason was
        first found). Quoted values and row positions are left out of the reason, so that one fault counts
        once.

    Raises
    ------
    StoreError
        If the rejected rows cannot be read.
    """
    rejections = _read_rejections(load, root)
    # The name of the only file would be the same in every row.
    positions = rejections["rejected_row"]
    if rejections["rejected_file"].nunique() > 1:
        positions = rejections["rejected_file"] + ", row " + positions
    counts: Counter[str] = Counter()
    examples: dict[str, Counter[str]] = defaultdict(Counter)
    first_rows: dict[str, str] = {}
    for message, rows in positions.groupby(rejections["rejected_reason"], sort=False):
        # `row 7: unknown ward 'X'` and `row 9: unknown ward 'Y'` are one fault, with two values.
        prefix = _PLACE.match(str(message))
        reason = _ROW.sub("another row", _VALUE.sub("…", str(message)[prefix.end() if prefix else 0 :]))
        counts[reason] += len(rows)
        first_rows.setdefault(reason, rows.iloc[0])
        if values := _VALUE.findall(str(message)):
            examples[reason][", ".join(values)] += len(rows)
    table = [
        (count, reason, _format_examples(examples[reason]), first_rows[reason])
        for reason, count in counts.most_common()
    ]
    columns = ["rows", "reason", "seen", "first_row"]
    return _build_load_figure(load, pd.DataFrame(table, columns=columns), "Reasons for rejection")


def _read_rejections(load: Load, root: Path) -> pd.DataFrame:
    """Read the file, the row in it and the reason of each rejected row, as texts."""
    try:
        return pd.read_csv(
            root / load.rejected_file, usecols=["rejected_file", "rejected_row", "rejected_reason"], dtype=str,
            keep_default_na=False, encoding="utf-8-sig",
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise StoreError(f"the rejected rows of this load cannot be read: {error}") from error


def list_sources(load: Load) -> tuple[str, ...]:
    """List the sources that a load covers: those of its records, and the suppliers of its reported figures."""
    return tuple(sorted({supplier_month.source for supplier_month in load.cells} | _list_suppliers(load.figures)))


def format_load_time(load: Load) -> str:
    """Format the time of a load, in UK time: `22 Nov 2026, 17:40`."""
    loaded_at = dt.datetime.fromisoformat(load.loaded_at).astimezone(UK)
    return f"{loaded_at.day} {loaded_at:%b %Y, %H:%M}"


def _list_suppliers(figures: Iterable[ReportedFigure]) -> set[str]:
    """List the suppliers of these figures, from the vocabulary of their indicators."""
    indicators = partnership().vocabulary.indicators
    return {indicators[figure.indicator].source for figure in figures if figure.indicator in indicators}


def _find_states(months: Sequence[str], counts: Mapping[str, int], apart: Collection[str]) -> list[str]:
    """Find the state of each month: loaded, a gap between two loaded months, or beyond; or loaded and apart."""
    loaded = counts.keys() - set(apart)
    first, last = (min(loaded), max(loaded)) if loaded else ("", "")
    return [
        APART if month in apart else LOADED if month in loaded else GAP if first < month < last else BEYOND
        for month in months
    ]


def _format_examples(values: Counter[str]) -> str:
    examples = [f"{value} ({count:,})" for value, count in values.most_common(_NAMED)]
    more = len(values) - len(examples)
    return ", ".join(examples) + (f" and {more:,} more" if more else "")


def _build_load_figure(load: Load, table: pd.DataFrame, title: str) -> Figure:
    names = list_sources(load)
    suppliers = partnership().suppliers
    # Records and reported figures may end in different months: the later one dates the load.
    months = [Month.parse(month) for month in {supplier_month.month for supplier_month in load.cells}]
    months += [parse_period(period).last for period in {figure.period for figure in load.figures}]
    return Figure(
        table,
        title=title,
        subtitle=f"{title}, {format_load_time(load)}",
        unit="rows",
        sources=list_attributions(names),
        as_of=max(months).label if months else "no month",
        synthetic=any(name in suppliers and suppliers[name].synthetic for name in names),
    )
