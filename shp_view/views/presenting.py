"""The look of a slide while it is presented: large letters, without the rest of the application."""

from __future__ import annotations

from shp_view.text.markup import read_style, render
from shp_view.views.present_page import PresentedSlide

STYLE = read_style("slide.css")


def format_slide(slide: PresentedSlide) -> str:
    """Format the title and sentences of a slide, with the notice of the sample."""
    view = slide.view
    return render(
        "slide.html",
        title=slide.title,
        synthetic=view is not None and view.figure.synthetic,
        sentences=view.sentences if view else (),
        listed=view is not None and not view.draw and len(view.sentences) > 1,
    )
