"""What a chart specification encodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def encoded(node: Any, data: str) -> Iterator[tuple[str, str]]:
    """Every data set and field that a specification encodes."""
    if isinstance(node, dict):
        data = node.get("data", {}).get("name", data)
        for channel in node.get("encoding", {}).values():
            for part in channel if isinstance(channel, list) else [channel]:
                if "field" in part:
                    yield data, part["field"]
        for value in node.values():
            yield from encoded(value, data)
    elif isinstance(node, list):
        for value in node:
            yield from encoded(value, data)
