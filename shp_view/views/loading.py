"""Messages about a load: before it, after it, and before it is undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shp_data.analysis.loaded import count_left_out_rows, list_sources
from shp_data.domain.clock import find_last_quarter
from shp_data.domain.counting import choose_noun
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.reported import template as workbook
from shp_data.intake.rows import reconcile
from shp_data.store.files import writing
from shp_data.store.files.manifest import Load, Tally
from shp_view.text.wording import capitalise, format_count, format_number, join_names, shorten_names

_NOTHING = (
    "Nothing is loaded yet. Load your records on the Load files page: a zip from data.police.uk as it is, or files of "
    "your own in CSV or Excel."
)


def describe_records(*, has_own: bool) -> str:
    """Say whose records the pages show, and whether the user can choose.

    The text is empty where only the user's own records can be shown.
    """
    if not partnership().has_sample:
        return "" if has_own else _NOTHING
    if has_own:
        return "All pages show the records chosen here. The sample is synthetic: invented incidents."
    return "Nothing of your own is loaded yet, so every page shows the synthetic sample."


def explain_no_records(*, has_figures: bool) -> str:
    """Explain what to do where a page needs records and there are none.

    `has_figures`: whether reported figures are loaded.
    """
    if not has_figures:
        return _NOTHING
    sample = ", or choose the synthetic sample under More in the side bar" if partnership().has_sample else ""
    return (
        "Reported figures are loaded, but no records, and this page needs records. Load them on the Load files "
        f"page{sample}."
    )


def describe_readiness(previews: Sequence[Preview]) -> str:
    """Say how many of the files can be loaded as they are."""
    unclear = sum(file.needs_mapping for file in previews)
    faulty = sum(bool(file.fault) and not file.needs_mapping for file in previews)
    ready = len(previews) - unclear - faulty
    parts = [f"{format_count(ready, 'files')} ready to load"] if ready else []
    parts += [f"{format_count(unclear, 'files')} to be mapped first"] if unclear else []
    parts += [f"{format_count(faulty, 'files')} that cannot be used"] if faulty else []
    return f"{capitalise(join_names(parts))}."


def describe_partial_load(previews: Sequence[Preview]) -> str:
    """Say what a load would include and leave out.

    The text is empty where all files are ready, or none can be loaded.
    """
    whole = [file.name for file in previews if file.is_loadable and not file.unknown_categories]
    part = {
        file.name: sum(file.unknown_categories.values())
        for file in previews
        if file.is_loadable and file.unknown_categories
    }
    left = [file.name for file in previews if not file.is_loadable]
    if not (part or (whole and left)):
        return ""
    sentences = [f"Loading now loads {shorten_names([*whole, *part])}."]
    sentences += [
        f"Of {name}, {format_count(rows, 'rows')} are rejected: what they are is not said."
        for name, rows in part.items()
    ]
    if left:
        is_, them = ("is", "it") if len(left) == 1 else ("are", "them")
        sentences.append(f"{shorten_names(left)} {is_} left out: upload {them} again when mended or mapped.")
    return " ".join(sentences)


def describe_figures(preview: Preview) -> str:
    """Describe the contents of a file of reported figures; empty for any other file."""
    if preview.figures is None:
        return ""
    accepted, rejected = len(preview.figures.accepted), len(preview.figures.reasons)
    parts = [f"{format_count(accepted, 'figures')} to load"]
    parts += [f"{format_count(rejected, 'rows')} to be rejected"] if rejected else []
    parts += [f"{format_count(preview.figures.awaited, 'figures')} not yet in"] if preview.figures.awaited else []
    return f"{preview.name}: reported figures, {join_names(parts)}."


def _name_contents(load: Load) -> str:
    """Name the contents of a load: records, reported figures, or both."""
    figures = len(load.figures)
    records = load.tally.accepted - figures
    parts = [format_count(records, "records")] if records or not figures else []
    return join_names([*parts, format_count(figures, "reported figures")] if figures else parts)


def describe_outcome(load: Load) -> str:
    """Describe the result of a load in one sentence."""
    tally = load.tally
    counts = {
        status: sum(file.status == status for file in load.files) for status in ("loaded", "already_loaded", "failed")
    }
    if not counts["loaded"] and not counts["failed"]:
        return "Nothing new: these files are loaded already"
    if not counts["loaded"]:
        return f"Nothing was loaded: {format_count(counts['failed'], 'files')} could not be used"
    parts = [f"{_name_contents(load)} loaded from {format_count(counts['loaded'], 'files')}"]
    parts += [f"{format_count(tally.rejected, 'rows')} rejected"] if tally.rejected else []
    parts += [f"{format_count(counts['failed'], 'files')} could not be used"] if counts["failed"] else []
    parts += [f"{format_count(counts['already_loaded'], 'files')} loaded already"] if counts["already_loaded"] else []
    return "; ".join(parts)


def format_row_sum(tally: Tally) -> str:
    """Format the reconciliation in one line: every row that was read is one of the three."""
    return reconcile.format_sum(tally, f"{choose_noun(tally.read, 'rows')} read")


def describe_load(load: Load) -> str:
    """Say who supplied the records and figures, which have no location, and what they replaced."""
    parts = [f"From {join_names(list(list_sources(load)))}"] if load.cells or load.figures else []
    if load.cells or not load.figures:
        parts.append(
            f"{format_number(load.unplaced)} of the accepted records {'has' if load.unplaced == 1 else 'have'} no place "
            f"and {format_number(load.outside)} {'lies' if load.outside == 1 else 'lie'} outside every Local Policing Area"
        )
    if load.append and load.cells:
        parts.append("they were added to what the store held")
    if load.figures or not load.append:
        kinds = [
            kind
            for kind, has_kind in (("records", load.cells or not load.figures), ("figures", load.figures))
            if has_kind
        ]
        replaced = " or ".join(choose_noun(load.replaced, kind) for kind in kinds)
        parts.append(f"{format_number(load.replaced) if load.replaced else 'no'} {replaced} of earlier loads replaced")
    return f"{'; '.join(parts)}."


def explain_no_locations(load: Load) -> str:
    """Explain what to do where no record of a load has a location; empty where any has one."""
    if not 0 < load.unplaced == sum(load.cells.values()):
        return ""
    return (
        "None of these records has a place: they have neither coordinates nor a ward, so no area or ward counts them. "
        "Load the files again with columns for longitude and latitude, for easting and northing, or for the ward."
    )


def describe_left_out(load: Load, root: Path) -> str:
    """Say how many of the rejected rows the user left out on purpose; empty where none. Raises StoreError."""
    rows = count_left_out_rows(load, root)
    if not rows:
        return ""
    return f"{format_count(rows, 'rows')} of these {'was' if rows == 1 else 'were'} left out by you, in the mapping: no error."


def build_template() -> bytes:
    """Build the workbook of reported figures to fill in: for the last full quarter and the partnership's area."""
    return workbook.build_template(find_last_quarter(), (partnership().area,))


def make_rejected_reader(root: Path, load: Load) -> Callable[[], bytes]:
    """Return a function that reads the CSV of a load's rejected rows."""
    return (root / load.rejected_file).read_bytes


def describe_undo(load: Load) -> str:
    """Describe what an undo will do, before the user confirms it."""
    they = "it" if load.tally.accepted == 1 else "they"
    several = f"the {format_number(load.replaced)} that {they} replaced stand again"
    effect = {0: f"{they} replaced none", 1: f"the one that {they} replaced stands again"}.get(load.replaced, several)
    return f"{capitalise(_name_contents(load))} will leave {'the store' if load.figures else 'every figure'}; {effect}."


def undo_load(root: Path, part: str) -> str:
    """Undo a load. Return the reason where it cannot be undone, else an empty text."""
    try:
        writing.undo_load(root, part)
    except UserError as error:
        return str(error)
    return ""
