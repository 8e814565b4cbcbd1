"""How a slide looks while it is presented: large letters, and nothing of the application around it."""

from __future__ import annotations

from html import escape

from shp_view.present_page import Told

# Charts are drawn for a page; a room reads them from further away, so they grow with the screen.
STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stSidebarCollapsedControl"] {display: none}
.stMainBlockContainer {padding: 1.2rem clamp(1rem, 4vw, 5rem) 4.5rem; max-width: none}
.st-key-page-keys {display: none}
.st-key-steps {position: fixed; inset: auto 0 0 0; z-index: 10; padding: .5rem clamp(1rem, 4vw, 5rem);
 background: var(--background-color, inherit)}
.slide h1 {font-size: clamp(1.5rem, 2.9vw, 3.4rem); line-height: 1.15; padding: 0; margin: 0 0 .6rem}
.slide p, .slide li {font-size: clamp(1rem, 1.5vw, 1.75rem); line-height: 1.35; margin: 0 0 .5rem; max-width: 80ch}
.slide .notice {background: #F7B58C; color: #0B0C0C; font-weight: 600; padding: .2rem .6rem; max-width: none;
 font-size: clamp(.8rem, 1vw, 1.1rem)}
@media (min-width: 1100px) {.st-key-slide [data-testid="stVegaLiteChart"] {zoom: 1.3; width: calc(100% / 1.3)}}
@media (min-width: 1600px) {.st-key-slide [data-testid="stVegaLiteChart"] {zoom: 1.7; width: calc(100% / 1.7)}}
</style>"""


def words(told: Told) -> str:
    """The title of a slide and what is said under it, with the notice of the sample; every text escaped."""
    view = told.view
    synthetic = view is not None and view.figure.synthetic
    notice = '<p class="notice">Synthetic sample: these are not real records.</p>' if synthetic else ""
    said = "".join(f"<p>{escape(text)}</p>" for text in view.said) if view else ""
    if view and not view.drawn and len(view.said) > 1:
        said = f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in view.said)}</ul>"
    return f'<div class="slide">{notice}<h1>{escape(told.title)}</h1>{said}</div>'
