"""docs/data-dictionary.md: the columns of every file, table and export, and what a store's folder holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from docs_build.markdown import NOTICE, code, page, table, told, words
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

Every column that goes into the dashboard, is kept in its store, or comes out of it. A month is written `2020-10`, a
quarter of the financial year `2020-21-Q3`, a financial year `2020-21`. An empty cell is not known, never zero.
"""
_INCIDENTS = """## Incident file

One row an incident: CSV (any usual encoding and delimiter), XLSX or Parquet. Headers are known in any spelling of case,
spaces and underscores; others are matched once on the Load files page. A place is `longitude` and `latitude`, or
`easting` and `northing`, or neither. Other columns are not stored. Identical rows are all kept: only a repeated
`incident_id` is a duplicate. Downloads of data.police.uk load as they are.
"""
_FIGURES = """## Reported-figures file

One row a figure: the workbook that [`template`](commands.md#template) makes, or a CSV. Every row is checked.
"""
_REJECTED = """## Rejected rows

A CSV of every row that a load rejected, whole: these columns, those of its file as they came. Mended there, it loads
with `--append`.
"""
_RECORDS = """## Stored records

`parts/PART.MONTH.parquet` in the store; the Records page shows them. Names, addresses and free text are not among them.
"""
_SUMMARY = """## Monthly summary

`parts/PART.summary.parquet`: how many records there are of each combination. Pages read it instead of the records.
"""
_OUT = """## Columns of figures

What tables on screen, their downloads (CSV, XLSX) and `counts` hold. A download is headed with the label.
`counts --by` takes {by}.
"""
_REPORT = """## report --format csv

One row an indicator and area; numbers are not rounded. `check` reads the same columns.
"""
_CHECK = """## check

One row a published figure that does not follow.
"""
_STORE = """## The store

A folder: `SHP_STORE`, else `store/` beside `partnership.toml`. It belongs to one machine's disk and to one set of
boundaries. Nothing in `parts/` is ever changed: a load writes new files, and one rename of `CURRENT` puts it in force.
"""
_EMPTY = Load("", "", append=False, files=(FileResult("", "loaded"),), cells={})


def document() -> str:
    """The whole dictionary."""
    wards = [name_ward_column(vintage.id) for vintage in partnership().areas.ward_boundaries]
    ward_fields = [Field(name, LABELS["ward"], "text", f"ONS code of the ward of {name[5:]}") for name in wards]
    known = {field.name: field for field in (*MEASURES, *RECORD, *ward_fields)}
    summary = ["part", *re.split(r", *", layout.list_summary_columns()), "count"]
    loaded = reconcile.to_json(_EMPTY, Path())
    return page(
        _HEAD,
        NOTICE,
        _INCIDENTS,
        _fields(INCIDENT_FILE, REQUIRED),
        _FIGURES,
        _fields(FIGURE_FILE, FIGURE_REQUIRED),
        _REJECTED,
        _named("column", words("rejected", (*rejects.REJECT_COLUMNS, rejects.TEXT_COLUMN))),
        _RECORDS,
        _fields((*RECORD, *ward_fields)),
        _SUMMARY,
        _named("column", {name: known[name].meaning if name in known else told("summary")[name] for name in summary}),
        _OUT.format(by=", ".join(map(code, measures.FIELDS))),
        _fields(MEASURES),
        _REPORT,
        _named("column", words("report", report_files.COLUMNS)),
        "## repeats\n\nOne row a place, the busiest first.",
        _named("column", words("repeats", repeats.COLUMNS)),
        _CHECK,
        _named("column", words("check", check.COLUMNS)),
        "## ingest --json\n\nOne object; `files` holds one for each file.",
        _named("key", words("ingest", loaded)),
        _named("key of a file", words("ingest_file", loaded["files"][0])),
        _STORE,
        _named("path", store_paths()),
    )


def store_paths() -> dict[str, str]:
    """What a store's folder may hold: names in capitals stand for any."""
    lines = re.findall(r"^(\S+)  +(.+)$", layout.__doc__ or "", re.MULTILINE)
    return dict(lines) | told("store")


def _fields(fields: Iterable[Field], required: Iterable[str] = ()) -> str:
    """Columns with label, type, unit and meaning; with `required`, whether each must be there."""
    asked = set(required)
    head = ("column", "label", "type", "unit", "meaning", *(["required"] if asked else []))
    rows = [
        (code(f.name), f.label, f.kind, f.unit, f.meaning, *(["yes" if f.name in asked else "no"] if asked else []))
        for f in fields
    ]
    return table(head, rows)


def _named(head: str, said: dict[str, str]) -> str:
    return table((head, "meaning"), [(code(name), meaning) for name, meaning in said.items()])
