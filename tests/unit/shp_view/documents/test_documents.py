"""Figures as files: tables that no spreadsheet takes for formulas, pictures with their source."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import pandas as pd
import pytest
from helpers.view_figures import by_area, figure, lpas, monthly, ranged, wards
from python_calamine import CalamineWorkbook

from shp_view.charts import comparison_charts, trend_charts
from shp_view.documents import documents
from shp_view.maps.ward_maps import draw_ward_picture

HOSTILE = ["=1+1", "+44", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def test_a_csv_has_printed_headers_and_opens_in_excel() -> None:
    content = documents.to_csv(lpas())
    assert content.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert list(read.columns)[:3] == ["Area", "Count", "Same period last year"]
    assert read["Count"].tolist() == lpas().table["count"].tolist()
    assert read["Rate per 1,000"].isna().sum() == 1  # missing stays empty


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_made_plain_text(text: str) -> None:
    shown = figure(pd.DataFrame({"ward": [text], "difference": [-5]}))
    assert documents.escape_text(text) == f"'{text}"
    assert f"'{text}" in documents.to_csv(shown).decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(documents.to_xlsx(shown)))
    cells = book.get_sheet_by_name("Figures").to_python()
    assert cells[-1][0].startswith("'")
    assert cells[-1][1] == -5  # a number stays one


def test_a_workbook_holds_numbers_and_where_they_come_from() -> None:
    shown = replace(wards(), withheld=2)
    book = CalamineWorkbook.from_filelike(io.BytesIO(documents.to_xlsx(shown)))
    rows = book.get_sheet_by_name("Figures").to_python()
    assert rows[0][0] == "Title of the figure"
    place = rows[3].index("Count")
    assert [row[place] for row in rows[4:]] == ["" if pd.isna(n) else n for n in shown.table["count"]]
    notes = dict(book.get_sheet_by_name("Notes").to_python())
    assert notes["Caveat"] == "A caveat."
    assert notes["Withheld"] == "2 cells"
    assert "SYNTHETIC SAMPLE" in notes["Source"]
    assert "A source." in notes["Source"]


@pytest.mark.parametrize("kind", ["trend", "range", "by_area", "comparison", "wards"])
def test_a_picture_holds_title_and_source_on_white(kind: str) -> None:
    shown, spec = {
        "trend": lambda: (monthly(), trend_charts.draw_trend(monthly())),
        "range": lambda: (ranged(), trend_charts.draw_trend(ranged())),
        "by_area": lambda: (by_area(), trend_charts.draw_area_trends(by_area())),
        "comparison": lambda: (lpas(), comparison_charts.draw_rates(lpas(), "Hartlepool")),
        "wards": lambda: (
            wards(),
            draw_ward_picture(wards(), "rate_per_1000", "2020", wards().table, area="Hartlepool"),
        ),
    }[kind]()
    svg = documents.to_svg(spec, shown).decode()
    for words in (shown.title, shown.subtitle, "A caveat.", "SYNTHETIC SAMPLE", "A source."):
        assert words in svg
    assert 'fill="#FFFFFF"' in svg
    assert svg.count("<path") > 10


def test_a_png_is_sharp_enough_for_print() -> None:
    png = documents.to_png(comparison_charts.draw_rates(lpas(), "Hartlepool"), lpas())
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert width > 1700
    assert height > 500


def test_framing_leaves_the_chart_as_it_was() -> None:
    spec = trend_charts.draw_trend(monthly())
    keys, width = list(spec), spec["width"]
    documents.frame_chart(spec, monthly())
    assert (list(spec), spec["width"]) == (keys, width)


@pytest.mark.parametrize(
    ("subtitle", "name"),
    [
        ("Police ASB, Hartlepool, 2020-21 Q3", "police-asb-hartlepool-2020-21-q3.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ("…", "figure.csv"),
    ],
)
def test_file_names_are_safe(subtitle: str, name: str) -> None:
    assert documents.make_file_name(replace(lpas(), subtitle=subtitle), "csv") == name
    assert len(documents.make_file_name(replace(lpas(), subtitle="x" * 500), "csv")) < 100
