"""docs/commands.md: every command with its options, and an example that is run while the document is written."""

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

from docs_build.markdown import NOTICE, code, page, table, told
from shp_data.__main__ import build_parser, main
from shp_data.domain.settings import ROOT

_HEAD = """# Commands

`python -m shp_data COMMAND`, in the folder of the dashboard with its environment active (`source .venv/bin/activate`,
on Windows `.venv\\Scripts\\activate`). `--help` behind any command prints what stands here. The commands that start and
test the dashboard (`python3 run.py`, `python3 run.py test`) are in [the README](../README.md).

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | nothing could be done with the data: one line on the standard error says why |
| 2 | wrong usage: an option that is missing or not known |

The examples are run on the synthetic sample whenever this page is written, in a folder that holds what is named in
them: two small files that are printed below and, for `init`, [`docs/example/`](example/). They show what was printed,
of long answers the first lines.
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
_GIVEN = {"ingest": ("incidents.csv", _INCIDENTS), "check": ("paper.csv", _PAPER)}
_EXAMPLES = {
    "ingest": 'ingest incidents.csv --source "Cleveland Fire Brigade" --store my-store',
    "counts": "counts --by lpa,year --indicator asb_police --from 2019-04",
    "report": "report --quarter 2020-21-Q3 --format csv --output published.csv",
    "repeats": "repeats --indicator asb_police --from 2020-10 --to 2020-12 --area Hartlepool",
    "check": "check paper.csv",
    "template": "template --quarter 2020-21-Q4 --output reported-figures.xlsx",
    "retain": "retain --before 2021-05 --store my-store",
    "init": 'init --name "Safer Doggerland" --wards 2019=docs/example/wards_2019.geojson '
    "2023=docs/example/wards_2023.geojson --in-force 2023=2023-05-04 --populations docs/example/populations.csv "
    '--home "West Dogger" --region Doggerland --police "Dogger Police" --output doggerland',
}
_NOT_RUN = {
    "fetch": "Not run here, for it asks data.police.uk: `python -m shp_data fetch --from 2026-01 --to 2026-03`."
}
_MOST_LINES = 8
_REJECTED = re.compile(r"rejected/[\w-]+\.csv")


def document() -> str:
    """The whole reference, with what each example printed."""
    parts = [_HEAD, NOTICE, table(("command", "what it does"), [(f"[{n}](#{n})", said) for n, said in _helps()])]
    with _folder():
        for name, one in commands().items():
            parts += [f"## {name}", one.description or "", _options(one), f"{told('commands')[name]}", _example(name)]
    return page(*(part for part in parts if part))


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command by its name, in the order of the help."""
    return dict(_choices().choices)


def _choices() -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))


def _helps() -> list[tuple[str, str]]:
    return [(action.dest, action.help or "") for action in _choices()._choices_actions]


def _options(one: argparse.ArgumentParser) -> str:
    rows = [
        (code(_called(action)), "yes" if action.required else "", action.help or "")
        for action in one._actions
        if action.dest != "help"
    ]
    return table(("option", "required", "meaning"), rows)


def _called(action: argparse.Action) -> str:
    """An option with its value as it is typed: `--by FIELD[,FIELD...]`."""
    value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
    many = " ..." if action.nargs == "+" else ""
    return f"{', '.join(action.option_strings)} {'' if action.nargs == 0 else value}".strip() + many


def _example(name: str) -> str:
    if name in _NOT_RUN:
        return _NOT_RUN[name]
    printed = _REJECTED.sub("rejected/NAME.csv", _run(_EXAMPLES[name]).replace(os.sep, "/")).splitlines()
    shown = [*printed[:_MOST_LINES], *([f"... ({len(printed)} lines in all)"] if len(printed) > _MOST_LINES else [])]
    file, text = _GIVEN.get(name, ("", ""))
    given = f"With `{file}`:\n\n```\n{text}```\n\n" if file else ""
    return f"{given}```\npython -m shp_data {_EXAMPLES[name]}\n```\n\nprints\n\n```\n" + "\n".join(shown) + "\n```"


def _run(command: str) -> str:
    """What a command printed, on both streams. Raises RuntimeError where it failed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        left = main(shlex.split(command))
    if left:
        raise RuntimeError(f"{command}: {out.getvalue()}")
    return out.getvalue()


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    """A folder with what the examples name, and without a store of one's own."""
    own = os.environ.get("SHP_STORE")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "docs" / "example", Path("docs", "example"))
        for name, text in _GIVEN.values():
            Path(name).write_text(text, encoding="utf-8")
        os.environ["SHP_STORE"] = "no-store"
        try:
            yield
        finally:
            if own is None:
                del os.environ["SHP_STORE"]
            else:
                os.environ["SHP_STORE"] = own
