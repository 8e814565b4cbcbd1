"""The rules of the house that import-linter cannot say, and proof that those it says hold."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.place_names import places

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*/*.py"))
CODE = sorted([*ROOT.glob("*.py"), *PAGES, *(ROOT / "shp_data").rglob("*.py"), *(ROOT / "shp_view").rglob("*.py")])
TEXTS = sorted(
    path
    for folder in ("shp_data", "shp_view")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".md", ".toml")
)
LONGEST_FUNCTION = 45  # lines, its docstring aside: 30 is the aim
LINT = "from importlinter.cli import lint_imports_command as check; check()"


# What a page may import: Streamlit, what pages call, the builders, and the two modules that write HTML and Markdown.
PAGE_IMPORTS = (
    "streamlit",
    "shp_view.app",
    "shp_view.views",
    "shp_view.methods",
    "shp_view.text.markup",
    "shp_view.documents.web",
)
NOT_OF_A_PAGE = ("session_state", "cache_data", "cache_resource", "layout", "get_store_folder")


def page_faults(source: str) -> list[str]:
    """What a page's source imports or touches that a page may not."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        faults += [name for name in names if not name.startswith(PAGE_IMPORTS)]
        if isinstance(node, ast.Attribute) and node.attr in NOT_OF_A_PAGE:
            faults.append(node.attr)
    return faults


def long_functions(source: str) -> list[str]:
    """The functions of a source that are longer than a function may be."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, functions):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        if node.end_lineno - body[0].lineno + 1 > LONGEST_FUNCTION:
            found.append(node.name)
    return found


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import pandas as pd", "pandas"),
        ("from altair import Chart", "altair.Chart"),
        ("from shp_data.store import reading", "shp_data.store.reading"),
        ("from shp_data.analysis import headlines", "shp_data.analysis.headlines"),
        ("from shp_view.text import markup, wording", "shp_view.text.wording"),
        ("root = app.get_store_folder()", "get_store_folder"),
        ("root = reader.store.layout.root", "layout"),
        ("import streamlit as st\nst.session_state['area'] = 1", "session_state"),
        ("import streamlit as st\n@st.cache_data\ndef f(): ...", "cache_data"),
    ],
)
def test_a_page_that_does_too_much_is_noticed(source, fault):
    assert page_faults(source) == [fault]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_only_selects_builds_and_shows(page):
    assert page_faults(page.read_text(encoding="utf-8")) == []


def test_a_long_function_is_noticed():
    assert long_functions("def f():\n" + "    x = 1\n" * 46) == ["f"]
    assert long_functions("def f():\n" + "    x = 1\n" * 45) == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_functions_are_short(path):
    assert long_functions(path.read_text(encoding="utf-8")) == []


def test_a_place_name_is_noticed():
    assert places().findall("hartlepool.csv and De Bruce ward, but Carpark") == ["hartlepool", "De Bruce"]


def test_no_code_names_a_place_of_the_shipped_partnership():
    """Another partnership changes partnership.toml and its boundaries, and no code."""
    faults = {}
    for path in (*CODE, *TEXTS):
        if found := places().findall(path.read_text(encoding="utf-8")):
            faults[path.relative_to(ROOT).as_posix()] = found
    assert faults == {}


PACKAGES = {
    "shp_view": ("app", "text", "maps", "charts", "theme"),
    "shp_data": ("domain",),
    "shp_data/store": ("notes", "files"),
    "shp_data/intake": ("rows", "readers"),
    "shp_data/analysis": ("report", "statistics"),
}
BREACHES = {
    "shp_data/domain/x.py": ("import shp_data.store", "Inside shp_data:"),
    "shp_data/analysis/trends.py": ("import shp_data.intake", "Inside shp_data:"),
    "shp_data/extra.py": ("", "Inside shp_data:"),
    "shp_data/store/files/x.py": ("import shp_data.store.notes", "Inside shp_data.store:"),
    "shp_data/intake/readers/x.py": ("import shp_data.intake.rows", "Inside shp_data.intake:"),
    "shp_data/analysis/statistics/x.py": ("import shp_data.analysis.report", "Inside shp_data.analysis:"),
    "shp_view/theme/x.py": ("import shp_view.charts", "Inside shp_view:"),
    "shp_data/store/files/y.py": ("import shp_view.text", "One direction"),
    "shp_data/intake/load.py": ("import altair.vegalite", "No chart, map or picture library"),
    "shp_view/charts/charts.py": ("import streamlit.components", "Streamlit only in"),
    "shp_view/maps/maps.py": ("import shp_view.app", "Nothing below the pages"),
    "shp_view/text/words.py": ("import dashboard", "dashboard.py and server.py are imported by nobody"),
}


def lint(folder: Path) -> str:
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache"]
    wide = os.environ | {"COLUMNS": "200"}  # a line that wraps holds the name of a contract apart from its outcome
    return subprocess.run(command, cwd=folder, env=wide, capture_output=True, text=True, check=False).stdout


def test_the_contracts_keep_good_code_and_break_on_bad(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    good = {
        "pages/explore/headlines.py": "import streamlit, shp_view.app",
        "shp_data/__main__.py": "import shp_data.commands.report",
        "shp_data/commands/__init__.py": "",
        "shp_data/commands/report.py": "import shp_view.charts, shp_data.intake, shp_data.analysis",
        "shp_view/app/app.py": "import streamlit, shp_data.analysis",
        "shp_view/charts/charts.py": "import altair, shp_data.domain.figure",
        "shp_data/domain/figure.py": "import pandas",
    }
    for package, parts in PACKAGES.items():
        for part in ("", *parts):
            good[f"{package}/{part}/__init__.py"] = ""
    for name, source in good.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    assert "BROKEN" not in lint(tmp_path)
    for name, (source, _) in BREACHES.items():
        (tmp_path / name).write_text(source)
    broken = [line for line in lint(tmp_path).splitlines() if "BROKEN" in line]
    for contract in {contract for _, contract in BREACHES.values()}:
        assert any(line.startswith(contract) for line in broken), contract
