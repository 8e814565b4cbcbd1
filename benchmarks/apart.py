"""A function in a process of its own: its memory, its imports and its environment are its alone."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def apart(environment: Mapping[str, str], module: str, name: str, *values: Any) -> Any:
    """What a function of a module says, in an environment that has these settings too."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as one:
        return one.submit(_called, dict(environment), module, name, values).result()


def _called(environment: dict[str, str], module: str, name: str, values: tuple[Any, ...]) -> Any:
    os.environ.update(environment)
    return getattr(importlib.import_module(module), name)(*values)
