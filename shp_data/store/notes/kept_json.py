"""A file of JSON beside the figures of a store: what people add by hand, read whole and switched in one rename."""

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
    """What a file of a store holds, made of its JSON by `parse`; `nothing` where there is no such file.

    Whatever `parse` finds wrong means that the file is damaged. Raises StoreError.
    """
    of = f"{path.name} of the store {path.parent.name}"
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise StoreError(f"{of} is larger than this program ever makes it: move it away")
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return nothing
    except OSError as error:
        raise StoreError(f"{of} cannot be read: {error.strerror}") from error
    except StoreError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UserError) as error:
        raise StoreError(
            f"{of} is damaged: {str(error)[:200]}; nothing was changed: mend the file, or move it away and record "
            "anew what it held"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Put a file in place of an earlier one. The caller holds the store by `writing`. Dates are written as ISO."""
    made = path.with_name(f"{path.name}.new")
    with made.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False, default=lambda day: day.isoformat())
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
