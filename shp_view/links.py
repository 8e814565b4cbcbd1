"""A view as its link writes it: the names and values of the filters."""

from __future__ import annotations

from shp_data.domain.selection import Selection
from shp_data.figure import Figure

EVERYWHERE = "all"
IN_FORCE = "in force"
SAMPLE = "sample"


def of_rows(figure: Figure, chosen: Selection) -> list[Selection]:
    """The selection that each row of a figure's table stands for: of its indicator, ward, LPA or month."""
    narrow = {
        "indicator": chosen.of_indicator,
        "code": chosen.of_ward,
        "lpa": chosen.of_area,
        "month": chosen.of_month,
    }
    column = next((name for name in narrow if name in figure.table), None)
    return [narrow[column](str(value)) for value in figure.table[column]] if column else []


def parameters(chosen: Selection, what: str, data: str | None) -> dict[str, str]:
    """The filters of a selection, by name, for a link to it.

    `what`: the choice that its indicators came from. `data`: `sample` where the sample is asked for.
    """
    wanted = {
        "what": what,
        "area": chosen.areas[0] if chosen.areas else EVERYWHERE,
        "period": chosen.period.name,
        "covid": chosen.covid,
        "wards": chosen.vintage or IN_FORCE,
        "ward": chosen.ward or "",
        "data": data or "",
    }
    return {name: value for name, value in wanted.items() if value}
