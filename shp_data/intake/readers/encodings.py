"""In what encoding is a text file? Decided on the whole file, so that a late byte cannot stop the reading."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
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
    (b"PK\x03\x04", "an Excel workbook, a Word document or a zip. Give it its own ending, or export it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook. Give it the ending .xls"),
    (b"PAR1", "a Parquet file. Give it the ending .parquet"),
    (b"%PDF", "a PDF. Export the table behind it as CSV"),
    (b"\x89PNG", "a picture. Export the table behind it as CSV"),
    (b"\xff\xd8\xff", "a picture. Export the table behind it as CSV"),
    (b"\x1f\x8b", "a gzip archive. Unpack it first"),
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A text file: how it is encoded, whether it holds quotation marks, and how to open its bytes."""

    encoding: str
    quoted: bool
    source: Callable[[], BinaryIO]

    def open(self) -> BinaryIO:
        """The text from its beginning, as UTF-8 bytes."""
        if self.encoding == "utf-8":
            return self.source()
        raw = pa.PythonFile(self.source(), "r")
        stream: BinaryIO = pa.transcoding_input_stream(raw, self.encoding, "utf-8")
        return stream


def inspect(file: InputFile) -> Text:
    """How is a file's text encoded? By its byte order mark; else UTF-8, UTF-16 without mark, Windows-1252.

    Raises InputError where the file holds nothing, is of another kind, or is no text in any of these.
    """
    source = _source(file)
    with source() as stream:
        head = stream.read(_HEAD)
    if not head.strip(b" \t\r\n\0\x1a\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{file.name}: holds nothing. Check the export, or leave the file out.")
    start = head.lstrip(b" \t\r\n\xef\xbb\xbf").lower()
    for mark, kind in _LOOKS_LIKE:
        if start.startswith(mark.lower()) or head.startswith(mark):
            raise InputError(f"{file.name}: looks like {kind}.")
    for encoding in _candidates(head):
        quoted = _scan(source, encoding)
        if quoted is not None:
            _refuse_binary(head, encoding, file.name)
            return Text(encoding, quoted, source)
    raise InputError(
        f"{file.name}: is not text in UTF-8, UTF-16 or Windows-1252. Save it as 'CSV UTF-8' and give that."
    )


def _source(file: InputFile) -> Callable[[], BinaryIO]:
    if file.size > _IN_MEMORY:
        return file.open
    with file.open() as stream:
        data = stream.read()
    return lambda: io.BytesIO(data)


def _candidates(head: bytes) -> tuple[str, ...]:
    """The encodings to try, in order."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return (encoding,)
    if head.count(0) > len(head) // 4:
        return ("utf-16-le",) if head[1::2].count(0) > head[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1252")


def _scan(source: Callable[[], BinaryIO], encoding: str) -> bool | None:
    """Does the file, decoded strictly, hold a quotation mark? None where it cannot be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    quoted = False
    with source() as stream:
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
        raise InputError(f"{name}: holds binary data, not text. Export the table as CSV and give that.")
