"""The Ward hotspots page: the title speaks of what is drawn, links keep it, and a map that shows nothing says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_pages import Q3, assert_draws, by_link, said, title

from shp_view.map_classes import MEASURES


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("rate_per_1000", "Victoria had the highest rate of drug supply offences: 5.2 per 1,000 residents"),
        ("count", "Victoria had the most drug supply offences: 32, of 86"),
        ("share", "Victoria and Burn Valley held 53% of the drug supply offences"),
        (
            "difference",
            "Victoria had the largest rise in drug supply offences: 24 more than in the same quarter last year",
        ),
        (
            "verdict",
            "Drug supply offences rose by more than chance in Victoria, Manor House and Foggy Furze, "
            "compared with the same quarter last year",
        ),
    ],
)
def test_the_title_speaks_of_what_is_drawn(measure: str, message: str) -> None:
    name = MEASURES[measure]  # type: ignore[index]
    at = by_link("hotspots", what="Drug supply", period=Q3, measure=name)
    assert_draws(at)
    assert title(at) == message
    assert "not available in this period" not in said(at)


def test_the_published_share_of_secondary_fires() -> None:
    at = by_link("hotspots", what="Deliberate secondary fires", period=Q3, measure="Share")
    assert title(at) == "Manor House, Headland and Harbour and Seaton held 57% of the deliberate secondary fires"


def test_a_map_without_a_last_year_says_so() -> None:
    for measure in ("difference", "verdict"):
        name = MEASURES[measure]  # type: ignore[index]
        at = by_link("hotspots", period="2018-19 Q1 (Apr to Jun 2018)", measure=name)
        assert_draws(at)
        assert "no comparison with the same quarter last year" in title(at)
        assert f"No ward is coloured: “{name}” is not available in this period." in said(at)


def test_a_link_of_a_ward_keeps_what_is_drawn() -> None:
    assert "measure=Count" in "".join(html.proto.body for html in by_link("hotspots", measure="Count").get("html"))
    assert "measure=" not in "".join(html.proto.body for html in by_link("hotspots").get("html"))
