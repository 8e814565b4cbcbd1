"""Files from a browser: where they lie until they are loaded, and what was seen in them meanwhile."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shp_data.domain.errors import StoreError
from shp_data.intake.load import Options, Progress, ingest
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
    """What a browser sent: its id, the name that it gave, and its bytes."""

    file_id: str
    name: str

    def getbuffer(self) -> memoryview:
        """The bytes."""
        ...


@dataclass
class Desk:
    """What one session's Load files page keeps between two clicks; its files go with it.

    `last`: the load made last. `changing`: the file of which a reading that is known is to be changed. `turn`: the
    loads made, so that the page starts each with empty fields.
    """

    last: Load | None = None
    changing: str | None = None
    turn: int = 0
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _seen: dict[tuple[Path, str], list[Preview]] = field(default_factory=dict)
    _counted: dict[tuple[InputFile, str], dict[str, int]] = field(default_factory=dict)

    def save(self, uploads: Sequence[Upload]) -> list[Path]:
        """Write what was uploaded, once, each file in a folder of its own so that names may recur.

        Raises StoreError where the disk takes no more.
        """
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True)
            return [_kept(Path(self._folder.name), upload) for upload in uploads]
        except OSError as error:
            raise StoreError(
                f"the files cannot be written to the folder of temporary files: {error.strerror or error}; nothing was "
                "loaded. Make room there, and upload them again."
            ) from error

    def previews(self, root: Path, paths: Sequence[Path], supplier: str | None) -> list[Preview]:
        """What is in these files, read once for each state of the mappings."""
        sources = mappings.known_sources(root)
        found = []
        for path in paths:
            key = (path, repr((sources, supplier)))
            if key not in self._seen:
                self._seen[key] = preview.previews(path, sources, supplier)
            found += self._seen[key]
        return found

    def categories(self, file: InputFile, known: Collection[str], column: str) -> dict[str, int]:
        """The categories in a column of a file, counted once."""
        if (file, column) not in self._counted:
            self._counted[file, column] = preview.categories(file, known, column)
        return self._counted[file, column]

    def load(self, root: Path, paths: Sequence[Path], supplier: str | None, *, add: bool, progress: Progress) -> None:
        """Load the files, and clear the desk; `last` tells what became of them. Raises StoreError."""
        last = ingest(paths, root, Options(supplier, add), progress)
        if self._folder:
            self._folder.cleanup()
        self.last, self.changing, self.turn = last, None, self.turn + 1
        self._folder, self._seen, self._counted = None, {}, {}


def _kept(folder: Path, upload: Upload) -> Path:
    """Where an upload lies: whole, for one that was cut short would be taken for a shorter file."""
    path = folder / re.sub(r"\W", "", upload.file_id) / safe_name(upload.name)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        made = path.with_name("unfinished")
        made.write_bytes(upload.getbuffer())
        made.replace(path)
    return path


def safe_name(name: str) -> str:
    """A client's file name, fit for any disk: its last part, at most 120 bytes, no sign of a path."""
    last = re.split(r"[/\\]", name)[-1]
    safe = "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in last).strip(". ") or "file"
    stem, dot, ending = safe.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = safe, "", ""
    short = stem.encode()[: _LONGEST_NAME - len(dot + ending)].decode(errors="ignore")
    return f"{'_' if _RESERVED.match(safe) else ''}{short}{dot}{ending}"
