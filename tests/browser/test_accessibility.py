"""WCAG 2.2 A and AA: every page by axe-core, at 200 % and 400 %, from the keyboard alone, and in its colours."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from helpers.accessibility import (
    DESK,
    EVERY_RULE,
    NOT_FITTING,
    OF_COLOUR,
    OF_WIDTH,
    REFLOWED,
    STATES,
    TELEPHONE,
    ZOOMED,
    not_fitting,
    stops,
    violations,
)
from helpers.browser import settle, title
from helpers.colours import brightness, contrast, faded
from playwright.sync_api import expect

from shp_data.domain.settings import ROOT
from shp_view.theme import choose_theme

DRAWN = ("trends", "comparison", "hotspots")  # the pages that open with a chart or a map, and those that have none
PLAIN = (*DRAWN, "", "records", "data", "load_files", "methods")
PLATE = 0.8  # how far the plate of a ward's name covers the map, as in maps.name_layer


def looked_at(page):
    """What is wrong with a page as it is drawn: on a desk, and where there is less room."""
    found = violations(page, EVERY_RULE)
    for size in (ZOOMED, REFLOWED, TELEPHONE):
        page.set_viewport_size(size)
        found += [f"does not fit {size['width']}: {part}" for part in not_fitting(page)]
    found += violations(page, OF_WIDTH)
    page.set_viewport_size(DESK)
    return found


def assert_draws(page, name):
    """The page has a title, no fault, the notice that the incidents are invented, and its charts and maps."""
    assert title(page)
    assert page.locator('[data-testid="stException"]').count() == 0
    page.locator('[data-testid="stAlert"]', has_text="Synthetic sample.").wait_for(timeout=20_000)
    drawn = page.locator('[data-testid="stVegaLiteChart"] svg, [data-testid="stDeckGlJsonChart"] canvas')
    assert name not in PLAIN or (drawn.count() > 0) == (name in DRAWN)


def assert_dark(page):
    """The page has light letters on a dark ground, and so has each chart."""
    letters, ground = (
        page.locator(part).first.evaluate(f"part => getComputedStyle(part).{style}")
        for part, style in (("h1", "color"), ('[data-testid="stApp"]', "backgroundColor"))
    )
    assert brightness(letters) > 200
    assert brightness(ground) < 40
    words = page.locator('[data-testid="stVegaLiteChart"] svg text')
    for place in range(min(words.count(), 12)):
        assert brightness(words.nth(place).get_attribute("fill")) > 120


@pytest.mark.parametrize("name", STATES, ids=lambda name: name or "headlines")
def test_a_page_breaks_no_rule_in_any_state_and_fits_a_telephone_and_a_zoom_of_200_and_400_per_cent(site, name):
    first, *others = STATES[name]
    with site.visit(name, first) as page:  # ends with no error in the console and no request to another machine
        assert_draws(page, name)
        found = looked_at(page)
        for asked in others:
            page.goto(f"{site.address}/{name}?{urlencode(asked)}")
            settle(page)
            found += [f"{asked}: {fault}" for fault in looked_at(page)]
        page.emulate_media(color_scheme="dark")
        page.goto(f"{site.address}/{name}?{urlencode(first)}")
        settle(page)
        assert_dark(page)
        for size in (DESK, TELEPHONE):
            page.set_viewport_size(size)
            found += [f"dark, {size['width']}: {fault}" for fault in violations(page, OF_COLOUR)]
    assert found == [], "\n".join(found)


def test_every_page_is_looked_at():
    assert {name or "headlines" for name in STATES} == {path.stem for path in (ROOT / "pages").glob("*/*.py")}


def test_what_is_wrong_is_found(site):
    """Else the tests above would say nothing."""
    with site.visit("methods") as page:
        page.evaluate("""document.querySelector('[data-testid="stMain"] h1').insertAdjacentHTML('afterend',
          '<img src="data:,"><p style="color:#999;background:#fff">pale</p><p style="width:2000px">wide</p>')""")
        assert {fault.split(":")[0] for fault in violations(page, EVERY_RULE)} == {"image-alt", "color-contrast"}
        page.set_viewport_size(ZOOMED)
        assert any("wide" in part for part in page.evaluate(NOT_FITTING))


# From the keyboard alone; the meeting pack is presented so in test_present_journey.py


def test_the_first_tab_skips_the_navigation(site):
    with site.visit("trends") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("""document.activeElement.closest('[data-testid="stMain"]') !== null""")


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("trends", ["What", "Area", "Period", "Months", "Download", "Show as a table"]),
        ("hotspots", ["What", "Area", "Period", "Wards", "Earlier", "Compare with", "Download", "Seaton"]),
        ("comparison", ["What", "Area", "Period", "Rates", "Download", "Middlesbrough"]),
    ],
)
def test_tab_reaches_what_a_page_offers_in_the_order_of_the_page_shows_where_it_is_and_leaves(site, name, reached):
    with site.visit(name) as page:
        found = stops(page)
    names = iter(stop["name"] for stop in found)
    assert [wanted for wanted in reached if not any(wanted in told for told in names)] == [], found
    assert [stop for stop, after in pairwise(found) if not after["shown"]] == []


def test_figures_are_downloaded_and_a_view_is_chosen_without_a_mouse(site):
    with site.visit("trends") as page:
        page.get_by_role("radio", name="Months").or_(page.get_by_role("button", name="Months")).first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile("view=Seasons"))
        settle(page)
        page.get_by_role("button", name="Download", exact=True).focus()
        page.keyboard.press("Enter")
        kind = page.get_by_role("button", name="CSV", exact=True)
        expect(kind).to_be_visible()
        for _ in range(8):
            if kind.evaluate("part => part === document.activeElement"):
                break
            page.keyboard.press("Tab")
        with page.expect_download() as waited:
            page.keyboard.press("Enter")
        assert waited.value.suggested_filename.endswith(".csv")


# Colours, as WCAG 2.2 counts them; of text and lines in test_trend_charts.py, of the page in test_docs.py


@pytest.mark.parametrize("dark", [False, True])
def test_verdicts_and_extremes_of_a_map_stand_out_and_names_can_be_read_on_every_class(dark):
    colours = choose_theme(dark)
    higher, lower, usual = colours.series[3], colours.series[0], colours.before  # as the chart of changes marks them
    for mark in (higher, lower, usual, colours.sequential[-1], colours.diverging[0], colours.diverging[-1]):
        assert contrast(mark, colours.background) >= 3
    assert min(contrast(ink, colours.band) for ink in (colours.text, colours.quiet)) >= 4.5
    for ground in (*colours.sequential, *colours.diverging, colours.missing):
        assert contrast(colours.text, faded(colours.background, ground, PLATE)) >= 4.5
