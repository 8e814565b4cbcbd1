"""The supplier of a file, and the match between its columns and the project's columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import Supplier, normalise_name
from shp_data.intake.reported.figures import describe_missing
from shp_data.intake.rows.dates import DATE_PARTS

POLICE_UK: Final = "police.uk"
_POLICE_UK_HEADERS = {
    "incident_id": "Crime ID",
    "date": "Month",
    "indicator": "Crime type",
    "location": "Location",
    "longitude": "Longitude",
    "latitude": "Latitude",
}
_POLICE_UK_FORCE = "Reported by"
_POLICE_UK_MARK = {"Crime ID", "Month", "Falls within", "Crime type"}


@dataclass(frozen=True)
class FileReading:
    """How to read one file.

    `headers`: our column -> the file's header. `source`: the supplier's mapping. `name`: the supplier's name
    where the rows do not give it. `name_header`: a column whose value is added after the name.
    """

    source: Supplier
    headers: Mapping[str, str]
    name: str
    name_header: str | None = None


def list_headers(sources: Iterable[Supplier]) -> frozenset[str]:
    """Return every header that intake can read, in its `plain` form."""
    standard_headers = (
        {field.name for field in schema.INCIDENT_FILE} | set(_POLICE_UK_HEADERS.values()) | _POLICE_UK_MARK
    )
    mapped_headers = {header for source in sources for header in source.headers.values() if header}
    return frozenset(normalise_name(name) for name in standard_headers | mapped_headers)


def choose_reading(
    header: Collection[str], stem: str, sources: Mapping[str, Supplier], name: str | None
) -> FileReading:
    """Choose how to read a file with this header.

    A data.police.uk file is recognised by its headers. Otherwise use the mapping called `name`; otherwise the
    mapping whose headers are all present, and the one with most headers if there are several; otherwise the
    mapping called like the file's stem; otherwise read a plain incident file under `name` or the stem. Raises
    InputError if a needed column is missing (the message is about reported figures if the file looks like
    those), or if two mappings fit equally well.
    """
    file_headers = {normalise_name(title): title for title in header}
    if all(normalise_name(title) in file_headers for title in _POLICE_UK_MARK):
        return _make_police_reading(file_headers, sources, name)
    if name:
        source = sources.get(name)
    else:
        source = _find_mapping(file_headers, sources) or _find_by_stem(stem, file_headers, sources)
    source = source or Supplier(name=name or stem)
    matched = match_columns(header, source)
    missing = [
        f"{column} (mapped to {source.headers[column]!r})" if source.headers.get(column) else column
        for column in list_missing_columns(matched, source.indicator)
    ]
    if missing:
        raise InputError(
            describe_missing(header)
            or f"no column for {' and '.join(missing)}; the columns are {', '.join(header) or 'none'}. "
            "Match them on the Load files page, or under [sources] in partnership.toml"
        )
    return FileReading(source, matched, source.name)


def match_columns(header: Collection[str], source: Supplier) -> dict[str, str]:
    """Match our columns to the file's headers: by the supplier's mapping, else by our own name of the column.

    A header that the mapping names for one column is not used for another that has its name, and a column that
    the mapping maps to nothing is not used. Day, month and year in columns are not used if the date has one.
    """
    file_headers = {normalise_name(title): title for title in header}
    mapped = {normalise_name(title) for title in source.headers.values()}
    wanted = {
        **{field.name: field.name for field in schema.INCIDENT_FILE if normalise_name(field.name) not in mapped},
        **source.headers,
    }
    matched = {
        column: file_headers[normalise_name(title)]
        for column, title in wanted.items()
        if title and normalise_name(title) in file_headers
    }
    return {column: title for column, title in matched.items() if column not in DATE_PARTS or "date" not in matched}


def list_missing_columns(matched: Collection[str], indicator: str | None) -> list[str]:
    """List the needed columns that are not matched.

    `indicator`: the only indicator of the file, which then needs no column. A column of months can take the
    place of the date, because it can name the year too.
    """
    has = {"date": "date" in matched or "month" in matched, "indicator": bool(indicator) or "indicator" in matched}
    return [column for column in schema.REQUIRED if not has[column]]


def _make_police_reading(
    file_headers: Mapping[str, str], sources: Mapping[str, Supplier], name: str | None
) -> FileReading:
    """Return how to read a data.police.uk download.

    The download names no supplier, only the force that reported, so each force is its own supplier.
    """
    source = next((s for s in sources.values() if s.format == POLICE_UK), Supplier(POLICE_UK, POLICE_UK))
    matched = {
        column: file_headers[normalise_name(title)]
        for column, title in _POLICE_UK_HEADERS.items()
        if normalise_name(title) in file_headers
    }
    force = file_headers.get(normalise_name(_POLICE_UK_FORCE)) if name is None else None
    return FileReading(source, matched, name or source.name, force)


def _find_mapping(file_headers: Mapping[str, str], sources: Mapping[str, Supplier]) -> Supplier | None:
    """Return the mapping whose headers are all in the file; if there are several, the one with most headers."""
    mapped = {s.name: _list_mapped_headers(s) for s in sources.values()}
    fitting = [s for s in sources.values() if mapped[s.name] and mapped[s.name] <= file_headers.keys()]
    most = max((len(mapped[s.name]) for s in fitting), default=0)
    best = [s for s in fitting if len(mapped[s.name]) == most]
    if len(best) > 1:
        names = " and ".join(repr(s.name) for s in best)
        raise InputError(
            f"the columns fit the mappings of {names} equally well; choose the supplier on the Load files page "
            "or with --source"
        )
    return best[0] if best else None


def _find_by_stem(stem: str, file_headers: Mapping[str, str], sources: Mapping[str, Supplier]) -> Supplier | None:
    """Return the supplier that the file is named after, if the file has the headers of its mapping."""
    source = sources.get(stem)
    return source if source and _list_mapped_headers(source) <= file_headers.keys() else None


def _list_mapped_headers(source: Supplier) -> set[str]:
    """Return the headers that a mapping names, in their normalised form."""
    return {normalise_name(title) for title in source.headers.values() if title}
