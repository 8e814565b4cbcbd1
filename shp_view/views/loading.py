"""Loading files: the uploads of a session, and the messages before a load, after it, and before it is undone."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from shp_data.analysis.loaded import count_by_file as count_by_file
from shp_data.analysis.loaded import count_left_out_rows, count_reasons, format_load_time, list_sources
from shp_data.domain.clock import find_last_quarter
from shp_data.domain.counting import choose_noun
from shp_data.domain.errors import StoreError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import DateOrder
from shp_data.intake.load import LoadOptions, LoadProgress, ingest
from shp_data.intake.mapping import preview
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.readers.files import PARQUET, TEXT, WORKBOOK, InputFile
from shp_data.intake.reported import template as workbook
from shp_data.intake.rows import reconcile
from shp_data.intake.rows.columns import FileReading
from shp_data.intake.rows.dates import DateEvidence
from shp_data.store.files import writing
from shp_data.store.files.manifest import Load, Tally
from shp_data.store.notes import mappings
from shp_data.store.version import Store
from shp_view.text.data_words import describe_saved_mappings
from shp_view.text.data_words import group_by_reading as group_by_reading
from shp_view.text.wording import capitalise, format_count, format_number, join_names, shorten_names

KINDS = sorted(ending.removeprefix(".") for ending in {*TEXT, *WORKBOOK, *PARQUET, ".zip"})
_LONGEST_NAME, _LONGEST_ENDING = 120, 8
_UNSAFE = '<>:"/\\|?*'
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_NOTHING = (
    "No data is loaded yet. Load your records on the Load files page: a zip from data.police.uk, or your own files in "
    "CSV or Excel."
)


class Upload(Protocol):
    """A file that a browser sent: its id, its name and its bytes."""

    file_id: str
    name: str

    def getbuffer(self) -> memoryview:
        """Return the bytes."""
        ...


@dataclass
class Desk:
    """What the Load files page of one session saves between two clicks. Its files are deleted with it.

    `root`: the folder of the partnership's store. `last`: the latest load. `changing`: the name of the file whose
    saved reading the user wants to change.
    `turn`: the number of loads made, so that the page starts each load with empty fields.
    """

    root: Path
    last: Load | None = None
    changing: str | None = None
    turn: int = 0
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _previews: dict[tuple[Path, str], list[Preview]] = field(default_factory=dict)
    _category_counts: dict[tuple[InputFile, str], dict[str, int]] = field(default_factory=dict)

    def save(self, uploads: Sequence[Upload]) -> list[Path]:
        """Write the uploads, once, each to a folder of its own so that names may recur.

        Raises StoreError where the disk is full or cannot be written to.
        """
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True)
            return [_save_upload(Path(self._folder.name), upload) for upload in uploads]
        except OSError as error:
            raise StoreError(
                f"the files cannot be saved in the temporary folder ({error.strerror or error}); nothing was loaded. "
                "Free some disk space and upload them again."
            ) from error

    def preview_files(self, paths: Sequence[Path], supplier: str | None) -> list[Preview]:
        """Return what is in these files, read once for each state of the mappings."""
        suppliers = mappings.list_suppliers(self.root)
        previews = []
        for path in paths:
            key = (path, repr((suppliers, supplier)))
            # Every click on the page runs it again: a file of 500 MB is read once for each state of the mappings.
            if key not in self._previews:
                self._previews[key] = preview.preview_files(path, suppliers, supplier)
            previews += self._previews[key]
        return previews

    def count_categories(self, file: InputFile, headers: Collection[str], column: str) -> dict[str, int]:
        """Count the categories in a column of a file, once."""
        if (file, column) not in self._category_counts:
            self._category_counts[file, column] = preview.count_categories(file, headers, column)
        return self._category_counts[file, column]

    def load(self, paths: Sequence[Path], supplier: str | None, *, add: bool, progress: LoadProgress) -> None:
        """Load the files and clear the desk; `last` holds the result. Raises StoreError."""
        # Only after a load that succeeded is the desk cleared: an error leaves the files and answers for another try.
        result = ingest(paths, self.root, LoadOptions(supplier, add), progress)
        if self._folder:
            self._folder.cleanup()
        self.last, self.changing, self.turn = result, None, self.turn + 1
        self._folder, self._previews, self._category_counts = None, {}, {}

    def is_own(self, store: Store) -> bool:
        """Return whether a store is the partnership's own and not the sample."""
        return store.layout.root == self.root

    def undo(self, load: Load) -> str:
        """Undo a load. Return its time, by which it is recorded. Raises StoreError."""
        writing.undo_load(self.root, load.part)
        return format_load_time(load)

    def save_date_order(self, reading: FileReading, order: DateOrder) -> None:
        """Save the order of day and month in the dates of a supplier's files. Raises StoreError."""
        supplier = mappings.list_suppliers(self.root).get(reading.name, reading.source)
        mappings.save_mapping(self.root, replace(supplier, date_order=order))

    def describe_mappings(self) -> dict[str, str]:
        """Describe the saved mappings, by the supplier's name."""
        return describe_saved_mappings(self.root)

    def remove_mapping(self, name: str) -> None:
        """Remove a saved mapping. Raises StoreError."""
        mappings.remove_mapping(self.root, name)


