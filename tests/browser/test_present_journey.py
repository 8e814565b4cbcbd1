"""A meeting, in a real browser with the network cut: the pack presented from the keyboard alone, and a link shared.

Every visit ends with no error in the console and no request that left this machine (see `browser`).
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from helpers.album import Album
from helpers.browser import go, settle, title
from playwright.sync_api import Page, expect

from shp_view.views.pack import Pack, make_slide, read_link_text, rename_slide, to_link_text

Q3 = "2020-21 Q3 (Oct to Dec 2020)"
PACK: Pack = (
    make_slide("trends", {"what": "Police ASB", "area": "Hartlepool", "period": Q3}),
    make_slide("hotspots", {"what": "Police ASB", "area": "Hartlepool", "period": Q3}),
    make_slide("comparison", {"what": "Drug supply", "area": "Middlesbrough", "period": Q3}),
)
CHROME = '[data-testid="stSidebar"], [data-testid="stHeader"]'


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of that name has the focus."""
    for _ in range(80):
        if page.evaluate("[document.activeElement.tagName, document.activeElement.innerText]") == ["BUTTON", name]:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by Tab")


def press(page: Page, key: str, number: str) -> None:
    """Press a key, and wait for the slide of that number."""
    page.keyboard.press(key)
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    settle(page)


def test_a_pack_is_presented_from_the_keyboard_alone(site, album: Album):
    with site.visit("present", {"pack": to_link_text(rename_slide(PACK, 1, "Where it is"))}) as page:
        assert title(page) == "Meeting pack of 3 slides"
        tab_to(page, "Present")
        press(page, "Enter", "1 of 3")
        shown = page.locator(".slide h1")
        assert "Police ASB incidents in Hartlepool rose by 350 (39%)" in shown.inner_text()
        page.locator(".slide .notice").wait_for(timeout=20_000)
        page.locator('[data-testid="stVegaLiteChart"] svg').wait_for(timeout=20_000)
        assert not any(part.is_visible() for part in page.locator(CHROME).all())
        album.guide(page, "slide")
        press(page, "ArrowRight", "2 of 3")
        assert shown.inner_text() == "Where it is"
        page.locator('[data-testid="stDeckGlJsonChart"] canvas').first.wait_for(timeout=20_000)
        press(page, "PageDown", "3 of 3")
        assert "drug supply" in shown.inner_text()
        press(page, "PageUp", "2 of 3")
        press(page, "ArrowLeft", "1 of 3")
        page.keyboard.press("Escape")
        expect(page.locator("h1")).to_have_text("Meeting pack of 3 slides")


def test_a_question_from_the_floor_is_answered_and_the_meeting_goes_on(site):
    with site.visit("present", {"pack": to_link_text(PACK), "slide": "1"}) as page:
        page.get_by_role("button", name="Change area or period").click()
        settle(page)
        box = page.locator('[data-testid="stSelectbox"]', has=page.get_by_text("Area", exact=True)).last
        box.locator("input").click()
        page.get_by_role("option", name="Stockton-on-Tees", exact=True).click()
        shown = page.locator(".slide h1")
        expect(shown).to_contain_text("Police ASB incidents in Stockton-on-Tees")
        settle(page)
        page.keyboard.press("Escape")
        settle(page)
        press(page, "ArrowRight", "2 of 3")
        press(page, "ArrowLeft", "1 of 3")
        expect(shown).to_contain_text("Police ASB incidents in Hartlepool")


def test_a_slide_fits_a_room_and_a_telephone(site):
    for wide, high in ((1920, 1080), (1440, 900), (390, 844)):
        window = {"viewport": {"width": wide, "height": high}}
        with site.visit("present", {"pack": to_link_text(PACK), "slide": "1"}, **window) as page:
            chart = page.locator('[data-testid="stVegaLiteChart"] svg').bounding_box()
            assert chart["x"] >= 0
            assert wide * 0.8 < chart["x"] + chart["width"] <= wide
            letters = float(page.locator(".slide h1").evaluate("part => parseFloat(getComputedStyle(part).fontSize)"))
            assert letters >= (32 if wide > 1000 else 20)


def test_views_are_gathered_on_the_way_and_kept_over_links(site):
    with site.visit("trends", {"what": "Drug supply", "area": "Middlesbrough", "period": Q3}) as page:
        page.get_by_role("button", name="Add this view to the pack").click()
        expect(page.get_by_text("Added to the meeting pack")).to_be_visible()
        settle(page)
        page.get_by_role("link", name="See the records").first.click()
        expect(page.locator("h1")).to_contain_text("drug supply offences")
        settle(page)
        go(page, "Present")
        expect(page.locator("h1")).to_have_text("Meeting pack of 1 slide")
        settle(page)
        (words,) = parse_qs(urlsplit(page.url).query)["pack"]
        assert read_link_text(words)[0].page == "trends"


def test_a_shared_link_says_its_period_and_how_old_it_is(site):
    with site.visit("trends", {"what": "Drug supply", "view": "Seasons"}) as page:
        told = title(page)
        page.get_by_role("button", name="Share").click()
        link = page.locator('[data-testid="stPopoverBody"] code')
        expect(link).to_be_visible()
        address = link.inner_text().replace("\n", "")
    asked = {name: words for name, (words,) in parse_qs(urlsplit(address).query).items()}
    assert asked == {
        "what": "Drug supply",
        "area": "Hartlepool",
        "period": "2020-21 Q4 (Jan to Mar 2021)",
        "view": "Seasons",
        "asof": "2021-03",
    }
    assert urlsplit(address).path == "/trends"
    with site.visit("trends", asked) as page:
        assert title(page) == told
        assert page.get_by_text("This view was shared").count() == 0
    with site.visit("trends", asked | {"asof": "2020-12"}) as page:
        page.get_by_text("data went up to December 2020. It now goes up to March 2021").wait_for(timeout=20_000)
