"""The store made from the sample, synthetic incidents and published figures: shown until own records are loaded."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.intake.load import ingest
from shp_data.store.files.layout import Layout, boundaries_digest
from shp_data.store.files.manifest import FORMAT

_FILES = (settings.SAMPLE, settings.SAMPLE_FIGURES)


@cache
def sample_store() -> Path:
    """Where is the store of the sample? Made on first use, and anew when a file of it or the boundaries change.

    Where the folder of the code cannot be written, it is made in the temporary folder of the machine.
    Raises StoreError where the sample is missing or cannot be loaded.
    """
    name = f"{_digest()}-{boundaries_digest()}-{FORMAT}"
    try:
        return _made(settings.sample_store_dir(), name)
    except StoreError:
        return _made(Path(tempfile.gettempdir()) / "community-safety-sample", name)


def _digest() -> str:
    """A digest of the files of the sample together. Raises StoreError where one cannot be read."""
    found = hashlib.sha256()
    for path in _FILES:
        try:
            found.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise StoreError(f"the sample {path.name} cannot be read: {error.strerror}") from error
    return found.hexdigest()[:16]


def _made(folder: Path, name: str) -> Path:
    """The store of that name in the folder, made if need be; those of older samples are removed."""
    root = folder / name
    if Layout(root).version() is None:
        load = ingest(_FILES, root)  # another process may have made it meanwhile: then it is loaded already
        failed = [file.message for file in load.files if file.status == "failed"]
        if failed:
            shutil.rmtree(root, ignore_errors=True)
            raise StoreError(f"the sample cannot be loaded: {'; '.join(failed)}")
        for old in folder.iterdir():
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)
    return root
