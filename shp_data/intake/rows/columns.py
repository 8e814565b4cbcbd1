"""Whose file is this, and which of its columns is which? The source modules of the intake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import Source, plain
from shp_data.intake.reported.reported import lacking

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
class Reading:
    """How one file is read.

    `headers`: our column -> the file's header. `source`: the mapping it is read with. `name`: the source's
    name where the file does not say it; with `name_header`, the name is followed by that column's value.
    """

    source: Source
    headers: Mapping[str, str]
    name: str
    name_header: str | None = None


def known_headers(sources: Iterable[Source]) -> frozenset[str]:
    """Every header that the intake can make sense of, in its `plain` form."""
    own = {field.name for field in schema.INCIDENT_FILE} | set(_POLICE_UK_HEADERS.values()) | _POLICE_UK_MARK
    mapped = {header for source in sources for header in source.headers.values()}
    return frozenset(plain(name) for name in own | mapped)


def choose(header: Collection[str], stem: str, sources: Mapping[str, Source], name: str | None) -> Reading:
    """How is a file with this header read?

    A data.police.uk file by its own headers; else by the mapping named `name`; else by the mapping whose
    headers are all there, that of most headers if several; else as the plain incident file, under `name` or
    the file's stem. Raises InputError where a needed column is missing (in the words of reported figures, if it
    looks like those), or two mappings fit alike.
    """
    theirs = {plain(title): title for title in header}
    if all(plain(title) in theirs for title in _POLICE_UK_MARK):
        return _police_uk(theirs, sources, name)
    source = sources.get(name) if name else _fitting(theirs, sources)
    source = source or Source(name=name or stem)
    wanted = {field.name: field.name for field in schema.INCIDENT_FILE} | dict(source.headers)
    found = {ours: theirs[plain(title)] for ours, title in wanted.items() if plain(title) in theirs}
    needed = [ours for ours in schema.REQUIRED if not (ours == "indicator" and source.indicator)]
    missing = [
        f"{ours} (mapped to {wanted[ours]!r})" if ours in source.headers else ours
        for ours in needed
        if ours not in found
    ]
    if missing:
        raise InputError(
            lacking(header)
            or f"no column for {' and '.join(missing)}; the columns are {', '.join(header) or 'none'}. "
            "Map them on the Load files page, or under [sources] in partnership.toml"
        )
    return Reading(source, found, source.name)


def _police_uk(theirs: Mapping[str, str], sources: Mapping[str, Source], name: str | None) -> Reading:
    """The download names no supplier but the force that reported: each force is a source of its own."""
    source = next((s for s in sources.values() if s.format == POLICE_UK), Source(POLICE_UK, POLICE_UK))
    found = {ours: theirs[plain(title)] for ours, title in _POLICE_UK_HEADERS.items() if plain(title) in theirs}
    force = theirs.get(plain(_POLICE_UK_FORCE)) if name is None else None
    return Reading(source, found, name or source.name, force)


def _fitting(theirs: Mapping[str, str], sources: Mapping[str, Source]) -> Source | None:
    """The mapping with headers of its own that the file all has; of several the one with most."""
    mapped = [s for s in sources.values() if s.headers]
    fitting = [s for s in mapped if all(plain(title) in theirs for title in s.headers.values())]
    most = max((len(s.headers) for s in fitting), default=0)
    best = [s for s in fitting if len(s.headers) == most]
    if len(best) > 1:
        names = " and ".join(repr(s.name) for s in best)
        raise InputError(
            f"the columns fit the mappings of {names} alike; name the supplier, on the Load files page or by --source"
        )
    return best[0] if best else None
