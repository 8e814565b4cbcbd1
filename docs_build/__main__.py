"""Write every generated reference in docs/: `python -m docs_build`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docs_build import command_reference, dictionary, indicator_book, settings_reference
from shp_data.domain.settings import ROOT

DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary.write_document,
    "indicators.md": indicator_book.write_document,
    "settings.md": settings_reference.write_document,
    "commands.md": command_reference.write_document,
}


def main() -> None:
    """Write each document over the existing one."""
    for name, write_document in DOCUMENTS.items():
        # The same line ends on every machine, so that the test that compares the files passes on Windows too.
        (ROOT / "docs" / name).write_text(write_document(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
