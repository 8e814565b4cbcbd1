"""The sample store, made from synthetic incidents and published figures.

It is used until the user loads records.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.intake.load import ingest
from shp_data.store.files.layout import StoreLayout, compute_boundaries_digest, list_record_columns
from shp_data.store.files.manifest import FORMAT

_FILES = (settings.SAMPLE, settings.SAMPLE_FIGURES)


@cache
def prepare_sample_store() -> Path:
    """Return the path of the sample store.

    Make it on first use, and again when a sample file, the boundaries or the columns of a record change.

    If the code's folder cannot be written, the store is made in the machine's temporary folder. Raises
    StoreError if the sample is missing or cannot be loaded.
    """
    # Everything that the sample store depends on is in its name, so a changed sample never meets an old store.
    name = f"{_hash_content()}-{compute_boundaries_digest()}-{FORMAT}"
    try:
        return _make_store(settings.find_sample_store_dir(), name)
    except StoreError:
        return _make_store(Path(tempfile.gettempdir()) / "community-safety-sample", name)


def _hash_content() -> str:
    """Return one hash of the columns of a record and all the sample files. Raises StoreError if one cannot be read."""
    sha256 = hashlib.sha256(list_record_columns().encode())
    for path in _FILES:
        try:
            sha256.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise StoreError(f"the sample {path.name} cannot be read: {error.strerror}") from error
    return sha256.hexdigest()[:16]


def _make_store(folder: Path, name: str) -> Path:
    """Return the store of that name in the folder, making it if needed.

    The stores of older samples are removed.
    """
    root = folder / name
    if StoreLayout(root).read_version() is None:
        load = ingest(_FILES, root)  # another process may have made it meanwhile: then it is loaded already
        failed = [file.message for file in load.files if file.status == "failed"]
        if failed:
            shutil.rmtree(root, ignore_errors=True)
            raise StoreError(f"the sample cannot be loaded: {'; '.join(failed)}")
        for old in folder.iterdir():
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)
    return root
