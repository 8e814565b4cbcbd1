"""Read zips in place without trusting them.

Names, sizes and ratios are checked, and sizes again while reading.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_FILE_BYTES, MAX_ZIP_MEMBERS, MAX_ZIP_RATIO

_SMALL = 1024**2  # below this a high ratio does no harm
# What Python raises for a damaged zip. An unknown kind of compression is a RuntimeError.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error)
_CLIMBS = re.compile(r"^/|^[A-Za-z]:|\\|[\x00-\x1f\x7f]|(^|/)\.\.(/|$)")


@dataclass(frozen=True)
class ZipMember:
    """A member of a zip: its name, its declared size in bytes, and why it is refused (empty if it is not)."""

    name: str
    size: int
    fault: str


def list_members(path: Path, name: str, is_wanted: Callable[[str], bool]) -> list[ZipMember]:
    """List the members of a zip that are to be read or are refused, in the zip's order.

    A member of an unwanted kind is left out, unless its name is one that a normal zip would not contain.
    Raises InputError if the zip as a whole cannot be read or exceeds the limits.
    """
    with closing(_open_zip(path, name)) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_ZIP_MEMBERS:
        count = f"contains {len(infos):,} files; the limit is {MAX_ZIP_MEMBERS:,}"
        raise InputError(f"{name}: the zip {count}. Split it.")
    times = Counter(info.filename for info in infos)
    selected = [
        ZipMember(info.orig_filename, info.file_size, fault)
        for info in infos
        if (fault := _find_fault(info, times[info.filename])) or is_wanted(info.filename)
    ]
    total = sum(member.size for member in selected if not member.fault)
    check_size(name, total, "the unpacked files are")
    return selected


def open_member(path: Path, member: str, name: str) -> BinaryIO:
    """Open a member's bytes.

    Raises InputError if the zip is damaged or, during reading, if a declared size is false.
    """
    archive = _open_zip(path, name)
    try:
        info = archive.getinfo(member)
        return io.BufferedReader(_GuardedStream(archive, archive.open(info), info.file_size, name), 1024**2)
    except (*_BROKEN, KeyError) as error:
        archive.close()
        raise _make_zip_error(name, error) from error


def check_unpacked_size(stream: BinaryIO, name: str, limit: int) -> None:
    """Raise InputError if a workbook, which is a zip inside, would unpack to more than `limit` bytes."""
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except _BROKEN as error:
        raise _make_zip_error(name, error) from error
    # Sizes are checked before anything is unpacked: the library that reads workbooks would unpack all of it.
    if len(infos) > MAX_ZIP_MEMBERS or any(_is_bloated(info) for info in infos):
        raise InputError(
            f"{name}: is compressed far more than a normal workbook and was not opened. Save the sheet as CSV."
        )
    check_size(name, sum(info.file_size for info in infos), "the unpacked workbook is", limit)


def check_size(name: str, size: int, what: str, limit: int = MAX_FILE_BYTES) -> None:
    """Raise InputError if `size` bytes are more than `limit`. `what` names what would take them."""
    if size > limit:
        at_most = f"the limit is {limit // _SMALL:,} MB"
        raise InputError(f"{name}: {what} {size // _SMALL:,} MB; {at_most}. Split it.")


def _open_zip(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _make_zip_error(name, error) from error


def _make_zip_error(name: str, error: Exception) -> InputError:
    return InputError(f"{name}: the zip is damaged or incomplete ({error}). Download it again.")


def _is_bloated(info: zipfile.ZipInfo) -> bool:
    return info.file_size > max(_SMALL, MAX_ZIP_RATIO * info.compress_size)


def _find_fault(info: zipfile.ZipInfo, times: int) -> str:
    """Return why a member is refused, in words; empty if it is not."""
    if _CLIMBS.search(info.orig_filename):
        return "its name points outside the zip or contains characters that are not allowed. It was not read."
    if info.filename.lower().endswith(".zip"):
        return "a zip within a zip is not read. Unpack the outer zip and load the inner one."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file and was not read. Put the file itself in the zip."
    if info.flag_bits & 0x1:
        return "is protected by a password. Unpack the zip and load the file itself."
    if times > 1:
        return f"the zip contains {times} files with this name. Keep only one."
    if info.file_size > MAX_FILE_BYTES:
        return f"is {info.file_size // _SMALL:,} MB; the limit is {MAX_FILE_BYTES // _SMALL:,} MB."
    if _is_bloated(info):
        ratio = info.file_size // max(1, info.compress_size)
        return f"is compressed {ratio:,} to 1; the limit is {MAX_ZIP_RATIO} to 1. It was not read."
    return ""


class _GuardedStream(io.RawIOBase):
    """A member's stream that reports a damaged zip or a false size as InputError."""

    def __init__(self, archive: zipfile.ZipFile, stream: IO[bytes], size: int, name: str) -> None:
        self._archive, self._stream, self._left, self._name = archive, stream, size, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._read_checked(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        data = self._read_checked(self._left + 1)
        self._read_checked(1)  # at the end, the size and the checksum are compared
        return data

    def _read_checked(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise _make_zip_error(self._name, error) from error
        # The size in a zip's directory can be false, so what is really read is counted.
        self._left -= len(data)
        if self._left < 0 or (not data and self._left > 0):
            raise InputError(
                f"{self._name}: the zip is damaged: the file's size differs from the size that the zip states."
            )
        return data

    def close(self) -> None:
        """Close the member and the zip that was opened for it."""
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()
