"""Tables as the screen shows them: words, alignment, muted percentages, links, and nothing of a file as markup."""

import re

import pandas as pd
import pytest

from shp_data.domain.figure import Figure
from shp_data.domain.periods import parse_quarter
from shp_view.tables import tables


def figure(**columns):
    return Figure(
        pd.DataFrame(columns), "Police ASB", "Police ASB, Hartlepool", "incidents", ("Source: a.",), "Mar 2021"
    )


CHANGE = {
    "name": ["Police ASB", "Vehicle fires"],
    "count": pd.array([1246, 6], dtype="Int64"),
    "last_year": pd.array([896, 13], dtype="Int64"),
    "difference": pd.array([350, -7], dtype="Int64"),
    "pct_difference": pd.array([39.06, -53.8], dtype="Float64"),
    "verdict": ["clear increase", "no clear change"],
    "rate_per_1000": pd.array([13.303, 0.06], dtype="Float64"),
}


def test_numbers_are_worded_as_in_the_sentences():
    html = tables.to_html(figure(**CHANGE), tables.INDICATORS)
    for cell in (">1,246<", ">+350<", ">+39%<", ">13.3<", ">−7<", ">0.1<", ">No clear change<"):
        assert cell in html


def test_only_a_percentage_of_a_small_base_is_muted():
    html = tables.to_html(figure(**CHANGE), tables.INDICATORS)
    assert '<td class="number muted">−54%</td>' in html
    assert '<td class="number">+39%</td>' in html
    assert html.count("muted") == 1


def test_what_is_missing_is_a_dash_and_never_zero():
    html = tables.to_html(figure(name=["a"], count=pd.array([None], dtype="Int64")), ("name", "count"))
    assert '<td class="number">–</td>' in html


def test_columns_that_a_figure_lacks_are_left_out():
    html = tables.to_html(figure(month=["2020-10"], count=[3]), tables.MONTHS)
    assert "Oct 2020" in html
    assert "Without COVID-related" not in html


def test_text_of_a_file_is_shown_and_never_run():
    html = tables.to_html(figure(name=["<script>alert(1)</script>"], count=[1]), ("name", "count"), ["x?a=1&b=%22"])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'href="x?a=1&amp;b=%22"' in html


def test_a_verdict_tells_its_reason_where_the_period_is_known():
    columns = {**CHANGE, "p_value": [0.0001, 0.112], "dispersion": [3.3, 1.0]}
    html = tables.to_html(figure(**columns), tables.INDICATORS, period=parse_quarter("2020-21-Q4"))
    assert html.count("title=") == 2


@pytest.mark.parametrize(("column", "form"), [("count", "localized"), ("rate_per_1000", "%.1f")])
def test_a_grid_writes_numbers_by_their_format(column, form):
    shown = figure(**CHANGE)
    name = next(iter(tables.list_formats(shown, (column,))))
    assert tables.list_formats(shown, (column,)) == {name: form}


def test_a_grid_says_yes_and_no_in_words():
    marked = figure(covid_related=pd.array([True, False, None], dtype="boolean"))
    assert tables.list_formats(marked, ("covid_related",)) == {}
    found = tables.build_grid(marked, ("covid_related",)).iloc[:, 0]
    assert [*found[:2], bool(pd.isna(found[2]))] == ["yes", "no", True]


def test_a_grid_is_rounded_for_the_eye_and_keeps_the_figure_as_it_was():
    shown = figure(**CHANGE)
    assert tables.build_grid(shown, ("rate_per_1000",)).iloc[0, 0] == 13.3
    assert shown.table["rate_per_1000"].iloc[0] == 13.303


def withheld_cells(withheld: int, count: list, last_year: list) -> list[str]:
    table = pd.DataFrame({"ward": list("abc"), "count": count, "last_year": last_year})
    table = table.astype({"count": "Int64", "last_year": "Int64"})
    html = tables.to_html(Figure(table, "", "", "incidents", (), "", withheld=withheld), list(table))
    return re.findall(r'<td class="number">(.*?)</td>', html)


def test_a_missing_count_is_told_to_be_withheld_where_all_that_are_missing_are():
    both = withheld_cells(3, [None, 9, None], [7, None, 8])
    assert both == ["withheld", "7", "9", "withheld", "withheld", "8"]
    not_loaded = withheld_cells(2, [None, 9, None], [None, None, None])
    assert not_loaded == ["withheld", "–", "9", "–", "withheld", "–"]
    assert withheld_cells(1, [None, 9, None], [7, 7, 7]) == ["–", "7", "9", "7", "–", "7"]  # one of them is not known
    assert withheld_cells(0, [None, 9, 9], [7, 7, 7]) == ["–", "7", "9", "7", "9", "7"]
