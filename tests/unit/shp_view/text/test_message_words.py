"""The message of an indicator, in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shp_data.analysis.report.report_value import Chance, Change, Line
from shp_view.text.message_words import write_message

COUNT = Line(
    "asb_police", "Hartlepool", "ASB incidents reported to the Police", "Police ASB", "incidents", "count", "worse",
    "Police", 4348.0, 1246.0, Change(896.0, 350.0, 39.0625), None,
    chance=Chance(1.39, 1.1, 1.7, 0.0001, "higher than expected", 2.0),
)  # fmt: skip
PERCENT = replace(
    COUNT, short="Opiate treatment completed", measured="percent", quarter_value=2.9,
    last_year=Change(3.3, None, -0.4), chance=None,
)  # fmt: skip
USUAL = Chance(0.46, 0.1, 1.3, 0.17, "within usual variation", None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (COUNT, "Police ASB rose by 350 (39%) on the same quarter last year, more than chance"),
        (
            replace(COUNT, quarter_value=6.0, last_year=Change(13.0, -7.0, -53.8), chance=USUAL),
            "Police ASB fell by 7 on the same quarter last year, within usual variation",
        ),
        (
            replace(COUNT, quarter_value=4.0, last_year=Change(0.0, 4.0, None), chance=None),
            "Police ASB rose by 4 on the same quarter last year",
        ),
        (
            replace(COUNT, quarter_value=896.0, last_year=Change(896.0, 0.0, 0.0)),
            "Police ASB: 896, the same as in the same quarter last year",
        ),
        (replace(COUNT, last_year=None), "Police ASB: 1,246; no figure for the same quarter last year"),
        (replace(COUNT, quarter_value=None), "Police ASB: not yet in"),
        (
            PERCENT,
            "Opiate treatment completed: 2.9%, 0.4 percentage points lower than in the same quarter last year",
        ),
        (
            replace(COUNT, measured="rate_per_1000", quarter_value=13.3, last_year=Change(9.6, 3.7, 38.5), chance=None),
            "Police ASB rose by 3.7 on the same quarter last year",
        ),
    ],
)
def test_messages(line: Line, said: str):
    assert write_message(line) == said
