"""Write every generated reference in docs/: `python -m docs_build`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docs_build import command_reference, dictionary, indicator_book, settings_reference
from shp_data.domain.settings import ROOT

DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary.document,
    "indicators.md": indicator_book.document,
    "settings.md": settings_reference.document,
    "commands.md": command_reference.document,
}


def main() -> None:
    """Each document, over the one that is there."""
    for name, made in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(made(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
