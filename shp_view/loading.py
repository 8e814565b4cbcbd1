"""What is told of a load: before it, while its undo is asked for, and after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shp_data.analysis.loaded import sources_of
from shp_data.domain.errors import UserError
from shp_data.intake.preview import Preview
from shp_data.store import writing
from shp_data.store.manifest import Load, Tally
from shp_view.wording import capital, counted, listed, number


def readiness(found: Sequence[Preview]) -> str:
    """How many of the files can be loaded as they are?"""
    unclear = sum(file.mappable for file in found)
    faulty = sum(bool(file.fault) and not file.mappable for file in found)
    told = [f"{counted(len(found) - unclear - faulty, 'files')} ready to load"]
    told += [f"{counted(unclear, 'files')} to be mapped first"] if unclear else []
    told += [f"{counted(faulty, 'files')} that cannot be used"] if faulty else []
    return f"{capital(listed(told))}."


def outcome(load: Load) -> str:
    """What did a load do, in one sentence?"""
    tally = load.tally
    by = {status: sum(f.status == status for f in load.files) for status in ("loaded", "already_loaded", "failed")}
    if not by["loaded"] and not by["failed"]:
        return "Nothing new: these files are loaded already"
    if not by["loaded"]:
        return f"Nothing was loaded: {counted(by['failed'], 'files')} could not be used"
    told = [f"{counted(tally.accepted, 'records')} loaded from {counted(by['loaded'], 'files')}"]
    told += [f"{counted(tally.rejected, 'rows')} rejected"] if tally.rejected else []
    told += [f"{counted(by['failed'], 'files')} could not be used"] if by["failed"] else []
    told += [f"{counted(by['already_loaded'], 'files')} loaded already"] if by["already_loaded"] else []
    return "; ".join(told)


def sum_line(tally: Tally) -> str:
    """The reconciliation in one line: every row that was read is one of the three."""
    parts = (tally.accepted, "accepted"), (tally.duplicates, "duplicates"), (tally.rejected, "rejected")
    return f"{number(tally.read)} rows read = {' + '.join(f'{number(rows)} {what}' for rows, what in parts)}"


def places_line(load: Load) -> str:
    """Whose are the records, which have no place, and what did they replace?"""
    told = [f"From {listed(list(sources_of(load)))}"] if load.cells else []
    told.append(
        f"{number(load.unplaced)} of the accepted records have no coordinates and {number(load.outside)} lie "
        "outside every Local Policing Area"
    )
    if load.append:
        told.append("they were added to what the store held")
    else:
        told.append(f"{counted(load.replaced, 'records')} of earlier loads replaced")
    return f"{'; '.join(told)}."


def rejected_rows(root: Path, load: Load) -> Callable[[], bytes]:
    """What gives the CSV of a load's rejected rows, when it is asked for."""
    return (root / load.rejected_file).read_bytes


def undo_question(load: Load) -> str:
    """What an undo will do, asked before it is done."""
    back = f"the {number(load.replaced)} that they replaced stand again" if load.replaced else "they replaced none"
    return f"{capital(counted(load.tally.accepted, 'records'))} will leave every figure; {back}."


def undo(root: Path, part: str) -> str:
    """Take a load back. Why it cannot be, empty where it is."""
    try:
        writing.undo(root, part)
    except UserError as error:
        return str(error)
    return ""
