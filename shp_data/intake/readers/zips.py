"""Zips, read in place and trusted with nothing: names, sizes and ratios are checked, sizes on reading too."""

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
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
)  # fmt: skip; a kind of packing that is not known is a RuntimeError
_CLIMBS = re.compile(r"^/|^[A-Za-z]:|\\|[\x00-\x1f\x7f]|(^|/)\.\.(/|$)")


@dataclass(frozen=True)
class Member:
    """A member of a zip: its name, its declared size in bytes, and why it is refused (empty: it is not)."""

    name: str
    size: int
    fault: str


def members(path: Path, name: str, wanted: Callable[[str], bool]) -> list[Member]:
    """Which members of a zip are to be read, and which are refused? In the zip's order.

    A member of a kind that is not wanted is left out, unless its name is one that no honest zip holds. Raises
    InputError where the zip as a whole cannot be read or goes beyond the limits.
    """
    with closing(_opened(path, name)) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir()]
    if len(infos) > MAX_ZIP_MEMBERS:
        count = f"holds {len(infos):,} files; at most {MAX_ZIP_MEMBERS:,} are read"
        raise InputError(f"{name}: the zip {count}. Split it.")
    times = Counter(i.filename for i in infos)
    found = [
        Member(i.orig_filename, i.file_size, fault)
        for i in infos
        if (fault := _fault(i, times[i.filename])) or wanted(i.filename)
    ]
    total = sum(m.size for m in found if not m.fault)
    check_size(name, total, "the files in the zip would take")
    return found


def open_member(path: Path, member: str, name: str) -> BinaryIO:
    """A member's bytes. Raises InputError for a broken zip and, while it is read, for a lying one."""
    archive = _opened(path, name)
    try:
        info = archive.getinfo(member)
        return io.BufferedReader(_Guarded(archive, archive.open(info), info.file_size, name), 1024**2)
    except (*_BROKEN, KeyError) as error:
        archive.close()
        raise _broken(name, error) from error


def check_inside(stream: BinaryIO, name: str, limit: int) -> None:
    """Raises InputError where a workbook, a zip inside, would unpack to more than `limit` bytes."""
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except _BROKEN as error:
        raise _broken(name, error) from error
    if len(infos) > MAX_ZIP_MEMBERS or any(_bloated(i) for i in infos):
        raise InputError(f"{name}: is packed like no honest workbook. Open it and save the sheet as CSV.")
    check_size(name, sum(i.file_size for i in infos), "the workbook unpacked would take", limit)


def check_size(name: str, size: int, what: str, limit: int = MAX_FILE_BYTES) -> None:
    """Raises InputError where `size` bytes are more than `limit`; `what` says what would take them."""
    if size > limit:
        at_most = f"at most {limit // _SMALL:,} MB are read"
        raise InputError(f"{name}: {what} {size // _SMALL:,} MB; {at_most}. Split it.")


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _broken(name, error) from error


def _broken(name: str, error: Exception) -> InputError:
    return InputError(f"{name}: the zip is damaged or cut short ({error}). Fetch it again.")


def _bloated(info: zipfile.ZipInfo) -> bool:
    return info.file_size > max(_SMALL, MAX_ZIP_RATIO * info.compress_size)


def _fault(info: zipfile.ZipInfo, times: int) -> str:
    """Why a member is refused, in words; empty where it is not."""
    if _CLIMBS.search(info.orig_filename):
        return "its name points outside the zip or holds forbidden characters. It was not read."
    if info.filename.lower().endswith(".zip"):
        return "a zip within a zip is not read. Unpack the outer zip and give the inner one."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file, which is not followed. Put the file itself in the zip."
    if info.flag_bits & 0x1:
        return "is locked by a password. Unpack the zip and give the file itself."
    if times > 1:
        return f"the zip holds {times} files of this name; which is meant cannot be known. Keep one."
    if info.file_size > MAX_FILE_BYTES:
        return f"takes {info.file_size // _SMALL:,} MB; at most {MAX_FILE_BYTES // _SMALL:,} MB are read."
    if _bloated(info):
        ratio = info.file_size // max(1, info.compress_size)
        return f"is packed {ratio:,} to 1, and records never beyond {MAX_ZIP_RATIO} to 1. It was not read."
    return ""


class _Guarded(io.RawIOBase):
    """A member's stream that tells a broken or lying zip in the words of InputError."""

    def __init__(self, archive: zipfile.ZipFile, stream: IO[bytes], size: int, name: str) -> None:
        self._archive, self._stream, self._left, self._name = archive, stream, size, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        data = self._take(self._left + 1)
        self._take(1)  # at the end, the size and the checksum are compared
        return data

    def _take(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise _broken(self._name, error) from error
        self._left -= len(data)
        if self._left < 0 or (not data and self._left > 0):
            raise InputError(f"{self._name}: the zip is damaged: the file's size is not the one it declares.")
        return data

    def close(self) -> None:
        """Close the member and the zip that was opened for it."""
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()
