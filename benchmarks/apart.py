"""Run a function in a separate process, with its own memory, imports and environment."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def run_apart(environment: Mapping[str, str], module: str, name: str, *values: Any) -> Any:
    """Return the result of a module's function, run with these settings added to the environment."""
    # Spawned, not forked: a fork would share the modules and caches that the measure is about.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_call, dict(environment), module, name, values).result()


def _call(environment: dict[str, str], module: str, name: str, values: tuple[Any, ...]) -> Any:
    os.environ.update(environment)
    return getattr(importlib.import_module(module), name)(*values)
