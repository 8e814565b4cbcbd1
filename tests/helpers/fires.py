"""A made-up export of a fire service, in the layouts of the ready-made mappings, with a planned answer."""

from __future__ import annotations

import csv
import io
import random

from shp_data.domain import schema

IRS, AVON = "Incident Recording System", "Avon Fire and Rescue Service"
SECONDARY, VEHICLE = "fires_secondary_deliberate", "fires_vehicle_deliberate"
# The layouts that can be read: Avon has its date in parts.
LAYOUTS = [IRS, *([AVON] if "day" in {item.name for item in schema.INCIDENT_FILE} else [])]

# Planned: ward -> deliberate secondary fires, deliberate vehicle fires.
PLAN = {
    "Headland and Harbour": (31, 4),
    "Manor House": (22, 7),
    "Victoria": (17, 9),
    "De Bruce": (12, 0),
    "Seaton": (5, 2),
    "Hart": (0, 1),
}
# Incident category, property category, is primary fire, cause. Real exports have the dash of Windows-1252.
DELIBERATE = ("Deliberate – others property", "Deliberate – own property", "Deliberate – unknown owner")
OTHERS = (
    ("Fire", "Outdoor", "no", "Accidental"),
    ("Fire", "Outdoor", "no", "Not known"),
    ("Fire", "Dwelling", "yes", "Deliberate – own property"),
    ("Fire", "Dwelling", "yes", "Accidental"),
    ("Fire", "RoadVehicle", "yes", "Accidental"),
    ("Special Service", "RoadVehicle", "", ""),
    ("False Alarm", "NonResidential", "", ""),
)
COLUMNS = {
    IRS: ("Date of Call", "Incident Number"),
    AVON: ("Day", "Month", "Year", "Time of Call", "Incident Number", "X Coordinate", "Y Coordinate"),
}


def make_export(layout: str, month: int, rows: int = 500) -> bytes:
    """One month of 2024, in random order: the planned fires, and other incidents up to so many rows."""
    draw = random.Random(month)  # a made-up file
    incidents = []
    for ward, (secondary, vehicle) in PLAN.items():
        kinds = [("Fire", draw.choice(("Outdoor", "OutdoorStructure")), "no")] * secondary
        kinds += [("Fire", "RoadVehicle", "yes")] * vehicle
        incidents += [(ward, *kind, draw.choice(DELIBERATE)) for kind in kinds]
    incidents += [(draw.choice(list(PLAN)), *draw.choice(OTHERS)) for _ in range(rows - len(incidents))]
    draw.shuffle(incidents)
    out = io.StringIO()
    writer = csv.writer(out)
    header = ("Unitary Authority", "Ward", "Incident Category", "Property Category", "Is Primary Fire", "Cause of Fire")
    writer.writerow([*COLUMNS[layout], *header, "Victims Involved?"])
    for number, (ward, *kind) in enumerate(incidents, 1):
        day, hour, id_ = draw.randint(1, 28), draw.randint(0, 23), f"{number:06}-{month:02}2024"
        when = [f"{day:02}/{month:02}/2024 {hour:02}:15", id_]
        if layout == AVON:
            name = ("April", "May", "June")[month - 4]
            when = [str(day), name, "2024", f"{hour:02}:15:30", id_, "450***", "532***"]
        writer.writerow([*when, "HARTLEPOOL", ward.upper(), *kind, "no"])
    return out.getvalue().encode("cp1252")
