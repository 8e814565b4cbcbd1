"""One change has one verdict: `changes` prints it, and every page, document, pack and alternative text repeats it.

For every indicator and area of a quarter of the sample and of one of the real months of 2023 and 2024.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pptx
import pytest
from helpers.pages import by_link, html, tables, title
from helpers.stores import DESK, load

from shp_data.__main__ import main
from shp_data.analysis import comparison, headlines, hotspots, profile
from shp_data.analysis.report.report import build_report
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.charts import comparison_charts
from shp_view.maps import ward_maps
from shp_view.report.report_files import build_file
from shp_view.tables import tables as page_tables
from shp_view.text import alt_texts, comparison_words, map_words, report_sentences, sentences, verdict_words, wording
from shp_view.views import hotspot_views, pack

LPAS = partnership().areas.lpa_names
VERDICT = re.compile(r"\b(?:clear|possible) (?:increase|decrease)|\bno clear change", re.I)
LABEL = wording.label_column("verdict")


@dataclass(frozen=True)
class Truth:
    """What `changes` prints of a quarter: the verdict of each indicator in each area, and in each ward of an area."""

    root: Path
    quarter: Period
    areas: dict[tuple[str, str], str | None]
    wards: dict[tuple[str, str, str], str | None]

    @property
    def reader(self) -> Reader:
        return Reader(open_store(self.root), DESK)

    @property
    def indicators(self) -> tuple[str, ...]:
        return self.reader.store.list_indicators()

    def select(self, indicator: str, *areas: str) -> Selection:
        return partnership().select((indicator,), self.quarter, areas)

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(self.reader, *arguments)


def run_changes(root: Path, quarter: Period, *options: str) -> list[dict[str, Any]]:
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", output)
        assert main(["changes", "--period", quarter.name, "--store", str(root), "--format", "json", *options]) == 0
    rows: list[dict[str, Any]] = json.loads(output.getvalue())
    return rows


@pytest.fixture(scope="module")
def sample_root() -> Path:
    return prepare_sample_store()


@pytest.fixture(scope="module")
def real_root(real_data_2023: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("real2023") / "store"
    load(root, *sorted(real_data_2023.glob("*.zip")), source=None)
    return root


@pytest.fixture(scope="module", params=["sample", "real"])
def truth(request: pytest.FixtureRequest) -> Truth:
    root: Path = request.getfixturevalue(f"{request.param}_root")
    quarter = parse_quarter("2020-21-Q3" if request.param == "sample" else "2024-25-Q3")
    areas = {
        (row["indicator"], row["lpa"]): row["verdict"] for row in run_changes(root, quarter, "--by", "lpa,indicator")
    }
    wards = {
        (row["indicator"], lpa, row["ward"]): row["verdict"]
        for lpa in LPAS
        for row in run_changes(root, quarter, "--by", "ward,indicator", "--area", lpa)
    }
    return Truth(root, quarter, areas, wards)


def find_verdicts(text: str) -> list[str]:
    """The verdicts that a text names, without what it says of verdicts in general."""
    general = (verdict_words.GRADES, "clear or possible change")
    for words in general:
        text = text.replace(words, "")
    return [match.lower() for match in VERDICT.findall(text)]


def find_groups(text: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name that follows a verdict in a text, as in `clear increase in A and B; no clear change in C`."""
    spots = [(match.start(), match.group().lower()) for match in VERDICT.finditer(text)]
    for (start, verdict), end in zip(spots, [*(start for start, _ in spots[1:]), len(text)], strict=True):
        segment = text[start:end]
        # The longest first: Park End is not Park.
        for name in sorted(names, key=len, reverse=True):
            segment, times = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", "", segment)
            if times:
                yield name, verdict


def list_cells(rows: Iterable[list[str]]) -> Iterator[tuple[str, str]]:
    """The first cell of each row of a table, and its verdict in lower case, where the table has a column of them."""
    header, *body = rows
    if LABEL in header:
        # A row with its first cell alone is a heading, of a priority that may have the name of an indicator.
        yield from ((row[0], row[header.index(LABEL)].lower()) for row in body if any(row[1:]))


def test_every_verdict_occurs(truth: Truth) -> None:
    """Else the walk would prove little."""
    found = {*truth.areas.values(), *truth.wards.values()}
    assert found >= {"clear increase", "possible increase", "no clear change"}
    assert "possible decrease" in found or "clear decrease" in found


