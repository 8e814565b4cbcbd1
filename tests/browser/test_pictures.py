"""Every page looks as it was approved: on a desk in light colours and on a telephone in dark ones."""

from __future__ import annotations

import re

import pytest
from helpers.album import GUIDE, SQUARE, Album, difference, few_colours
from PIL import Image, ImageDraw

from shp_data.domain.settings import ROOT

NAMES = sorted(path.stem for path in (ROOT / "pages").glob("*/*.py"))
ASKED = {"ward": {"ward": "Seaton"}}  # a profile is of a ward
TELEPHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"
WINDOWS = {
    "desk-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "telephone-dark": {
        "viewport": {"width": 390, "height": 844},
        "user_agent": TELEPHONE,
        "color_scheme": "dark",
    },
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_approved(site, album: Album, name, window):
    context = {**WINDOWS[window], "reduced_motion": "reduce"}
    with site.visit("" if name == "headlines" else name, ASKED.get(name), **context) as page:
        if window == "desk-light":
            album.guide(page, name)
        album.whole(page, f"{name}-{window}")


def test_every_page_has_its_section_in_the_guide_and_every_picture_its_place():
    guide = (ROOT / "docs/user-guide.md").read_text(encoding="utf-8")
    titles = re.findall(
        r'^    "\w+/\w+": "([^"]+)",$', (ROOT / "dashboard.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(titles) == len(NAMES)
    headings = re.findall(r"^## (.+)$", guide, re.MULTILINE)
    assert [title for title in titles if not any(heading.startswith(f"{title}:") for heading in headings)] == []
    shown = re.findall(r"!\[[^\]]{20,}\]\(pictures/([^)]+)\)", guide)
    assert sorted(shown) == sorted(path.name for path in GUIDE.glob("*.png"))


# What the comparison finds


def page_of(*words: tuple[str, str]) -> Image.Image:
    """A long page at half size with words on it, each with its colour."""
    made = Image.new("RGB", (720, 1500), "white")
    draw = ImageDraw.Draw(made)
    for place, (text, colour) in enumerate(words):
        draw.text((40, 40 + 60 * place), text, colour, font_size=8)
    return made


def test_a_picture_is_like_itself_in_few_colours():
    plain = page_of(("Police ASB rose", "#0B0C0C"), ("Share", "#12436D"))
    assert difference(few_colours(plain).convert("RGB"), plain) == ""


@pytest.mark.parametrize(
    "other", [("ASB fell by 12%", "#0B0C0C"), ("ASB rose by 13%", "#0B0C0C"), ("ASB rose by 12%", "#D2561A")]
)
def test_one_word_or_digit_or_colour_on_a_long_page_is_a_difference(other):
    told = difference(page_of(("ASB rose by 12%", "#0B0C0C")), page_of(other))
    assert f"of a square of {SQUARE} pixels" in told


def test_a_pixel_here_and_there_is_none():
    speckled = page_of()
    for place in range(0, 700, SQUARE):
        speckled.putpixel((place, place), (0, 0, 0))
    assert difference(page_of(), speckled) == ""


def test_another_size_is_a_difference():
    assert "the size was (720, 1500) and is (720, 1499)" in difference(page_of(), page_of().crop((0, 0, 720, 1499)))
