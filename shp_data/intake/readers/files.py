"""Which files were given? Files, folders and zips -> the tables in them, each ready to be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from shp_data.domain.errors import InputError
from shp_data.intake.readers import zips

TEXT = frozenset({".csv", ".txt", ".tsv"})
WORKBOOK = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
PARQUET = frozenset({".parquet"})
READABLE = TEXT | WORKBOOK | PARQUET
_KINDS = "CSV, TXT, TSV, XLSX, XLSM, XLS, ODS, Parquet, or a folder or zip of these"

# What a data.police.uk download holds beside the street-level records: not incidents.
_NOT_INCIDENTS = ("-outcomes.csv", "-stop-and-search.csv")


@dataclass(frozen=True)
class InputFile:
    """One file to read: its name as shown, where it lies (for a zip's member: the zip), its size in bytes."""

    name: str
    path: Path
    member: str | None
    size: int

    def open(self) -> BinaryIO:
        """The file's bytes. Raises InputError where it cannot be opened or, for a zip's member, read on."""
        if self.member is not None:
            return zips.open_member(self.path, self.member, self.name)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.name}: cannot be opened ({error.strerror}).") from error

    @property
    def stem(self) -> str:
        """The file's own name without its ending."""
        return self._inner.stem

    @property
    def suffix(self) -> str:
        """The file's ending in lower case: `.csv`."""
        return self._inner.suffix.lower()

    @property
    def _inner(self) -> PurePosixPath:
        return PurePosixPath(self.member or self.path.name)


@dataclass(frozen=True)
class Unreadable:
    """A file of which nothing could be read, and why."""

    name: str
    message: str


Found = InputFile | Unreadable


def find_files(paths: Sequence[Path]) -> list[Found]:
    """Which files are to be read, of the files, folders and zips given? In the order given, folders sorted.

    A zip is read in place. In folders and zips, files of other kinds, hidden files, Excel's lock files and a
    police.uk download's outcomes and stop-and-search files are left out; a link is followed only where it is
    given itself. What cannot be read comes back as Unreadable, so that the others go on.
    """
    return [found for path in paths for found in _given(path)]


def digest(file: InputFile) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal: by it a file that is loaded already is known."""
    found = hashlib.sha256()
    with file.open() as stream:
        while block := stream.read(1024**2):
            found.update(block)
    return found.hexdigest()


def _given(path: Path) -> list[Found]:
    """What a path that the user named holds."""
    name = shown(path.name or str(path))
    if path.is_dir():
        closed: list[OSError] = []
        found = [f for p in _walk(path, closed.append) for f in _within(p, f"{name}/{_relative(p, path)}")]
        found += [_not_entered(error, name) for error in closed]
        return found or [Unreadable(name, f"{name}: the folder holds no file to read ({_KINDS}).")]
    if not path.exists():
        return [Unreadable(name, f"{name}: there is no such file or folder. Check the path.")]
    if not path.is_file():
        return [Unreadable(name, f"{name}: is neither a file nor a folder.")]
    if path.name.lower().endswith(_NOT_INCIDENTS):
        return [Unreadable(name, f"{name}: holds no incidents. Give the -street.csv file.")]
    if path.suffix.lower() not in READABLE | {".zip"}:
        ending = path.suffix or "no ending"
        return [Unreadable(name, f"{name}: this kind ({shown(ending)}) is not read. Give {_KINDS}.")]
    return _within(path, name)


def _within(path: Path, name: str) -> list[Found]:
    """One file on disk: itself, or a zip's members."""
    if path.suffix.lower() == ".zip":
        return _members(path, name)
    try:
        size = path.stat().st_size
    except OSError as error:
        return [Unreadable(name, f"{name}: cannot be read ({error.strerror}).")]
    try:
        zips.check_size(name, size, "the file takes")
    except InputError as error:
        return [Unreadable(name, str(error))]
    return [InputFile(name, path, None, size)]


def _members(path: Path, name: str) -> list[Found]:
    try:
        members = zips.members(path, name, _wanted)
    except InputError as error:
        return [Unreadable(name, str(error))]
    found: list[Found] = []
    for member in members:
        inner = f"{name}/{shown(member.name)}"
        if member.fault:
            found.append(Unreadable(inner, f"{inner}: {member.fault}"))
        else:
            found.append(InputFile(inner, path, member.name, member.size))
    return found or [Unreadable(name, f"{name}: the zip holds no file to read ({_KINDS}).")]


def _not_entered(error: OSError, name: str) -> Unreadable:
    inner = f"{name}/{shown(Path(error.filename).name)}"
    return Unreadable(inner, f"{inner}: the folder cannot be entered ({error.strerror}). Check your rights to it.")


def _walk(folder: Path, closed: Callable[[OSError], None]) -> Iterator[Path]:
    """The usable files of a folder and those below it, sorted; no link is followed.

    `closed` is told of a folder that cannot be entered.
    """
    for root, folders, files in os.walk(folder, onerror=closed):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__MACOSX")
        for file in sorted(files):
            path = Path(root, file)
            usable = _wanted(file) or (path.suffix.lower() == ".zip" and not file.startswith("."))
            if usable and path.is_file() and not path.is_symlink():
                yield path


def _wanted(name: str) -> bool:
    """Is a file of this name one to read, by its name alone?"""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in READABLE and not name.lower().endswith(_NOT_INCIDENTS)


def _relative(path: Path, folder: Path) -> str:
    return shown(path.relative_to(folder).as_posix())


def shown(name: str) -> str:
    """A name fit to be shown: a character that cannot be printed becomes a question mark."""
    return "".join(c if c.isprintable() else "?" for c in name)