def test_the_cards_titles_and_tables_of_areas(truth: Truth) -> None:
    for lpa in LPAS:
        every = headlines.compare_indicators(truth.reader, truth.select("asb_police", lpa))
        rows = every.table.set_index("indicator")
        assert {id_: row["verdict"] for id_, row in rows.iterrows()} == {
            id_: truth.areas[id_, lpa] for id_ in rows.index
        }
        labels = re.findall(
            r"<td title=\"[^\"]+\">([^<]+)</td>", page_tables.to_html(every, ("name", "verdict"), (), truth.quarter)
        )
        assert [label.lower() for label in labels] == rows["verdict"].tolist()
        for id_ in truth.indicators:
            card = headlines.build_card(truth.reader, truth.select(id_, lpa))
            verdict = truth.areas[id_, lpa]
            assert find_verdicts(sentences.build_change_title(card, truth.select(id_, lpa))) == [verdict]
            assert find_verdicts(sentences.describe_card(card, truth.select(id_, lpa))) == [verdict]


def test_the_comparison_of_areas(truth: Truth) -> None:
    for id_ in truth.indicators:
        figure = comparison.compare_lpas(truth.reader, truth.select(id_))
        of_area = dict(zip(figure.table["lpa"], figure.table["verdict"], strict=True))
        assert of_area == {lpa: truth.areas[id_, lpa] for lpa in LPAS}
        drawn = comparison_charts.draw_changes(figure)["datasets"]["figure"]
        assert {row["name"]: row["series"].lower() for row in drawn} == of_area
        text = comparison_words.describe_changes(figure)
        for lpa in LPAS:
            assert re.search(rf"{re.escape(lpa)} [^()]+\([^()]*\b{of_area[lpa]}\)", text), text
        named = comparison_words.build_change_title(figure.table, "lpa", "incidents", truth.quarter)
        for lpa, verdict in find_groups(named, LPAS):
            assert of_area[lpa] == verdict
        assert all(verdict == "no clear change" for verdict in of_area.values()) == (
            find_verdicts(named) == ["no clear change"]
        )


def test_the_wards_their_maps_and_their_profiles(truth: Truth) -> None:
    for id_ in truth.indicators:
        for lpa in LPAS:
            selection = truth.select(id_, lpa)
            figure = hotspots.compare_wards(truth.reader, selection)
            placed = figure.table[figure.table["code"] != UNPLACED]
            of_ward = dict(zip(placed["ward"], placed["verdict"], strict=True))
            assert of_ward == {name: truth.wards[id_, lpa, name] for name in of_ward}
            texts = (
                map_words.write_map_title(figure.table, "verdict", "incidents", truth.quarter),
                alt_texts.describe_ward_map(figure, "verdict"),
            )
            for text in texts:
                assert all(of_ward[name] == verdict for name, verdict in find_groups(text, of_ward))
            for row in placed.assign(reason="").to_dict("records"):
                assert find_verdicts(ward_maps.describe_ward(row)["verdict"]) == [row["verdict"]]
    for lpa in LPAS:
        ward = partnership().areas.list_wards(truth.select("asb_police").ward_year, lpa)[0]
        chosen = truth.select("asb_police", lpa).select_ward(ward.code, truth.select("asb_police").ward_year)
        rows = profile.build_profile(truth.reader, chosen).table
        for id_, verdict in zip(rows["indicator"], rows["verdict"], strict=True):
            assert verdict == truth.wards[id_, lpa, ward.name]


def test_the_picture_of_a_map(truth: Truth) -> None:
    (view,) = hotspot_views.build_views("wards", "verdict", None, truth.select("asb_police", "Hartlepool"), truth.ask)
    year, table = view.selection.ward_year, view.figure.table
    picture = ward_maps.draw_ward_picture(view.figure, "verdict", year, table, area="Hartlepool")
    labels = [row["shown"].lstrip("▲▼△▽ ").lower() for row in picture["datasets"]["figure"]]
    assert sorted(labels) == sorted(table.loc[table["code"] != UNPLACED, "verdict"])


def test_the_reports(truth: Truth) -> None:
    for lpa in LPAS:
        report = build_report(truth.reader, truth.quarter, lpa)
        verdicts = {line.indicator: line.chance.verdict for line in report.lines if line.chance}
        assert verdicts == {
            id_: verdict
            for (id_, of_lpa), verdict in truth.areas.items()
            if of_lpa == lpa and verdict and report.find_line(id_)
        }
        for line in report.lines:
            if line.chance and line.last_year and line.quarter_value != line.last_year.base:
                said = [
                    v for sentence in report_sentences.describe_line(report, line) for v in find_verdicts(sentence.text)
                ]
                assert said == [verdicts[line.indicator]]
                assert find_verdicts(report_sentences.write_message(line)) == [verdicts[line.indicator]]
        for block in report.wards:
            for ward in block.wards:
                assert ward.verdict == truth.wards[block.indicator, lpa, ward.ward]
        for compared in report.compared:
            text = " ".join(sentence.text for sentence in report_sentences.describe_comparison(report, compared))
            for area, verdict in find_groups(text, LPAS):
                assert truth.areas[compared.indicator, area] == verdict
            assert {area.area: area.count.chance.verdict for area in compared.areas if area.count.chance} == {
                area: truth.areas[compared.indicator, area] for area in LPAS
            }


