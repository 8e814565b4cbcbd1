"""The columns in columns.csv: each is complete, of a known kind, and once in its table."""

from __future__ import annotations

from typing import get_args

import pytest

from shp_data.domain.schema import FIGURE_FILE, INCIDENT_FILE, MEASURES, RECORD, Field, FieldKind


@pytest.mark.parametrize("table", [INCIDENT_FILE, FIGURE_FILE, RECORD, MEASURES])
def test_every_column_is_complete_of_a_known_kind_and_once_in_its_table(table: tuple[Field, ...]) -> None:
    assert table
    assert all(field.name.isidentifier() and field.label and field.meaning for field in table)
    assert {field.kind for field in table} <= set(get_args(FieldKind))
    assert len({field.name for field in table}) == len(table)
