"""The command line: `python -m shp_data COMMAND`. Scripts depend on its form; see README.md."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from shp_data.commands import (
    changes,
    check,
    counts,
    expected,
    fetch,
    ingest,
    init,
    postcodes,
    repeats,
    report,
    retain,
    template,
)
from shp_data.domain import settings
from shp_data.domain.errors import UserError

_COMMANDS = (ingest, fetch, counts, changes, expected, report, repeats, check, template, retain, postcodes, init)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0: done. 1: nothing could be done with the data. 2: wrong usage (from argparse).
    """
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal's encoding lacks is no fault
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # An unexpected error of a file is one line among the results. A host that sets up logging has the traceback.
    logging.getLogger("shp_data").addHandler(logging.NullHandler())
    options = build_parser().parse_args(arguments)
    try:
        # The store named on the command line brings the indicators that analysts added.
        with settings.use_store(getattr(options, "store", None)):
            return int(options.command(options))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        sys.stderr.close()
    except KeyboardInterrupt:
        print("stopped: what was not finished by then has changed nothing", file=sys.stderr)
    return 1


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the commands and their options."""
    parser = argparse.ArgumentParser(
        "python -m shp_data", description="Community safety figures from incident records."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
