"""The sample says what the reports say: every published incident figure follows from the shipped file."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sample_data.draws import Draws
from sample_data.make_sample import SAMPLE, SCHEMA, write_sample
from sample_data.places import PLACES, WEIGHT, read_places
from sample_data.targets import CALIBRATION, PUBLISHED, REPEAT_LOCATION, Block, read_figures, split_blocks
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period
from shp_data.intake.rows.placing import place_points

VINTAGE = "2020"
PUBLISHED_FIGURES = read_figures(PUBLISHED)
FIGURES = pd.concat([PUBLISHED_FIGURES, read_figures(CALIBRATION)], ignore_index=True)
FIRE_WARDS = {"Manor House", "Seaton", "Headland and Harbour"}
VALUES = FIGURES[FIGURES["value"].notna()]


def with_areas(points: pd.DataFrame) -> pd.DataFrame:
    """`points` with the LPA and the ward's name by coordinates."""
    placed = place_points(points["longitude"].to_numpy(), points["latitude"].to_numpy(), [VINTAGE])
    names = {code: ward.name for code, ward in partnership().areas.wards[VINTAGE].items()}
    return points.assign(lpa=placed.lpa, ward=[names[code] for code in placed.wards[VINTAGE]])


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    """The shipped incidents, placed by coordinates."""
    incidents = with_areas(pq.read_table(SAMPLE).to_pandas())
    return incidents.assign(month=incidents["date"].dt.strftime("%Y-%m"))


