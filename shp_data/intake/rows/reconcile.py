"""The outcome of a load, as JSON and as text: read = accepted + duplicates + rejected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shp_data.domain.counting import choose_noun
from shp_data.store.files.manifest import FileResult, Load, Tally


def to_json(load: Load, root: Path) -> dict[str, Any]:
    """Return the reconciliation in the form that scripts depend on."""
    tally = load.tally
    return {
        "read": tally.read,
        "accepted": tally.accepted,
        "duplicates": tally.duplicates,
        "rejected": tally.rejected,
        "replaced": load.replaced,
        "unplaced": load.unplaced,
        "outside": load.outside,
        "files": [
            {
                "file": file.file,
                "status": file.status,
                "read": file.tally.read,
                "accepted": file.tally.accepted,
                "duplicates": file.tally.duplicates,
                "rejected": file.tally.rejected,
                "message": file.message,
            }
            for file in load.files
        ],
        "rejected_file": str(root / load.rejected_file) if load.rejected_file else None,
    }


def to_text(load: Load, root: Path) -> str:
    """Return the reconciliation in words, one line for each file."""
    if not load.tally.read and all(file.status == "failed" for file in load.files):
        return "Nothing was loaded."  # and the errors say why
    lines = [
        f"{file.file}: {file.status.replace('_', ' ')}, {format_sum(file.tally)}{_format_message(file)}"
        for file in load.files
    ]
    lines.append(
        f"In all {format_sum(load.tally)}; {load.unplaced:,} without a place, {load.outside:,} outside every area; "
        f"{load.replaced:,} {choose_noun(load.replaced, 'records')} or {choose_noun(load.replaced, 'figures')} of earlier loads "
        "replaced."
    )
    if load.rejected_file:
        path = root / load.rejected_file
        lines.append(f"Rejected rows: {path}; mend them there and load that file with --append and the same --source")
    return "\n".join(lines)


def format_sum(tally: Tally, read: str = "read") -> str:
    """Format the sum that always holds: `4 read = 2 accepted + 1 duplicate + 1 rejected`."""
    duplicates = f"{tally.duplicates:,} {choose_noun(tally.duplicates, 'duplicates')}"
    return f"{tally.read:,} {read} = {tally.accepted:,} accepted + {duplicates} + {tally.rejected:,} rejected"


def _format_message(file: FileResult) -> str:
    """Return the note on a file that was loaded, if any. For a file that failed, the error says it."""
    return f" ({file.message})" if file.status == "loaded" and file.message else ""
