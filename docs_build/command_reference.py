"""docs/commands.md: every command with its options, and an example that is run when the document is written."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from docs_build.markdown import NOTICE, format_code, format_table, join_parts, read_meanings
from shp_data.__main__ import build_parser, main
from shp_data.domain.settings import ROOT

_HEAD = """# Commands

`python -m shp_data COMMAND`, in the folder of the dashboard with its environment active (`source .venv/bin/activate`,
on Windows `.venv\\Scripts\\activate`). `--help` after any command prints the same options. The commands that start and
test the dashboard (`python3 run.py`, `python3 run.py test`) are in [the README](../README.md).

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | nothing could be done with the data: one line on standard error gives the reason |
| 2 | wrong usage: an option is missing or unknown |

The examples are run on the synthetic sample whenever this page is written. Their input files are printed below; those
for `init` are in [`docs/example/`](example/). Only the first lines of a long output are shown.
"""
_INCIDENTS = """\
incident_id,date,indicator,location,longitude,latitude
F-101,2021-04-02,fires_secondary_deliberate,Summerhill Lane,-1.2446,54.6763
F-102,2021-04-09,Deliberate F3,Burn Valley Gardens,-1.2230,54.6800
F-102,2021-04-09,Deliberate F3,Burn Valley Gardens,-1.2230,54.6800
F-103,the tenth,Deliberate F3,Burn Valley Gardens,-1.2230,54.6800
"""
_PAPER = """\
quarter,area,indicator_id,year_to_date,same_quarter_last_year,quarter_value,difference,pct_difference
2020-21 Q3,Hartlepool,asb_police,4348,896,1246,350,35.1
"""
_POSTCODES = """\
pcds,doterm,oslaua,osward,oseast1m,osnrth1m,lat,long
TS24 7AA,,E06000001,E05013049,450832,532245,54.6827,-1.2131
DL1 1AA,,E06000005,E05009999,428900,514500,54.5245,-1.5536
"""
_INPUT_FILES = {
    "ingest": ("incidents.csv", _INCIDENTS),
    "check": ("paper.csv", _PAPER),
    "postcodes": ("ONSPD.csv", _POSTCODES),
}
_EXAMPLES = {
    "ingest": 'ingest incidents.csv --source "Cleveland Fire Brigade" --store my-store',
    "counts": "counts --by lpa,year --indicator asb_police --from 2019-04",
    "changes": "changes --period 2020-21-Q3 --by lpa,indicator --area Hartlepool --indicator asb_police",
    "expected": "expected --by lpa,indicator --as-of 2021-03 --indicator asb_police --area Hartlepool",
    "report": "report --quarter 2020-21-Q3 --format csv --output published.csv",
    "repeats": "repeats --indicator asb_police --from 2020-10 --to 2020-12 --area Hartlepool",
    "check": "check paper.csv",
    "template": "template --quarter 2020-21-Q4 --output reported-figures.xlsx",
    "postcodes": "postcodes ONSPD.csv --store my-store",
    "retain": "retain --before 2021-05 --store my-store",
    "init": 'init --name "Safer Doggerland" --wards 2019=docs/example/wards_2019.geojson '
    "2023=docs/example/wards_2023.geojson --in-force 2023=2023-05-04 --populations docs/example/populations.csv "
    '--home "West Dogger" --region Doggerland --police "Dogger Police" --output doggerland',
}
# The page must be the same wherever it is written, so nothing on it may depend on the network.
_NOT_RUN = {
    "fetch": "Not run here, because it uses the network: `python -m shp_data fetch --from 2026-01 --to 2026-03`."
}
_MOST_LINES = 8
# The name has the time of the load in it, which would change the page each time.
_REJECTED = re.compile(r"rejected/[\w-]+\.csv")


def write_document() -> str:
    """Return the whole reference, with the output of each example."""
    parts = [
        _HEAD,
        NOTICE,
        format_table(("command", "what it does"), [(f"[{n}](#{n})", text) for n, text in _list_helps()]),
    ]
    notes = read_meanings("commands")
    with _prepare_folder():
        for name, parser in list_commands().items():
            parts += [f"## {name}", parser.description or "", _list_options(parser), notes[name], _show_example(name)]
    return join_parts(*(part for part in parts if part))


def list_commands() -> dict[str, argparse.ArgumentParser]:
    """Return every command by its name, in the order of the help."""
    return dict(_find_commands().choices)


def _find_commands() -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))


def _list_helps() -> list[tuple[str, str]]:
    return [(action.dest, action.help or "") for action in _find_commands()._choices_actions]


def _list_options(parser: argparse.ArgumentParser) -> str:
    rows = [
        (format_code(_format_option(action)), "yes" if action.required else "", action.help or "")
        for action in parser._actions
        if action.dest != "help"
    ]
    return format_table(("option", "required", "meaning"), rows)


def _format_option(action: argparse.Action) -> str:
    """Format an option with its value as it is typed: `--by FIELD[,FIELD...]`."""
    value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
    many = " ..." if action.nargs == "+" else ""
    return f"{', '.join(action.option_strings)} {'' if action.nargs == 0 else value}".strip() + many


def _show_example(name: str) -> str:
    if name in _NOT_RUN:
        return _NOT_RUN[name]
    printed = _REJECTED.sub("rejected/NAME.csv", _run(_EXAMPLES[name]).replace(os.sep, "/")).splitlines()
    rest = [f"... ({len(printed)} lines in total)"] if len(printed) > _MOST_LINES else []
    file, text = _INPUT_FILES.get(name, ("", ""))
    file_text = f"With `{file}`:\n\n```\n{text}```\n\n" if file else ""
    output = "\n".join([*printed[:_MOST_LINES], *rest])
    return f"{file_text}```\npython -m shp_data {_EXAMPLES[name]}\n```\n\nprints\n\n```\n{output}\n```"


def _run(command: str) -> str:
    """Run a command and return its output, of both streams. Raises RuntimeError if it fails."""
    out = io.StringIO()
    # In this process, because starting Python for each example would take most of the time.
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        exit_code = main(shlex.split(command))
    if exit_code:
        raise RuntimeError(f"{command}: {out.getvalue()}")
    return out.getvalue()


@contextlib.contextmanager
def _prepare_folder() -> Iterator[None]:
    """Work in a folder with the files that the examples name, and without a store of the user."""
    # The examples use the sample, so a store of the person who runs this must not be found.
    no_store = patch.dict(os.environ, {"SHP_STORE": "no-store"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.chdir(folder), no_store:
        shutil.copytree(ROOT / "docs" / "example", Path("docs", "example"))
        for name, text in _INPUT_FILES.values():
            Path(name).write_text(text, encoding="utf-8")
        yield
