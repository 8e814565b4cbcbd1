"""Approved pictures: what a page looks like, beside how it looked when somebody approved it.

`python -m pytest --approve` runs only what makes pictures, and keeps them as they are now: those of every page in
`tests/pictures`, and those of the user guide in `docs/pictures`. Look at what git says has changed before it is
committed. Without `--approve` each picture is compared with the kept one.

Pictures are kept in few colours, those of the tests at half size. A pixel differs where a colour of it is further off
than `COLOURS`; a picture differs where more than `SHARE` of the pixels of any square of it do, so that a changed word
on a long page counts as much as on a short one. Letters look as the fonts of the machine: the fonts in use are kept
beside the pictures, and where a machine draws with others nothing can be compared.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.browser import FAILED, settle
from PIL import Image, ImageChops
from playwright.sync_api import Page

from shp_data.domain.settings import ROOT

COLOURS = 32  # of 255
SHARE = 0.02
SQUARE = 12  # pixels of a kept picture
PAGES = ROOT / "tests/pictures"
GUIDE = ROOT / "docs/pictures"
FONTS = PAGES / "fonts.json"
APPROVE = "python -m pytest --approve"
HIGHEST = 3000  # what is further down on the page is not in its picture
# What is another at each start is written as it was on one day: when something was loaded, and the server's address.
# Heads of tables that stay in sight are drawn on a layer of their own, whose letters fall between pixels at times.
STILL = r"""() => {
  for (const head of document.querySelectorAll('th')) head.style.position = 'static';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let part = walk.nextNode(); part; part = walk.nextNode()) {
    const told = part.data.replace(/\d{1,2} [A-Z][a-z]{2} 20\d\d, \d\d:\d\d/g, '1 May 2021, 09:00')
      .replace(/127\.0\.0\.1:\d+/g, 'localhost:8501');
    if (told !== part.data) part.data = told;
  }
}"""
HIGH = """() => Math.round(Math.max(...[...document.querySelectorAll('[data-testid="stMainBlockContainer"]')]
  .map(part => part.getBoundingClientRect().bottom + part.parentElement.scrollTop)))"""
AWAITED = '[data-testid="stSkeleton"]'  # the place of what is still being fetched


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--approve", action="store_true", help="keep the pictures of the pages as they are now")


@dataclass(frozen=True)
class Album:
    """The approved pictures, to be compared with or, where `approving`, to be kept anew."""

    approving: bool

    def whole(self, page: Page, name: str) -> None:
        """The page looks to its end as it was approved."""
        self._compare(fitted(page).reduce(2), PAGES / f"{name}.png")

    def guide(self, page: Page, name: str) -> None:
        """What is in sight of the page looks as it does in the user guide."""
        self._compare(drawn(page), GUIDE / f"{name}.png")

    def _compare(self, seen: Image.Image, path: Path) -> None:
        if self.approving:
            path.parent.mkdir(parents=True, exist_ok=True)
            few_colours(seen).save(path, optimize=True)
            return
        assert path.exists(), f"no approved picture {path.relative_to(ROOT)}: approve it with `{APPROVE}`"
        with Image.open(path) as kept:
            approved = kept.convert("RGB")
        told = difference(approved, seen)
        if told:
            saved = save(path, approved, seen)
            raise AssertionError(
                f"{path.relative_to(ROOT)}: {told}. Approved, seen and where they differ: {saved}. "
                f"If it is meant so: `{APPROVE}`. Approved with {FONTS.read_text(encoding='utf-8').strip()}"
            )


@pytest.fixture(scope="session")
def album(request: pytest.FixtureRequest, site) -> Iterator[Album]:
    """The approved pictures, where this machine has the fonts that they were made with."""
    approving = request.config.getoption("--approve")
    with site.visit("load_files") as page:
        fonts = {"fonts": fonts_of(page), "chromium": site.browser.version}
    if approving:
        FONTS.parent.mkdir(exist_ok=True)
        FONTS.write_text(json.dumps(fonts) + "\n", encoding="utf-8")
    approved = json.loads(FONTS.read_text(encoding="utf-8"))
    if approved["fonts"] != fonts["fonts"]:  # another Chromium may draw alike
        told = (
            f"the pictures were approved with the fonts {approved['fonts']}, and this machine draws with "
            f"{fonts['fonts']}: install those (Debian: sudo apt install fonts-liberation) or approve anew: `{APPROVE}`"
        )
        if os.environ.get("SHP_REQUIRE_BROWSER"):
            pytest.fail(told)
        pytest.skip(told)
    yield Album(approving)


def fonts_of(page: Page) -> list[str]:
    """The fonts that the browser draws the title and the text with."""
    speaking = page.context.new_cdp_session(page)
    speaking.send("DOM.enable")
    speaking.send("CSS.enable")
    root = speaking.send("DOM.getDocument")["root"]["nodeId"]
    found: set[str] = set()
    for part in ("h1", '[data-testid="stMarkdownContainer"] p', "code"):
        node = speaking.send("DOM.querySelector", {"nodeId": root, "selector": part})["nodeId"]
        if node:
            drawn_with = speaking.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            found |= {font["familyName"] for font in drawn_with}
    speaking.detach()
    return sorted(found)


def fitted(page: Page) -> Image.Image:
    """The page in a window as high as it is, whose middle scrolls within itself, so that one picture holds it.

    As high as the page is once it lies still: while a chart or map is awaited, its place has another height.
    """
    window = page.viewport_size
    picture = drawn(page)
    for _ in range(5):
        high = max(window["height"], min(page.evaluate(HIGH), HIGHEST))
        if high == page.viewport_size["height"]:
            return picture
        page.set_viewport_size({"width": window["width"], "height": high})
        settle(page)
        picture = drawn(page)
    raise AssertionError(f"{page.url} has no height that fits it")


def drawn(page: Page) -> Image.Image:
    """The page once its fonts, charts and maps are drawn: two pictures in a row are the same, and no map is empty."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_function(f"!document.querySelector('{AWAITED}')")
    page.mouse.move(0, 0)  # nothing lies under the pointer
    page.evaluate(STILL)
    before = b""
    for _ in range(40):
        now = page.screenshot(animations="disabled", caret="hide")
        if now == before:
            found = Image.open(io.BytesIO(now)).convert("RGB")
            if not any(empty(found, box) for box in maps(page)):
                return found
        before = now
        page.wait_for_timeout(150)
    raise AssertionError(f"{page.url} does not come to rest")


