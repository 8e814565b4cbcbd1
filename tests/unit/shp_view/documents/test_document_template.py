"""Templates of documents: a partnership's own replaces ours, and one that cannot be used is one clear error."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import RGBColor
from helpers.papers import NOTICE, report
from pptx import Presentation

from shp_data.domain.errors import SettingsError
from shp_view.documents import document_template, powerpoint, word
from shp_view.text.markup import TEMPLATES

DATE = date(2021, 1, 29)
PURPLE = RGBColor(0x4B, 0x26, 0x6F)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a partnership, with copies of both templates."""
    for name in ("paper.docx", "slides.pptx"):
        shutil.copy(TEMPLATES / name, tmp_path)
    monkeypatch.setattr(document_template, "find_partnership_file", lambda: tmp_path / "partnership.toml")
    return tmp_path


def test_our_templates_are_used_where_a_partnership_has_none(folder: Path) -> None:
    assert document_template.find_template("paper.docx") == folder / "paper.docx"
    (folder / "paper.docx").unlink()
    assert document_template.find_template("paper.docx") == TEMPLATES / "paper.docx"


def test_a_partnership_changes_style_page_and_header_of_its_papers(folder: Path) -> None:
    template = docx.Document(str(folder / "paper.docx"))
    template.styles["Heading 1"].font.color.rgb = PURPLE
    template.sections[0].left_margin = template.sections[0].right_margin = docx.shared.Cm(4)
    template.sections[0].header.paragraphs[0].insert_paragraph_before("Our logo")
    template.save(str(folder / "paper.docx"))
    paper = docx.Document(io.BytesIO(word.to_docx(report(), DATE)))
    assert paper.styles["Heading 1"].font.color.rgb == PURPLE
    assert [paragraph.text for paragraph in paper.sections[0].header.paragraphs] == ["Our logo", NOTICE]
    assert all(shape.width <= docx.shared.Cm(13) for shape in paper.inline_shapes)


def test_a_partnership_changes_the_layouts_of_its_slides(folder: Path) -> None:
    template: Any = Presentation(str(folder / "slides.pptx"))
    layout = template.slide_layouts.get_by_name("Content")
    (text,) = [shape for shape in layout.placeholders if shape.name == "Text"]
    text.height = text.height // 2
    template.save(str(folder / "slides.pptx"))
    deck: Any = Presentation(io.BytesIO(powerpoint.to_pptx(report(), DATE)))
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.name == "Chart"]
    assert charts
    assert all(chart.top + chart.height <= text.top + text.height for chart in charts)


def test_a_template_without_a_style_is_one_error_that_names_it(folder: Path) -> None:
    template = docx.Document(str(folder / "paper.docx"))
    for name in ("Source", "Paper table"):
        template.styles[name].delete()
    template.save(str(folder / "paper.docx"))
    with pytest.raises(SettingsError, match=r"paper\.docx has no style named 'Paper table', 'Source'\. Add it"):
        word.to_docx(report(), DATE)


def test_a_template_without_a_layout_or_placeholder_is_one_error_that_names_it(folder: Path) -> None:
    template: Any = Presentation(str(folder / "slides.pptx"))
    (source,) = [s for s in template.slide_layouts.get_by_name("Content").placeholders if s.name == "Source"]
    source.name = "Other"
    template.save(str(folder / "slides.pptx"))
    with pytest.raises(SettingsError, match="no placeholder on the layout 'Content' named 'Source'"):
        powerpoint.to_pptx(report(), DATE)
    template.slide_layouts.remove(template.slide_layouts.get_by_name("Opening"))
    template.save(str(folder / "slides.pptx"))
    with pytest.raises(SettingsError, match="no layout named 'Opening'"):
        powerpoint.to_pptx(report(), DATE)


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04 cut off"])
def test_a_template_that_cannot_be_opened_is_one_error(folder: Path, content: bytes) -> None:
    for name, make in (("paper.docx", word.to_docx), ("slides.pptx", powerpoint.to_pptx)):
        (folder / name).write_bytes(content)
        with pytest.raises(SettingsError, match=f"{name} cannot be opened"):
            make(report(), DATE)


def test_a_document_of_the_other_kind_is_no_template(folder: Path) -> None:
    shutil.copy(TEMPLATES / "slides.pptx", folder / "paper.docx")
    shutil.copy(TEMPLATES / "paper.docx", folder / "slides.pptx")
    for make in (word.to_docx, powerpoint.to_pptx):
        with pytest.raises(SettingsError, match="cannot be opened"):
            make(report(), DATE)
