"""Files from a browser: where they are kept until they are loaded, and what has been read from them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shp_data.domain.errors import StoreError
from shp_data.intake.load import LoadOptions, LoadProgress, ingest
from shp_data.intake.mapping import preview
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.readers.files import PARQUET, TEXT, WORKBOOK, InputFile
from shp_data.store.files.manifest import Load
from shp_data.store.notes import mappings

KINDS = sorted(ending.removeprefix(".") for ending in {*TEXT, *WORKBOOK, *PARQUET, ".zip"})
_LONGEST_NAME, _LONGEST_ENDING = 120, 8
_UNSAFE = '<>:"/\\|?*'
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class Upload(Protocol):
    """A file that a browser sent: its id, its name and its bytes."""

    file_id: str
    name: str

    def getbuffer(self) -> memoryview:
        """Return the bytes."""
        ...


@dataclass
class Desk:
    """What the Load files page of one session keeps between two clicks. Its files go with it.

    `last`: the latest load. `changing`: the name of the file whose saved reading the user wants to change.
    `turn`: the number of loads made, so that the page starts each load with empty fields.
    """

    last: Load | None = None
    changing: str | None = None
    turn: int = 0
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _previews: dict[tuple[Path, str], list[Preview]] = field(default_factory=dict)
    _category_counts: dict[tuple[InputFile, str], dict[str, int]] = field(default_factory=dict)

    def save(self, uploads: Sequence[Upload]) -> list[Path]:
        """Write the uploads, once, each to a folder of its own so that names may recur.

        Raises StoreError where the disk is full or cannot be written to.
        """
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True)
            return [_save_upload(Path(self._folder.name), upload) for upload in uploads]
        except OSError as error:
            raise StoreError(
                f"the files cannot be written to the folder of temporary files: {error.strerror or error}; nothing was "
                "loaded. Make room there, and upload them again."
            ) from error

    def preview_files(self, root: Path, paths: Sequence[Path], supplier: str | None) -> list[Preview]:
        """Return what is in these files, read once for each state of the mappings."""
        suppliers = mappings.list_suppliers(root)
        previews = []
        for path in paths:
            key = (path, repr((suppliers, supplier)))
            if key not in self._previews:
                self._previews[key] = preview.preview_files(path, suppliers, supplier)
            previews += self._previews[key]
        return previews

    def count_categories(self, file: InputFile, headers: Collection[str], column: str) -> dict[str, int]:
        """Count the categories in a column of a file, once."""
        if (file, column) not in self._category_counts:
            self._category_counts[file, column] = preview.count_categories(file, headers, column)
        return self._category_counts[file, column]

    def load(
        self, root: Path, paths: Sequence[Path], supplier: str | None, *, add: bool, progress: LoadProgress
    ) -> None:
        """Load the files and clear the desk; `last` holds the result. Raises StoreError."""
        result = ingest(paths, root, LoadOptions(supplier, add), progress)
        if self._folder:
            self._folder.cleanup()
        self.last, self.changing, self.turn = result, None, self.turn + 1
        self._folder, self._previews, self._category_counts = None, {}, {}


def _save_upload(folder: Path, upload: Upload) -> Path:
    """Write an upload whole and return its path: a file that was cut short would look like a shorter file."""
    path = folder / re.sub(r"\W", "", upload.file_id) / make_safe_name(upload.name)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part_file = path.with_name("unfinished")
        part_file.write_bytes(upload.getbuffer())
        part_file.replace(path)
    return path


def make_safe_name(name: str) -> str:
    """Make a client's file name fit for any disk: its last part, at most 120 bytes, no path characters."""
    last = re.split(r"[/\\]", name)[-1]
    safe = "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in last).strip(". ") or "file"
    stem, dot, ending = safe.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = safe, "", ""
    short = stem.encode()[: _LONGEST_NAME - len(dot + ending)].decode(errors="ignore")
    return f"{'_' if _RESERVED.match(safe) else ''}{short}{dot}{ending}"
