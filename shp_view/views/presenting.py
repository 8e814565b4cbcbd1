"""The look of a slide while it is presented: large letters, without the rest of the application."""

from __future__ import annotations

from html import escape

from shp_view.theme import LIGHT, choose_theme
from shp_view.views.present_page import PresentedSlide

# A room reads a chart from further away than a desk: it grows with the screen, with its letters.
_STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] {display: none}
.stMainBlockContainer {padding: 1rem clamp(1rem, 4vw, 5rem) 5rem; max-width: none}
.st-key-page-keys {display: none}
.st-key-steps {position: fixed; inset: auto 0 0 0; z-index: 10; padding: .5rem clamp(1rem, 4vw, 5rem);
 background: BACKGROUND}
.slide h1 {font-size: clamp(1.4rem, 2.4vw, 3.2rem); line-height: 1.15; padding: 0; margin: 0 0 .5rem}
.slide p, .slide li {font-size: clamp(1rem, 1.4vw, 1.75rem); line-height: 1.35; margin: 0 0 .4rem; max-width: 100ch}
.slide .notice {background: NOTICE; color: LETTERS; font-weight: 600; padding: .2rem .6rem; max-width: none;
 font-size: clamp(.8rem, 1vw, 1.1rem)}
@media (min-width: 1100px) and (min-height: 800px) {DRAWN {zoom: 1.15; width: calc(100% / 1.15) !important}}
@media (min-width: 1600px) and (min-height: 1000px) {
DRAWN {zoom: 1.4; width: calc(100% / 1.4) !important}
[data-testid="stDeckGlJsonChart"] {zoom: 1.25}
}
@media (max-width: 640px) {.stMainBlockContainer {padding-bottom: 9rem}}
</style>"""
# Streamlit measures the room of a chart before it grows.
_DRAWN = '.st-key-slide [data-testid="stElementContainer"]:has([data-testid="stVegaLiteChart"])'


def build_style(*, dark: bool) -> str:
    """Build the style of a presentation, on a dark or light page."""
    colours = {"BACKGROUND": choose_theme(dark).background, "NOTICE": LIGHT.diverging[3], "LETTERS": LIGHT.text}
    css = _STYLE.replace("DRAWN", _DRAWN)
    for name, colour in colours.items():
        css = css.replace(name, colour)
    return css


def format_slide(slide: PresentedSlide) -> str:
    """Format the title and sentences of a slide, with the notice of the sample; every text is escaped."""
    view = slide.view
    synthetic = view is not None and view.figure.synthetic
    notice = '<p class="notice">Synthetic sample: these are not real records.</p>' if synthetic else ""
    body = "".join(f"<p>{escape(text)}</p>" for text in view.sentences) if view else ""
    if view and not view.draw and len(view.sentences) > 1:
        body = f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in view.sentences)}</ul>"
    return f'<div class="slide">{notice}<h1>{escape(slide.title)}</h1>{body}</div>'
