"""The supplier of a file, and the match between its columns and the project's columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.territory import POLICE_UK as POLICE_UK
from shp_data.domain.territory import is_only_force
from shp_data.domain.vocabulary import Supplier, normalise_name
from shp_data.intake.reported.figures import describe_missing
from shp_data.intake.rows.dates import DATE_PARTS

_POLICE_UK_HEADERS = {
    "incident_id": "Crime ID",
    "date": "Month",
    "indicator": "Crime type",
    "location": "Location",
    "longitude": "Longitude",
    "latitude": "Latitude",
}
_POLICE_UK_FORCES = ("Reported by", "Falls within")  # the first that a file has names the force of a row
_POLICE_UK_MARK = {"Crime ID", "Month", "Falls within", "Crime type"}
# Our column -> other headers that mean nothing else, so that a file with them needs no mapping. The first in a file
# is used.
PLACE_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "area": (
        "LPA", "local policing area", "LPA name", "area name", "borough", "district", "local authority", "LAD",
        "council", "borough name", "district name", "local authority name", "local authority district", "council name",
        "local authority code", "district code", "LPA code", "area code", "unitary authority", "local authority area",
    ),
    "lsoa": ("LSOA code", "LSOA11CD", "LSOA21CD", "LSOA 2011", "LSOA 2021", "LSOA 2011 code", "LSOA 2021 code"),
    "postcode": ("post code", "postal code", "full postcode"),
    "grid_reference": ("grid ref", "NGR", "national grid reference", "OS grid reference", "OS grid ref", "OSGR"),
}  # fmt: skip


@dataclass(frozen=True)
class FileReading:
    """How to read one file.

    `headers`: our column -> the file's header. `source`: the supplier's mapping. `name`: the supplier's name
    where the rows do not give it. `name_header`: a column whose value is added after the name. `force_header`:
    the column of the police force in a file whose supplier the user named.
    """

    source: Supplier
    headers: Mapping[str, str]
    name: str
    name_header: str | None = None
    force_header: str | None = None

    def name_supplier(self, force: str) -> str:
        """Name the supplier of the rows of a police force.

        A name that the user gave is that of the force of the areas. Another force's rows would make its months
        whole, so they have a supplier of their own.
        """
        if self.force_header and is_only_force(self.source, force):
            return self.name
        return f"{self.name} {force}"


def list_headers(sources: Iterable[Supplier]) -> frozenset[str]:
    """Return every header that intake can read, in its `plain` form."""
    standard_headers = (
        {field.name for field in schema.INCIDENT_FILE} | set(_POLICE_UK_HEADERS.values()) | _POLICE_UK_MARK
    )
    mapped_headers = {
        header for source in sources for header in (*source.headers.values(), *source.list_rule_headers()) if header
    }
    place_headers = {header for headers in PLACE_HEADERS.values() for header in headers}
    return frozenset(normalise_name(name) for name in standard_headers | mapped_headers | place_headers)


def is_police_download(header: Iterable[str]) -> bool:
    """Return whether this is the header of a data.police.uk download of street-level records."""
    return {normalise_name(title) for title in _POLICE_UK_MARK} <= {normalise_name(title) for title in header}


def choose_reading(
    header: Collection[str], stem: str, sources: Mapping[str, Supplier], name: str | None
) -> FileReading:
    """Choose how to read a file with this header.

    A data.police.uk file is recognised by its headers. Otherwise use the mapping called `name`; otherwise the
    mapping whose headers are all present, and the one with most headers if there are several; otherwise the
    mapping called like the file's stem; otherwise read a plain incident file under `name` or the stem. A ready-made
    mapping is used only by its name. Raises InputError if a needed column is missing (the message is about reported
    figures if the file looks like those, and names a ready-made mapping that fits), or if two mappings fit equally
    well.
    """
    file_headers = {normalise_name(title): title for title in header}
    if is_police_download(header):
        return _make_police_reading(file_headers, sources, name)
    if name:
        source = sources.get(name)
    else:
        source = _find_mapping(file_headers, sources) or _find_by_stem(stem, file_headers, sources)
    source = source or Supplier(name=name or stem)
    matched = match_columns(header, source)
    needs_category = not (source.indicator or source.rules)
    missing = [
        f"{column} (mapped to {source.headers[column]!r})" if source.headers.get(column) else column
        for column in list_missing_columns(matched, needs_category=needs_category)
    ]
    missing += [
        f"{title!r} (in a rule)" for title in source.list_rule_headers() if normalise_name(title) not in file_headers
    ]
    if missing:
        raise InputError(
            describe_missing(header)
            or f"no column for {' and '.join(missing)}; the columns are {', '.join(header) or 'none'}. "
            "Match them on the Load files page, or under [sources] in partnership.toml"
            f"{_offer_ready_made(header, sources)}"
        )
    return FileReading(source, matched, source.name)


def match_columns(header: Collection[str], source: Supplier) -> dict[str, str]:
    """Match our columns to the headers of a file: by the supplier's mapping, else by our own or a usual name.

    A header that the mapping names for one column is not used for another that has its name, and a column that
    the mapping maps to nothing is not used. Day, month and year in columns are not used if the date has one.
    """
    file_headers = {normalise_name(title): title for title in header}
    mapped = {normalise_name(title) for title in source.headers.values()}
    wanted = {
        **{field.name: field.name for field in schema.INCIDENT_FILE if normalise_name(field.name) not in mapped},
        **_find_place_headers(file_headers, source),
        **source.headers,
    }
    matched = {
        column: file_headers[normalise_name(title)]
        for column, title in wanted.items()
        if title and normalise_name(title) in file_headers
    }
    return {column: title for column, title in matched.items() if column not in DATE_PARTS or "date" not in matched}


def list_missing_columns(matched: Collection[str], *, needs_category: bool) -> list[str]:
    """List the needed columns that are not matched.

    `needs_category`: whether a column must say what each row counts as. A column of months can take the place of
    the date, because it can name the year too.
    """
    has = {
        "date": "date" in matched or "month" in matched,
        "indicator": not needs_category or "indicator" in matched,
    }
    return [column for column in schema.REQUIRED if not has[column]]


def _find_place_headers(file_headers: Mapping[str, str], source: Supplier) -> dict[str, str]:
    """Return the other header of each place column that a file has under no name of ours.

    A mapping with headers is complete: somebody has seen the columns of the file and chosen from them. Nobody has
    for a ready-made one.
    """
    if source.headers and not source.ready_made:
        return {}
    headers_by_column = {
        column: [header for header in headers if normalise_name(header) in file_headers]
        for column, headers in PLACE_HEADERS.items()
        if normalise_name(column) not in file_headers and column not in source.headers
    }
    return {column: headers[0] for column, headers in headers_by_column.items() if headers}


def find_ready_made(header: Collection[str], sources: Mapping[str, Supplier]) -> Supplier | None:
    """Find the ready-made mapping whose layout a file has: the one with most of the columns that it needs.

    It needs the columns of the date, of the category and of the rules. Others may be missing from a file.
    """
    names = {normalise_name(title) for title in header}
    fitting = [
        (len(needed), source)
        for source in sources.values()
        if source.ready_made and (needed := _list_needed_names(source)) <= names
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _list_needed_names(source: Supplier) -> set[str]:
    columns = (*schema.REQUIRED, *DATE_PARTS)
    titles = [title for column, title in source.headers.items() if column in columns]
    return {normalise_name(title) for title in (*titles, *source.list_rule_headers())}


def _offer_ready_made(header: Collection[str], sources: Mapping[str, Supplier]) -> str:
    """Offer the ready-made mapping that fits a file; empty where none does."""
    layout = find_ready_made(header, sources)
    return (
        f". They are those of a ready-made mapping: choose it there, or use --source {layout.name!r}" if layout else ""
    )


def _make_police_reading(
    file_headers: Mapping[str, str], sources: Mapping[str, Supplier], name: str | None
) -> FileReading:
    """Return how to read a data.police.uk download.

    The download names no supplier, only the force that reported, so each force is its own supplier.
    """
    source = next((s for s in sources.values() if s.format == POLICE_UK), Supplier(POLICE_UK, "police.uk"))
    matched = {
        column: file_headers[normalise_name(title)]
        for column, title in _POLICE_UK_HEADERS.items()
        if normalise_name(title) in file_headers
    }
    force = next(file_headers[key] for key in map(normalise_name, _POLICE_UK_FORCES) if key in file_headers)
    return FileReading(source, matched, name, None, force) if name else FileReading(source, matched, source.name, force)


def _find_mapping(file_headers: Mapping[str, str], sources: Mapping[str, Supplier]) -> Supplier | None:
    """Return the mapping whose headers are all in the file; if there are several, the one with most headers.

    Headers that are our own names do not count: other suppliers' files have them too.
    """
    titled = [
        (source, {*map(normalise_name, (*_list_mapped_titles(source), *source.list_rule_headers()))})
        for source in sources.values()
        if not source.ready_made and source.format != POLICE_UK
    ]
    fitting = [(len(names), source) for source, names in titled if names and names <= file_headers.keys()]
    most = max((count for count, _ in fitting), default=0)
    best = [source for count, source in fitting if count == most]
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
    if source is None or source.ready_made or source.format == POLICE_UK:
        return None
    titles = {*source.headers.values(), *source.list_rule_headers()} - {""}
    return source if all(normalise_name(title) in file_headers for title in titles) else None


def _list_mapped_titles(source: Supplier) -> list[str]:
    """Return the headers of a mapping that are not our own name for their column."""
    titles = source.headers.items()
    return [title for column, title in titles if title and normalise_name(title) != normalise_name(column)]
