"""The house style of a Word paper: A4, Arial, British English, with numbered headings and paragraphs.

All of it is in named styles, so that Word's navigation, a screen reader and an editor find what they
expect.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from shp_view.theme import LIGHT

NUMBERED, COMMENTARY, NOTE, SOURCE, NOTICE = "Numbered paragraph", "Commentary", "Note", "Source", "Notice"
TABLE, TABLE_TEXT, TABLE_HEADER = "Paper table", "Table text", "Table header"
TABLE_SIZE = 9.5  # points
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Cm(21), Cm(29.7), Cm(2)
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
_FONT, _LANGUAGE = "Arial", "en-GB"
_INDENT = 680  # twentieths of a point, from a paragraph's number to its text
_LIST = 90  # the id of the numbering, beyond those of the template
# name, size in points, bold, colour, points before and after, kept with the next paragraph
_STYLES = (
    ("Title", 20, True, LIGHT.focus, 0, 8, True),
    ("Heading 1", 15, True, LIGHT.focus, 18, 8, True),
    ("Heading 2", 12, True, LIGHT.text, 14, 6, True),
    ("Caption", 10, True, LIGHT.text, 8, 4, True),
    (NUMBERED, 11, False, LIGHT.text, 0, 7, False),
    (COMMENTARY, 11, False, LIGHT.text, 6, 4, False),
    (NOTE, 10, False, LIGHT.text, 4, 4, False),
    (SOURCE, 9, False, LIGHT.quiet, 4, 8, False),
    (NOTICE, 12, True, LIGHT.text, 6, 12, False),
    (TABLE_TEXT, TABLE_SIZE, False, LIGHT.text, 1.5, 1.5, False),
    (TABLE_HEADER, TABLE_SIZE, True, LIGHT.text, 1.5, 1.5, True),
    ("Header", 9, True, LIGHT.text, 0, 6, False),
    ("Footer", 9, False, LIGHT.quiet, 0, 0, False),
)
# The lines around a paragraph: of what style, on which sides, of what colour.
_LINES = ((COMMENTARY, ("left",), LIGHT.focus), (NOTICE, ("top", "left", "bottom", "right"), LIGHT.series[3]))
_AFTER_LINES = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
_TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="PaperTable"><w:name w:val="{TABLE}"/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{LIGHT.quiet[1:]}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{LIGHT.quiet[1:]}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LIGHT.missing[1:]}"/></w:tblBorders>
<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{LIGHT.band[1:]}"/></w:tcPr>
</w:tblStylePr></w:style>"""
_LEVEL = f"""<w:lvl w:ilvl="{{level}}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="{{style}}"/>
<w:lvlText w:val="{{text}}"/><w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{_INDENT}"/></w:tabs>
<w:ind w:left="{_INDENT}" w:hanging="{_INDENT}"/></w:pPr></w:lvl>"""


def apply_house_style(document: Document) -> None:
    """Apply the page and the styles of the house to a new document made from the library's template."""
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    normal = _get_style(document, "Normal")
    _set_font(normal, 11, False, LIGHT.text)
    normal.paragraph_format.line_spacing = 1.12
    for name, size, bold, colour, before, after, with_next in _STYLES:
        style = _get_style(document, name)
        _set_font(style, size, bold, colour)
        form = style.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), with_next
    _get_style(document, NUMBERED).paragraph_format.keep_together = True
    _get_style(document, COMMENTARY).paragraph_format.left_indent = Pt(_INDENT / 20)
    _get_style(document, "Footer").paragraph_format.tab_stops.clear_all()
    document.styles.element.append(parse_xml(_TABLE_STYLE))
    _add_numbering(document)
    _draw_lines(document)


def _get_style(document: Document, name: str) -> ParagraphStyle:
    """Return the paragraph style of that name, created where the template has none."""
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # nosec B101  # for mypy: each name is a paragraph's
    if not style.builtin:
        style.base_style, style.quick_style = styles["Normal"], True
    return style


def _set_font(style: ParagraphStyle, size: float, bold: bool, colour: str) -> None:
    """Set the font of a style, in place of the font of the template's theme."""
    style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour[1:])
    fonts: Any = style.element.get_or_add_rPr().rFonts
    for name in [name for name in fonts.attrib if name.lower().endswith("theme")]:
        del fonts.attrib[name]
    for script in ("w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)


def _add_numbering(document: Document) -> None:
    """Number Heading 1 as 1, 2, 3, and the numbered paragraphs under it as 1.1, 1.2, 1.3."""
    styles = [_get_style(document, name).element for name in ("Heading 1", NUMBERED)]
    levels = "".join(
        _LEVEL.format(level=level, style=style.styleId, text=text)
        for level, (style, text) in enumerate(zip(styles, ("%1", "%1.%2"), strict=True))
    )
    start = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_LIST}"><w:multiLevelType w:val="multilevel"/>'
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f"{start}{levels}</w:abstractNum>"))
    number = numbering.add_num(_LIST).numId
    for level, style in enumerate(styles):
        properties = style.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = level, number


def _draw_lines(document: Document) -> None:
    """Draw a line at the left of a commentary and a frame around the notice, and remove the line under the title."""
    title = _get_style(document, "Title").element.get_or_add_pPr()
    title.remove(title.find(qn("w:pBdr")))
    for name, sides, colour in _LINES:
        borders = "".join(f'<w:{side} w:val="single" w:sz="18" w:space="6" w:color="{colour[1:]}"/>' for side in sides)
        lines = parse_xml(f"<w:pBdr {nsdecls('w')}>{borders}</w:pBdr>")
        _get_style(document, name).element.get_or_add_pPr().insert_element_before(lines, *_AFTER_LINES)