@pytest.fixture(scope="module")
def series(sample: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The shipped incidents by LPA and indicator."""
    return dict(iter(sample.groupby(["lpa", "indicator"])))


def test_the_shipped_file_is_what_the_generator_makes(tmp_path: Path) -> None:
    write_sample(tmp_path / "incidents.parquet")
    made, shipped = pq.read_table(tmp_path / "incidents.parquet"), pq.read_table(SAMPLE)
    assert made.schema == shipped.schema
    assert made.equals(shipped)


def test_the_files_are_small() -> None:
    assert SAMPLE.stat().st_size <= 3_000_000
    assert PLACES.stat().st_size <= 300_000


def test_it_is_an_incident_file_marked_as_synthetic(sample: pd.DataFrame) -> None:
    shipped = pq.read_table(SAMPLE)
    assert shipped.schema.equals(SCHEMA)
    assert b"Synthetic" in shipped.schema.metadata[b"description"]
    assert set(sample["source"]) == {"Synthetic sample"}
    assert set(sample["indicator"]) == set(WEIGHT) == set(partnership().suppliers["Synthetic sample"].indicators)
    assert sample["date"].min() >= pd.Timestamp("2018-04-01")
    assert sample["date"].max() < pd.Timestamp("2021-04-01")


def test_ids_are_unique_and_every_month_of_every_series_of_asb_is_there(sample: pd.DataFrame) -> None:
    assert sample["incident_id"].is_unique
    asb = sample[sample["indicator"] == "asb_police"]
    assert len(asb.groupby(["lpa", "month"])) == 4 * 36


def test_incidents_that_look_alike_are_there(sample: pd.DataFrame) -> None:
    """As in the real months, where removing them would delete more than a third of the ASB."""
    asb = sample[sample["indicator"] == "asb_police"]
    assert 0.2 < asb.duplicated(["month", "longitude", "latitude"]).mean() < 0.5


def test_covid_marks(sample: pd.DataFrame) -> None:
    asb = sample["indicator"] == "asb_police"
    assert sample.loc[~asb, "covid_related"].isna().all()
    assert sample.loc[asb, "covid_related"].notna().all()
    marked = sample[asb & (sample["covid_related"] == True)]  # noqa: E712
    assert marked["date"].min() >= pd.Timestamp("2020-03-24")


def measured(area: pd.DataFrame, figure: pd.Series) -> float:
    """What do the incidents of an area and indicator give for one row of the figures?"""
    part = area
    if figure["ward"]:
        part = part[part["ward"].isin(figure["ward"].split("; "))]
    if figure["location"]:
        part = part[part["location"] == figure["location"]]
        if figure["indicator"] == "asb_police":  # a name may have several points: the busiest is meant
            here = in_period(part, figure["period"])
            return float(here.groupby(["longitude", "latitude"]).size().max())
    period = parse_period(figure["period"])
    now = in_period(part, figure["period"])
    last_year = len(in_period(part, period.last_year.name))
    previous = len(in_period(part, period.previous.name))
    covid = int(now["covid_related"].eq(True).sum())
    measures = {
        "count": lambda: len(now),
        "covid_related": lambda: covid,
        "count_excluding_covid": lambda: len(now) - covid,
        "pct_covid_related": lambda: 100 * covid / len(now),
        "difference": lambda: len(now) - last_year,
        "pct_difference": lambda: 100 * (len(now) - last_year) / last_year,
        "difference_on_previous_quarter": lambda: len(now) - previous,
        "pct_difference_on_previous_quarter": lambda: 100 * (len(now) - previous) / previous,
        "pct_of_area": lambda: 100 * len(now) / len(in_period(area, figure["period"])),
    }
    return float(measures[figure["measure"]]())


def in_period(incidents: pd.DataFrame, period: str) -> pd.DataFrame:
    """The incidents of a period, given by its name."""
    within = parse_period(period)
    return incidents[incidents["month"].between(str(within.first), str(within.last))]


def printed(value: float, published: float) -> Decimal:
    """Rounded as the reports round, half away from zero, to the decimals of the published figure."""
    decimals = Decimal("1") if published == int(published) else Decimal("0.1")
    return Decimal(str(float(value))).quantize(decimals, rounding=ROUND_HALF_UP)


def name_of(figure: pd.Series) -> str:
    columns = ("lpa", "ward", "location", "indicator", "measure", "period")
    return "-".join(figure[column] for column in columns if figure[column])


@pytest.mark.parametrize("row", VALUES.index, ids=[name_of(row) for _, row in VALUES.iterrows()])
def test_every_figure_follows(series: dict[tuple[str, str], pd.DataFrame], row: int) -> None:
    figure = FIGURES.loc[row]
    value = measured(series[figure["lpa"], figure["indicator"]], figure)
    published = printed(figure["value"], figure["value"])
    if figure["follows"]:  # an error in the report: its own counts give another figure
        assert printed(value, figure["value"]) == Decimal(figure["follows"]) != published
    else:
        assert printed(value, figure["value"]) == published


def test_the_headline_figures(sample: pd.DataFrame) -> None:
    """Said here again, so that a slip in the files of figures does not go unseen."""
    asb = sample[sample["indicator"] == "asb_police"]
    quarter = in_period(asb, "2020-21-Q3").groupby("lpa").size().to_dict()
    assert quarter == {
        "Hartlepool": 1246,
        "Redcar & Cleveland": 1762,
        "Middlesbrough": 2478,
        "Stockton-on-Tees": 2425,
    }
    hartlepool = asb[asb["lpa"] == "Hartlepool"]
    assert len(in_period(hartlepool, "2019-20-Q3")) == 896
    assert len(in_period(hartlepool, "2020-04 to 2020-12")) == 4348
    assert len(in_period(hartlepool, "2020-21")) == 5413
    assert len(in_period(hartlepool, "2020-21-Q2")) == 1166
    # The README says that these two are not as published elsewhere.
    assert len(in_period(hartlepool, "2020-01 to 2020-12")) == 5299
    assert len(in_period(hartlepool, "2018-04 to 2018-12")) == 4625


def test_the_readme_gives_the_numbers_of_the_files(sample: pd.DataFrame) -> None:
    readme = SAMPLE.with_name("README.md").read_text(encoding="utf-8")
    assert f"{len(sample):,} incidents" in readme
    assert f"{SAMPLE.stat().st_size / 1e6:.1f} MB" in readme
    for indicator, count in sample["indicator"].value_counts().items():
        assert f"| `{indicator}` | {count:,} |" in readme
    invented = read_places()["invented"]
    assert f"{(~invented).sum():,} map points" in readme
    assert invented.sum() == 5


@pytest.mark.parametrize("quarter", ["2020-21-Q3", "2020-21-Q4"])
def test_the_repeat_locations_are_those_named_and_no_other(sample: pd.DataFrame, quarter: str) -> None:
    named = PUBLISHED_FIGURES.query("measure == 'repeat_location' and period == @quarter")
    asb = sample[(sample["lpa"] == "Hartlepool") & (sample["indicator"] == "asb_police")]
    places = in_period(asb, quarter).groupby(["ward", "location", "longitude", "latitude"]).size()
    repeats = places[places >= REPEAT_LOCATION].index
    assert sorted((ward, location) for ward, location, *_ in repeats) == sorted(
        zip(named["ward"], named["location"], strict=True)
    )


def test_the_problem_locations_have_most_fires_of_their_ward(sample: pd.DataFrame) -> None:
    named = PUBLISHED_FIGURES.query("measure == 'problem_location'")
    assert len(named) == 4
    for (indicator, period, ward), problems in named.groupby(["indicator", "period", "ward"]):
        fires = sample[(sample["lpa"] == "Hartlepool") & (sample["indicator"] == indicator)]
        places = in_period(fires[fires["ward"] == ward], period).groupby("location").size()
        others = places.drop(problems["location"])
        assert places[list(problems["location"])].min() > max(2, others.max())


@pytest.mark.parametrize(
    ("indicator", "quarter", "leading", "none"),
    [
        ("fires_secondary_deliberate", "2020-21-Q3", FIRE_WARDS, set()),
        ("fires_secondary_deliberate", "2020-21-Q4", FIRE_WARDS, set()),
        ("drugs_possession", "2020-21-Q3", {"Victoria", "Burn Valley", "Headland and Harbour"}, {"De Bruce"}),
        ("drugs_supply", "2020-21-Q3", {"Victoria", "Burn Valley", "Manor House"}, {"Fens and Rossmere"}),
    ],
)
def test_the_leading_wards_and_those_with_none(
    sample: pd.DataFrame, indicator: str, quarter: str, leading: set[str], none: set[str]
) -> None:
    here = in_period(sample[(sample["lpa"] == "Hartlepool") & (sample["indicator"] == indicator)], quarter)
    names = [ward.name for ward in partnership().areas.list_wards(VINTAGE, "Hartlepool")]
    counts = here.groupby("ward").size().reindex(names, fill_value=0)
    assert set(counts.nlargest(len(leading)).index) == leading
    assert counts[list(leading)].min() > counts.drop(list(leading)).max()
    if none:
        assert set(counts[counts == 0].index) == none


def test_every_place_lies_in_its_ward_and_every_ward_has_places() -> None:
    places = read_places()
    placed = with_areas(places)
    assert placed["lpa"].tolist() == places["lpa"].tolist()
    assert placed["ward"].tolist() == places["ward"].tolist()
    assert ((places["longitude"] != 0) & (places["latitude"] != 0)).all()
    assert not places["location"].str.startswith("On or near").any()
    known = {(ward.lpa, ward.name) for ward in partnership().areas.wards[VINTAGE].values()}
    counts = places.groupby(["lpa", "ward"]).size()
    assert set(counts.index) == known
    assert counts.min() >= 20


def test_every_incident_is_at_one_of_the_places(sample: pd.DataFrame) -> None:
    point = ["location", "longitude", "latitude", "lpa", "ward"]
    places = pd.MultiIndex.from_frame(read_places()[point])
    assert pd.MultiIndex.from_frame(sample[point]).isin(places).all()


def test_incidents_keep_plausible_hours_days_and_seasons(sample: pd.DataFrame) -> None:
    asb = sample[sample["indicator"] == "asb_police"]
    hours = asb["date"].dt.hour
    assert (hours.between(17, 22)).mean() > 3 * (hours.between(3, 8)).mean()
    assert (asb["date"].dt.day_of_week >= 4).mean() > 3 / 7
    fires = sample[sample["indicator"] == "fires_secondary_deliberate"]
    assert fires["date"].dt.strftime("%m-%d").value_counts().idxmax() == "11-05"


def test_months_vary_more_than_chance(sample: pd.DataFrame) -> None:
    """Overdispersed, as real monthly counts are: beyond the Poisson, within the same season."""
    asb = sample[(sample["indicator"] == "asb_police") & (sample["month"] < "2020-03")]
    counts = asb.groupby(["lpa", "month"]).size()
    steps = counts.groupby("lpa").diff().dropna()
    assert (steps**2).sum() / (2 * counts.iloc[1:]).sum() > 1.5


def test_blocks_leave_the_rest_to_the_months_that_are_not_known() -> None:
    quarter = Period(Month(2020, 10), Month(2020, 12))
    october = Period(Month(2020, 10), Month(2020, 10))
    rest = (Month(2020, 11), Month(2020, 12))
    assert split_blocks({quarter: 10, october: 4}) == (Block((Month(2020, 10),), 4), Block(rest, 6))
    with pytest.raises(ValueError, match="contradicts"):
        split_blocks({quarter: 3, october: 4})


def test_sharing_out_is_exact_within_its_bounds() -> None:
    weights = np.array([5, 1, 100, 0])
    low, high = np.array([0, 2, 0, 0]), np.array([9, 2, 3, 9])
    for key in range(20):
        counts = Draws(key).share_out(12, weights, low, high)
        assert counts.sum() == 12
        assert (counts >= low).all()
        assert (counts <= high).all()
    with pytest.raises(ValueError, match="cannot be shared out"):
        Draws(0).share_out(24, weights, low, high)


def test_the_stream_is_the_same_on_every_machine() -> None:
    assert Draws(1, 2).draw_below(1000, 5).tolist() == [633, 107, 615, 957, 645]
