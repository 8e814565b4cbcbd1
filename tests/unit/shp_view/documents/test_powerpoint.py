"""The deck: one message a slide, and everything within its place, measured on the printed page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.papers import HOSTILE, NOTICE, SOURCE, hostile, pages_of, pdf_of, report, said, unbroken
from pptx import Presentation
from pptx.util import Emu

from shp_data.domain.partnership import partnership
from shp_view.documents.paper import Chapter, Paper, PaperTable, Part, make_printable
from shp_view.documents.powerpoint import Box, cut_text, to_pptx
from shp_view.text.report_sentences import Sentence

MADE = date(2021, 1, 29)


def opened(paper: Paper) -> Any:
    return Presentation(io.BytesIO(to_pptx(paper, MADE)))


@pytest.fixture(scope="module")
def deck() -> Any:
    return opened(report())


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def notes(slide: Any) -> str:
    return slide.notes_slide.notes_text_frame.text


GRID = PaperTable("The months", ("Month", "Incidents"), (("Oct 2020", "518"),))


def of_part(*saying: str, grids: tuple[PaperTable, ...] = (GRID,), **more: Any) -> Any:
    """The slide of a part that says so much, with a table beside it."""
    part = Part("x", "The indicator", tuple(map(Sentence, saying)), tables=grids, **more)
    chapter = Chapter("The priority", PaperTable("", ("Indicator",), ()), (part,))
    return opened(replace(report(), summary=(), chapters=(chapter,))).slides[1]


def test_a_slide_for_the_title_the_messages_and_each_part(deck: Any) -> None:
    assert round(deck.slide_width / deck.slide_height, 2) == round(16 / 9, 2)
    assert titles(deck) == [
        report().title,
        "Key messages",
        "Police ASB incidents rose by 350 (39%), from 896 to 1,246, compared with the same quarter last year",
        "Police ASB by area, rate per 1,000 residents",
        "Anti-social behaviour: other indicators",
        "Drug supply offences rose by 62, from 24 to 86; the earlier count is small, so the percentage says little",
    ]
    block = [paragraph.text for paragraph in deck.slides[0].placeholders[1].text_frame.paragraphs]
    assert block == [*(f"{name}: {text}" for name, text in report().block), "Date of the paper: 29 January 2021"]
    messages = [paragraph.text for paragraph in deck.slides[1].placeholders[1].text_frame.paragraphs]
    assert messages == [message.text for message in report().summary]


def test_at_most_two_more_sentences_and_all_others_with_the_commentary_in_the_notes(deck: Any) -> None:
    slide = deck.slides[2]
    beside = [paragraph.text for paragraph in slide.placeholders[1].text_frame.paragraphs]
    assert beside == [
        "The rise is higher than expected.",
        "They rose by 80 (7%) on the previous quarter, from 1,166.",
    ]
    part = report().chapters[0].parts[0]
    spoken = unbroken(notes(slide))
    for text in (*(one.text for one in part.sentences), f"Commentary: {part.commentary}", *part.notes, part.source):
        assert unbroken(text) in spoken


def test_a_chart_has_its_alternative_text_and_its_caveats_at_the_foot(deck: Any) -> None:
    slide, picture = deck.slides[2], report().chapters[0].parts[0].pictures[0]
    (chart,) = [shape for shape in slide.shapes if shape.name == "Chart"]
    assert chart.element.xpath(".//p:cNvPr/@descr") == [picture.alt]
    (foot,) = [shape for shape in slide.shapes if shape.name == "Source"]
    assert foot.text_frame.text.startswith(f"{SOURCE} {picture.title}. {picture.figure.caveats[0]}")


def test_without_a_chart_the_first_table_is_shown_with_a_header_row(deck: Any) -> None:
    grid = report().chapters[1].parts[0].tables[0]
    (frame,) = [shape for shape in deck.slides[5].shapes if shape.has_table]
    assert [tuple(cell.text for cell in row.cells) for row in frame.table.rows] == [grid.header, *grid.rows]
    assert frame.table.first_row
    assert frame.element.xpath(".//p:cNvPr/@descr") == [grid.caption]


def test_a_further_chart_has_a_slide_of_its_own(deck: Any) -> None:
    slide, picture = deck.slides[3], report().chapters[0].parts[0].pictures[1]
    (chart,) = [shape for shape in slide.shapes if shape.name == "Chart"]
    assert chart.element.xpath(".//p:cNvPr/@descr") == [picture.alt]
    assert picture.alt in notes(slide)


def test_indicators_without_chart_and_table_share_a_slide_and_lose_nothing(deck: Any) -> None:
    slide, part = deck.slides[4], report().chapters[0].parts[1]
    listed = [paragraph.text for paragraph in slide.placeholders[1].text_frame.paragraphs]
    assert listed == [" ".join(one.text for one in part.sentences)]
    assert all(one.text in notes(slide) for one in part.sentences)
    (foot,) = [shape for shape in slide.shapes if shape.name == "Source"]
    assert foot.text_frame.text == part.source


def test_the_messages_of_many_indicators_are_split_over_slides() -> None:
    parts = tuple(
        Part(str(n), f"Indicator {n}", (Sentence("All of it."),), message=f"Message {n} {'word ' * 30}")
        for n in range(12)
    )
    slides = opened(replace(report(), summary=(), chapters=(Chapter("Plan", PaperTable("", (), ()), parts),))).slides
    own = [slide for slide in slides if slide.shapes.title.text_frame.text.startswith("Plan (")]
    shown = [paragraph.text for slide in own for paragraph in slide.placeholders[1].text_frame.paragraphs]
    assert len(own) > 1
    assert shown == [part.message.strip() for part in parts]


def test_a_table_that_is_too_long_says_so() -> None:
    grid = PaperTable("Sixty", ("Ward", "Count"), tuple((f"Ward {n}", str(n)) for n in range(60)))
    slide = of_part("One.", grids=(grid,))
    (frame,) = [shape for shape in slide.shapes if shape.has_table]
    shown = len(frame.table.rows) - 1
    assert 5 < shown < 60
    assert f"The first {shown} of 60 rows." in notes(slide)


def test_every_slide_has_the_notice_and_a_number_but_the_first(deck: Any) -> None:
    for place, slide in enumerate(deck.slides):
        names = [shape.text_frame.text for shape in slide.shapes if shape.name == "Notice"]
        assert names == [NOTICE]
        assert len(slide.slide_layout.shapes.element.xpath(".//a:fld[@type='slidenum']")) == (1 if place else 0)
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(ids) == len(set(ids))
    bare = opened(replace(report(), notice=""))
    assert not [shape for slide in bare.slides for shape in slide.shapes if shape.name == "Notice"]


@pytest.mark.parametrize("make", [report, hostile])
def test_letters_are_large(make: Any) -> None:
    for slide in opened(make()).slides:
        for shape in slide.placeholders:
            runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs if run.font.size]
            least = 24 if shape == slide.shapes.title else 16
            assert runs or shape.name in ("Notice", "Chapter", "Source")  # whose size the layout sets
            assert all(run.font.size.pt >= least for run in runs)


def test_messages_are_split_over_slides() -> None:
    many = tuple(Sentence(f"Message {n}: {'word ' * 40}end.") for n in range(10))
    slides = opened(replace(report(), summary=many)).slides
    found = [s for s in slides if s.shapes.title.text_frame.text.startswith("Key messages (")]
    assert found[0].shapes.title.text_frame.text == f"Key messages (1 of {len(found)})"
    assert len(found) > 1
    shown = [p.text for slide in found for p in slide.placeholders[1].text_frame.paragraphs]
    assert shown == [" ".join(one.text.split()) for one in many]


def test_a_long_message_is_cut_after_a_clause_and_whole_in_the_notes() -> None:
    clause = "There were 1,246 incidents in Hartlepool, 350 more than in the same quarter of the year before"
    whole = f"{clause}, and {'very ' * 40}many more than anybody had thought."
    slide = of_part(whole)
    assert slide.shapes.title.text_frame.text == f"{clause} …"
    assert whole in notes(slide)
    assert cut_text("word " * 100, Box(0.6, 0.9, 12.4, 1.4), 24).endswith("word …")
    assert of_part().shapes.title.text_frame.text == "The indicator"


def test_the_message_of_a_part_is_the_title_and_all_that_is_said_stays() -> None:
    slide = of_part("There were 12. That is 3 more.", "A third.", message="Incidents rose by 3")
    assert slide.shapes.title.text_frame.text == "Incidents rose by 3"
    beside = [paragraph.text for paragraph in slide.placeholders[1].text_frame.paragraphs]
    assert beside == ["There were 12.", "That is 3 more."]
    assert "A third." in notes(slide)


def test_the_deck_says_what_it_is_and_of_whom(deck: Any) -> None:
    known = deck.core_properties
    assert (known.title, known.author, known.language) == (report().title, partnership().name, "en-GB")
    assert known.created.replace(tzinfo=None) == datetime(2021, 1, 29)


def texts_of(shape: Any) -> list[str]:
    """Each paragraph of a shape, or each word of a table."""
    if shape.has_table:
        return [word for cell in shape.table.iter_cells() for word in cell.text_frame.text.split()]
    return [paragraph.text for paragraph in shape.text_frame.paragraphs]


@pytest.mark.parametrize("make", [report, hostile])
def test_every_text_is_printed_within_its_place(make: Any, tmp_path: Path) -> None:
    pdf = pdf_of(to_pptx(make(), MADE), "pptx", tmp_path)
    slides = Presentation(tmp_path / "paper.pptx").slides
    assert len(pages_of(pdf)) == len(slides)
    for number, slide in enumerate(slides, 1):
        for shape in slide.shapes:
            if not (shape.has_text_frame or shape.has_table) or "Number" in shape.name:
                continue
            box = [round(Emu(side).pt) for side in (shape.left, shape.top, shape.width, shape.height)]
            place = [option for pair in zip(("-x", "-y", "-W", "-H"), map(str, box), strict=True) for option in pair]
            (seen,) = pages_of(pdf, "-r", "72", "-f", str(number), "-l", str(number), *place)
            for text in texts_of(shape):
                assert unbroken(text) in unbroken(seen), (number, shape.name, seen)
            assert shape.left >= 0 and shape.left + shape.width <= Emu(12192000) + 10


def test_what_is_hostile_is_text_and_nothing_is_lost() -> None:
    deck = opened(hostile())
    spoken = unbroken("".join(notes(slide) for slide in deck.slides))
    for text in (*said(hostile()), hostile().chapters[0].parts[1].commentary, HOSTILE):
        assert unbroken(make_printable(text)) in spoken


def test_a_paper_without_anything_is_a_deck() -> None:
    assert titles(opened(Paper("", (), (), (), (), ()))) == [""]
