"""The text about the data: how files are read, who did what with them, and how recent a shared link was."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from shp_data.domain import schema
from shp_data.domain.added_indicators import AddedIndicator
from shp_data.domain.clock import UK
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.vocabulary import Rule, Supplier, normalise_name
from shp_data.intake.mapping.preview import Preview
from shp_data.intake.rows.columns import FileReading
from shp_data.store.notes import mappings
from shp_data.store.notes.audit import read_entries
from shp_view.text.wording import capitalise, format_count, join_names, shorten_names


@dataclass(frozen=True)
class ReadingGroup:
    """Files that are read alike, in words. `changeable`: the first of them, if its mapping can be changed."""

    text: str
    changeable: Preview | None


def group_by_reading(previews: Sequence[Preview]) -> list[ReadingGroup]:
    """Group files by how their records will be read, and describe each group."""
    alike: dict[str, list[Preview]] = {}
    for file in previews:
        if file.reading and not file.needs_mapping:
            alike.setdefault(_describe_reading(file, file.reading), []).append(file)
    groups = []
    for text, files in alike.items():
        names = shorten_names([file.name for file in files])
        groups.append(ReadingGroup(f"{names}: {text}.", None if files[0].has_fixed_format else files[0]))
    return groups


def describe_saved_mappings(root: Path) -> dict[str, str]:
    """Describe the saved mappings: the supplier's name, and the meaning of its columns and categories."""
    return {name: "; ".join(_describe_mapping(source)) for name, source in mappings.read_mappings(root).items()}


def _describe_reading(preview: Preview, reading: FileReading) -> str:
    """Describe the supplier, the header of each of our columns, and the columns that are not used."""
    if preview.has_fixed_format:
        return "read as a download of data.police.uk"
    source, headers = reading.source, reading.headers
    # A column with our own name needs no explanation.
    column_texts = [
        _describe_column(ours, theirs)
        for ours, theirs in headers.items()
        if not (ours == "indicator" and source.indicator)
    ]
    rules = list(map(describe_rule, source.rules))
    texts = [f"read as {reading.name}: {', '.join(column_texts)}", *rules, *_describe_supplier(source)]
    used = {normalise_name(title) for title in (*headers.values(), *source.list_rule_headers())}
    unused = [title for title in preview.header if normalise_name(title) not in used]
    return "; ".join([*texts, *([f"columns not used: {', '.join(unused)}"] if unused else [])])


def describe_rows_left_out(preview: Preview) -> list[str]:
    """Describe the rows of a file that its mapping leaves out on purpose, a line for each reason; empty if none."""
    if not preview.left_out:
        return []
    rows = sum(preview.left_out.values())
    is_ = "is" if rows == 1 else "are"
    reasons = [f"{format_count(count, 'rows')}: {reason}" for reason, count in preview.left_out.items()]
    return [f"{preview.name}: {format_count(rows, 'rows')} {is_} left out by the mapping.", *reasons]


def _describe_mapping(source: Supplier) -> list[str]:
    """Describe a saved mapping."""
    columns = [_describe_column(ours, theirs) for ours, theirs in source.headers.items()]
    meanings: dict[str, list[str]] = {}
    for category, id_ in source.categories.items():
        meanings.setdefault(_name_indicator(id_) if id_ else "left out", []).append(category)
    categories = [
        f"{join_names(names)} {'is' if len(names) == 1 else 'are'} {meaning}" for meaning, names in meanings.items()
    ]
    return columns + categories + list(map(describe_rule, source.rules)) + _describe_supplier(source)


def _describe_column(ours: str, theirs: str) -> str:
    """Describe what a column of the file means; its name alone where that says so."""
    label = schema.LABELS[ours]
    if not theirs:
        return f"{label} is not used"
    return label if normalise_name(label) == normalise_name(theirs) else f"{label} is {theirs}"


def describe_rule(rule: Rule) -> str:
    """Describe a rule: what it counts, and where."""
    conditions = [f"{header} is {' or '.join(values)}" for header, values in rule.conditions.items()]
    meaning = _name_indicator(rule.indicator) if rule.indicator else "left out"
    return f"{meaning} where {join_names(conditions)}"


def _describe_supplier(source: Supplier) -> list[str]:
    """Describe what applies to every file of a supplier."""
    texts = []
    if source.date_order:
        texts.append(f"dates have the {source.date_order}")
    if source.indicator:
        texts.append(f"every row is {_name_indicator(source.indicator)}")
    if source.unmatched == "left out":
        texts.append("other rows are left out")
    if source.areas:
        texts.append(f"covers {join_names(list(source.areas))}")
    if source.indicators:
        texts.append(
            f"a month without a row counts as 0 for {join_names(list(map(_name_indicator, source.indicators)))}"
        )
    return texts


def _name_indicator(id_: str) -> str:
    """Name an indicator of a mapping, which may outlive an indicator that was added."""
    indicators = partnership().vocabulary.indicators
    return indicators[id_].short if id_ in indicators else f"{id_} (no indicator)"


def describe_added(added: AddedIndicator) -> str:
    """Describe an indicator that an analyst added: `Cases. Anti-social behaviour. Added by analyst, 5 Apr 2024.`"""
    at, theme = added.at.astimezone(UK), partnership().vocabulary.themes[added.theme]
    return f"{capitalise(added.unit)} of {added.source}. {theme}. Added by {added.by}, {at.day} {at:%b %Y}."


MAX_ENTRIES = 500
EXPLANATION = (
    f"The latest {MAX_ENTRIES} sign-ins, downloads and uploads, newest first. Times are in UTC. The full list is in "
    "audit.jsonl."
)
_ACTIVITIES = {
    "sign-in": "Signed in",
    "refused": "Refused",
    "export": "Downloaded",
    "upload": "Loaded",
    "undo": "Undid a load",
    "decision": "Decided on a month",
    "indicator": "Added or removed an indicator",
}


def read_latest(root: Path) -> list[dict[str, str]]:
    """Read the latest entries of a store's record as rows of the grid, by column name. Raises StoreError."""
    return [
        {
            "When": f"{entry.at:%Y-%m-%d %H:%M:%S}",
            "Who": entry.who,
            "Role": entry.role,
            "What": _ACTIVITIES[entry.what],
            "About": entry.about,
        }
        for entry in read_entries(root, MAX_ENTRIES)
    ]


_MOST_NAMED = 2  # suppliers


def describe_suppliers(names: Collection[str], is_synthetic: bool) -> str:
    """Describe whose records a page shows: `Police data`, `Police and Fire data`, `3 suppliers`."""
    if is_synthetic:
        return "synthetic sample, not real records"
    if len(names) > _MOST_NAMED:
        return f"{len(names)} suppliers"
    return f"{join_names(sorted(names))} data" if names else "no records"


AS_OF = "asof"


def explain_as_of(words: str, latest: Month | None) -> str:
    """Compare a link's as-of month, `2021-03`, with the latest month of the data. Return "" if they agree."""
    if not words:
        return ""
    try:
        shared = Month.parse(words)
    except SelectionError:
        return f"The link's data month “{words[:20]}” is not valid, so this view shows the current data."
    if shared == latest:
        return ""
    if latest is None:
        now = "There is no data now"
    elif shared > latest:
        now = f"The data here goes up to {format_month(latest)} only"
    else:
        now = f"It now goes up to {format_month(latest)}"
    return f"This view was shared when the data went up to {format_month(shared)}. {now}."


def format_month(value: Month) -> str:
    """Format a month in words: `March 2021`."""
    return f"{calendar.month_name[value.month]} {value.year}"
