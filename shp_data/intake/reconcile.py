"""What a load did, as JSON for scripts and as text for a person: read = accepted + duplicates + rejected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shp_data.store.manifest import FileResult, Load


def as_json(load: Load, root: Path) -> dict[str, Any]:
    """The reconciliation in the form that scripts depend on."""
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


def as_text(load: Load, root: Path) -> str:
    """The reconciliation in words, a line a file."""
    tally = load.tally
    lines = [
        f"{file.file}: {file.status.replace('_', ' ')}, {file.tally.read:,} read "
        f"= {file.tally.accepted:,} accepted + {file.tally.duplicates:,} duplicates "
        f"+ {file.tally.rejected:,} rejected{_told(file)}"
        for file in load.files
    ]
    lines.append(
        f"In all {tally.read:,} read = {tally.accepted:,} accepted + {tally.duplicates:,} duplicates "
        f"+ {tally.rejected:,} rejected; {load.unplaced:,} without coordinates, "
        f"{load.outside:,} outside every area; {load.replaced:,} records or figures of earlier loads replaced."
    )
    if load.rejected_file:
        path = root / load.rejected_file
        lines.append(f"Rejected rows: {path}; mend them there and load that file with --append and the same --source")
    return "\n".join(lines)


def _told(file: FileResult) -> str:
    """What is said of a file that was loaded, if anything; of one that failed, the error tells it."""
    return f" ({file.message})" if file.status == "loaded" and file.message else ""
