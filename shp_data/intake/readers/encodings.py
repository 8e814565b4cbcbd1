"""Detection of a text file's encoding.

The whole file is checked, so that a late byte cannot stop the reading.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from shp_data.domain.errors import InputError
from shp_data.intake.readers.files import InputFile

_BLOCK = 1024**2
_IN_MEMORY = 64 * 1024**2  # a file up to this size is fetched (from a zip: unpacked) only once
_HEAD = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")

_BOMS = (  # UTF-32 before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKS_LIKE = (
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself. Fetch it with `git lfs pull`"),
    (b"<", "a web page or XML, not a table. Download the file itself"),
    (b"{", "JSON, not a table. Export it as CSV"),
    (b"[{", "JSON, not a table. Export it as CSV"),
    (b"PK\x03\x04", "an Excel workbook, a Word document or a zip. Rename it with its own ending, or export it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook. Rename it to end in .xls"),
    (b"PAR1", "a Parquet file. Rename it to end in .parquet"),
    (b"%PDF", "a PDF. Export the table behind it as CSV"),
    (b"\x89PNG", "a picture. Export the table behind it as CSV"),
    (b"\xff\xd8\xff", "a picture. Export the table behind it as CSV"),
    (b"\x1f\x8b", "a gzip archive. Unpack it first"),
)  # fmt: skip

_FileKey = tuple[Path, str | None, int, int]
_detected: dict[_FileKey, tuple[str, bool]] = {}  # encoding, and whether there are quotation marks
_MOST_REMEMBERED = 10_000  # files


@dataclass(frozen=True)
class TextFile:
    """A text file: its encoding, whether it contains quotation marks, and a function that opens its bytes."""

    encoding: str
    quoted: bool
    open_bytes: Callable[[], BinaryIO]

    def open_utf8(self) -> BinaryIO:
        """Open the text from its beginning, as UTF-8 bytes."""
        if self.encoding == "utf-8":
            return self.open_bytes()
        raw = pa.PythonFile(self.open_bytes(), "r")
        stream: BinaryIO = pa.transcoding_input_stream(raw, self.encoding, "utf-8")
        return stream


def detect_encoding(file: InputFile) -> TextFile:
    """Detect the encoding of a file's text.

    Use its byte order mark; otherwise try UTF-8, UTF-16 without a mark and Windows-1252. The result is
    remembered, because a preview and a load read the same file. Raises InputError if the file is empty, is of
    another kind, or is not text in any of these encodings.
    """
    key = _make_key(file)
    if key in _detected:
        return TextFile(*_detected[key], file.open)
    text = _detect(file)
    if len(_detected) >= _MOST_REMEMBERED:
        _detected.clear()
    _detected[key] = (text.encoding, text.quoted)
    return text


def _make_key(file: InputFile) -> _FileKey:
    """Return what identifies the bytes of a file for as long as nobody writes to it."""
    try:
        return file.path, file.member, file.size, file.path.stat().st_mtime_ns
    except OSError as error:
        raise InputError(f"{file.name}: cannot be opened ({error.strerror}).") from error


def _detect(file: InputFile) -> TextFile:
    open_bytes = _make_opener(file)
    with open_bytes() as stream:
        head = stream.read(_HEAD)
    if not head.strip(b" \t\r\n\0\x1a\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{file.name}: is empty. Check the export, or leave the file out.")
    start = head.lstrip(b" \t\r\n\xef\xbb\xbf").lower()
    for mark, kind in _LOOKS_LIKE:
        if start.startswith(mark.lower()) or head.startswith(mark):
            raise InputError(f"{file.name}: looks like {kind}.")
    # UTF-8 is tried before Windows-1252: text in another encoding is almost never valid UTF-8, while almost any
    # bytes are valid Windows-1252. A file of binary data can therefore pass as text, and is refused afterwards.
    for encoding in _list_candidates(head):
        quoted = _scan_quotes(open_bytes, encoding)
        if quoted is not None:
            _refuse_binary(head, encoding, file.name)
            return TextFile(encoding, quoted, open_bytes)
    raise InputError(
        f"{file.name}: is not text in UTF-8, UTF-16 or Windows-1252. Save it as 'CSV UTF-8' and load that file."
    )


def _make_opener(file: InputFile) -> Callable[[], BinaryIO]:
    if file.size > _IN_MEMORY:
        return file.open
    with file.open() as stream:
        data = stream.read()
    return lambda: io.BytesIO(data)


def _list_candidates(head: bytes) -> tuple[str, ...]:
    """Return the encodings to try, in order."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return (encoding,)
    # Mostly English text in UTF-16 has a zero in every second byte; its position gives the byte order.
    if head.count(0) > len(head) // 4:
        return ("utf-16-le",) if head[1::2].count(0) > head[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1252")


def _scan_quotes(open_bytes: Callable[[], BinaryIO], encoding: str) -> bool | None:
    """Return whether the file, decoded strictly, contains a quotation mark; None if it cannot be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    quoted = False
    with open_bytes() as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
                quoted = quoted or b'"' in block
            decoder.decode(b"", final=True)
        except UnicodeError:
            return None
    return quoted


def _refuse_binary(head: bytes, encoding: str, name: str) -> None:
    text = head.decode(encoding, "ignore")
    if len(_CONTROLS.findall(text)) > len(text) / 10:
        raise InputError(f"{name}: contains binary data, not text. Export the table as CSV and load that file.")
