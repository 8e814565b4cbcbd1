"""The store made from the synthetic sample: what is shown until a partnership loads its own records."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.intake.load import ingest
from shp_data.store.layout import Layout, boundaries_digest
from shp_data.store.manifest import FORMAT


@cache
def sample_store() -> Path:
    """Where is the store of the sample? Made on first use, and anew when the sample or the boundaries change.

    Where the folder of the code cannot be written, it is made in the temporary folder of the machine.
    Raises StoreError where the sample is missing or cannot be loaded.
    """
    try:
        sample = hashlib.sha256(settings.SAMPLE.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise StoreError(f"the sample {settings.SAMPLE.name} cannot be read: {error.strerror}") from error
    name = f"{sample}-{boundaries_digest()}-{FORMAT}"
    try:
        return _made(settings.sample_store_dir(), name)
    except StoreError:
        return _made(Path(tempfile.gettempdir()) / "community-safety-sample", name)


def _made(folder: Path, name: str) -> Path:
    """The store of that name in the folder, made if need be; those of older samples are removed."""
    root = folder / name
    if Layout(root).version() is None:
        load = ingest([settings.SAMPLE], root)
        if Layout(root).version() is None:  # another process may have made it meanwhile
            raise StoreError(f"the sample cannot be loaded: {load.files[0].message}")
        for old in folder.iterdir():
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)
    return root
