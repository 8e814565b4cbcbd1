"""Documents name what there is, and all of it: references as the code writes them, links, commands, options, files."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs_build import dictionary
from docs_build.__main__ import DOCUMENTS as GENERATED
from docs_build.command_reference import list_commands
from docs_build.markdown import describe_names, read_meanings
from shp_data.__main__ import main
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import FIGURE_FILE, INCIDENT_FILE, MEASURES, RECORD
from shp_data.store.notes import actions, audit, notebook

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("[a-z]*/README.md")})
NOW = [path for path in DOCUMENTS if path.name != "CHANGELOG.md" and path.parent.name != "decisions"]
TESTED_ELSEWHERE = {
    "README.md": "tests/docs/test_docs.py",
    "your-partnership.md": "tests/unit/shp_data/commands/test_init.py",
    "commands.md": "run while it is written",
}
# The first words of commands that no test runs as they stand, and why.
NOT_RUN = {
    "python3 ": "starts the dashboard or the whole test suite; tests/unit/test_run.py runs run.py",
    "py run.py": "Windows; tests/unit/test_run.py runs run.py",
    "export": "sets a variable for what follows",
    "set ": "sets a variable for what follows, on Windows",
    "sudo": "changes the machine; the units and nginx.conf: tests/browser/test_server.py",
    "docker": "needs a Docker daemon; a test reads the files",
    "python -m pip install ": "changes the environment",
    "python -m benchmarks": "takes minutes to hours, on a machine that does nothing else",
    "pipx": "asks a service on the network",
    "mkdir ": "makes a folder for Docker",
    "STREAMLIT_SERVER_PORT=8511": "starts a server; tests/browser/test_server.py does it",
    "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true": "the same command's second line",
}
FOREIGN_OPTIONS = {
    "--server.port",
    "--server.headless",
    "--scale",
    "--section.key",
    "--help",
    "--short",
    "--strict",
    "--version",
}
MADE_LATER = {
    ".streamlit/secrets.toml",
    "secrets.toml",
    "/app/.streamlit/secrets.toml",
    "doggerland/partnership.toml",
    "boundaries/wards_ID.geojson",
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("document", paths, ids=lambda path: path.relative_to(ROOT).as_posix())


def blocks(text: str) -> str:
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE))


def prose(text: str) -> str:
    return re.sub(r"^```\w*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """As GitHub makes them: lower case, without punctuation, a hyphen for each space; and those given by id."""
    text = prose(read(path))
    headings = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    plain = [re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    made = {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("name", GENERATED)
def test_a_reference_is_as_the_code_writes_it(name):
    assert read(ROOT / "docs" / name) == GENERATED[name](), "run `python -m docs_build` and commit docs/"


def test_a_name_that_is_not_explained_stops_the_build(monkeypatch):
    with pytest.raises(KeyError, match="more_than_there_is"):
        describe_names("limits", [*read_meanings("limits"), "more_than_there_is"])
    with pytest.raises(KeyError, match="MAX_COLUMNS"):
        describe_names("limits", [name for name in read_meanings("limits") if name != "MAX_COLUMNS"])


def test_every_column_and_indicator_is_documented():
    dictionary_text, book = (read(ROOT / "docs" / name) for name in ("data-dictionary.md", "indicators.md"))
    fields = {field.name for field in (*INCIDENT_FILE, *FIGURE_FILE, *RECORD, *MEASURES)}
    assert [name for name in sorted(fields) if f"| `{name}` |" not in dictionary_text] == []
    assert [id_ for id_ in partnership().vocabulary.indicators if f'<a id="{id_}">' not in book] == []


def test_every_table_and_key_of_partnership_toml_is_documented():
    text = read(ROOT / "docs/settings.md")
    for table, value in tomllib.loads(read(ROOT / "partnership.toml")).items():
        section = re.search(rf"^### `\[+{table}[\].](.*?)(?=^##)", text, re.DOTALL | re.MULTILINE)
        assert section, table
        if table in ("priorities", "themes"):
            continue
        rows = (
            value
            if isinstance(value, list)
            else [value]
            if table in ("partnership", "disclosure", "access")
            else (list(value.values()))
        )
        assert [key for row in rows for key in row if f"| `{key}` |" not in section[0]] == []


def test_every_environment_variable_of_ours_is_documented_and_no_other():
    code = [*ROOT.glob("*.py"), *ROOT.glob("[a-z]*/**/*.py"), *ROOT.glob(".ci/*"), *ROOT.glob("deploy/*")]
    used = {name for path in code for name in re.findall(r"\bSHP_[A-Z]+(?:_[A-Z0-9]+)*\b", read(path))}
    assert used == {name for name in read_meanings("environment") if name.startswith("SHP_")}
    others = {name for name in read_meanings("environment") if not name.startswith("SHP_")}
    everywhere = "".join(read(path) for path in (*code, *DOCUMENTS))
    assert [name for name in sorted(others) if name not in everywhere] == []


def test_the_keys_of_the_sign_in_are_those_of_its_guide():
    guide = re.search(r"^\[auth\]\n(.*?)^```", read(ROOT / "docs/access.md"), re.DOTALL | re.MULTILINE)
    assert guide is not None
    assert set(re.findall(r"^(\w+) = ", guide[1], re.MULTILINE)) == set(read_meanings("secrets"))


def test_every_page_is_in_the_readme_and_every_document_in_the_index():
    pages = re.search(r"^PAGES = \{(.*?)^\}", read(ROOT / "dashboard.py"), re.DOTALL | re.MULTILINE)
    assert pages is not None
    titles = re.findall(r': "([^"]+)"', pages[1])
    assert len(titles) > 10
    assert [title for title in titles if f"**{title}**" not in read(ROOT / "README.md")] == []
    index = read(ROOT / "docs/README.md")
    assert [
        path.name for path in ROOT.glob("docs/*.md") if path.name != "README.md" and f"]({path.name})" not in index
    ] == []


def test_every_option_says_what_it_is():
    silent = [
        (name, action.dest)
        for name, command in list_commands().items()
        for action in command._actions
        if not (action.help or action.choices)
    ]
    assert silent == []


def test_exit_codes_are_as_documented(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("SHP_STORE", str(tmp_path))
    assert main(["template", "--output", str(tmp_path / "figures.xlsx"), "--quarter", "2020-21-Q4"]) == 0
    assert main(["counts", "--by", "street"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: ")
    with pytest.raises(SystemExit) as left:
        main(["counts"])
    assert left.value.code == 2


def test_a_store_holds_what_the_dictionary_says(tmp_path, monkeypatch):
    bad = tmp_path / "bad.csv"
    bad.write_text("date,indicator\n2021-04-02,asb_police\nnever,asb_police\n", encoding="utf-8")
    root = tmp_path / "store"
    assert main(["ingest", str(bad), "--source", "Council", "--store", str(root)]) == 0
    notebook.save_commentary(root, notebook.Subject("2020-21-Q4", "Hartlepool", "asb_police"), "Said.")
    audit.write_entry(root, audit.AuditEntry(dt.datetime.now(dt.UTC), "a@b.example", "analyst", "export"))
    assert actions.read_actions(root) == ()
    held = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    known = [re.sub(r"NAME|PART|MONTH|N(?=\.jsonl)", "*", path) for path in dictionary.describe_store_paths()]
    assert [path for path in held if not any(fnmatch.fnmatchcase(path, pattern) for pattern in known)] == []
    assert {"CURRENT", "audit.jsonl", "commentary.json"} <= set(held)


@named(DOCUMENTS)
def test_links_and_their_anchors_resolve(document):
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", prose(read(document)))
    broken = []
    for target in (target for target in targets if not re.match(r"[a-z]+:", target)):
        name, _, anchor = target.partition("#")
        path = (document.parent / name) if name else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def our_commands(text: str) -> Iterator[str]:
    """Whole commands of ours: lines of blocks, and those named within a text."""
    yield from (line for line in blocks(text).splitlines() if line.startswith("python -m shp_data "))
    yield from re.findall(r"`(python -m shp_data [^`]+)`", " ".join(prose(text).split()))


@named(NOW)
def test_every_option_that_is_named_is_there(document):
    known = {option for one in list_commands().values() for action in one._actions for option in action.option_strings}
    others = "".join(map(read, (ROOT / "run.py", *ROOT.glob("benchmarks/*.py"), *ROOT.glob("tests/*.py"))))
    text = prose(read(document))
    options = {
        option for part in re.findall(r"`([^`\n]+)`", text) for option in re.findall(r"(?<!\S)--[a-z][\w.-]+", part)
    }
    unknown = [o for o in sorted(options - known - FOREIGN_OPTIONS) if f'"{o}"' not in others]
    assert unknown == []
    named_ = {command.split()[3] for command in our_commands(read(document))}
    assert named_ <= {*list_commands(), "COMMAND", "--help"}


@named(NOW)
def test_every_file_that_is_named_is_there(document):
    files = set(re.findall(r"`([\w./-]+\.(?:py|md|toml|geojson))`", prose(read(document)))) - MADE_LATER
    places = (ROOT, document.parent, ROOT / "docs", ROOT / "tests")
    assert [file for file in sorted(files) if not any((place / file).exists() for place in places)] == []


@named([path for path in NOW if path.name not in TESTED_ELSEWHERE and path.name not in GENERATED])
def test_commands_run_or_are_known_not_to(document, tmp_path, monkeypatch):
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    rows = ["date,indicator", "2021-03-02,fires_vehicle_deliberate", "2021-06-02,fires_vehicle_deliberate"]
    Path("fires.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main(["ingest", "fires.csv", "--source", "Cleveland Fire Brigade"]) == 0
    lines = [line.split("  #")[0].strip() for line in blocks(read(document)).splitlines() if line.strip()]
    for line in lines:
        if line.startswith("python -m shp_data "):
            assert main(shlex.split(line)[3:]) == 0, line
        elif not re.match(r"\[|[\w-]+ = |https?:", line):
            assert line.startswith(tuple(NOT_RUN)), line


@named(NOW)
def test_every_test_that_is_named_is_there(document):
    missing = [
        f"{file}::{test}"
        for file, test in re.findall(r"(tests/\w+\.py)::(\w+)", read(document))
        if f"def {test}(" not in read(ROOT / file)
    ]
    assert missing == []


def test_no_reason_is_left_over():
    lines = [line for path in NOW for line in blocks(read(path)).splitlines()]
    assert [start for start in NOT_RUN if not any(line.strip().startswith(start) for line in lines)] == []
