"""The process that reads a workbook: its limit of memory, and cells as text."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from shp_data.domain.settings import ROOT
from shp_data.intake.readers import sheet_process

TAKES = """
import mmap, resource, sys
from shp_data.intake.readers.sheet_process import limit_memory
room = int(sys.argv[1])
mmap.mmap(-1, room).close()
limit_memory()
print(*resource.getrlimit(resource.RLIMIT_AS))
mmap.mmap(-1, room)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to such a limit")
def test_more_memory_than_the_limit_is_had_before_it_and_refused_after() -> None:
    limit = str(sheet_process.MAX_MEMORY)
    run = subprocess.run([sys.executable, "-c", TAKES, limit], cwd=ROOT, text=True, capture_output=True, check=False)
    assert run.stdout.split() == [limit, limit], run.stderr
    assert run.returncode == 1
    assert "Cannot allocate memory" in run.stderr


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "true"),
        (False, "false"),
        (5.0, "5"),
        (-1.2129, "-1.2129"),
        (dt.date(2020, 10, 5), "2020-10-05"),
        (dt.datetime(2020, 10, 5, 23, 59), "2020-10-05 23:59"),
        (dt.datetime(2020, 10, 5, 13, 29, 59, 600_000), "2020-10-05 13:30"),  # a sheet's 13:30, a rounding away
        (dt.datetime(2020, 10, 5, 13, 29, 59, 400_000), "2020-10-05 13:29"),
        (dt.time(9, 5), "09:05"),
        ("High Street", "High Street"),
        ("", None),
    ],
)
def test_a_cell_is_the_text_that_a_csv_would_hold(cell: object, text: str | None) -> None:
    assert sheet_process.to_text(cell) == text
