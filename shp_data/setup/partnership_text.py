"""The words of a new partnership.toml: template.toml, with what is known of the partnership filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from string import Template

from shp_data.domain.areas import WardVintage
from shp_data.setup.boundary_files import Boundaries, Zone

_TEMPLATE = Path(__file__).with_name("template.toml")
_OTHER_CRIME = (
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
_LEFT_OUT = {"and", "the"}  # of an indicator's id


@dataclass(frozen=True)
class Names:
    """What a partnership calls itself: its name, the area it opens with, all areas together, its police, suppliers."""

    name: str
    home: str
    region: str
    force: str
    police: str
    sources: tuple[str, ...]


def partnership_text(names: Names, areas: Sequence[Zone], vintages: Sequence[tuple[WardVintage, Boundaries]]) -> str:
    """What does partnership.toml say of a partnership, with comments for the analyst who will change it?"""
    newest = vintages[-1][1]
    example = next(zone.name for zone in newest.zones if zone.area == names.home)
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=" ".join(names.name.split()),
        name_=_quoted(names.name),
        home_=_quoted(names.home),
        region_=_quoted(names.region),
        force_=_quoted(names.force),
        police_=_quoted(names.police),
        police_and_ons=_quoted(f"{names.police}; ONS"),
        example_ward=f"[{_quoted(example)}]",
        areas=_tables("areas", ({"code": area.code, "name": area.name} for area in areas)),
        vintages=_tables("ward_vintages", (_vintage(vintage) for vintage, _ in vintages)),
        changes=_tables("ward_changes", _changes(areas, vintages)) or "# None: no ward's code changed.\n",
        other_crime="\n".join(map(_crime, _OTHER_CRIME)),
        sources="".join(map(_source, names.sources)),
    )


def _tables(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    """An array of tables, each value as TOML writes it."""
    texts = (f"[[{name}]]\n" + "".join(f"{key} = {value}\n" for key, value in _toml(row).items()) for row in rows)
    return "\n".join(texts)


def _toml(row: Mapping[str, str]) -> dict[str, str]:
    """A date as it is, any other text in quotes."""
    return {key: value if key in ("date", "in_force_from") else _quoted(value) for key, value in row.items()}


def _quoted(text: str) -> str:
    """A text as TOML quotes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _vintage(vintage: WardVintage) -> dict[str, str]:
    start = {"in_force_from": vintage.in_force_from.isoformat()} if vintage.in_force_from else {}
    return {"id": vintage.id, **start}


def _changes(areas: Sequence[Zone], vintages: Sequence[tuple[WardVintage, Boundaries]]) -> list[dict[str, str]]:
    """Each area whose ward codes are not those of the vintage before."""
    found = []
    for (_, before), (vintage, after) in pairwise(vintages):
        for area in areas:
            old, new = ({zone.code for zone in wards.zones if zone.area == area.name} for wards in (before, after))
            if old != new and vintage.in_force_from:
                count = f"{len(old)} wards became {len(new)}" if len(old) != len(new) else f"{len(new)} wards as before"
                codes = len(new - old)
                note = f"{count}; {codes} {'code is' if codes == 1 else 'codes are'} new"
                day = vintage.in_force_from.isoformat()
                found.append({"area": area.name, "date": day, "vintage": vintage.id, "note": note})
    return found


def _crime(label: str) -> str:
    """The indicator of a crime type of data.police.uk that is no priority of the plan."""
    id_ = "_".join(word for word in label.lower().split() if word not in _LEFT_OUT)
    return (
        f'[indicators.{id_}]\nlabel = "{label}"\nshort = "{label}"\nunit = "offences"\npriority = "none"\n'
        'theme = "other_crime"\nkind = "incident"\npolarity = "worse"\nmappable = true\nsource = "data.police.uk"\n'
    )


def _source(name: str) -> str:
    """A supplier, with what may be said of its files to be filled in."""
    quoted = _quoted(name)
    return (
        f"\n[sources.{quoted}]\n"
        'format = "incident file"\n'
        '# indicators = ["asb_police"]\n'
        f"# [sources.{quoted}.headers]\n"
        '# date = "Date reported"\n'
        f"# [sources.{quoted}.categories]\n"
        '# "Nuisance" = "asb_police"\n'
    )
