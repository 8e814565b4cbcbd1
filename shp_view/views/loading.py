"""Loading files: the uploads of a session, and the messages before a load, after it, and before it is undone."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from shp_data.analysis.loaded import count_by_file as count_by_file
from shp_data.analysis.loaded import count_by_place as count_by_place
from shp_data.analysis.loaded import count_reasons, format_load_time, list_apart_in_load, list_sources
from shp_data.analysis.loaded import list_doubts as list_doubtful_months
from shp_data.domain import schema
from shp_data.domain.clock import find_last_quarter
from shp_data.domain.counting import choose_noun
from shp_data.domain.errors import StoreError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import DateOrder
from shp_data.intake.load import LoadOptions, LoadProgress, ingest
from shp_data.intake.mapping import preview
from shp_data.intake.mapping.preview import Contents
from shp_data.intake.mapping.preview import Preview as Preview
from shp_data.intake.readers.files import PARQUET, TEXT, WORKBOOK, CountsAnswer, InputFile
from shp_data.intake.readers.tables import identify_layout
from shp_data.intake.reported import template as workbook
from shp_data.intake.rows import reconcile
from shp_data.intake.rows.columns import FileReading
from shp_data.intake.rows.dates import DateEvidence
from shp_data.intake.rows.outside import describe_outside
from shp_data.store.files import writing
from shp_data.store.files.manifest import Load, Tally
from shp_data.store.notes import indicators, mappings
from shp_data.store.reading import Reader
from shp_data.store.version import Store
from shp_view.text.coverage_words import explain_coverage, list_doubts
from shp_view.text.data_words import describe_added, describe_saved_mappings
from shp_view.text.data_words import describe_rows_left_out as describe_rows_left_out
from shp_view.text.data_words import group_by_reading as group_by_reading
from shp_view.text.wording import capitalise, format_count, format_number, join_names, shorten_names

KINDS = sorted(ending.removeprefix(".") for ending in {*TEXT, *WORKBOOK, *PARQUET, ".zip"})
_LONGEST_NAME, _LONGEST_ENDING = 120, 8
_MOST_REASONS = 10  # why rows are left out
_UNSAFE = '<>:"/\\|?*'
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
TAKE_OUTSIDE = "Load the files with most records outside every area as they are"
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

    def getvalue(self) -> bytes:
        """Return a copy of the bytes."""
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
    _answers: dict[tuple[Path, str | None], InputFile] = field(default_factory=dict)
    _contents: dict[tuple[InputFile, Hashable], Contents] = field(default_factory=dict)
    _category_counts: dict[tuple[InputFile, str], dict[str, int]] = field(default_factory=dict)
    _combinations: dict[tuple[InputFile, tuple[str, ...]], list[tuple[dict[str, str], int]]] = field(
        default_factory=dict
    )

    def save(self, uploads: Sequence[Upload]) -> list[Path]:
        """Write the uploads, once, each to a folder of its own so that names may recur. Delete all others.

        Raises StoreError where the disk is full or cannot be written to.
        """
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True)
            paths = [_save_upload(Path(self._folder.name), upload) for upload in uploads]
            for folder in {*Path(self._folder.name).iterdir()} - {path.parent for path in paths}:
                shutil.rmtree(folder)
            return paths
        except OSError as error:
            raise StoreError(
                f"the files cannot be saved in the temporary folder ({error.strerror or error}); nothing was loaded. "
                "Free some disk space and upload them again."
            ) from error

    def preview_files(self, paths: Sequence[Path], supplier: str | None) -> list[Preview]:
        """Return what is in these files, interpreted once for each state of the mappings."""
        suppliers = mappings.list_suppliers(self.root)
        previews = []
        for path in paths:
            key = (path, repr((suppliers, supplier, self._answers)))
            # Every click on the page runs this again.
            if key not in self._previews:
                self._previews[key] = preview.preview_files(
                    path, suppliers, supplier, self._read_contents, self._answer
                )
            previews += self._previews[key]
        return previews

    def choose_sheets(self, file_preview: Preview, sheets: Sequence[str]) -> None:
        """Choose the sheets of a workbook to read."""
        if file_preview.file:
            self._set_answer(replace(file_preview.file, sheets=tuple(sheets)))

    def answer_counts(self, file_preview: Preview, answer: CountsAnswer) -> None:
        """Say what a file is that looks like a table of counts."""
        if file_preview.file:
            self._set_answer(replace(file_preview.file, counts=answer))

    def _set_answer(self, file: InputFile) -> None:
        self._answers[file.path, file.member] = file

    def _answer(self, file: InputFile) -> InputFile:
        """Return a file with what the user chose for it."""
        return self._answers.get((file.path, file.member), file)

    def _read_contents(self, file: InputFile, headers: Collection[str]) -> Contents:
        """Return the contents of a file. A file of 500 MB is read once, even if its mapping is changed."""
        key = file, identify_layout(file, headers)
        if key not in self._contents:
            self._contents[key] = preview.read_contents(file, headers)
        return self._contents[key]

    def count_categories(self, file: InputFile, headers: Collection[str], column: str) -> dict[str, int]:
        """Count the categories in a column of a file, once."""
        counts = self._read_contents(file, headers).value_counts.get(column)
        if counts is not None:
            return dict(counts)
        if (file, column) not in self._category_counts:
            self._category_counts[file, column] = preview.count_categories(file, headers, column)
        return self._category_counts[file, column]

    def count_combinations(
        self, file: InputFile, headers: Collection[str], columns: tuple[str, ...]
    ) -> list[tuple[dict[str, str], int]]:
        """Count the rows of each combination of cells in some columns of a file, once."""
        if (file, columns) not in self._combinations:
            self._combinations[file, columns] = preview.count_combinations(file, headers, columns)
        return self._combinations[file, columns]

    def load(
        self, paths: Sequence[Path], supplier: str | None, *, add: bool, progress: LoadProgress, outside: bool = False
    ) -> None:
        """Load the files and clear the desk; `last` holds the result. Raises StoreError.

        `outside`: also those of which most records are outside every area.
        """
        # Only after a load that succeeded is the desk cleared: an error leaves the files and answers for another try.
        result = ingest(paths, self.root, LoadOptions(supplier, add, outside, self._answer), progress)
        if self._folder:
            self._folder.cleanup()
        self.last, self.changing, self.turn = result, None, self.turn + 1
        self._folder, self._answers, self._previews, self._contents, self._category_counts = None, {}, {}, {}, {}
        self._combinations = {}

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

    def describe_indicators(self) -> dict[str, tuple[str, str]]:
        """Describe the indicators that analysts added, by id: the name of each, and what it counts."""
        return {added.id: (added.label, describe_added(added)) for added in partnership().added}

    def remove_indicator(self, id_: str) -> None:
        """Remove an added indicator. Raises UserError where data or a mapping uses it, and StoreError."""
        indicators.remove_indicator(self.root, id_)


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


def explain_no_records(*, has_figures: bool, suppliers: Collection[str] = ()) -> str:
    """Explain what to do where a page needs records and there are none.

    `has_figures`: whether reported figures are loaded. `suppliers`: those of records that are loaded, and that
    are responsible for no area.
    """
    if suppliers:
        are = "is" if len(suppliers) == 1 else "are"
        return (
            f"The records loaded are of {join_names(sorted(suppliers))}, which {are} responsible for none of the "
            "areas, so no figure counts them. Load the records of the areas' own suppliers, or add the police force "
            "to partnership.toml."
        )
    if not has_figures:
        return _NOTHING
    sample = ", or choose the synthetic sample under More in the sidebar" if partnership().has_sample else ""
    return (
        f"Only reported figures are loaded, and this page needs records. Load records on the Load files page{sample}."
    )


def describe_readiness(previews: Sequence[Preview]) -> str:
    """Say how many of the files can be loaded as they are."""
    unclear = sum(file.needs_mapping for file in previews)
    waiting = sum(file.needs_answer for file in previews)
    asked = sum(file.needs_date_order and not file.needs_mapping for file in previews)
    partly = sum(bool(file.dates.unreadable) and file.is_loadable and not file.needs_mapping for file in previews)
    faulty = sum(bool(file.fault) and not file.needs_mapping and not file.needs_answer for file in previews)
    outside = sum(is_outside(file) and not file.needs_mapping for file in previews)
    ready = len(previews) - unclear - waiting - asked - partly - faulty - outside
    parts = [f"{format_count(ready, 'files')} ready to load"] if ready else []
    parts += [f"{format_count(outside, 'files')} to check"] if outside else []
    parts += [f"{format_count(unclear, 'files')} {'needs' if unclear == 1 else 'need'} matching"] if unclear else []
    parts += [f"{format_count(waiting, 'files')} {'needs' if waiting == 1 else 'need'} an answer"] if waiting else []
    parts += (
        [f"{format_count(asked, 'files')} {'needs' if asked == 1 else 'need'} the order of the dates"] if asked else []
    )
    parts += [f"{format_count(partly, 'files')} {'has' if partly == 1 else 'have'} unreadable dates"] if partly else []
    parts += [f"{format_count(faulty, 'files')} cannot be used"] if faulty else []
    return f"{capitalise(join_names(parts))}."


def make_key(preview: Preview) -> str:
    """Make a key of an uploaded file, by which the fields of the page are named."""
    # Two uploads of one name are in different folders.
    folder = preview.file.path.parent.name if preview.file else ""
    return f"{folder}-{preview.name}"


def describe_sheets(preview: Preview) -> str:
    """Describe which sheets of a workbook are read; empty unless several have rows."""
    if not preview.sheets or preview.needs_sheets:
        return ""
    unread = [sheet for sheet in preview.sheets if sheet not in preview.read_sheets]
    as_one = " as one table" if len(preview.read_sheets) > 1 else ""
    unread_text = f" {capitalise(_name_sheets(unread))} not read." if unread else ""
    return f"{preview.name}: {_name_sheets(preview.read_sheets)} read{as_one}.{unread_text}"


def _name_sheets(names: Sequence[str]) -> str:
    """Name sheets with their verb: `sheet Data is`, `sheets April and May are`."""
    return f"{choose_noun(len(names), 'sheets')} {join_names(list(names))} {'is' if len(names) == 1 else 'are'}"


def explain_sheets(preview: Preview) -> str:
    """Explain why the user must choose the sheets of a workbook, or why the choice cannot be used."""
    if preview.file and preview.file.sheets:
        return preview.fault
    return (
        f"{preview.name}: its sheets have different columns. Choose the sheets to load. They are read as one table, so "
        "choose sheets with the same columns."
    )


def explain_counts(preview: Preview) -> str:
    """Explain why a table of counts is not loaded as records, and what can be done with it."""
    if not preview.counts:
        return ""
    advice = "It can be loaded as reported figures."
    if preview.counts.fault:
        advice = f"It cannot be loaded as reported figures: {preview.counts.fault}. Ask the supplier for the records."
    return f"{preview.name} {preview.counts.explain()} {advice}"


def list_figure_options(preview: Preview) -> dict[str, tuple[str, dict[str, str]]]:
    """List what the user must say of a table of counts to load it as reported figures.

    Return our column -> its label, and the label of each value.
    """
    if not preview.counts:
        return {}
    indicators = {indicator.id: indicator.label for indicator in workbook.list_reported_indicators()}
    values = {"indicator": indicators, "area": {name: name for name in partnership().areas.lpa_names}}
    labels = {field.name: field.label for field in schema.FIGURE_FILE}
    return {column: (labels[column], values[column]) for column in preview.counts.missing_columns}


def is_outside(preview: Preview) -> bool:
    """Return whether a file can be loaded, but most of its records are outside every area."""
    return preview.is_loadable and preview.outside is not None


def list_outside_notes(previews: Sequence[Preview], last: Load | None) -> list[str]:
    """Say where the records seem to be of each file that has most of them outside every area.

    `last`: the latest load. It reads whole files, so it may have refused one whose first rows are in the areas.
    """
    refused = {file.file: file.message for file in (last.files if last else ()) if file.is_outside}
    return [
        f"{file.name}: {describe_outside(file.outside)}" if file.outside else refused[file.name]
        for file in previews
        if file.is_loadable and (file.outside or file.name in refused)
    ]


def describe_partial_load(previews: Sequence[Preview], *, outside: bool = False) -> str:
    """Say what a load would include and leave out.

    The text is empty where all files are ready, or none can be loaded. `outside`: whether the user takes files
    with most of their records outside every area.
    """
    outside_files = [file.name for file in previews if is_outside(file) and not outside]
    ready = [file for file in previews if file.is_loadable and file.name not in outside_files]
    left = [file.name for file in previews if not file.is_loadable]
    rejected = {file.name: sum(file.unknown_categories.values()) for file in ready if file.unknown_categories}
    if not (rejected or (ready and (left or outside_files))):
        return ""
    whole = [file.name for file in ready if not file.unknown_categories]
    sentences = [f"You can load {shorten_names([*whole, *rejected])} now."]
    for name, rows in rejected.items():
        count = format_count(rows, "rows")
        sentences.append(f"{count} of {name} would be rejected, because their category is not matched.")
    if left:
        is_, them = ("is", "it") if len(left) == 1 else ("are", "them")
        sentences.append(f"{shorten_names(left)} {is_} left out: upload {them} again when corrected or matched.")
    if outside_files:
        is_ = "is" if len(outside_files) == 1 else "are"
        sentences.append(f"{shorten_names(outside_files)} {is_} left out unless you tick the box.")
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
    left_out = sum(load.left_out.values())
    parts += [f"{format_count(left_out, 'rows')} left out"] if left_out else []
    rejected = tally.rejected - left_out
    parts += [f"{format_count(rejected, 'rows')} rejected"] if rejected else []
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
    if load.left_out:
        parts.append(f"{format_count(sum(load.left_out.values()), 'rows')} left out by the mapping")
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
    """Say how many records were not placed, are outside every area, or are counted apart."""
    if not (load.unplaced or load.outside or load.apart):
        return "all records were placed"
    parts = [f"{format_count(load.unplaced, 'records')} not placed"] if load.unplaced else []
    parts += [f"{format_count(load.outside, 'records')} outside every Local Policing Area"] if load.outside else []
    apart = sum(load.apart.values())
    parts += [f"{format_count(apart, 'records')} of other suppliers in the areas, counted apart"] if apart else []
    return join_names(parts)


def explain_no_locations(load: Load) -> str:
    """Explain what to do where no record of a load has a location; empty where any has one."""
    # Some without a location are normal; all of them means that the columns of the location were not recognised.
    if not 0 < load.unplaced == sum(load.cells.values()):
        return ""
    return (
        "None of these records could be placed: they have no coordinates and no ward, postcode, LSOA or area that is "
        "recognised, so no area or ward counts them. Load the files again with columns for one of these."
    )


def list_apart_notes(load: Load) -> list[str]:
    """Say which records of a load are counted apart, because their supplier is not responsible for their area."""
    return [explain_coverage(note) for note in list_apart_in_load(load)]


def describe_doubts(reader: Reader, load: Load) -> list[str]:
    """Describe the months of a load that look incomplete or too large: the first few, and how many more."""
    return list_doubts(list_doubtful_months(reader, load))


def describe_left_out(load: Load) -> list[str]:
    """Describe the rows that the mapping leaves out on purpose, a line for each reason; empty where none."""
    if not load.left_out:
        return []
    rows = sum(load.left_out.values())
    are, them = ("is", "it") if rows == 1 else ("are", "them")
    first = f"{format_count(rows, 'rows')} of the rejected {are} not an error: the mapping leaves {them} out."
    reasons = [f"{format_count(count, 'rows')}: {reason}" for reason, count in load.left_out.items()]
    more = len(reasons) - _MOST_REASONS
    return [first, *reasons[:_MOST_REASONS], *([f"{more:,} more reasons"] if more > 0 else [])]


def list_failures(load: Load) -> list[str]:
    """List why files of a load could not be used, a message for each."""
    return [file.message for file in load.files if file.status == "failed"]


@dataclass(frozen=True)
class Rejections:
    """The rejected rows of a load to correct: their reasons, and what reads their file."""

    reasons: Figure
    read_rows: Callable[[], bytes]


def build_rejections(desk: Desk, load: Load) -> Rejections | None:
    """Build what a page shows of the rejected rows of a load; None where there are none. Raises StoreError."""
    if not load.rejected_file:
        return None
    root = desk.root
    return Rejections(count_reasons(load, root), (root / load.rejected_file).read_bytes)


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