def test_the_documents(truth: Truth) -> None:
    """Every row of every table of a document that has a verdict, and every title of a slide."""
    report = build_report(truth.reader, truth.quarter, "Hartlepool")
    by_label = {line.label: line for line in report.lines} | {line.short: line for line in report.lines}
    files = {
        kind: io.BytesIO(build_file(kind, truth.reader, report, dt.date(2026, 1, 1)))
        for kind in ("docx", "xlsx", "pptx")
    }
    paper = docx.Document(files["docx"])
    slides = pptx.Presentation(files["pptx"]).slides
    tables_of = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    tables_of += [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in slides for shape in slide.shapes if shape.has_table
    ]  # fmt: skip
    checked = 0
    for rows in tables_of:
        for name, verdict in list_cells(rows):
            if name in by_label and by_label[name].chance:
                assert verdict == by_label[name].chance.verdict
                checked += 1
    assert checked > 1
    for slide in slides:
        for text in (shape.text_frame.text for shape in slide.shapes if shape.has_text_frame):
            named = re.match(r"(.+?) (?:rose|fell) by ", text)
            if named and named[1] in by_label and "\n" not in text:
                assert find_verdicts(text) == [by_label[named[1]].chance.verdict]
                checked += 100
    assert checked > 100
    for sheet in pd.read_excel(files["xlsx"], sheet_name=None, header=None, dtype=str, engine="calamine").values():
        rows = sheet.fillna("").values.tolist()
        headers = [place for place, row in enumerate(rows) if LABEL in row and "Area" in row]
        for place in headers:
            area, verdict = rows[place].index("Area"), rows[place].index(LABEL)
            for row in rows[place + 1 :]:
                line = by_label.get(row[0])
                if line and row[verdict] and (line.indicator, row[area]) in truth.areas:
                    assert row[verdict].lower() == truth.areas[line.indicator, row[area]]
                    checked += 10_000
    assert checked > 10_000


def test_the_slides_of_a_pack(truth: Truth) -> None:
    selection = truth.select("asb_police", "Hartlepool")
    by_short = {line.short: line.indicator for line in build_report(truth.reader, truth.quarter, "Hartlepool").lines}
    checked = 0
    for slide in pack.build_report_pack(selection, truth.ask):
        shown = pack.present_slide(slide, truth.ask)
        named = re.match(r"(.+?) (?:rose|fell) by ", shown.title)
        if named and named[1] in by_short and (by_short[named[1]], "Hartlepool") in truth.areas:
            assert find_verdicts(shown.title) == [truth.areas[by_short[named[1]], "Hartlepool"]]
            checked += 1
    assert checked


def test_the_pages(truth: Truth, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page once, as a user opens it."""
    monkeypatch.setenv("SHP_STORE", str(truth.root))
    period, indicators = truth.quarter.label, partnership().vocabulary.indicators
    by_short = {indicators[id_].short: id_ for id_ in truth.indicators}
    at = by_link("headlines", area="Hartlepool", period=period)
    (rows,) = [table for table in tables(at) if table[0][0] == wording.label_column("name")]
    assert {by_short[name]: verdict for name, verdict in list_cells(rows)} == {
        id_: truth.areas[id_, "Hartlepool"] for id_ in truth.indicators
    }
    asb = truth.areas["asb_police", "Hartlepool"]
    card = next(body for body in html(at) if body.startswith("<h3"))
    assert find_verdicts(unescape(card)) == [asb]
    at = by_link("comparison", area="Hartlepool", period=period, what="Police ASB", view="Change")
    (rows,) = tables(at)
    assert dict(list_cells(rows)) == {lpa: truth.areas["asb_police", lpa] for lpa in LPAS}
    at = by_link("hotspots", area="Hartlepool", period=period, what="Police ASB", measure="Clear change?")
    found = dict(list_cells(tables(at)[0]))
    assert {ward: truth.wards["asb_police", "Hartlepool", ward] for ward in found if ward != UNPLACED} == {
        ward: verdict for ward, verdict in found.items() if ward != UNPLACED
    }
    assert all(found[ward] == verdict for ward, verdict in find_groups(title(at), found))
    at = by_link("report", area="Hartlepool", period=period)
    text = unescape(" ".join(html(at)))
    labels = {indicators[id_].label: id_ for id_, lpa in truth.areas if lpa == "Hartlepool"}
    found = {name: verdict for table in tables(at) for name, verdict in list_cells(table) if name in labels}
    assert found and all(truth.areas[labels[name], "Hartlepool"] == verdict for name, verdict in found.items())
    assert find_verdicts(text)
