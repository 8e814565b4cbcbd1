"""The files given by the user: files, folders and zips become a list of tables that are ready to read."""

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

# Other files of a data.police.uk download, next to the street-level records. They are not incidents.
_NOT_INCIDENTS = ("-outcomes.csv", "-stop-and-search.csv")


@dataclass(frozen=True)
class CountsAnswer:
    """What a file is that looks like a table of counts: each row is one incident, or it has reported figures.

    `indicator` and `area`: of the reported figures, where the file does not name them.
    """

    is_records: bool = False
    indicator: str = ""
    area: str = ""


@dataclass(frozen=True)
class InputFile:
    """One file to read: its name as displayed, its path and its size in bytes.

    The path of a zip's member is that of the zip. `sheets`: the sheets that a person chose of a workbook. `counts`:
    what a person answered about a file that looks like a table of counts.
    """

    name: str
    path: Path
    member: str | None
    size: int
    sheets: tuple[str, ...] = ()
    counts: CountsAnswer | None = None

    def open(self) -> BinaryIO:
        """Open the file's bytes.

        Raises InputError if it cannot be opened or, for a member of a zip, read to the end.
        """
        if self.member is not None:
            return zips.open_member(self.path, self.member, self.name)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.name}: cannot be opened ({error.strerror}).") from error

    @property
    def stem(self) -> str:
        """The file's name without its folder and ending."""
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
    """A file that cannot be read, and the reason."""

    name: str
    message: str


FileOrFault = InputFile | Unreadable


def find_files(paths: Sequence[Path]) -> list[FileOrFault]:
    """Find the files to read among the files, folders and zips given, in the order given; folders sorted.

    A zip is read in place. In folders and zips, these are left out: files of other kinds, hidden files,
    Excel's lock files, and the outcomes and stop-and-search files of a police.uk download. A link is followed
    only if it is given itself. What cannot be read is returned as Unreadable, so that the other files can
    load.
    """
    return [file for path in paths for file in _find_in_path(path)]


def hash_file(file: InputFile) -> str:
    """Return the SHA-256 of the file's bytes in hexadecimal. It identifies a file that is already loaded.

    Raises InputError if they cannot be read.
    """
    sha256 = hashlib.sha256()
    try:
        with file.open() as stream:
            while block := stream.read(1024**2):
                sha256.update(block)
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read to the end ({error.strerror}).") from error
    return sha256.hexdigest()


def hash_sheets(sha256: str, sheets: Sequence[str]) -> str:
    """Return what identifies the content of a workbook of which some sheets are read, from its SHA-256."""
    # Other sheets of the same file are other content.
    return hashlib.sha256("\0".join((sha256, *sheets)).encode()).hexdigest()


def _find_in_path(path: Path) -> list[FileOrFault]:
    """Find the files in a path that the user gave."""
    name = make_printable(path.name or str(path))
    if path.is_dir():
        closed_folders: list[OSError] = []
        files = [
            file
            for inner_path in _walk_folder(path, closed_folders.append)
            for file in _find_on_disk(inner_path, f"{name}/{_format_relative(inner_path, path)}")
        ]
        files += [_report_closed_folder(error, name) for error in closed_folders]
        return files or [Unreadable(name, f"{name}: the folder contains no file that can be read ({_KINDS}).")]
    if not path.exists():
        return [Unreadable(name, f"{name}: no such file or folder. Check the path.")]
    if not path.is_file():
        return [Unreadable(name, f"{name}: is neither a file nor a folder.")]
    if path.name.lower().endswith(_NOT_INCIDENTS):
        return [Unreadable(name, f"{name}: contains no incidents. Choose the -street.csv file.")]
    if path.suffix.lower() not in READABLE | {".zip"}:
        ending = path.suffix or "no ending"
        return [
            Unreadable(name, f"{name}: files of this kind ({make_printable(ending)}) cannot be read. Use {_KINDS}.")
        ]
    return _find_on_disk(path, name)


def _find_on_disk(path: Path, name: str) -> list[FileOrFault]:
    """Return one file on disk, or the members of a zip."""
    if path.suffix.lower() == ".zip":
        return _find_in_zip(path, name)
    try:
        size = path.stat().st_size
    except OSError as error:
        return [Unreadable(name, f"{name}: cannot be read ({error.strerror}).")]
    try:
        zips.check_size(name, size, "the file is")
    except InputError as error:
        return [Unreadable(name, str(error))]
    return [InputFile(name, path, None, size)]


def _find_in_zip(path: Path, name: str) -> list[FileOrFault]:
    try:
        members = zips.list_members(path, name, _is_wanted)
    except InputError as error:
        return [Unreadable(name, str(error))]
    files: list[FileOrFault] = []
    for member in members:
        inner = f"{name}/{make_printable(member.name)}"
        if member.fault:
            files.append(Unreadable(inner, f"{inner}: {member.fault}"))
        else:
            files.append(InputFile(inner, path, member.name, member.size))
    return files or [Unreadable(name, f"{name}: the zip contains no file that can be read ({_KINDS}).")]


def _report_closed_folder(error: OSError, name: str) -> Unreadable:
    inner = f"{name}/{make_printable(Path(error.filename).name)}"
    return Unreadable(inner, f"{inner}: the folder cannot be opened ({error.strerror}). Check your permissions.")


def _walk_folder(folder: Path, on_closed: Callable[[OSError], None]) -> Iterator[Path]:
    """Find the usable files of a folder and its subfolders, sorted, without following links.

    `on_closed` is called with the error of each folder that cannot be entered.
    """
    for root, folders, files in os.walk(folder, onerror=on_closed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for file in sorted(files):
            path = Path(root, file)
            usable = _is_wanted(file) or (path.suffix.lower() == ".zip" and not file.startswith("."))
            if usable and path.is_file() and not path.is_symlink():
                yield path


def _is_wanted(name: str) -> bool:
    """Return whether a file is one to read, judged by its name alone."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in READABLE and not name.lower().endswith(_NOT_INCIDENTS)


def _format_relative(path: Path, folder: Path) -> str:
    return make_printable(path.relative_to(folder).as_posix())


def make_printable(name: str) -> str:
    """Return a name that is safe to display: a character that cannot be printed becomes a question mark."""
    return "".join(character if character.isprintable() else "?" for character in name)