def _save_upload(folder: Path, upload: Upload) -> Path:
    """Write an upload whole and return its path: a file that was cut short would look like a shorter file."""
    path = folder / re.sub(r"\W", "", upload.file_id) / make_safe_name(upload.name)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part_file = path.with_name("unfinished")
        part_file.write_bytes(upload.getbuffer())
        part_file.replace(path)
    return path


def make_safe_name(name: str) -> str:
    """Make a client's file name fit for any disk: its last part, at most 120 bytes, no path characters."""
    last = re.split(r"[/\\]", name)[-1]
    # Windows refuses these characters, a dot at the end, and names such as CON; every file system refuses long names.
    safe = "".join("_" if c in _UNSAFE or not c.isprintable() else c for c in last).strip(". ") or "file"
    stem, dot, ending = safe.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = safe, "", ""
    short = stem.encode()[: _LONGEST_NAME - len(dot + ending)].decode(errors="ignore")
    return f"{'_' if _RESERVED.match(safe) else ''}{short}{dot}{ending}"


def describe_records(*, has_own: bool) -> str:
    """Say whose records the pages show, and whether the user can choose.

    The text is empty where only the user's own records can be shown.
    """
    if not partnership().has_sample:
        return "" if has_own else _NOTHING
    if has_own:
        return "All pages show the records that you choose here. The incidents in the sample are invented."
    return "You have not loaded any data yet, so every page shows the synthetic sample."


def explain_no_records(*, has_figures: bool) -> str:
    """Explain what to do where a page needs records and there are none.

    `has_figures`: whether reported figures are loaded.
    """
    if not has_figures:
        return _NOTHING
    sample = ", or choose the synthetic sample under More in the sidebar" if partnership().has_sample else ""
    return (
        f"Only reported figures are loaded, and this page needs records. Load records on the Load files page{sample}."
    )


def describe_readiness(previews: Sequence[Preview]) -> str:
    """Say how many of the files can be loaded as they are."""
    unclear = sum(file.needs_mapping for file in previews)
    asked = sum(file.needs_date_order and not file.needs_mapping for file in previews)
    partly = sum(bool(file.dates.unreadable) and file.is_loadable and not file.needs_mapping for file in previews)
    faulty = sum(bool(file.fault) and not file.needs_mapping for file in previews)
    ready = len(previews) - unclear - asked - partly - faulty
    parts = [f"{format_count(ready, 'files')} ready to load"] if ready else []
    parts += [f"{format_count(unclear, 'files')} {'needs' if unclear == 1 else 'need'} matching"] if unclear else []
    parts += (
        [f"{format_count(asked, 'files')} {'needs' if asked == 1 else 'need'} the order of the dates"] if asked else []
    )
    parts += [f"{format_count(partly, 'files')} {'has' if partly == 1 else 'have'} unreadable dates"] if partly else []
    parts += [f"{format_count(faulty, 'files')} cannot be used"] if faulty else []
    return f"{capitalise(join_names(parts))}."


