"""JSON files of a store for what people enter by hand. Each is replaced in one rename."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from shp_data.domain.errors import StoreError, UserError

T = TypeVar("T")
_MAX_BYTES = 50_000_000


def read_json(path: Path, parse: Callable[[Any], T], nothing: T) -> T:
    """Read a JSON file of a store and convert it with `parse`. Return `nothing` if there is no such file.

    Any error in `parse` means that the file is damaged. Raises StoreError.
    """
    file_name = f"{path.name} of the store {path.parent.name}"
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise StoreError(f"{file_name} is larger than any file that this program writes: move it away")
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return nothing
    except OSError as error:
        raise StoreError(f"{file_name} cannot be read: {error.strerror}") from error
    except StoreError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UserError) as error:
        raise StoreError(
            f"{file_name} is damaged: {str(error)[:200]}; nothing was changed. Correct the file, or move it away and "
            "enter its content again"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file of a store. Dates are written in ISO format.

    The caller has locked the store with `open_for_writing`.
    """
    # Another name first: a reader finds the old file or the new one, never half of either.
    new_file = path.with_name(f"{path.name}.new")
    with new_file.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False, default=lambda day: day.isoformat())
        file.flush()
        os.fsync(file.fileno())
    new_file.replace(path)
