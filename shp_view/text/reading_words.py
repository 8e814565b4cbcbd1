"""How files are read, in words: before they are loaded, and by the mappings that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shp_data.domain import schema
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source, labels, plain
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.rows.columns import Reading
from shp_data.store.notes import mappings
from shp_view.text.wording import listed, some


@dataclass(frozen=True)
class Read:
    """Files that are read alike, in words. `changeable`: the first of them, where one may say otherwise."""

    told: str
    changeable: Preview | None


def read_alike(found: Sequence[Preview]) -> list[Read]:
    """How will the records of each file be read? Files that are read alike are told of together."""
    alike: dict[str, list[Preview]] = {}
    for file in found:
        if file.reading and not file.mappable:
            alike.setdefault(_reading(file, file.reading), []).append(file)
    return [
        Read(f"{some([file.name for file in files])}: {told}.", None if files[0].of_own_kind else files[0])
        for told, files in alike.items()
    ]


def kept(root: Path) -> dict[str, str]:
    """The mappings kept: the supplier's name, and what its columns and categories mean."""
    return {name: "; ".join(_mapped(source)) for name, source in mappings.read_mappings(root).items()}


def _reading(found: Preview, reading: Reading) -> str:
    """The supplier, each of our columns and the header that it is read from, and what of the file is not used."""
    if found.of_own_kind:
        return "as a download of data.police.uk"
    source, headers = reading.source, reading.headers
    read = [
        schema.LABELS[ours] if plain(schema.LABELS[ours]) == plain(theirs) else f"{schema.LABELS[ours]} is {theirs}"
        for ours, theirs in headers.items()
        if not (ours == "indicator" and source.indicator)
    ]
    told = [f"as {reading.name}: {', '.join(read)}", *_stated(source)]
    unused = [title for title in found.header if title not in headers.values()]
    return "; ".join([*told, *([f"columns not used: {', '.join(unused)}"] if unused else [])])


def _mapped(source: Source) -> list[str]:
    """What a kept mapping says."""
    words = partnership().vocabulary.indicators
    return [
        *(f"{schema.LABELS[ours]} is {theirs}" for ours, theirs in source.headers.items()),
        *(
            f"{category} is {words[id_].short}" if id_ in words else f"{category} is left out"
            for category, id_ in source.categories.items()
        ),
        *_stated(source),
    ]


def _stated(source: Source) -> list[str]:
    """What holds for every file of a supplier."""
    words = partnership().vocabulary
    return [
        *([f"every row is {words.indicator(source.indicator).short}"] if source.indicator else []),
        *([f"covers {listed(list(source.areas))}"] if source.areas else []),
        *([f"a month without a row is a 0 for {labels(source.indicators, words)}"] if source.indicators else []),
    ]
