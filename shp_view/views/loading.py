"""What is told of a load: before it, while its undo is asked for, and after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shp_data.analysis.loaded import rows_left_out, sources_of
from shp_data.domain.clock import today
from shp_data.domain.counting import noun
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, parse_quarter
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.reported import template as workbook
from shp_data.intake.rows import reconcile
from shp_data.store.files import writing
from shp_data.store.files.manifest import Load, Tally
from shp_view.text.wording import capital, counted, listed, number, some

_NOTHING = (
    "Nothing is loaded yet. Load your records on the Load files page: a zip from data.police.uk as it is, or files of "
    "your own in CSV or Excel."
)


def whose(*, own: bool) -> str:
    """Whose records do the pages show, and may one choose? Nothing to say where they can only be one's own."""
    if not partnership().has_sample:
        return "" if own else _NOTHING
    if own:
        return "All pages show the records chosen here. The sample is synthetic: invented incidents."
    return "Nothing of your own is loaded yet, so every page shows the synthetic sample."


def no_records(*, figures: bool) -> str:
    """What to do where a page needs records and there are none, only `figures` or nothing at all."""
    if not figures:
        return _NOTHING
    sample = ", or choose the synthetic sample under More in the side bar" if partnership().has_sample else ""
    return (
        "Reported figures are loaded, but no records, and this page needs records. Load them on the Load files "
        f"page{sample}."
    )


def readiness(found: Sequence[Preview]) -> str:
    """How many of the files can be loaded as they are?"""
    unclear = sum(file.mappable for file in found)
    faulty = sum(bool(file.fault) and not file.mappable for file in found)
    ready = len(found) - unclear - faulty
    told = [f"{counted(ready, 'files')} ready to load"] if ready else []
    told += [f"{counted(unclear, 'files')} to be mapped first"] if unclear else []
    told += [f"{counted(faulty, 'files')} that cannot be used"] if faulty else []
    return f"{capital(listed(told))}."


def loading_now(found: Sequence[Preview]) -> str:
    """What a load would take and leave, where not all is ready; empty where all is, or nothing can be loaded."""
    whole = [file.name for file in found if file.loadable and not file.unknown]
    part = {file.name: sum(file.unknown.values()) for file in found if file.loadable and file.unknown}
    left = [file.name for file in found if not file.loadable]
    if not (part or (whole and left)):
        return ""
    told = [f"Loading now loads {some([*whole, *part])}."]
    told += [f"Of {name}, {counted(n, 'rows')} are rejected: what they are is not said." for name, n in part.items()]
    if left:
        is_, them = ("is", "it") if len(left) == 1 else ("are", "them")
        told.append(f"{some(left)} {is_} left out: upload {them} again when mended or mapped.")
    return " ".join(told)


def of_figures(found: Preview) -> str:
    """What is in a file of reported figures; empty for any other."""
    if found.figures is None:
        return ""
    accepted, rejected = len(found.figures.accepted), len(found.figures.reasons)
    told = [f"{counted(accepted, 'figures')} to load"]
    told += [f"{counted(rejected, 'rows')} to be rejected"] if rejected else []
    told += [f"{counted(found.figures.waiting, 'figures')} not yet in"] if found.figures.waiting else []
    return f"{found.name}: reported figures, {listed(told)}."


def _what(load: Load) -> str:
    """What a load brought: records, reported figures, or both."""
    figures = len(load.figures)
    records = load.tally.accepted - figures
    told = [counted(records, "records")] if records or not figures else []
    return listed([*told, counted(figures, "reported figures")] if figures else told)


def outcome(load: Load) -> str:
    """What did a load do, in one sentence?"""
    tally = load.tally
    by = {status: sum(f.status == status for f in load.files) for status in ("loaded", "already_loaded", "failed")}
    if not by["loaded"] and not by["failed"]:
        return "Nothing new: these files are loaded already"
    if not by["loaded"]:
        return f"Nothing was loaded: {counted(by['failed'], 'files')} could not be used"
    told = [f"{_what(load)} loaded from {counted(by['loaded'], 'files')}"]
    told += [f"{counted(tally.rejected, 'rows')} rejected"] if tally.rejected else []
    told += [f"{counted(by['failed'], 'files')} could not be used"] if by["failed"] else []
    told += [f"{counted(by['already_loaded'], 'files')} loaded already"] if by["already_loaded"] else []
    return "; ".join(told)


def sum_line(tally: Tally) -> str:
    """The reconciliation in one line: every row that was read is one of the three."""
    return reconcile.sum_words(tally, f"{noun(tally.read, 'rows')} read")


def places_line(load: Load) -> str:
    """Whose are the records and figures, which have no place, and what did they replace?"""
    told = [f"From {listed(list(sources_of(load)))}"] if load.cells or load.figures else []
    if load.cells or not load.figures:
        told.append(
            f"{number(load.unplaced)} of the accepted records {'has' if load.unplaced == 1 else 'have'} no place "
            f"and {number(load.outside)} {'lies' if load.outside == 1 else 'lie'} outside every Local Policing Area"
        )
    if load.append and load.cells:
        told.append("they were added to what the store held")
    if load.figures or not load.append:
        kinds = [kind for kind, of in (("records", load.cells or not load.figures), ("figures", load.figures)) if of]
        replaced = " or ".join(noun(load.replaced, kind) for kind in kinds)
        told.append(f"{number(load.replaced) if load.replaced else 'no'} {replaced} of earlier loads replaced")
    return f"{'; '.join(told)}."


def placeless(load: Load) -> str:
    """That no record of a load has a place, and what to do; nothing where any has."""
    if not 0 < load.unplaced == sum(load.cells.values()):
        return ""
    return (
        "None of these records has a place: they have neither coordinates nor a ward, so no area or ward counts them. "
        "Load the files again with columns for longitude and latitude, for easting and northing, or for the ward."
    )


def left_out(load: Load, root: Path) -> str:
    """How many of the rejected rows did the user mean to leave out? Empty where none. Raises StoreError."""
    rows = rows_left_out(load, root)
    if not rows:
        return ""
    return (
        f"{counted(rows, 'rows')} of these {'was' if rows == 1 else 'were'} left out by you, in the mapping: no error."
    )


def template() -> bytes:
    """The workbook of reported figures to fill in: of the quarter just over, for the partnership's own area."""
    day = today()
    quarter = parse_quarter(Month(day.year, day.month).plus(-3).quarter)
    return workbook.template(quarter, (partnership().area,))


def rejected_rows(root: Path, load: Load) -> Callable[[], bytes]:
    """What gives the CSV of a load's rejected rows, when it is asked for."""
    return (root / load.rejected_file).read_bytes


def undo_question(load: Load) -> str:
    """What an undo will do, asked before it is done."""
    they = "it" if load.tally.accepted == 1 else "they"
    several = f"the {number(load.replaced)} that {they} replaced stand again"
    back = {0: f"{they} replaced none", 1: f"the one that {they} replaced stands again"}.get(load.replaced, several)
    return f"{capital(_what(load))} will leave {'the store' if load.figures else 'every figure'}; {back}."


def undo(root: Path, part: str) -> str:
    """Take a load back. Why it cannot be, empty where it is."""
    try:
        writing.undo(root, part)
    except UserError as error:
        return str(error)
    return ""
