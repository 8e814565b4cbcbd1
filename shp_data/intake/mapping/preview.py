"""What is in a file before it is loaded: its header, its first rows, and what of it is not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.clock import today
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source, plain
from shp_data.intake.readers.chunks import RawChunk
from shp_data.intake.readers.files import InputFile, find_files
from shp_data.intake.readers.tables import read_chunks
from shp_data.intake.reported.figures import Figures
from shp_data.intake.reported.reported import NONE_YET, lacking, parted, read_figures
from shp_data.intake.rows.columns import POLICE_UK, Reading, choose, known_headers

_ROWS = 5
_SAMPLE = 1000  # rows that tell what columns and areas a file has
_LONGEST = 80  # characters of a cell that a preview shows
_BLANK = " \t\n\r\xa0\ufeff"


@dataclass(frozen=True)
class Preview:
    """A file before it is loaded.

    `rows`: the first five, as text. `sample`: header -> values of up to 1,000 rows, spread over the first chunk.
    `reading`: how it will be read; None where needed columns are not known.
    `unknown`: its categories that mean no indicator, with their rows, the commonest first. `figures`: what it
    holds where it is a file of reported figures, which needs no mapping. `fault`: why nothing of it can be read
    or which columns are missing; empty where it can be loaded as it is.
    """

    name: str
    file: InputFile | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: Reading | None = None
    unknown: Mapping[str, int] = field(default_factory=dict)
    figures: Figures | None = None
    fault: str = ""

    @property
    def mappable(self) -> bool:
        """Would a mapping help: are columns or categories not understood?"""
        return bool(self.header) and self.figures is None and (self.reading is None or bool(self.unknown))

    @property
    def loadable(self) -> bool:
        """Would a load take anything of it, as things stand?"""
        return not self.fault and (self.reading is not None or self.figures is not None)

    @property
    def of_own_kind(self) -> bool:
        """Is it a download of data.police.uk, or one of reported figures: read in one way alone?"""
        return self.figures is not None or (self.reading is not None and self.reading.source.format == POLICE_UK)


def previews(path: Path, sources: Mapping[str, Source], name: str | None) -> list[Preview]:
    """What is in this file, or in each file of this zip? `name`: the supplier, where the user gave it."""
    known = known_headers(sources.values())
    return [
        _preview(item, known, sources, name) if isinstance(item, InputFile) else Preview(item.name, fault=item.message)
        for item in find_files([path])
    ]


def categories(file: InputFile, known: Collection[str], column: str) -> dict[str, int]:
    """Which categories does a column of incidents hold, and in how many rows? The commonest first, blanks left out.

    Those that differ in case, spaces or hyphens alone are one, in its commonest spelling. Reads the whole file.
    Raises InputError where it cannot be read on.
    """
    found: Counter[str] = Counter()
    for chunk in read_chunks(file, known):
        incidents, _ = parted(chunk)
        if incidents is None:
            continue
        for pair in pc.value_counts(incidents.table[column]).to_pylist():
            text = (pair["values"] or "").strip(_BLANK)
            if text:
                found[text] += pair["counts"]
    spelt: dict[str, str] = {}
    for text, _ in found.most_common():
        spelt.setdefault(plain(text), text)
    rows = Counter[str]()
    for text, times in found.items():
        rows[spelt[plain(text)]] += times
    return dict(rows.most_common())


def undecided(found: Mapping[str, int], source: Source | None) -> dict[str, int]:
    """Those categories of which neither the vocabulary nor the source's mapping says anything."""
    known = set(partnership().vocabulary.categories(source))
    decided = {plain(name) for name in source.categories} if source else set()
    return {name: rows for name, rows in found.items() if plain(name) not in known | decided}


def own_header(ours: str, header: Collection[str]) -> str | None:
    """The header of a file that is our own name of a column."""
    return next((title for title in header if plain(title) == plain(ours)), None)


def mapping(
    base: Source,
    header: Collection[str],
    chosen: Mapping[str, str],
    meant: Mapping[str, str],
    whole: str | None,
) -> Source:
    """The supplier's mapping with what was chosen now in place of its columns, and added to its categories.

    `chosen`: our column -> the file's header; those of our own name need no mapping. `meant`: category ->
    indicator id, empty to leave its rows out. `whole`: the one indicator of a file without categories.
    Raises InputError where a needed column has none, or one header stands for two columns.
    """
    needed = [ours for ours in schema.REQUIRED if not (ours == "indicator" and whole)]
    missing = [ours for ours in needed if ours not in chosen]
    if missing:
        raise InputError(f"choose a column for {' and '.join(missing)}")
    twice = [title for title, times in Counter(chosen.values()).items() if times > 1]
    if twice:
        raise InputError(f"the column {twice[0]!r} is chosen twice; each can stand for one thing only")
    foreign = {ours: title for ours, title in chosen.items() if own_header(ours, header) != title}
    return replace(
        base,
        headers=foreign,
        categories={**base.categories, **meant},
        indicator=whole,
    )


def _preview(file: InputFile, known: Collection[str], sources: Mapping[str, Source], name: str | None) -> Preview:
    try:
        first = next(iter(read_chunks(file, known)))
        incidents, _ = parted(first)
        if incidents is None:
            return Preview(file.name, file, tuple(first.header), _rows(first), figures=_figures(file, known))
    except InputError as error:
        return Preview(file.name, fault=_named(file, error))
    found = Preview(file.name, file, tuple(first.header), _rows(first), _sample(RawChunk(incidents.table)))
    try:
        reading = choose(found.header, file.stem, sources, name)
        return replace(found, reading=reading, unknown=_unknown(file, known, reading))
    except InputError as error:
        if lacking(found.header):  # no mapping would make incidents of it
            return Preview(file.name, fault=_named(file, error))
        return replace(found, fault=str(error))


def _rows(chunk: RawChunk) -> tuple[tuple[str, ...], ...]:
    rows = chunk.table.slice(0, _ROWS).to_pylist()
    return tuple(tuple((row[title] or "")[:_LONGEST] for title in chunk.header) for row in rows)


def _sample(chunk: RawChunk) -> dict[str, tuple[str, ...]]:
    """Values of some rows, spread evenly: a file is often in the order of areas or days."""
    step = max(1, -(-chunk.table.num_rows // _SAMPLE))
    some = chunk.table.take(list(range(0, chunk.table.num_rows, step)))
    return {
        title: tuple((value or "").strip(_BLANK)[:_LONGEST] for value in some[title].to_pylist())
        for title in chunk.header
    }


def _figures(file: InputFile, known: Collection[str]) -> Figures:
    """The reported figures of a whole file. Raises InputError where none is in yet."""
    found = Figures()
    for chunk in read_chunks(file, known):
        found += read_figures(chunk, file.name, today())
    if found.waiting and not found.rows:
        raise InputError(NONE_YET)
    return found


def _named(file: InputFile, error: InputError) -> str:
    """What is wrong with a file, with its name before it."""
    return str(error) if str(error).startswith(file.name) else f"{file.name}: {error}"


def _unknown(file: InputFile, known: Collection[str], reading: Reading) -> dict[str, int]:
    """The categories that nobody knows; those of data.police.uk stand in partnership.toml."""
    if reading.source.indicator or reading.source.format == POLICE_UK:
        return {}
    return undecided(categories(file, known, reading.headers["indicator"]), reading.source)
