"""docs/data-dictionary.md: the columns of every file, table and export, and what a store's folder contains."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from docs_build.markdown import NOTICE, describe_names, format_code, format_table, join_parts, read_meanings
from shp_data.analysis import measures
from shp_data.analysis.report import check
from shp_data.commands import repeats
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import (
    FIGURE_FILE,
    FIGURE_REQUIRED,
    INCIDENT_FILE,
    LABELS,
    MEASURES,
    RECORD,
    REQUIRED,
    Field,
    name_ward_column,
)
from shp_data.intake.readers import rejects
from shp_data.intake.rows import reconcile
from shp_data.store.files import layout
from shp_data.store.files.manifest import FileResult, Load
from shp_view.report import report_files

_HEAD = """# Data dictionary

Every column of the files that you load, of the store and of the exports. A month is written `2020-10`, a quarter of the
financial year `2020-21-Q3`, a financial year `2020-21`. An empty cell means not available, never zero.
"""
_INCIDENTS = """## Incident file

One row for each incident: CSV (any usual encoding and delimiter), XLSX or Parquet. Case, spaces and underscores in
headers do not matter; other headers are matched once on the Load files page. The best place that a row gives is used:
degrees, metres of the National Grid, a grid reference, a postcode, a ward, an LSOA, an area. None is needed. Usual
headers of these, such as `District`, `LSOA code` and `NGR`, need no matching. Other columns are not stored. Identical
rows are all accepted: only a repeated `incident_id` is a duplicate. Downloads from data.police.uk load without changes.
"""
_FIGURES = """## Reported-figures file

One row for each figure: the workbook that [`template`](commands.md#template) writes, or a CSV. Every row is checked.
"""
_REJECTED = """## Rejected rows

A CSV with every row that a load rejected, in full: these columns and all columns of its file. Correct the rows in it
and load it with `--append`.
"""
_RECORDS = """## Stored records

`parts/PART.MONTH.parquet` in the store; the Records page shows them. Names, addresses and free text are not stored.
"""
_SUMMARY = """## Monthly summary

`parts/PART.summary.parquet`: the number of records in each combination. Pages read it instead of the records.
"""
_OUT = """## Columns of figures

The columns of tables on screen, their downloads (CSV, XLSX) and `counts`. Downloads use the label as header.
`counts --by` takes {by}.
"""
_REPORT = """## report --format csv

One row for each indicator and area. Numbers are not rounded. `check` reads the same columns.
"""
_CHECK = """## check

One row for each published figure that does not follow.
"""
_STORE = """## The store

A folder: `SHP_STORE`, else `store/` next to `partnership.toml`. It must be on a local disk and belongs to one set
of boundaries. Files in `parts/` never change: a load writes new files, and renaming `CURRENT` makes them current.
"""
# A load of nothing: its summary has every key that `ingest --json` prints.
_EMPTY = Load("", "", append=False, files=(FileResult("", "loaded"),), cells={})


def write_document() -> str:
    """Return the whole dictionary."""
    # The ward columns depend on the years in partnership.toml, so they are not in columns.csv.
    wards = [name_ward_column(boundaries.id) for boundaries in partnership().areas.ward_boundaries]
    meaning = "ONS code of the ward in the ward boundaries of {}"
    ward_fields = [Field(name, LABELS["ward"], "text", meaning.format(name[5:])) for name in wards]
    fields = {field.name: field for field in (*MEASURES, *RECORD, *ward_fields)}
    summary = ["part", *re.split(r", *", layout.list_summary_columns()), "count"]
    loaded = reconcile.to_json(_EMPTY, Path())
    return join_parts(
        _HEAD,
        NOTICE,
        _INCIDENTS,
        _format_fields(INCIDENT_FILE, REQUIRED),
        _FIGURES,
        _format_fields(FIGURE_FILE, FIGURE_REQUIRED),
        _REJECTED,
        _format_meanings("column", describe_names("rejected", (*rejects.REJECT_COLUMNS, rejects.TEXT_COLUMN))),
        _RECORDS,
        _format_fields((*RECORD, *ward_fields)),
        _SUMMARY,
        _format_meanings(
            "column",
            {name: fields[name].meaning if name in fields else read_meanings("summary")[name] for name in summary},
        ),
        _OUT.format(by=", ".join(map(format_code, measures.FIELDS))),
        _format_fields(MEASURES),
        _REPORT,
        _format_meanings("column", describe_names("report", report_files.COLUMNS)),
        "## repeats\n\nOne row for each location, busiest first.",
        _format_meanings("column", describe_names("repeats", repeats.COLUMNS)),
        _CHECK,
        _format_meanings("column", describe_names("check", check.COLUMNS)),
        "## ingest --json\n\nOne object; `files` has one for each file.",
        _format_meanings("key", describe_names("ingest", loaded)),
        _format_meanings("key of a file", describe_names("ingest_file", loaded["files"][0])),
        _STORE,
        _format_meanings("path", describe_store_paths()),
    )


def describe_store_paths() -> dict[str, str]:
    """Describe the files of a store's folder. Names in capitals stand for any name."""
    # The docstring of layout.py is the one list of the paths, for developers and for this page.
    lines = re.findall(r"^(\S+)  +(.+)$", layout.__doc__ or "", re.MULTILINE)
    return dict(lines) | read_meanings("store")


def _format_fields(fields: Iterable[Field], required: Iterable[str] = ()) -> str:
    """Format columns with label, type, unit and meaning; with `required`, also whether each is needed."""
    required_names = set(required)
    head = ("column", "label", "type", "unit", "meaning", *(["required"] if required_names else []))
    rows = [
        (
            *(format_code(field.name), field.label, field.kind, field.unit, field.meaning),
            *(["yes" if field.name in required_names else "no"] if required_names else []),
        )
        for field in fields
    ]
    return format_table(head, rows)


def _format_meanings(head: str, meanings: dict[str, str]) -> str:
    return format_table((head, "meaning"), [(format_code(name), meaning) for name, meaning in meanings.items()])
