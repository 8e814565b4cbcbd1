"""What tests share: a real browser, and the real data where the environment says it lies."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# A test proves what is right and not how fast: a busy machine takes longer over an example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["helpers.browser", "helpers.album"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# The modules of tests/unit that `python3 run.py test --fast` leaves out: they start processes, make stores by the
# dozen, or open documents with another program.
SLOW = {
    "test_access", "test_any_file", "test_boundaries_build", "test_calibration", "test_cells", "test_clock",
    "test_command_line", "test_context", "test_coverage", "test_disclosure_attack", "test_disk", "test_faults",
    "test_fetching", "test_hostile", "test_init", "test_load", "test_loaded", "test_methods", "test_paper_docx",
    "test_paper_pptx", "test_partial_areas", "test_places", "test_properties", "test_real_months", "test_repeats",
    "test_report",
    "test_report_grids", "test_report_words", "test_report_xlsx", "test_retention", "test_sample",
    "test_sheet_process", "test_store", "test_sheets_of_a_load", "test_territories", "test_views",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the browser and what is slow; where pictures are approved, run only what makes them."""
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker("slow")
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if items and items[0].config.getoption("--approve"):
        items[:] = [item for item in items if "album" in getattr(item, "fixturenames", ())]


@pytest.fixture(autouse=True)
def on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are drawn without a browser are drawn as for one on this machine: for the analyst."""
    if "streamlit.testing.v1" in sys.modules:
        from shp_view.app import session

        monkeypatch.setattr(session, "_read_claims", dict)
        monkeypatch.setattr(session, "_is_local", lambda: True)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of a Chromium; without one the test skips, or fails where the browser is required."""
    found = [shutil.which(name) for name in BROWSERS] + [path for path in INSTALLED if Path(path).exists()]
    for path in filter(None, found):
        return Path(path)
    message = "no Chromium on this machine (Debian: sudo apt install chromium)"
    if os.environ.get("CI", "").lower() in ("1", "true") or os.environ.get("SHP_REQUIRE_BROWSER"):
        pytest.fail(message)
    pytest.skip(message)


def folder_from(variable: str) -> Path:
    """The folder that an environment variable names; the test skips while it is unset."""
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    return Path(value)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds `police_uk/*.zip`, real months as downloaded from data.police.uk."""
    return folder_from("SHP_REAL_DATA")


@pytest.fixture(scope="session")
def real_data_2023() -> Path:
    """The folder that holds the zips of the 24 months of 2023 and 2024, as downloaded from data.police.uk."""
    return folder_from("SHP_REAL_DATA_2023")


@pytest.fixture(scope="session")
def real_store(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of these months, loaded once. No test changes it."""
    from shp_data.intake.load import ingest

    root = tmp_path_factory.mktemp("real") / "store"
    ingest(sorted((real_data / "police_uk").glob("*.zip")), root)
    return root


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of published figures and reference boundaries."""
    return folder_from("SHP_REFERENCE")
