"""The documents say what is so: commands run, links resolve, libraries are justified, colours can be read."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from helpers.colours import contrast, faded
from streamlit import config

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
DEVELOPMENT: list[str] = PROJECT["dependency-groups"]["dev"]
MONTH = """Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,\
Crime type,Last outcome category,Context
,2020-10,Cleveland Police,Cleveland Police,-1.211060,54.686450,On or near Park,E01011954,Hartlepool 001A,\
Anti-social behaviour,,
"""


def code_lines(document: Path) -> list[str]:
    blocks = re.findall(r"^```\w*\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def test_the_commands_of_the_readme_run(tmp_path):
    commands = [line for line in code_lines(ROOT / "README.md") if line.startswith("python -m shp_data")]
    assert len(commands) >= 3
    with zipfile.ZipFile(tmp_path / "police-uk.zip", "w") as download:
        download.writestr("2020-10/2020-10-cleveland-street.csv", MONTH)
    for command in commands:
        done = subprocess.run(
            [sys.executable, *shlex.split(command)[1:]],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "SHP_STORE": str(tmp_path / "store")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_the_first_screen_holds_the_two_commands():
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:35]
    assert "python3 run.py" in first
    assert "python3 run.py test" in first


def test_every_library_is_justified_and_no_other():
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \| [^|]+ \| [^|]{20,} \|$", text, re.MULTILINE)
    wanted = [re.split(r"[\[=]", pin)[0] for pin in RUNTIME + DEVELOPMENT]
    assert sorted(listed) == sorted(wanted)


@pytest.mark.parametrize(("name", "direct"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)])
def test_requirements_are_pinned_with_hashes_and_hold_every_direct_pin(name, direct):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.rstrip("\n"))
    form = r"[a-z0-9-]+==[\w.]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+"
    assert [block for block in blocks if not re.fullmatch(form, block)] == []  # no address of an index, too
    pins = {block.split(" ")[0] for block in blocks}
    assert {re.sub(r"\[.*\]", "", pin) for pin in direct} <= pins


def test_both_requirements_agree():
    both = [
        re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").rstrip("\n"))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    runtime, development = ({block.split("==")[0]: block for block in blocks} for blocks in both)
    assert {name: development[name] for name in development.keys() & runtime.keys()} == {
        name: runtime[name] for name in development.keys() & runtime.keys()
    }


# Contrast as WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
THEME = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
WHITE = "#FFFFFF"


def test_contrast_is_measured_as_the_standard_does():
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_marks_can_be_read(mode):
    theme = THEME[mode]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    text = [(theme[key], ground) for key in ("textColor", "linkColor") for ground in grounds]
    text += [(faded(theme["textColor"], ground), ground) for ground in grounds]
    text.append((WHITE, theme["primaryColor"]))  # the words on a primary button
    assert [pair for pair in text if contrast(*pair) < 4.5] == []
    marks = [(theme[key], ground) for key in ("primaryColor", "borderColor") for ground in grounds]
    marks += [(colour, theme["backgroundColor"]) for colour in theme["chartCategoricalColors"]]
    assert [pair for pair in marks if contrast(*pair) < 3] == []


def test_no_font_comes_from_the_network():
    fonts = [THEME[key] for key in ("font", "headingFont", "codeFont")]
    assert [font for font in fonts if re.search(r"https?:|fontFaces", font)] == []
    assert "fontFaces" not in THEME


def test_streamlits_own_error_box_shows_no_code_and_links_nowhere(monkeypatch):
    monkeypatch.chdir(ROOT)
    read = config.get_config_options(force_reparse=True)
    assert read["client.showErrorDetails"].value == "none"
    assert read["client.showErrorLinks"].value is False
