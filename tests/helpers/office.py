"""Documents as a reader's program opens them: converted by LibreOffice to PDF, and the text on its pages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

INSTALLED = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def to_pdf(path: Path) -> Path:
    """The PDF of a document, beside it. Without LibreOffice the test skips, or fails where it is required."""
    profile = path.parent / "office-profile"  # its own, so that tests side by side do not lock each other out
    command = [
        _program("soffice", *INSTALLED), f"-env:UserInstallation={profile.resolve().as_uri()}",
        "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    pdf = path.with_suffix(".pdf")
    assert pdf.exists(), f"LibreOffice did not convert {path.name}: {done.stdout} {done.stderr}"
    return pdf


def text_of(pdf: Path) -> list[str]:
    """The text of each page of a PDF, in the order in which it is read."""
    command = [_program("pdftotext"), "-layout", str(pdf), "-"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return done.stdout.decode().split("\f")[:-1]


def _program(name: str, *elsewhere: str) -> str:
    found = shutil.which(name) or next((path for path in elsewhere if Path(path).exists()), None)
    if found is None:
        message = f"no {name} on this machine (Debian: sudo apt install libreoffice poppler-utils)"
        if os.environ.get("SHP_REQUIRE_OFFICE"):
            pytest.fail(message)
        pytest.skip(message)
    return found
