"""The pieces of HTML: every text escaped, a missing month a gap."""

import re
import tomllib
from urllib.parse import unquote

from shp_data.domain import settings
from shp_view.text import markup
from shp_view.text.map_words import LegendEntry
from shp_view.theme import DARK, LIGHT

ENDS = ("Apr 2020", "Jun 2020")


def drawn(counts, marked):
    return unquote(markup.draw_sparkline(counts, marked, ENDS, "alt", LIGHT))


def test_a_missing_month_is_a_gap_and_never_zero():
    assert drawn([1.0, None, 2.0], [False] * 3).count("M") - drawn([1.0, 1.0, 2.0], [False] * 3).count("M") == 1


def test_a_line_starts_at_zero_so_that_its_height_is_honest():
    assert "M0.0,56.0" in drawn([0.0, 5.0, 10.0], [False] * 3)
    assert "L300.0,6.0" in drawn([0.0, 5.0, 10.0], [False] * 3)


def test_no_count_at_all_still_draws():
    assert "<img" in drawn([None], [True])


def test_text_is_escaped():
    html = markup.make_card("<b>", "1", "&", "", "<i>") + markup.make_legend("<u>", [LegendEntry("<s>", "#fff")])
    assert not {"<b>1", "<i>", "<u>", "<s>"} & set(html.split())
    assert "&lt;b&gt;" in html
    assert "&lt;s&gt;" in html


def test_markdown_of_a_file_is_shown_as_it_is():
    assert markup.escape_markdown("![x](y) **b**\n# h") == r"!\[x\](y) \*\*b\*\* \# h"


def test_a_wide_table_shows_at_its_sides_that_more_of_it_lies_there() -> None:
    """Covers in the page's colours move with the table (local); the shadows under them stand still (scroll)."""
    assert "background-attachment: local, local, scroll, scroll" in markup.STYLE
    page = f"light-dark({LIGHT.background}, {DARK.background})"
    assert f":root {{--page: {page};" in markup.STYLE
    assert len(re.findall(r"linear-gradient\(to \w+, var\(--page\)", markup.STYLE)) == 2
    assert ".figures thead th {position: sticky; top: 0; background: var(--page)}" in markup.STYLE
    config = tomllib.loads((settings.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    pages = (config["light"]["backgroundColor"], config["dark"]["backgroundColor"])
    assert pages == (LIGHT.background, DARK.background)  # else a cover would be seen
