"""The files of a store, and its switch from one version to the next in one rename.

CURRENT                       the name of the current version
versions/NAME/manifest.json   the loads, and the supplier months that each covers
parts/PART.MONTH.parquet      the records of one load from that month to the next such file, never changed
parts/PART.summary.parquet    the monthly summary: counts by source, indicator, month, LPA, ward, COVID mark
parts/PART.ids.parquet        the ends of their ids, with which a later load finds duplicates
rejected/PART.csv             its rejected rows, whole, with file, row number and reason
postcodes.parquet             the partnership's part of the postcode directory
mappings.json                 suppliers' headers and categories, as matched on the Load files page
indicators.json               the indicators that analysts added
actions.json                  the actions for a location or ward
decisions.json                the decisions on months that look incomplete or too large
commentary.json               the analyst's commentary on the indicators of a report
issued.json                   the reports issued, with their figures
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from shp_data.domain import settings
from shp_data.domain.boundaries import LPAS, name_ward_layer
from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import RECORD, name_ward_column
from shp_data.store.files.manifest import Manifest

# A name from a file becomes part of a path, so only names that this program creates are accepted.
_VERSION = re.compile(r"\d{6,}-\w+")
_SQL_TYPES = {"date": "TIMESTAMP", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}


@dataclass(frozen=True)
class StoreLayout:
    """The paths of one store."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the current version."""
        return self.root / "CURRENT"

    @property
    def versions(self) -> Path:
        """The folder of versions."""
        return self.root / "versions"

    @property
    def parts(self) -> Path:
        """The folder of records."""
        return self.root / "parts"

    @property
    def rejected(self) -> Path:
        """The folder of rejected rows."""
        return self.root / "rejected"

    @property
    def mappings(self) -> Path:
        """The file of the suppliers' mappings."""
        return self.root / "mappings.json"

    @property
    def postcodes(self) -> Path:
        """The file of the partnership's part of the postcode directory."""
        return self.root / "postcodes.parquet"

    def locate_records(self, part: str, run: str) -> Path:
        """Return the file of records of one load for a run of months, named by its first month."""
        return self.parts / f"{part}.{run}.parquet"

    def locate_summary(self, part: str) -> Path:
        """Return the file of counts of one load."""
        return self.parts / f"{part}.summary.parquet"

    def locate_ids(self, part: str) -> Path:
        """Return the file of the ends of the ids of one load."""
        return self.parts / f"{part}.ids.parquet"

    def locate_manifest(self, version: str) -> Path:
        """Return the manifest file of a version."""
        return self.versions / version / "manifest.json"

    def read_version(self) -> str | None:
        """Read the name of the current version. Return None if nothing has been loaded yet."""
        try:
            name = self.current.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"the store {self.root.name} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError:
            name = ""
        if not _VERSION.fullmatch(name):
            raise StoreError(f"the store {self.root.name} is damaged: CURRENT names no version")
        return name

    def read_manifest(self, version: str | None) -> Manifest:
        """Read the manifest of a version. Return an empty one for None.

        Raises StoreError if it does not fit this version of the program.
        """
        if version is None:
            return Manifest(compute_boundaries_digest())
        try:
            text = self.locate_manifest(version).read_text(encoding="utf-8")
        except OSError as error:
            raise StoreError(f"the store {self.root.name} has no version {version}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise StoreError(
                f"the store {self.root.name} is damaged: the manifest of version {version} is not text"
            ) from error
        manifest = Manifest.from_json(text)
        if manifest.boundaries != compute_boundaries_digest():
            raise StoreError(
                f"the records in the store {self.root.name} were placed with other boundaries than those in "
                "boundaries/: move the store away and load the files again"
            )
        return manifest


@cache
def compute_boundaries_digest() -> str:
    """Compute a digest of every boundary layer in use."""
    # A missing layer counts too, so that adding it changes the digest.
    digest = hashlib.sha256()
    for name in (LPAS, *(name_ward_layer(vintage.id) for vintage in partnership().areas.ward_boundaries)):
        path = settings.find_boundaries_dir() / f"{name}.geojson"
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:16]


def list_record_columns() -> str:
    """List the columns of a stored record as SQL, the ward of every ward year last."""
    return ", ".join((*(field.name for field in RECORD), *list_ward_columns()))


def build_empty_record() -> str:
    """Build SQL for the columns of a stored record with their types and no value."""
    typed = [f"NULL::{_SQL_TYPES.get(field.kind, 'VARCHAR')} AS {field.name}" for field in RECORD]
    return ", ".join((*typed, *(f"NULL::VARCHAR AS {column}" for column in list_ward_columns())))


def list_summary_columns() -> str:
    """List the columns by which the monthly summary counts, as SQL."""
    return ", ".join(("source", "indicator", "month", "lpa", *list_ward_columns(), "covid_related", "placed_by"))


def build_parquet_sql(paths: Sequence[Path]) -> str:
    """Build SQL for the rows of files of records, or of summaries, of this or an earlier version of the program.

    A column that a file lacks is NULL: before `placed_by` was stored, nothing was recorded of it.
    """
    files = f"[{', '.join(map(quote_path, paths))}]"
    if all(map(_has_placed_by, paths)):
        return f"read_parquet({files})"
    # The first relation has the column and no row, so that it exists where no file has it. Slower than the above.
    files = f"read_parquet({files}, union_by_name = true)"
    return f"(SELECT NULL::VARCHAR AS placed_by WHERE false UNION ALL BY NAME SELECT * FROM {files})"  # noqa: S608  # our own names


# Files of a store never change, so each is looked at once.
@lru_cache(maxsize=100_000)
def _has_placed_by(path: Path) -> bool:
    """Return whether a file has the column `placed_by`. A faulty file is reported by the query that reads it."""
    import pyarrow.parquet as pq  # only where a store is read

    try:
        return "placed_by" in pq.read_schema(path).names
    except (OSError, ValueError):
        return True


def quote_text(value: str) -> str:
    """Quote a text as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """Quote a path as an SQL string."""
    return quote_text(str(path))


def list_ward_columns() -> tuple[str, ...]:
    """List the stored columns with the wards of every ward year."""
    return tuple(name_ward_column(boundaries.id) for boundaries in partnership().areas.ward_boundaries)