def describe_partial_load(previews: Sequence[Preview]) -> str:
    """Say what a load would include and leave out.

    The text is empty where all files are ready, or none can be loaded.
    """
    ready = [file for file in previews if file.is_loadable]
    left = [file.name for file in previews if not file.is_loadable]
    rejected = {file.name: sum(file.unknown_categories.values()) for file in ready if file.unknown_categories}
    if not (rejected or (ready and left)):
        return ""
    whole = [file.name for file in ready if not file.unknown_categories]
    sentences = [f"You can load {shorten_names([*whole, *rejected])} now."]
    for name, rows in rejected.items():
        count = format_count(rows, "rows")
        sentences.append(f"{count} of {name} would be rejected, because their category is not matched.")
    if left:
        is_, them = ("is", "it") if len(left) == 1 else ("are", "them")
        sentences.append(f"{shorten_names(left)} {is_} left out: upload {them} again when corrected or matched.")
    return " ".join(sentences)


def describe_dates(preview: Preview) -> list[str]:
    """Describe the dates of a file that cannot be read, or whose order no date shows."""
    dates, texts = preview.dates, []
    if dates.unreadable and preview.is_loadable:
        count, examples = format_count(dates.unreadable, "dates"), _quote_examples(dates, "unreadable")
        texts.append(
            f"{preview.name}: {count} cannot be read, such as {examples}. Rows with such a date would be rejected."
        )
    if dates.are_unreadable:
        examples = _quote_examples(dates, "unreadable" if dates.unreadable else "financial_years")
        texts.append(f"{preview.name}: none of its dates can be read, such as {examples}.")
    if dates.unreadable_times:
        count, examples = format_count(dates.unreadable_times, "times"), _quote_examples(dates, "unreadable_times")
        texts.append(
            f"{preview.name}: {count} cannot be read, such as {examples}. A record with such a time has only its day."
        )
    return texts


def _quote_examples(dates: DateEvidence, kind: str) -> str:
    return join_names([f"'{text}'" for text in dates.examples.get(kind, ())])


@dataclass(frozen=True)
class DateOrderQuestion:
    """A question about the order of day and month in a file's dates: its text, and the suggested order, if any."""

    text: str
    suggested: DateOrder


DATE_ORDERS: Mapping[DateOrder, str] = {
    "day first": "Day first, as in the United Kingdom",
    "month first": "Month first, as in the United States",
}


def ask_date_order(preview: Preview) -> DateOrderQuestion | None:
    """Ask for the order of day and month where it is not chosen and the dates suggest or allow month first."""
    if preview.reading is None or preview.has_fixed_format or preview.reading.source.date_order:
        return None
    if preview.needs_date_order:
        example = _quote_examples(preview.dates, "month_first")
        return DateOrderQuestion(f"{preview.name}: dates such as {example} seem to have the month first.", "")
    if preview.dates.is_order_unclear:
        example = _quote_examples(preview.dates, "either_order")
        text = (
            f"{preview.name}: dates such as {example} are read day first, because no date in the file shows the order."
        )
        return DateOrderQuestion(text, "day first")
    return None


def describe_figures(preview: Preview) -> str:
    """Describe the contents of a file of reported figures; empty for any other file."""
    if preview.figures is None:
        return ""
    accepted, rejected = len(preview.figures.accepted), len(preview.figures.reasons)
    parts = [f"{format_count(accepted, 'figures')} to load"]
    parts += [f"{format_count(rejected, 'rows')} to be rejected"] if rejected else []
    parts += [f"{format_count(preview.figures.awaited, 'figures')} awaited"] if preview.figures.awaited else []
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
    counts = Counter(file.status for file in load.files)
    if not counts["loaded"] and not counts["failed"]:
        return "Nothing new: these files are already loaded"
    if not counts["loaded"]:
        return f"Nothing was loaded: {format_count(counts['failed'], 'files')} could not be used"
    parts = [f"{_name_contents(load)} loaded from {format_count(counts['loaded'], 'files')}"]
    parts += [f"{format_count(tally.rejected, 'rows')} rejected"] if tally.rejected else []
    parts += [f"{format_count(counts['failed'], 'files')} could not be used"] if counts["failed"] else []
    parts += [f"{format_count(counts['already_loaded'], 'files')} already loaded"] if counts["already_loaded"] else []
    return "; ".join(parts)


