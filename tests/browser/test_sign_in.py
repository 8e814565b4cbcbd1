"""Signing in as each role, in a real browser and at a real OpenID Connect provider on this machine."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.browser import HERE, IDLE, PATIENCE, Site, complaint, free_port, serving, settle, table, wait_for
from helpers.servers import behind_nginx, nginx_here, started
from helpers.wards import codes, store_of
from playwright.sync_api import Browser, Page, expect

from shp_data.domain.settings import ROOT
from shp_data.store.notes import audit

ANALYST, PARTNER, STRANGER = "ann@council.gov.uk", "bob@police.example.org", "eve@example.org"
UNVERIFIED = "mal@police.example.org"
FIRES = "fires_secondary_deliberate"
MONTHS = ("2020-10", "2020-11", "2020-12")
# Counts that are found again in what is sent: with 5,000 as the threshold the first three are withheld.
COUNTS = (1237, 2341, 3457, 6007)
WITHHELD = COUNTS[:3]
ASKED = {"what": "Deliberate secondary fires", "period": "2020-21 Q3 (Oct to Dec 2020)"}


@contextmanager
def provider(log: Path) -> Iterator[str]:
    """The address of a provider that knows four people."""
    port = free_port()
    people = [{"sub": one, "email": one, "email_verified": True} for one in (ANALYST, PARTNER, STRANGER)]
    people.append({"sub": UNVERIFIED, "email": UNVERIFIED, "email_verified": False})
    told = [part for one in people for part in ("--user-claims", json.dumps(one))]
    with log.open("wb") as out:
        command = [sys.executable, "-m", "oidc_provider_mock", "--host", HERE, "--port", str(port), *told]
        running = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://{HERE}:{port}/.well-known/openid-configuration", running, log)
            yield f"http://{HERE}:{port}"
        finally:
            running.terminate()
            running.wait(10)


@contextmanager
def signing(folder: Path, dashboard: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Records whose counts by ward are withheld from partners, and a provider that leads back to the dashboard.

    The provider's address, and the environment of a dashboard over `folder / "store"`.
    """
    wards = codes("Hartlepool")[:4]
    store_of(
        folder, ((code, MONTHS[n % 3], FIRES) for code, count in zip(wards, COUNTS, strict=True) for n in range(count))
    )
    text = (ROOT / "partnership.toml").read_text(encoding="utf-8")
    text = text.replace("withhold_under = 5\n", "withhold_under = 5000\n")
    text = text.replace("analysts = []", f'analysts = ["{ANALYST}"]').replace(
        "partners = []", 'partners = ["@police.example.org"]'
    )
    (folder / "partnership.toml").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "boundaries", folder / "boundaries")
    with provider(folder / "provider.log") as address:
        secrets = folder / "secrets.toml"
        secrets.write_text(
            f"""[auth]
redirect_uri = "{dashboard}/oauth2callback"
cookie_secret = "a secret of this test and of no other place"
client_id = "dashboard"
client_secret = "not a secret"
server_metadata_url = "{address}/.well-known/openid-configuration"
""",
            encoding="utf-8",
        )
        more = {"SHP_PARTNERSHIP": str(folder / "partnership.toml"), "STREAMLIT_SECRETS_FILES": str(secrets)}
        yield address, more


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dashboard with a sign-in."""
    folder = tmp_path_factory.mktemp("sign-in")
    with (
        signing(folder, f"http://{HERE}:{{port}}") as (address, more),
        serving(browser, folder / "store", folder / "log", **more) as running,
    ):
        yield replace(running, not_ours=rf"cdn\.jsdelivr\.net/npm/@picocss|{re.escape(address)}/favicon")


@pytest.fixture(scope="module")
def record(site: Site) -> Path:
    """The folder that holds the record of sign-ins."""
    return site.log.parent / "store"


def to_the_provider_and_back(page: Page, address: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=address, exact=True).click()
    page.wait_for_url(re.compile(r":\d+/(\?.*)?$"))
    expect(page.get_by_text(address).first).to_be_attached()


def sign_in(page: Page, address: str) -> None:
    """From the dashboard to the provider and back, until the page is still."""
    to_the_provider_and_back(page, address)
    settle(page)


def words_of(page: Page) -> str:
    return page.locator('[data-testid="stApp"]').inner_text()


def heard(page: Page) -> list[bytes]:
    """All that the server sends by websocket from now on."""
    frames: list[bytes] = []

    def keep(frame: str | bytes) -> None:
        frames.append(frame.encode() if isinstance(frame, str) else frame)

    page.on("websocket", lambda opened: opened.on("framereceived", keep))
    return frames


def found_in(frames: list[bytes], count: int) -> list[bytes]:
    """Where a count is among what was sent, with what stands around it: as text, or as a number in a table.

    Not where its digits are a part of another number or word, such as of a degree of the map.
    """
    words = rf"(?<![\w.])({count}|{count:,})(?!\w)".encode()
    numbers = (re.escape(struct.pack("<q", count)), re.escape(struct.pack("<d", float(count))))
    form = re.compile(b"|".join((words, *numbers)), re.DOTALL)
    return [frame[max(0, at.start() - 40) : at.end() + 40] for frame in frames for at in form.finditer(frame)]


def look(site: Site, page: Page, name: str, **asked: str) -> None:
    page.goto(f"{site.address}/{name}?" + "&".join(f"{key}={value}" for key, value in (ASKED | asked).items()))
    settle(page)


def exported(page: Page) -> str:
    """The CSV of the first figure on the page."""
    page.get_by_role("button", name="Download", exact=True).first.click()
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV", exact=True).click()
    return Path(waited.value.path()).read_text(encoding="utf-8-sig")


def test_nothing_is_shown_before_the_sign_in_whatever_the_link(site):
    for name in ("", "hotspots", "data", "records"):
        with site.visit(name, {**ASKED, "role": "analyst"}) as page:
            assert "Sign in to see this dashboard." in words_of(page)
            assert page.locator(".figures, canvas, svg.marks, [data-testid='stSelectbox']").count() == 0
            assert page.locator('[data-testid="stSidebarNavLink"]').count() == 0


@pytest.mark.parametrize(
    ("address", "why"), [(STRANGER, "does not have access"), (UNVERIFIED, "no verified e-mail address")]
)
def test_who_is_not_on_the_map_or_not_verified_sees_nothing_and_may_leave(site, address, why):
    with site.visit() as page:
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=address, exact=True).click()
        expect(page.get_by_text(why)).to_be_visible()
        for name in ("hotspots", "data", "report"):
            look(site, page, name, role="analyst")
            assert why in words_of(page)
            assert page.locator(".figures, canvas, svg.marks, [data-testid='stSelectbox']").count() == 0
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        expect(page.get_by_text("Sign in to see this dashboard.")).to_be_visible()


def test_a_partner_finds_no_withheld_number_after_the_analyst_looked(site, record):
    shown = (("hotspots", {}), ("hotspots", {"measure": "Count"}), ("comparison", {"places": "Wards of the area"}))
    with site.visit() as page:
        sign_in(page, ANALYST)
        frames = heard(page)
        for name, asked in shown:
            look(site, page, name, **asked)
        assert "analyst view" in words_of(page)
        assert all(found_in(frames, count) for count in COUNTS)  # so the search finds what is there
        look(site, page, "hotspots")
        file = exported(page)
        assert all(str(count) in file for count in COUNTS)

    with site.visit() as page:
        frames = heard(page)
        sign_in(page, PARTNER)
        for name, asked in (*shown, ("", {}), ("trends", {}), ("report", {}), ("methods", {})):
            look(site, page, name, **asked)
            assert "partner view" in words_of(page)
            seen = page.content()
            assert [place for count in WITHHELD for place in found_in([seen.encode()], count)] == [], name
        look(site, page, "hotspots")
        cells = {row[0]: row[table(page)[0].index("Count")] for row in table(page)[1:]}
        assert sorted(cells.values()).count("withheld") == 3
        assert "6,007" in cells.values()
        assert "Withheld: " in words_of(page)
        file = exported(page)
        rows = list(csv.DictReader(io.StringIO(file)))
        assert sorted(row["Count"] for row in rows if row["Count"] not in ("0", "")) == ["6007"]
        assert [place for count in WITHHELD for place in found_in(frames, count)] == []
        assert found_in(frames, 6007)
    noted = [(one.who, one.what) for one in audit.read_entries(record, 50)]
    assert {(ANALYST, "sign-in"), (PARTNER, "sign-in"), (ANALYST, "export"), (PARTNER, "export")} <= set(noted)
    assert not re.search(r"1237|2341|3457|6007", (record / audit.FILE).read_text(encoding="utf-8"))


def test_no_link_makes_a_partner_an_analyst(site):
    with site.visit() as page:
        sign_in(page, PARTNER)
        for name in ("records", "data", "ward", "repeats", "load_files", "present"):
            look(site, page, name, role="analyst", viewer="analyst", email=ANALYST, ward="Seaton")
            assert "Your role (partner) cannot open this page" in words_of(page)
            assert page.locator(".figures, canvas, svg.marks").count() == 0
        look(site, page, "hotspots", role="analyst", ward="Seaton", layer="Points", place="-1.21,54.68")
        assert "partner view" in words_of(page)
        assert {
            a.split("?")[0] for a in page.locator(".figures a").evaluate_all("all => all.map(a => a.href)")
        } == set()


def test_who_signs_out_is_out(site):
    with site.visit() as page:
        sign_in(page, ANALYST)
        assert "analyst view" in words_of(page)
        copied = page.context.cookies()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        expect(page.get_by_text("Sign in to see this dashboard.")).to_be_visible()
        look(site, page, "hotspots")
        assert "Sign in to see this dashboard." in words_of(page)
        page.context.add_cookies(copied)
        look(site, page, "hotspots")
        assert "Your sign-in has ended. Sign in again." in words_of(page)


def test_without_a_sign_in_a_proxy_on_this_machine_is_refused(browser, tmp_path):
    with serving(browser, tmp_path / "none", tmp_path / "log", STREAMLIT_SECRETS_FILES=os.devnull) as plain:
        for told in (
            {"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "192.0.2.1"}, {"CF-Connecting-IP": "192.0.2.1"},
            {"True-Client-IP": "192.0.2.1"}, {"X-Client-IP": "192.0.2.1"}, {"X-Forwarded-Port": "443"},
        ):  # fmt: skip
            with plain.visit("hotspots", extra_http_headers=told) as page:
                assert "No sign-in is set up" in words_of(page), told
                assert page.locator(".figures, canvas, svg.marks").count() == 0


def test_a_partner_signs_in_and_out_at_two_hosted_servers_behind_nginx(browser, tmp_path):
    """As it is hosted: `server.py` twice, its security policy, the shipped configuration of nginx, TLS."""
    nginx_here()
    tls = free_port()
    said: list[str] = []
    with ExitStack() as stack:
        _, more = stack.enter_context(signing(tmp_path, f"https://{HERE}:{tls}"))
        servers = [stack.enter_context(started(tmp_path, tmp_path / "store", **more)) for _ in range(2)]
        address = stack.enter_context(behind_nginx(tmp_path, servers, tls))
        window = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
        stack.callback(window.close)
        window.set_default_timeout(PATIENCE)
        page = window.new_page()
        page.on("console", lambda one: said.extend(complaint(one) if address in one.location.get("url", "") else []))
        frames = heard(page)
        page.goto(address)
        to_the_provider_and_back(page, PARTNER)
        for name in ("hotspots", "comparison", "report"):
            page.goto(f"{address}/{name}?" + "&".join(f"{key}={value}" for key, value in ASKED.items()))
            expect(page.get_by_text("partner view")).to_be_visible()
            page.locator(".figures table").first.wait_for(state="attached")
            page.wait_for_selector(IDLE)  # not settle: the policy lets no text be run in the page
            seen = page.content()
            assert [place for count in WITHHELD for place in found_in([seen.encode()], count)] == [], name
        assert found_in(frames, 6007)  # so the search finds what is there
        assert [place for count in WITHHELD for place in found_in(frames, count)] == []
        cookies = {one["name"]: one for one in window.cookies(address)}
        assert cookies["_streamlit_user"]["httpOnly"]
        assert all(one["secure"] for one in cookies.values())
        page.goto(f"{address}/records")
        expect(page.get_by_text("Your role (partner) cannot open this page")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        expect(page.get_by_text("Sign in to see this dashboard.")).to_be_visible()
        page.goto(f"{address}/hotspots")
        expect(page.get_by_text("Sign in to see this dashboard.")).to_be_visible()
    assert said == []
