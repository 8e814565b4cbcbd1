"""Where a store keeps what, and how it switches from one version to the next in one rename.

CURRENT                       the name of the version in force
versions/NAME/manifest.json   the loads, and which months of which source each speaks for
parts/PART.MONTH.parquet      the records of one load from that month to the next such file, never changed
parts/PART.summary.parquet    their counts by source, indicator, month, LPA, ward and COVID mark: the monthly summary
parts/PART.ids.parquet        the ends of their ids, by which a later load finds those given before
rejected/PART.csv             its rejected rows, whole, with file, row number and reason
mappings.json                 suppliers' headers and categories, as mapped on the Load files page
actions.json                  what was agreed for a place or ward
commentary.json               the analyst's words on the indicators of a report
issued.json                   the reports issued, with the figures that they told
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shp_data.domain import settings
from shp_data.domain.boundaries import LPAS, ward_layer
from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import RECORD, ward_column
from shp_data.store.files.manifest import Manifest

_VERSION = re.compile(r"\d{6,}-\w+")
_SQL_TYPES = {"date": "TIMESTAMP", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}


@dataclass(frozen=True)
class Layout:
    """The paths of one store."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the version in force."""
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
        """The suppliers' mappings."""
        return self.root / "mappings.json"

    def records(self, part: str, run: str) -> Path:
        """The records of one load in a run of months, named by the first."""
        return self.parts / f"{part}.{run}.parquet"

    def part_summary(self, part: str) -> Path:
        """The counts of one load."""
        return self.parts / f"{part}.summary.parquet"

    def ids(self, part: str) -> Path:
        """The ends of the ids of one load."""
        return self.parts / f"{part}.ids.parquet"

    def manifest(self, version: str) -> Path:
        """The manifest of a version."""
        return self.versions / version / "manifest.json"

    def version(self) -> str | None:
        """The name of the version in force; None where nothing has been loaded yet."""
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
        """The manifest of a version; an empty one for None. Raises StoreError where it does not fit this code."""
        if version is None:
            return Manifest(boundaries_digest())
        try:
            text = self.manifest(version).read_text(encoding="utf-8")
        except OSError as error:
            raise StoreError(f"the store {self.root.name} lacks its version {version}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise StoreError(
                f"the store {self.root.name} is damaged: the manifest of version {version} is no text"
            ) from error
        manifest = Manifest.from_json(text)
        if manifest.boundaries != boundaries_digest():
            raise StoreError(
                f"the store {self.root.name} was placed with other boundaries than those of boundaries/: "
                "move it away and load the files anew"
            )
        return manifest


@cache
def boundaries_digest() -> str:
    """A digest of every boundary layer in use."""
    digest = hashlib.sha256()
    for name in (LPAS, *(ward_layer(vintage.id) for vintage in partnership().areas.vintages)):
        path = settings.boundaries_dir() / f"{name}.geojson"
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:16]


def record_columns() -> str:
    """SQL: the columns of a stored record, the ward of every vintage last."""
    return ", ".join((*(field.name for field in RECORD), *_wards()))


def no_record() -> str:
    """SQL: the columns of a stored record with their types, and no value."""
    typed = [f"NULL::{_SQL_TYPES.get(field.kind, 'VARCHAR')} AS {field.name}" for field in RECORD]
    return ", ".join((*typed, *(f"NULL::VARCHAR AS {ward}" for ward in _wards())))


def summary_columns() -> str:
    """SQL: the columns by which the monthly summary counts."""
    return ", ".join(("source", "indicator", "month", "lpa", *_wards(), "covid_related"))


def sql_text(value: str) -> str:
    """A text as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def sql_path(path: Path) -> str:
    """A path as an SQL string."""
    return sql_text(str(path))


def _wards() -> tuple[str, ...]:
    return tuple(ward_column(vintage.id) for vintage in partnership().areas.vintages)