def maps(page: Page) -> list[tuple[int, int, int, int]]:
    """Where the maps that are in sight are: left, top, right, bottom."""
    boxes = [part.bounding_box() for part in page.locator('[data-testid="stDeckGlJsonChart"] canvas').all()]
    corners = [(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in boxes if box]
    high = page.viewport_size["height"]
    return [tuple(map(round, box)) for box in corners if box[3] <= high]  # type: ignore[misc]


def empty(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Is there nothing in that part of the picture?"""
    return picture.crop(box).getcolors(8) is not None


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture in 128 colours: rare ones stay as they are, and large grounds are met."""
    return picture.quantize(128, Image.Quantize.MAXCOVERAGE, kmeans=1)


def mask(approved: Image.Image, seen: Image.Image) -> Image.Image:
    """White where the pictures differ."""
    off = ImageChops.difference(approved, seen).split()
    return ImageChops.lighter(ImageChops.lighter(off[0], off[1]), off[2]).point(lambda n: 255 if n > COLOURS else 0)


def difference(approved: Image.Image, seen: Image.Image) -> str:
    """How the pictures differ, in words; nothing where they do not."""
    if approved.size != seen.size:
        return f"the size was {approved.size} and is {seen.size}"
    where = mask(approved, seen)
    worst = where.reduce(SQUARE).getextrema()[1] / 255
    if worst <= SHARE:
        return ""
    all_over = sum(where.histogram()[1:]) / (where.width * where.height)
    return f"{all_over:.2%} of the pixels differ, up to {worst:.0%} of a square of {SQUARE} pixels"


def save(path: Path, approved: Image.Image, seen: Image.Image) -> Path:
    """Keep the approved picture, the seen one and the difference side by side, in the folder of what failed."""
    wide, high = approved.width + seen.width, max(approved.height, seen.height)
    sheet = Image.new("RGB", (wide + seen.width, high), "grey")
    sheet.paste(approved, (0, 0))
    sheet.paste(seen, (approved.width, 0))
    if approved.size == seen.size:
        sheet.paste(mask(approved, seen), (wide, 0))
    FAILED.mkdir(exist_ok=True)
    saved = FAILED / f"{path.parent.name}-{path.name}"
    sheet.save(saved)
    return saved
