"""The reason beside a verdict: how often chance does it, in words and as a table's tooltip."""

from __future__ import annotations

import re
from html import unescape
from typing import get_args

import pandas as pd
import pytest

from shp_data.analysis import headlines
from shp_data.analysis.statistics.significance import Verdict, compare
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period, parse_quarter
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.tables import tables
from shp_view.text import sentences, verdict_words

QUARTER = parse_quarter("2020-21-Q4")
MONTH, YEAR = parse_period("2021-03"), parse_period("2020-21")
USUAL = "no clear change"


def row(**changed: object) -> dict[str, object]:
    vehicle_fires = {"count": 6, "last_year": 13, "p_value": 0.1117, "verdict": USUAL, "dispersion": 1.0}
    return vehicle_fires | changed


@pytest.mark.parametrize(
    ("p_value", "period", "words"),
    [
        (compare(6, 13).p_value, QUARTER, "in about 1 quarter in 9"),
        (1.0, QUARTER, "more often than not"),
        (0.67, QUARTER, "more often than not"),  # 1.49
        (0.66, MONTH, "in about 1 month in 2"),  # 1.52
        (0.4, YEAR, "in about 1 year in 3"),  # 2.5
        (0.1, QUARTER, "in about 1 quarter in 10"),
        (0.0953, QUARTER, "in about 1 quarter in 10"),  # 10.49
        (0.09, QUARTER, "in about 1 quarter in 11"),
        (0.0351, QUARTER, "in about 1 quarter in 28"),
        (0.00463, QUARTER, "in about 1 quarter in 220"),  # 216
        (0.001, QUARTER, "in about 1 quarter in 1,000"),
        (0.00099, QUARTER, "in fewer than 1 quarter in 1,000"),
        (0.0, MONTH, "in fewer than 1 month in 1,000"),
        (0.1117, parse_period("2020-04 to 2021-02"), "in about 1 period in 9"),
        (0.1117, parse_period("2021-01 to 2021-03"), "in about 1 quarter in 9"),
        (0.1117, parse_period("2020-11 to 2021-01"), "in about 1 period in 9"),
    ],
)
def test_how_often_chance_does_it(p_value, period, words):
    assert verdict_words.describe_frequency(p_value, period) == words


@pytest.mark.parametrize(
    ("current", "previous", "p_value", "dispersion", "words"),
    [
        (6, 13, compare(6, 13).p_value, 1.0,
         "13 to 6: with numbers this small, a change this large, up or down, happens by chance in about 1 "
         "quarter in 9."),
        (1065, 951, 0.41, 9.2,
         "951 to 1,065: with months that vary this much, a change this large, up or down, happens by chance in "
         "about 1 quarter in 2."),
        (86, 24, 1e-9, 1.0,
         "24 to 86: a change this large, up or down, happens by chance in fewer than 1 quarter in 1,000."),
        (63, 63, 1.0, 1.3, "63 to 63: no change."),
    ],
)  # fmt: skip
def test_the_reason_in_words(current, previous, p_value, dispersion, words):
    assert verdict_words.explain_change(current, previous, p_value, QUARTER, dispersion) == words


def test_a_small_chance_among_many_is_explained():
    among = "Among all the changes tested, some this large are expected by chance."
    for verdict, is_said in (("possible decrease", True), ("clear decrease", False), (USUAL, False)):
        reason = verdict_words.explain_verdict(row(p_value=0.04, verdict=verdict), QUARTER)
        assert reason.endswith(among) == is_said
        assert among not in verdict_words.explain_test(row(p_value=0.04, verdict=verdict), QUARTER)


def test_without_its_months_a_reason_is_the_counts_and_what_the_grade_means():
    hidden = row(p_value=None, dispersion=None, verdict="possible decrease")
    reason = verdict_words.explain_verdict(hidden, QUARTER)
    assert reason == "13 to 6: larger than expected from chance on its own, but not among all the changes tested."
    assert verdict_words.describe_verdict(hidden, QUARTER) == verdict_words.SENTENCES["possible decrease"]


def test_every_verdict_has_its_words():
    assert list(verdict_words.LABELS) == list(verdict_words.SENTENCES)
    assert set(verdict_words.LABELS) == set(get_args(Verdict))
    assert [verdict for verdict in verdict_words.LABELS if not verdict_words.is_change(verdict)] == [USUAL]
    assert not verdict_words.is_change(None)
    assert verdict_words.name_in_sentence("possible increase") == "a possible increase"
    assert verdict_words.name_in_sentence(USUAL) == USUAL


def test_an_unknown_spread_is_said():
    assert verdict_words.explain_verdict(row(dispersion=None), QUARTER).endswith("so this allows for chance only.")
    assert "Too few months" not in verdict_words.explain_verdict(row(), QUARTER)


def test_no_verdict_has_no_reason():
    assert (
        verdict_words.explain_verdict(row(verdict=None), QUARTER)
        == verdict_words.describe_verdict(row(verdict=None), QUARTER)
        == ""
    )


def test_the_verdict_as_a_sentence():
    told = verdict_words.describe_verdict(row(), QUARTER)
    assert told == "There is no clear change: differences of this size are common."
    rise = verdict_words.describe_verdict(row(p_value=1e-9, verdict="clear increase"), QUARTER)
    assert rise == (
        "This is a clear increase: larger than expected from chance, also among all the changes tested. By chance, a "
        "change this large would happen in fewer than 1 quarter in 1,000."
    )


def test_a_table_tells_the_reason_of_each_verdict_where_its_period_is_known():
    table = pd.DataFrame([row(name="A & B"), row(name="C", verdict=None)])
    figure = Figure(table, "Title", "Subtitle", "fires", (), "Mar 2021")
    html = tables.to_html(figure, ("name", "count", "verdict"), period=QUARTER)
    assert re.findall(r'<td title="([^"]+)">([^<]+)</td>', html) == [
        (verdict_words.explain_verdict(row(), QUARTER), "No clear change")
    ]
    assert "title=" not in tables.to_html(figure, ("name", "count", "verdict"))
    assert "title=" not in tables.to_html(figure, ("name", "count"), period=QUARTER)


def test_the_sample_tells_the_reason_of_its_vehicle_fires():
    store = open_store(prepare_sample_store())
    chosen = partnership().select(("fires_vehicle_deliberate",), QUARTER, ("Hartlepool",))
    every = headlines.compare_indicators(Reader(store, Viewer()), chosen)
    told = unescape(tables.to_html(every, tables.INDICATORS, period=QUARTER))
    assert 'title="13 to 6: with numbers this small, a change this large, up or down, happens by chance' in told
    card = headlines.build_card(Reader(store, Viewer()), chosen)
    assert sentences.describe_card(card, chosen).endswith(verdict_words.SENTENCES[USUAL])
