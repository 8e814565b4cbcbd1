"""The outcome of every file and row of a load: as it is stored, as JSON and as text.

In each, read = accepted + duplicates + rejected.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from shp_data.domain.counting import choose_noun
from shp_data.intake.readers.rejects import ReceivedRows
from shp_data.intake.reported.figures import Figures, judge_figures
from shp_data.intake.rows import staging
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import FileResult, Load, Manifest, SupplierMonth, Tally, split_into_runs, sum_records
from shp_data.store.placement import count_load_placements

NO_POSTCODES = (
    "To place records by postcode, save ONS's postcode directory with `python -m shp_data postcodes FILE`, undo this "
    "load on the Data page and load the files again."
)


@dataclass(frozen=True)
class FileRead:
    """A file during a load: its number, its hash, its rows as received, its reported figures, and its failure, if any.

    Its incidents are in the scratch database, under its number. `is_outside`: whether it failed because most of
    its records are outside every area.
    """

    number: int
    name: str
    sha256: str = ""
    is_loaded: bool = False
    failure: str = ""
    received: ReceivedRows | None = None
    figures: Figures = field(default_factory=Figures)
    is_outside: bool = False


def judge_file_figures(files: Sequence[FileRead]) -> list[FileRead]:
    """Return the files of a load with their reported figures judged against one another."""
    figures_by_file = judge_figures({file.number: file.figures for file in files})
    return [replace(file, figures=figures_by_file[file.number]) for file in files]


def reconcile_load(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    files: Sequence[FileRead],
    part: str,
    append: bool,
    accepted_months: set[tuple[int, SupplierMonth]],
    covered_months: set[SupplierMonth],
    territories: Mapping[str, tuple[str, ...]],
) -> Load:
    """Return the load as it will be stored, with every row of every file accounted for.

    `accepted_months`: the supplier months in which each file, by number, has accepted rows. `covered_months`:
    those that the load covers. `territories`: the LPAs of suppliers that are not responsible for all of them.
    """
    # A covered month without records is stored with a count of 0: so the store can distinguish a zero from a gap.
    record_counts = staging.count_accepted(connection)
    tallies = staging.count_by_file(connection)
    unplaced, outside, apart = staging.count_in_no_area(connection)
    months_by_file: dict[int, list[SupplierMonth]] = defaultdict(list)
    for number, supplier_month in sorted(accepted_months):
        months_by_file[number].append(supplier_month)
    left_out = staging.count_left_out(connection)
    results = tuple(
        _make_result(file, tallies.get(file.number, {}), months_by_file[file.number], left_out.get(file.number, {}))
        for file in files
    )
    left_out_rows = sum((Counter(reasons) for reasons in left_out.values()), Counter[str]())
    rejected_rows = sum(file.tally.rejected for file in results)
    figures = tuple(figure for file in files for figure in file.figures.accepted)
    replaced = 0 if append else sum_records(manifest.count_records(), covered_months)
    names = sorted({supplier_month.source for supplier_month in covered_months})
    counts = {supplier_month: record_counts.get(supplier_month, 0) for supplier_month in sorted(covered_months)}
    return Load(
        part=part,
        loaded_at=f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        append=append,
        files=results,
        cells=counts,
        replaced=replaced + len(manifest.list_reported().keys() & {figure.key for figure in figures}),
        unplaced=unplaced,
        outside=outside,
        rejected_file=f"rejected/{part}.csv" if rejected_rows > left_out_rows.total() else "",
        figures=figures,
        runs=split_into_runs(counts),
        areas={name: territories[name] for name in names if name in territories},
        apart=apart,
        left_out=dict(left_out_rows.most_common()),
    )


def find_rejected_rows(
    connection: duckdb.DuckDBPyConnection, files: Sequence[FileRead]
) -> Iterator[tuple[ReceivedRows, dict[int, str]]]:
    """Yield the rows of each file with rejected rows, and the reason by row number."""
    for file in files:
        if file.received and (reasons := staging.list_rejected_rows(connection, file.number) | file.figures.reasons):
            yield file.received, reasons


def _make_result(
    file: FileRead,
    incidents: Mapping[str, Tally],
    supplier_months: Sequence[SupplierMonth],
    left_out: Mapping[str, int],
) -> FileResult:
    """Return the outcome of one file. A file whose rows were all rejected has failed.

    `left_out`: the rows that its mapping leaves out, by reason.
    """
    if file.is_loaded:
        return FileResult(file.name, "already_loaded", file.sha256, message="an identical file is already loaded")
    if file.failure:
        is_named = file.failure.startswith(file.name)  # what a reader says names the file already
        message = file.failure if is_named else f"{file.name}: {file.failure}"
        return FileResult(file.name, "failed", message=message, is_outside=file.is_outside)
    figures = file.figures.tallies
    by_indicator = {
        id_: incidents.get(id_, Tally()) + figures.get(id_, Tally()) for id_ in (dict(incidents) | dict(figures))
    }
    tally = sum(by_indicator.values(), Tally())
    # No hash is stored for such a file, so that it can be loaded again once the cause is corrected (for example a
    # mapping that was missing), instead of being taken for already loaded.
    if tally.rejected == tally.read:
        message = f"{file.name}: {_explain_nothing_accepted(tally, left_out)}"
        return FileResult(file.name, "failed", "", tally, by_indicator, (), message)
    sheets = file.received.summary if file.received else ""
    summary = file.figures.summary or sheets
    return FileResult(
        file.name, "loaded", file.sha256, tally, by_indicator, tuple(supplier_months), summary, file.figures.keys
    )


def _explain_nothing_accepted(tally: Tally, left_out: Mapping[str, int]) -> str:
    """Explain why no row of a file was accepted."""
    if not left_out:
        return "every row was rejected; see the rejected rows"
    count = sum(left_out.values())
    if count < tally.read:
        return f"every row was rejected, {count:,} of them left out by the mapping; see the rejected rows"
    return f"the mapping leaves out every row ({'; '.join(left_out)})"


def to_json(load: Load, root: Path) -> dict[str, Any]:
    """Return the reconciliation in the form that scripts depend on."""
    return {
        **asdict(load.tally),
        "replaced": load.replaced,
        "unplaced": load.unplaced,
        "outside": load.outside,
        "files": [
            {"file": file.file, "status": file.status, **asdict(file.tally), "message": file.message}
            for file in load.files
        ],
        "rejected_file": str(root / load.rejected_file) if load.rejected_file else None,
    }


def to_text(load: Load, root: Path) -> str:
    """Return the reconciliation in words, one line for each file."""
    if not load.tally.read and all(file.status == "failed" for file in load.files):
        return "Nothing was loaded."  # and the errors say why
    lines = [
        f"{file.file}: {file.status.replace('_', ' ')}, {format_sum(file.tally)}{_format_message(file)}"
        for file in load.files
    ]
    replaced_noun = f"{choose_noun(load.replaced, 'records')} or {choose_noun(load.replaced, 'figures')}"
    lines.append(
        f"Total: {format_sum(load.tally)}; {load.unplaced:,} unplaced, {load.outside:,} outside every area; "
        f"{load.replaced:,} {replaced_noun} of earlier loads replaced."
    )
    if load.left_out:
        count = sum(load.left_out.values())
        lines.append(f"Left out by the mapping, among the rejected: {count:,} {choose_noun(count, 'rows')}.")
        lines += [f"  {rows:,}: {reason}" for reason, rows in load.left_out.items()]
    lines += _describe_places(load, root)
    if load.rejected_file:
        path = root / load.rejected_file
        lines.append(
            f"Rejected rows: {path}; correct them there and load that file with --append and the same --source"
        )
    return "\n".join(lines)


def _describe_places(load: Load, root: Path) -> list[str]:
    """Describe how exactly the records are placed, where not all are by point; and what would place more of them."""
    placements = count_load_placements(StoreLayout(root), load)
    if all(placement.placed_by == "point" or placement.exactness == "outside" for placement in placements):
        return []
    lines = [f"Placed: {'; '.join(f'{placement.records:,} {placement.label}' for placement in placements)}."]
    has_postcodes = any(row.placed_by == "postcode" and row.exactness == "unplaced" for row in placements)
    if has_postcodes and not StoreLayout(root).postcodes.exists():
        lines.append(NO_POSTCODES)
    return lines


def format_sum(tally: Tally, read: str = "read") -> str:
    """Format the sum that always holds: `4 read = 2 accepted + 1 duplicate + 1 rejected`."""
    duplicates = f"{tally.duplicates:,} {choose_noun(tally.duplicates, 'duplicates')}"
    return f"{tally.read:,} {read} = {tally.accepted:,} accepted + {duplicates} + {tally.rejected:,} rejected"


def _format_message(file: FileResult) -> str:
    """Return the note on a file that was loaded, if any. For a file that failed, the error says it."""
    return f" ({file.message})" if file.status == "loaded" and file.message else ""
