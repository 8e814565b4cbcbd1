"""What the mapping of a supplier's columns and categories asks, offers and keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source
from shp_data.intake import preview
from shp_data.intake.columns import POLICE_UK, known_headers
from shp_data.intake.preview import Preview as Preview
from shp_data.store import mappings
from shp_view.uploads import Desk
from shp_view.wording import capital, counted

NONE = "-"  # no header for one of our columns
LEFT_OUT = ""  # what a category means whose rows are to be rejected
MOST_CATEGORIES = 40  # asked for at once
_LONGEST_CATEGORY = 60


def suppliers(root: Path) -> list[str]:
    """The suppliers that are known by name."""
    own = mappings.known_sources(root).values()
    return sorted(source.name for source in own if not source.synthetic and source.format != "police.uk")


def supplier_of(found: Preview) -> str:
    """The name that a supplier is offered under: that of the mapping in use, else the file's."""
    return found.reading.name if found.reading else found.file.stem if found.file else ""


def why(found: Preview) -> str:
    """Why is a mapping asked for, and for how long does it hold?"""
    once = "Say once what they mean: later files of this supplier are then read the same way."
    if found.reading is None:
        return f"Its columns are not all known. {once}"
    rows = sum(found.unknown.values())
    return f"{capital(counted(len(found.unknown), 'categories'))} ({counted(rows, 'rows')}) not known. {once}"


def first_rows(found: Preview) -> pd.DataFrame:
    """The first rows of a file under its own headers, as text."""
    return pd.DataFrame(list(found.rows), columns=list(found.header), dtype=str)


def columns(found: Preview, root: Path, supplier: str | None) -> dict[str, tuple[str, list[str], int]]:
    """What may be chosen for each of our columns, the needed first: label, headers (`-`: none), default.

    A column that the file calls by our name is read as that, or another is chosen in its place.
    """
    base = mappings.known_sources(root).get(supplier or "") or (found.reading.source if found.reading else None)
    offered = {}
    for item in sorted(schema.INCIDENT_FILE, key=lambda item: item.name not in schema.REQUIRED):
        own = preview.own_header(item.name, found.header)
        mapped = preview.own_header(base.headers.get(item.name, item.name), found.header) if base else own
        names = [*found.header] if own else [NONE, *found.header]
        default = mapped or own or NONE
        needed = " (needed)" if item.name in schema.REQUIRED else ""
        offered[item.name] = (item.label + needed, names, names.index(default))
    return offered


def meanings() -> dict[str, str]:
    """The incident indicators that a category, or a whole file, may mean: id -> label."""
    words = partnership().vocabulary
    return {id_: words.indicator(id_).label for id_ in words.incident_indicators()}


def categories(desk: Desk, found: Preview, root: Path, supplier: str, column: str | None) -> dict[str, int]:
    """The categories of a column that are not decided yet, with their rows: the 40 commonest at most."""
    if found.file is None or column not in found.header:
        return {}
    sources = mappings.known_sources(root)
    base = sources.get(supplier) or (found.reading.source if found.reading else None)
    unknown = preview.undecided(desk.categories(found.file, known_headers(sources.values()), column), base)
    return dict(list(unknown.items())[:MOST_CATEGORIES])


def category_label(category: str, rows: int) -> str:
    """A category as it is asked for: its name, shortened, and its rows."""
    return f"{category[:_LONGEST_CATEGORY]} ({counted(rows, 'rows')})"


def keep(
    desk: Desk,
    root: Path,
    found: Preview,
    name: str,
    chosen: Mapping[str, str],
    meant: Mapping[str, str | None],
    whole: str | None,
) -> str:
    """Keep a supplier's mapping. Why it cannot be kept, empty where it is."""
    open_ = [category for category, id_ in meant.items() if id_ is None]
    if not name.strip():
        return "Give the supplier's name."
    if open_ and not whole:
        return f"Choose what {open_[0]!r} means, or leave its rows out."
    base = mappings.known_sources(root).get(name.strip(), Source(name.strip()))
    if base.synthetic or base.format == POLICE_UK:
        return f"{base.name} is the name of a source of its own kind. Give the supplier another name."
    decided = {category: id_ or LEFT_OUT for category, id_ in meant.items()} if not whole else {}
    try:
        made = preview.mapping(base, found.header, chosen, decided, whole)
        mappings.keep_mapping(root, made)
    except UserError as error:
        return f"{error}."
    desk.supplier = None if made.headers else made.name
    return ""


def kept(root: Path) -> dict[str, str]:
    """The mappings kept: the supplier's name, and what its columns and categories mean."""
    words = partnership().vocabulary.indicators
    told = {}
    for name, source in mappings.read_mappings(root).items():
        lines = [f"{theirs} is our {schema.LABELS[ours].lower()}" for ours, theirs in source.headers.items()]
        lines += [f"every row is {words[source.indicator].short}"] if source.indicator else []
        lines += [
            f"{category} is {words[id_].short}" if id_ in words else f"{category} is left out"
            for category, id_ in source.categories.items()
        ]
        told[name] = "; ".join(lines)
    return told


def forget(root: Path, name: str) -> None:
    """Remove a kept mapping. Raises StoreError."""
    mappings.forget_mapping(root, name)