def format_row_sum(tally: Tally) -> str:
    """Format the reconciliation in one line: every row that was read is one of the three."""
    return reconcile.format_sum(tally, f"{choose_noun(tally.read, 'rows')} read")


def describe_load(load: Load) -> str:
    """Say who supplied the records and figures, which have no location, and what they replaced."""
    parts = [f"From {join_names(list(list_sources(load)))}"] if load.cells or load.figures else []
    if load.cells or not load.figures:
        parts.append(_describe_locations(load))
    if load.append and load.cells:
        parts.append("added to existing data")
    if load.figures or not load.append:
        parts.append(f"{_count_replaced(load)} of earlier loads replaced")
    return f"{'; '.join(parts)}."


def _count_replaced(load: Load) -> str:
    """Count what a load replaced: `3 records`, `1 record or figure`, `no figures`."""
    has_records = bool(load.cells) or not load.figures
    kinds = [kind for kind, is_loaded in (("records", has_records), ("figures", load.figures)) if is_loaded]
    nouns = " or ".join(choose_noun(load.replaced, kind) for kind in kinds)
    return f"{format_number(load.replaced) if load.replaced else 'no'} {nouns}"


def _describe_locations(load: Load) -> str:
    """Say how many records were not placed on the map, or are outside every area."""
    if not load.unplaced and not load.outside:
        return "all records were placed on the map"
    parts = [f"{format_count(load.unplaced, 'records')} not placed on the map"] if load.unplaced else []
    parts += [f"{format_count(load.outside, 'records')} outside every Local Policing Area"] if load.outside else []
    return join_names(parts)


def explain_no_locations(load: Load) -> str:
    """Explain what to do where no record of a load has a location; empty where any has one."""
    # Some without a location are normal; all of them means that the columns of the location were not recognised.
    if not 0 < load.unplaced == sum(load.cells.values()):
        return ""
    return (
        "None of these records could be placed on the map: they have no coordinates and no ward, so no area or ward "
        "counts them. Load the files again with columns for longitude and latitude, easting and northing, or ward."
    )


def describe_left_out(load: Load, root: Path) -> str:
    """Say how many of the rejected rows the user left out on purpose; empty where none. Raises StoreError."""
    rows = count_left_out_rows(load, root)
    if not rows:
        return ""
    count = format_count(rows, "rows")
    are, them = ("is", "it") if rows == 1 else ("are", "them")
    return f"{count} of these {are} not an error: the mapping leaves {them} out."


@dataclass(frozen=True)
class Rejections:
    """The rejected rows of a load: their reasons, a note on those left out on purpose, and what reads their file."""

    reasons: Figure
    note: str
    read_rows: Callable[[], bytes]


def build_rejections(desk: Desk, load: Load) -> Rejections | None:
    """Build what a page shows of the rejected rows of a load; None where there are none. Raises StoreError."""
    if not load.rejected_file:
        return None
    root = desk.root
    return Rejections(count_reasons(load, root), describe_left_out(load, root), (root / load.rejected_file).read_bytes)


def build_template() -> bytes:
    """Build the workbook of reported figures to fill in: for the last full quarter and the partnership's area."""
    return workbook.build_template(find_last_quarter(), (partnership().area,))


def describe_undo(load: Load) -> str:
    """Describe what an undo will do, before the user confirms it."""
    # Reported figures are themselves figures: "from every figure" would read oddly of them.
    place = "the store" if load.figures else "every figure"
    they = "it" if load.tally.accepted == 1 else "they"
    restored = f" and restores the {_count_replaced(load)} {they} replaced" if load.replaced else ""
    return f"This removes {_name_contents(load)} from {place}{restored}."
