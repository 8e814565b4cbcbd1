"""What no reader sees, searched for what is withheld: specifications, tables, alternative texts, map classes, files.

Two stores differ in nothing but how the incidents of the withheld wards are shared among them. A partner or the public
gets the same bytes of both, in every message of every page and in every part of every file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from helpers.hidden import Opened, open_page
from helpers.wards import Incident, codes, store_of

from shp_data.domain.access import Access
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.partnership import partnership
from shp_data.store.version import Store
from shp_view import app
from shp_view.hosting import access

FIRES = "fires_secondary_deliberate"
ASKED = {"what": "Deliberate secondary fires", "period": "2020-21 Q3 (Oct to Dec 2020)"}
ADDRESSES = {"analyst": "ann@council.example", "partner": "bob@police.example"}
# The counts of four wards in each of two stores, this year and last. With 5,000 as the threshold the first three of a
# line are withheld, and by their sum each could still be any number below that.
COUNTS = {
    "one": {"2020": (1237, 2341, 3457, 6007), "2019": (2111, 2213, 2399, 5003)},
    "two": {"2020": (3532, 2003, 1500, 6007), "2019": (1009, 2900, 2814, 5003)},
}


def make_store(folder: Path, lines: dict[str, tuple[int, ...]]) -> Store:
    """A store of these counts. Its months, which are no secret, depend on their sums alone."""
    incidents: list[Incident] = []
    for year, counts in lines.items():
        wards = [code for code, count in zip(codes("Hartlepool")[:4], counts, strict=True) for _ in range(count)]
        incidents += [(code, f"{year}-{10 + n % 3}", FIRES) for n, code in enumerate(wards)]
    return store_of(folder, incidents)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Store]:
    """Two stores that differ in what is withheld alone."""
    assert [{year: sum(counts) for year, counts in lines.items()} for lines in COUNTS.values()] == [
        {"2020": 13042, "2019": 11726}
    ] * 2
    return [make_store(tmp_path_factory.mktemp(name), lines) for name, lines in COUNTS.items()]


@pytest.fixture
def opened(stores, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Opened]]]:
    """A page as a role opens it, of each of the stores."""

    def visit(role: str, page: str, **asked: str) -> list[Opened]:
        object.__setattr__(partnership(), "access", Access((ADDRESSES["analyst"],), (ADDRESSES["partner"],)))
        object.__setattr__(partnership(), "disclosure", Disclosure(withhold_under=5000, public=True))
        claims: dict[str, Any] = {"is_logged_in": role in ADDRESSES, "email": ADDRESSES.get(role), "exp": 4e9}
        monkeypatch.setattr(app.session, "_read_claims", lambda: claims)
        found = []
        for store in stores:
            monkeypatch.setenv("SHP_STORE", str(store.layout.root))
            found.append(open_page(monkeypatch, page, **ASKED, **asked))
        return found

    yield visit
    object.__setattr__(partnership(), "access", Access())
    object.__setattr__(partnership(), "disclosure", Disclosure())


def choices(page: Opened) -> list[dict[str, str]]:
    """Every combination of the choices that a page offers above its figures."""
    groups = {group.key: list(group.options) for group in page.page.get("button_group") if group.key}
    return [dict(zip(groups, picked, strict=True)) for picked in product(*groups.values())]


def list_differences(one: Opened, other: Opened) -> list[str]:
    mine, theirs = one.contents(), other.contents()
    return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))


def test_to_the_analyst_the_two_differ_wherever_there_is_a_number(opened) -> None:
    """Else it would prove nothing that they are the same to others."""
    differences = list_differences(*opened("analyst", "hotspots"))
    assert {name.split(" ")[0] for name in differences} >= {"message", "map.svg", "map.csv", "map.xlsx"}
    differences = list_differences(*opened("analyst", "report"))
    assert {name.split(" ")[0].rpartition(".")[2] for name in differences} >= {
        "message",
        "docx",
        "xlsx",
        "pptx",
        "json",
    }


@pytest.mark.parametrize("page", access.PAGES["partner"])
def test_a_partner_is_sent_the_same_whatever_is_withheld(opened, page: str) -> None:
    check_same(opened, "partner", page)


@pytest.mark.parametrize("page", access.PAGES["public"])
def test_the_public_is_sent_the_same_whatever_is_withheld(opened, page: str) -> None:
    check_same(opened, "public", page)


def check_same(opened, role: str, page: str) -> None:
    """By every choice that the page offers."""
    for asked in choices(opened(role, page)[0]):
        one, other = opened(role, page, **asked)
        assert not one.page.exception and not one.page.error, asked
        assert list_differences(one, other) == [], asked
