"""The text of a new partnership.toml: template.toml, filled in with the details of the partnership."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from string import Template

from shp_data.domain.areas import WardBoundaries
from shp_data.domain.vocabulary import normalise_name
from shp_data.setup.boundary_files import Boundaries, Zone

_TEMPLATE = Path(__file__).with_name("template.toml")
_OTHER_CRIME = (
    "Bicycle theft", "Burglary", "Criminal damage and arson", "Other crime", "Other theft", "Possession of weapons",
    "Public order", "Robbery", "Shoplifting", "Theft from the person", "Vehicle crime", "Violence and sexual offences",
)  # fmt: skip
_LEFT_OUT = {"and", "the"}  # of an indicator's id


@dataclass(frozen=True)
class Names:
    """The names of a partnership: its own, its first area, all areas together, its police force and suppliers."""

    name: str
    home: str
    region: str
    force: str
    police: str
    sources: tuple[str, ...]


def format_partnership(
    names: Names, areas: Sequence[Zone], vintages: Sequence[tuple[WardBoundaries, Boundaries]]
) -> str:
    """Format the text of partnership.toml, with comments for the analyst who will change it."""
    newest = vintages[-1][1]
    example = next(zone.name for zone in newest.zones if zone.area == names.home)
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=" ".join(names.name.split()),
        name_=_quote(names.name),
        home_=_quote(names.home),
        region_=_quote(names.region),
        force_=_quote(names.force),
        police_=_quote(names.police),
        police_and_ons=_quote(f"{names.police}; ONS"),
        example_ward=f"[{_quote(example)}]",
        areas=_format_tables("areas", ({"code": area.code, "name": area.name} for area in areas)),
        vintages=_format_tables(
            "ward_vintages", ({"id": vintage.id, "in_force_from": vintage.in_force_from} for vintage, _ in vintages)
        ),
        changes=_format_tables("ward_changes", _list_changes(areas, vintages)) or "# None: no ward's code changed.\n",
        other_crime="\n".join(map(_format_crime, _OTHER_CRIME)),
        forces=_format_forces(names, areas),
        sources="".join(map(_format_supplier, names.sources)),
    )


def _format_forces(names: Names, areas: Iterable[Zone]) -> str:
    """Format the table of the partnership's police force, which is responsible for every area."""
    # The name in the downloads is known for certain only if the id at data.police.uk is part of it.
    is_named = normalise_name(names.force) in normalise_name(names.police)
    force = names.police if is_named else names.force
    lpas = ", ".join(_quote(area.name) for area in areas)
    return f'[sources."police.uk".forces]\n{_quote(force)} = [{lpas}]\n'


def _format_tables(name: str, rows: Iterable[Mapping[str, str | dt.date | None]]) -> str:
    """Format an array of tables: dates as they are, texts in quotes, without the keys that have no value."""
    return "\n".join(
        f"[[{name}]]\n" + "".join(f"{key} = {_format_value(value)}\n" for key, value in row.items() if value)
        for row in rows
    )


def _format_value(value: str | dt.date) -> str:
    return _quote(value) if isinstance(value, str) else value.isoformat()


def _quote(text: str) -> str:
    """Quote a text as TOML does, which is as JSON does."""
    # TOML allows no DEL character in a text; JSON does.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list_changes(
    areas: Sequence[Zone], vintages: Sequence[tuple[WardBoundaries, Boundaries]]
) -> list[dict[str, str | dt.date | None]]:
    """List each area whose ward codes differ from those of the boundaries before."""
    changes: list[dict[str, str | dt.date | None]] = []
    for (_, before), (vintage, after) in pairwise(vintages):
        for area in areas:
            old, new = ({zone.code for zone in wards.zones if zone.area == area.name} for wards in (before, after))
            if old == new:
                continue
            size = f"{len(old)} wards became {len(new)}" if len(old) != len(new) else f"{len(new)} wards as before"
            added = len(new - old)
            note = f"{size}; {added} {'code is' if added == 1 else 'codes are'} new"
            changes.append({"area": area.name, "date": vintage.in_force_from, "vintage": vintage.id, "note": note})
    return changes


def _format_crime(label: str) -> str:
    """Format the indicator of a data.police.uk crime type that is no priority of the plan."""
    id_ = "_".join(word for word in label.lower().split() if word not in _LEFT_OUT)
    return (
        f'[indicators.{id_}]\nlabel = "{label}"\nshort = "{label}"\nunit = "offences"\npriority = "none"\n'
        'theme = "other_crime"\nkind = "incident"\npolarity = "worse"\nmappable = true\nsource = "data.police.uk"\n'
    )


def _format_supplier(name: str) -> str:
    """Format a supplier, with comments on what can be filled in about its files."""
    quoted = _quote(name)
    return (
        f"\n[sources.{quoted}]\n"
        'format = "incident file"\n'
        '# indicators = ["asb_police"]\n'
        f"# [sources.{quoted}.headers]\n"
        '# date = "Date reported"\n'
        f"# [sources.{quoted}.categories]\n"
        '# "Nuisance" = "asb_police"\n'
    )
