"""The supplier months that a load covers, and the outcome of each of its rows."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows import staging
from shp_data.intake.rows.claims import find_repeated_ids
from shp_data.intake.rows.coverage import find_covered_months, find_gap_months
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Manifest, SupplierMonth


def judge_load(
    connection: duckdb.DuckDBPyConnection,
    layout: StoreLayout,
    manifest: Manifest,
    append: bool,
    sources: Mapping[str, Supplier],
) -> tuple[set[tuple[int, SupplierMonth]], set[SupplierMonth]]:
    """Judge every row.

    Return the supplier months in which each file has accepted rows, and those that the load covers.

    A supplier month whose rows are all rejected is in neither: the store's records of it stay. Ids are judged
    against the records that stay, so the judging repeats until no more supplier months drop out. A month
    between those of a file that has no row there (`find_gap_months`) is covered only if the store has nothing
    for it, because one old record must not remove the months after it. A load that adds rows to existing ones
    covers no such month.
    """
    stored_months = manifest.count_records().keys()
    months_read = staging.list_months_read(connection)
    all_months = {supplier_month for _, supplier_month in months_read}
    accepted_months = {file_month for file_month, has_valid_row in months_read.items() if has_valid_row}
    rejected_months = all_months - {supplier_month for _, supplier_month in accepted_months}
    while True:
        covered_months = find_covered_months({supplier_month for _, supplier_month in accepted_months}, sources)
        covered_months = (
            covered_months if append else covered_months | (find_gap_months(accepted_months, sources) - stored_months)
        ) - rejected_months
        find_repeated_ids(connection, layout, manifest, () if append else covered_months)
        staging.judge_rows(connection)
        accepted_months = staging.list_accepted_months(connection)
        rejected_now = all_months - {supplier_month for _, supplier_month in accepted_months}
        if rejected_now <= rejected_months:
            return accepted_months, covered_months
        rejected_months |= rejected_now
