"""Actions for tests: what is recorded for a ward or a place of the sample."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shp_data.domain.partnership import partnership
from shp_data.store.notes.actions import Action

RECORDED = dt.datetime(2020, 10, 2, 9, 30, tzinfo=dt.UTC)


SEATON = next(ward for ward in partnership().areas.list_wards("2020", "Hartlepool") if ward.name == "Seaton")


WARD = {"ward": "Seaton", "ward_code": SEATON.code, "vintage": "2020"}


PLACE = {"place": "Brenda Road", "longitude": -1.2129, "latitude": 54.6862}


def action(**changed: Any) -> Action:
    """Extra patrols in Seaton ward, or what is `changed` of it."""
    usual: dict[str, Any] = {
        "agreed": dt.date(2020, 10, 1),
        "what": "Extra patrols on Friday evenings",
        "who": "Neighbourhood police team",
        "lpa": "Hartlepool",
        "recorded_by": "analyst@example.org",
        "recorded_at": RECORDED,
        **WARD,
    }
    return Action(**(usual | changed))


def nowhere() -> dict[str, None]:
    return dict.fromkeys(WARD)
