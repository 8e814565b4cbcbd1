"""The template files of documents, and the properties that every document has.

A partnership replaces a template with its own: a file of the same name next to its partnership.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from pptx.exc import PythonPptxError

from shp_data.domain.errors import SettingsError
from shp_data.domain.partnership import partnership
from shp_data.domain.settings import find_partnership_file
from shp_view.documents.paper import Paper, shorten_text
from shp_view.text.markup import TEMPLATES

D = TypeVar("D")
_MAX_PROPERTY = 255  # characters that a document property may hold


def find_template(name: str) -> Path:
    """Find a template: the partnership's own, or else the one that comes with the dashboard."""
    replacement = find_partnership_file().parent / name
    return replacement if replacement.is_file() else TEMPLATES / name


def open_template(name: str, read_document: Callable[[str], D]) -> D:
    """Open a template as a new document. Raises SettingsError."""
    path = find_template(name)
    try:
        return read_document(str(path))
    # SyntaxError is what lxml raises for XML that it cannot read.
    except (OSError, BadZipFile, KeyError, ValueError, SyntaxError, OpcError, PythonPptxError) as error:
        raise SettingsError(f"{path} cannot be opened: expected a template like {TEMPLATES / name}") from error


def check_names(name: str, kind: str, needed: Iterable[str], present: Iterable[str]) -> None:
    """Check that a template has all that a document needs, by name. Raises SettingsError."""
    if missing := sorted(set(needed) - set(present)):
        raise SettingsError(
            f"{find_template(name)} has no {kind} named {', '.join(map(repr, missing))}. Add it, or start again from a "
            f"copy of {TEMPLATES / name}."
        )


def set_properties(properties: Any, paper: Paper, paper_date: date) -> None:
    """Set the title, author, language, notice and date of a document."""
    # The author would otherwise be python-docx or python-pptx, and the date that of their empty file.
    properties.title = shorten_text(paper.title, _MAX_PROPERTY)
    properties.author = properties.last_modified_by = shorten_text(partnership().name, _MAX_PROPERTY)
    properties.language, properties.comments = "en-GB", shorten_text(paper.notice, _MAX_PROPERTY)
    properties.created = properties.modified = datetime.combine(paper_date, time())
