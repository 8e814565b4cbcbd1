"""What axe-core finds on a page, what does not fit a narrow one, and the states in which each page is looked at."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from typing import Any

from helpers.browser import settle
from playwright.sync_api import Page, TimeoutError

from shp_view.views.pack import Pack, make_slide, to_link_text

Q3 = "2020-21 Q3 (Oct to Dec 2020)"
EVERY_RULE: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
}
OF_COLOUR: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}  # all that a dark page may change
OF_WIDTH: dict[str, Any] = {"runOnly": ["scrollable-region-focusable", "target-size"]}  # and a narrow one
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 512}  # what 200 % leave of 1280 by 1024
REFLOWED = {"width": 320, "height": 256}  # and 400 %, as success criterion 1.4.10 asks
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# Streamlit puts the sections of the navigation between a list and its items: see docs/accessibility.md.
_RUN = """async asked => {
  const found = await axe.run(document, {resultTypes: ['violations'], preload: false, ...asked});
  const sections = document.querySelector('[data-testid="stSidebarNavItems"]');
  const known = (rule, node) => ['list', 'listitem'].includes(rule.id)
    && sections?.contains(document.querySelector(node.target[0]));
  return found.violations.flatMap(rule => rule.nodes.filter(node => !known(rule, node)).map(node =>
    `${rule.id}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ${node.failureSummary.replaceAll('\\n', ' ')}`));
}"""
# What makes the page scroll sideways; what is cut off at the edge; and words that do not fit what hides the rest.
NOT_FITTING = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const wide = [document.documentElement, document.body, main].filter(part => part.scrollWidth > innerWidth);
  const scrolls = '.figures, .months, [data-testid="stDataFrame"], pre';
  const parts = [...main.querySelectorAll('h1, h2, h3, p, a, button, input, svg, canvas, table, img')]
    .filter(part => part.checkVisibility({visibilityProperty: true}) && !part.closest(scrolls));
  const beyond = parts.filter(part => part.getBoundingClientRect().right > innerWidth + 1);
  const cut = parts.filter(part => part.matches('h1, h2, h3, p, a, button') && part.scrollWidth > part.clientWidth + 1
    && getComputedStyle(part).overflowX !== 'visible');
  return [...new Set([...wide, ...beyond, ...cut])].map(part => part.outerHTML.slice(0, 160));
}"""
# Where the focus is, and whether the stop before showed that it had it: its look, or that of what is around it.
_STOP = """() => {
  const look = part => [0, 1, 2, 3].map(() => { const of = part; part = part?.parentElement; return of
    ? ['outline', 'boxShadow', 'borderColor', 'backgroundColor'].map(one => getComputedStyle(of)[one]) : ''; }).join();
  const before = window.stop, part = document.activeElement;
  window.stop = {part, look: look(part)};
  return {name: (part.ariaLabel || part.innerText || part.dataset.testid || '').trim().slice(0, 60),
    tag: part.cloneNode().outerHTML.slice(0, 200), main: !!part.closest('[data-testid="stMain"]'),
    shown: !before || look(before.part) !== before.look};
}"""
_STILL = "*, *::before, *::after {transition: none !important; animation: none !important}"
_PACK: Pack = (
    make_slide("trends", {"what": "Police ASB", "area": "Hartlepool", "period": Q3}),
    make_slide("hotspots", {"what": "Police ASB", "area": "Hartlepool", "period": Q3}),
)
# What the links of each page ask for: its views, and with something chosen.
STATES: dict[str, list[dict[str, str]]] = {
    "": [{}],
    "trends": [{"view": view} for view in ("Months", "Seasons", "Rolling 12 months", "Weekday and hour", "By area")],
    "comparison": [{"view": "Rates"}, {"view": "Funnel"}, {"view": "Change", "places": "Wards of the area"}],
    "hotspots": [
        {"ward": "Seaton"},
        *({"layer": layer} for layer in ("Hotspots", "Points", "Repeat locations")),
    ],
    "ward": [{"ward": "Seaton"}, {}],
    "repeats": [{}],
    "report": [{}],
    "present": [{"pack": to_link_text(_PACK)}, {"pack": to_link_text(_PACK), "slide": "1"}],
    "records": [{}],
    "data": [{}],
    "load_files": [{}],
    "methods": [{}],
}


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What breaks WCAG 2.2 A or AA by axe-core: rule, element and reason. What is gone once the page is still is none.

    A page that is drawn in parts may be quiet for a moment before its last part.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, rules)
    for _ in range(2):
        if found:
            settle(page)
            found = page.evaluate(_RUN, rules)
    return found


def not_fitting(page: Page) -> list[str]:
    """What is cut off at this width, or makes the page scroll sideways."""
    with suppress(TimeoutError):  # the side bar slides away, and charts are drawn again, in their own time
        page.wait_for_function(f"({NOT_FITTING})().length === 0", timeout=20_000)
    found: list[str] = page.evaluate(NOT_FITTING)
    return found


def stops(page: Page, most: int = 300) -> list[dict[str, Any]]:
    """Where Tab leads from the top of the page, one stop after the other, until it leaves the page.

    Each: name and tag of what has the focus, whether it is in the main part, whether the stop before it was shown.
    """
    page.add_style_tag(content=_STILL)
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop["tag"].startswith("<body"):
            return found
        found.append(stop)
    raise AssertionError(f"no end of the page after {most} stops: {found[-5:]}")
