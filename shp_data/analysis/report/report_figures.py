"""The figures of a report's charts: the same counts as its lines, by month and area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shp_data.analysis import comparison, trends
from shp_data.analysis.places.named_hotspots import Hotspots, find_hotspots
from shp_data.analysis.report.report_value import Report
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.store.reading import Reader

_MONTHS = 24


@dataclass(frozen=True)
class ReportFigures:
    """The figures of a report's charts, by the indicator's id.

    `trends`: its last 24 months in the report's area; `areas`: the comparison of the areas; `hotspots`: the map of
    those that have any, for the analyst.
    """

    trends: Mapping[str, Figure]
    areas: Mapping[str, Figure]
    hotspots: Mapping[str, Hotspots] = field(default_factory=dict)


def build_report_figures(reader: Reader, report: Report) -> ReportFigures:
    """Build the figures of a report's charts, for indicators whose incidents are loaded.

    Raises NotAllowedError.
    """
    counted = [line.indicator for line in report.lines if line.is_from_records]
    selections = {id_: partnership().select((id_,), report.quarter, (report.area,)) for id_ in counted}
    compared = [block.indicator for block in report.compared if block.indicator in counted]
    return ReportFigures(
        trends={
            id_: trends.count_by_month(reader, selection, _MONTHS, with_range=False)
            for id_, selection in selections.items()
        },
        areas={id_: comparison.compare_lpas(reader, selections[id_]) for id_ in compared},
        hotspots={
            block.indicator: find_hotspots(reader, selections[block.indicator])
            for block in report.hotspots
            if block.hotspots
        },
    )
