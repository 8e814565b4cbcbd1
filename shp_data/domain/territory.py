"""The Local Policing Areas that each supplier is responsible for. Only their supplier makes a month of them whole."""

from __future__ import annotations

from collections.abc import Mapping

from shp_data.domain.vocabulary import Supplier, normalise_name

POLICE_UK = "police.uk"  # the format of data.police.uk's downloads, which have several forces
Territory = tuple[str, ...] | None  # printed names of LPAs; empty for none of them, None for all


def find_force_areas(police: Supplier, force: str) -> Territory:
    """Find the LPAs that a police force is responsible for, by its name as data.police.uk prints it.

    A force that the supplier does not list has none. If it lists no force at all, nobody knows whose areas
    they are, and every force has all of them.
    """
    if not police.forces:
        return None
    name = normalise_name(force)
    # A force may be listed by its id at data.police.uk, which is part of its name: `west-yorkshire`.
    return next((areas for listed, areas in police.forces.items() if normalise_name(listed) in name), ())


def is_only_force(police: Supplier, force: str) -> bool:
    """Return whether a force is responsible for areas, and is the only one that is."""
    others = [areas for areas in police.forces.values() if areas]
    return len(others) <= 1 and find_force_areas(police, force) != ()


def find_territory(source: str, suppliers: Mapping[str, Supplier]) -> Territory:
    """Find the LPAs that a supplier is responsible for, by its name in the store.

    Each force of data.police.uk is a supplier of its own: `police.uk FORCE`. A record of that format without
    a force has only the first part of the name, and is of a force that nobody knows.
    """
    supplier = suppliers.get(source)
    if supplier and supplier.areas:
        return supplier.areas
    for police in suppliers.values():
        if police.format == POLICE_UK and f"{source} ".startswith(f"{police.name} "):
            return find_force_areas(police, source.removeprefix(police.name).strip())
    return None
