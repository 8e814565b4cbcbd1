"""Who looks: by the login alone; and what each role's pages offer, on every choice that they offer."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from helpers.pages import by_link, html, links, said, tables, title
from streamlit.testing.v1 import AppTest

from shp_data.analysis import comparison, hotspots
from shp_data.domain import settings
from shp_data.domain.access import Access
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.errors import NotAllowedError, SettingsError, StoreError
from shp_data.domain.partnership import partnership
from shp_data.store.notes import audit
from shp_view import app
from shp_view.hosting import access

COUNCIL, POLICE = "Ann.Lyst@Hartlepool.gov.uk", "@cleveland.pnn.police.uk"
ACCESS = Access(analysts=(COUNCIL, "@analysis.example.org"), partners=(POLICE, "guest@analysis.example.org"))
NOW = 1_700_000_000.0
WAYS = ("analyst", "partner", "public")


def claims(address: object, **other: Any) -> dict[str, Any]:
    """What a provider says of one who is signed in."""
    return {"is_logged_in": True, "email": address, "email_verified": True, "exp": NOW + 60, **other}


def seen(told: dict[str, Any], *, local: bool = False, public: bool = False) -> access.Visitor:
    return access.identify_visitor(told, ACCESS, Disclosure(public=public), NOW, is_on_this_machine=local)


# --- the map of addresses and domains


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("ann.lyst@hartlepool.gov.uk", "analyst"),
        ("  ANN.LYST@HARTLEPOOL.GOV.UK ", "analyst"),
        ("bob@cleveland.pnn.police.uk", "partner"),
        ("bob@analysis.example.org", "analyst"),
        ("guest@analysis.example.org", "partner"),  # one's own entry goes before that of the domain
        ("ann.lyst@hartlepool.gov.uk.evil.example", None),
        ("xann.lyst@hartlepool.gov.uk", None),
        ("bob@sub.cleveland.pnn.police.uk", None),
        ("bob@evilcleveland.pnn.police.uk", None),
        ("evil@x@cleveland.pnn.police.uk", None),
        ("@cleveland.pnn.police.uk", None),
        ("cleveland.pnn.police.uk", None),
        ("bob@", None),
        ("", None),
    ],
)
def test_a_role_is_that_of_the_address_else_of_its_domain(address: str, role: str | None) -> None:
    assert ACCESS.find_role(address) == role


@pytest.mark.parametrize("wrong", ["hartlepool.gov.uk", "a b@x.org", "@", "a@localhost", "a@b@c.org", ""])
def test_what_is_no_address_and_no_domain_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"\[access\] partners"):
        Access(partners=(wrong,))


def test_nobody_has_two_roles() -> None:
    with pytest.raises(SettingsError, match="keep one"):
        Access(analysts=("a@b.org",), partners=("A@B.org",))


def test_nobody_has_a_role_as_shipped() -> None:
    assert partnership().access == Access()


# --- who looks


def test_the_claims_tell_the_role() -> None:
    assert seen(claims("bob@cleveland.pnn.police.uk")) == access.Visitor(
        "partner", "bob@cleveland.pnn.police.uk", has_login=True
    )
    assert seen(claims(COUNCIL)).role == "analyst"


@pytest.mark.parametrize("told", [False, "false", "no", 0, None, ""])
def test_an_address_that_is_not_verified_is_refused(told: object) -> None:
    found = seen(claims(COUNCIL, email_verified=told))
    assert (found.role, found.address, found.reason) == (None, "", access.UNVERIFIED)


def test_a_provider_that_does_not_speak_of_verifying_is_believed() -> None:
    told = claims(COUNCIL)
    del told["email_verified"]
    assert seen(told).role == "analyst"
    assert seen(claims(COUNCIL, email_verified="true")).role == "analyst"


@pytest.mark.parametrize("address", [None, "", 7, ["ann.lyst@hartlepool.gov.uk"]])
def test_without_an_address_nobody_is_known(address: object) -> None:
    assert seen(claims(address)).reason == access.UNVERIFIED


@pytest.mark.parametrize("end", [NOW, NOW - 1, None, "never", True])
def test_a_sign_in_ends(end: object) -> None:
    found = seen(claims(COUNCIL, exp=end))
    assert (found.role, found.reason) == (None, access.SIGN_IN_ENDED)
    assert seen(claims(COUNCIL, exp=NOW + 0.5)).role == "analyst"


def test_a_sign_in_that_its_person_has_ended_opens_nothing() -> None:
    policy = Disclosure(public=True)
    found = access.identify_visitor(claims(COUNCIL), ACCESS, policy, NOW, is_on_this_machine=True, has_signed_out=True)
    assert (found.role, found.reason) == (None, access.SIGN_IN_ENDED)


@pytest.mark.parametrize(("end", "until"), [(NOW + 60, NOW + 60), (NOW - 1, NOW), (None, NOW), ("never", NOW)])
def test_the_end_of_a_sign_in_is_the_providers(end: object, until: float) -> None:
    assert access.find_sign_in_end(claims(COUNCIL, exp=end), NOW) == until


def test_who_is_not_on_the_map_is_refused_even_where_the_public_may_look_and_on_this_machine() -> None:
    found = seen(claims("eve@example.org"), local=True, public=True)
    assert found.role is None
    assert "eve@example.org does not have access" in found.reason


@pytest.mark.parametrize("told", [False, None, "True", 1])
def test_where_there_is_a_sign_in_this_machine_is_no_way_round_it(told: object) -> None:
    found = seen({"is_logged_in": told, "email": COUNCIL, "exp": NOW + 60}, local=True)
    assert (found.role, found.reason, found.has_login) == (None, access.SIGN_IN, True)
    assert seen({"is_logged_in": told}, local=True, public=True).role == "public"


def test_without_a_sign_in_only_this_machine_is_the_analyst() -> None:
    assert seen({}, local=True).role == "analyst"
    assert seen({}) == access.Visitor(None, reason=access.NO_LOGIN)
    assert seen({"email": COUNCIL, "exp": NOW + 60}).role is None
    assert seen({}, public=True).role == "public"


@pytest.mark.parametrize(
    ("remote", "headers", "local"),
    [
        (None, {"Host": "localhost:8501", "Origin": "http://localhost:8501"}, True),
        ("127.0.0.1", {"host": "127.0.0.1:8501"}, True),
        (None, {"Host": "[::1]:8501"}, True),
        ("192.0.2.7", {"Host": "localhost:8501"}, False),  # from elsewhere
        (None, {"Host": "dashboard.example.org", "Origin": "https://dashboard.example.org"}, False),  # by a proxy
        (None, {"Host": "localhost:8501", "Origin": "https://dashboard.example.org"}, False),  # one that renames
        (None, {"Host": "localhost:8501", "X-Forwarded-For": "127.0.0.1"}, False),
        (None, {"Host": "localhost:8501", "x-real-ip": "127.0.0.1"}, False),
        (None, {"Host": "localhost:8501", "Forwarded": "for=127.0.0.1"}, False),
        (None, {"Host": "localhost.evil.example"}, False),  # a name that is made to lead here
        (None, {"Host": "127.0.0.1.evil.example:8501"}, False),
        (None, {"Host": "localhost:8501", "Origin": "null"}, False),
        (None, {"Host": "localhost@evil.example"}, False),
        (None, {"Host": "["}, False),
        (None, {}, False),  # no page is being drawn
        ("::1", {"Host": "LOCALHOST:8501", "Origin": "http://LOCALHOST:8501"}, True),
        (None, {"Host": "localhost:8501", "Origin": "http://localhost:3000"}, False),  # another site on this machine
        (None, {"Host": "localhost:8501", "Origin": "http://localhost"}, False),
        (None, {"Host": "localhost:9000", "Origin": "http://localhost:9000"}, False),  # a proxy that hides its headers
        (None, {"Host": "localhost", "Origin": "http://localhost"}, False),
        (None, {"Host": "localhost:85010"}, False),
        (None, {"Host": "localhost:8501", "Origin": "http://localhost:x"}, False),
        (None, {"Host": "localhost:8501", "Origin": "file://localhost"}, False),
    ],
)
def test_this_machine_is_known_by_the_connection_and_by_what_was_asked_for(remote, headers, local) -> None:
    assert access.is_local(remote, headers, 8501) is local


BROWSER = {
    "Host": "localhost:8501", "Origin": "http://localhost:8501", "Connection": "Upgrade", "Upgrade": "websocket",
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Accept-Language": "en-GB", "Cookie": "a=1",
    "Accept-Encoding": "gzip, deflate, br", "Cache-Control": "no-cache", "Pragma": "no-cache", "DNT": "1",
    "Sec-Fetch-Site": "same-origin", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13", "Sec-GPC": "1",
    "Sec-WebSocket-Extensions": "permessage-deflate", "Sec-WebSocket-Protocol": "streamlit",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "X-Forwarded-Port", "x-forwarded-server", "X-Real-Ip", "X-Client-IP", "X-Original-Host", "X-Original-URL",
        "X-Azure-ClientIP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "Forwarded", "Via", "X-Envoy-Peer-Metadata",
        "X-Amzn-Trace-Id", "X-ARR-SSL", "Fastly-Client-IP", "X-Cluster-Client-IP", "Client-IP",
    ],
)  # fmt: skip
def test_a_header_that_a_proxy_adds_is_not_of_this_machine(name: str) -> None:
    assert access.is_local(None, BROWSER, 8501)
    assert not access.is_local(None, BROWSER | {name: "127.0.0.1"}, 8501)


@pytest.mark.parametrize(("port", "scheme"), [(80, "http"), (443, "https")])
def test_at_a_usual_port_a_browser_names_none(port: int, scheme: str) -> None:
    assert access.is_local(None, {"Host": "localhost", "Origin": f"{scheme}://localhost"}, port)
    assert not access.is_local(None, {"Host": "localhost", "Origin": f"{scheme}://localhost"}, 8501)


def test_outside_a_page_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # as the pages do it, without the fixture's browser on this machine
    with pytest.raises(NotAllowedError):
        app.get_viewer()


def test_each_role_opens_what_the_next_one_does() -> None:
    public, partner, analyst = (set(access.PAGES[role]) for role in ("public", "partner", "analyst"))
    assert public < partner < analyst
    assert analyst == {path.stem for path in (settings.ROOT / "pages").glob("*/*.py")}


# --- the pages of each role


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Every page shows the synthetic sample; sign-ins are recorded in an empty folder."""
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def see_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Who looks from now on: a role, or `stranger`."""

    def change(role: str) -> None:
        addresses = {"analyst": COUNCIL, "partner": "bob@cleveland.pnn.police.uk", "stranger": "eve@example.org"}
        told = claims(addresses[role], exp=4e9) if role in addresses else {"is_logged_in": False}
        object.__setattr__(partnership(), "access", ACCESS)
        object.__setattr__(partnership(), "disclosure", Disclosure(public=role == "public"))
        monkeypatch.setattr(app.session, "_read_claims", lambda: told)

    yield change
    object.__setattr__(partnership(), "access", Access())
    object.__setattr__(partnership(), "disclosure", Disclosure())


def first(**asked: str) -> AppTest:
    return by_link("headlines", **asked)


@pytest.mark.parametrize("role", WAYS)
def test_each_page_of_a_role_draws_and_no_other(see_as, role: str) -> None:
    see_as(role)
    for page in access.PAGES["analyst"]:
        at = by_link(page)
        assert not at.exception, (page, at.exception)
        if page in access.PAGES[role]:
            assert not at.error, (page, said(at))
            assert f"{role} view" in at.caption[0].value, page
        else:
            (error,) = at.error
            assert error.value.startswith(f"Your role ({role}) cannot open this page"), page
            assert not (at.title or html(at)[1:] or at.dataframe or at.markdown), page  # html: the styles alone


@pytest.mark.parametrize("role", ["partner", "public"])
@pytest.mark.parametrize("page", ["headlines", "trends", "comparison", "hotspots", "report", "methods"])
def test_every_choice_that_a_role_is_offered_has_an_answer(see_as, role: str, page: str) -> None:
    see_as(role)
    if page not in access.PAGES[role]:
        pytest.skip("not a page of this role")
    at = by_link(page)
    boxes = {box.key: list(box.options) for box in at.selectbox}
    assert set(boxes) <= {"what", "area", "period", "against"}
    groups = {group.key: list(group.options) for group in at.get("button_group") if group.key}
    for key, options in boxes.items():
        for option in options[:: 1 if key != "period" else 5] if page != "report" else options[:6]:
            at.selectbox(key=key).set_value(option).run()
            assert not at.exception and not at.error, (key, option, said(at))
    reached = set()
    for picked in product(*groups.values()):
        chosen = dict(zip(groups, picked, strict=True))
        again = by_link(page, **chosen)
        assert not again.exception and not again.error, (chosen, said(again))
        reached.add(tuple(group.value for group in again.get("button_group") if group.key))
    assert len(reached) == len(list(product(*groups.values())))


@pytest.mark.parametrize("places", ["Local Policing Areas", "Wards of the area"])
@pytest.mark.parametrize("role", ["partner", "public"])
def test_no_link_leads_where_a_role_may_not_go(see_as, role: str, places: str) -> None:
    see_as(role)
    for page in access.PAGES[role]:
        body = "".join(html(by_link(page, places=places)))
        led = {found.split("?")[0] for found in re.findall(r'href="([^"#]+)"', body)}
        assert {name for name in led if ":" not in name} <= {*access.PAGES[role], "."}, page


def test_a_crafted_link_opens_nothing_more(see_as) -> None:
    see_as("partner")
    asked = {
        "role": "analyst", "viewer": "analyst", "period": "Oct 2020", "covid": "Only these", "ward": "Seaton",
        "wards": "2025", "place": "-1.2129,54.6862", "layer": "Points", "signed-in": "analyst", "data": "Our own",
    }  # fmt: skip
    for page in access.PAGES["partner"]:
        at = by_link(page, **asked)
        assert not at.exception and not at.error, said(at)
        assert "partner view" in at.caption[0].value
        assert "Oct 2020 " not in at.caption[0].value.split("·")[0]
    see_as("stranger")
    assert not by_link("hotspots", **asked).get("html")[1:]


def test_a_partner_is_told_what_is_withheld_and_gets_no_value_that_the_analyst_had_kept(see_as) -> None:
    asked = {"what": "Deliberate secondary fires", "period": "2020-21 Q3 (Oct to Dec 2020)"}
    see_as("analyst")
    (whole,) = tables(by_link("hotspots", **asked))
    see_as("partner")
    at = by_link("hotspots", **asked)
    (found,) = tables(at)
    count = found[0].index("Count")
    counts = {row[0]: row[count] for row in found[1:]}
    full = {row[0]: row[whole[0].index("Count")] for row in whole[1:]}
    changed = {name for name in full if counts[name] != full[name]}
    assert {"1", "2", "3", "4"} & set(full.values()) <= {full[name] for name in changed}
    assert changed
    assert {counts[name] for name in changed} == {"withheld"}
    assert "Withheld: " in said(at)
    see_as("analyst")
    assert tables(by_link("hotspots", **asked)) == [whole]


def test_the_analyst_alone_writes_on_a_report(see_as) -> None:
    labels = {}
    for role in ("analyst", "partner"):
        see_as(role)
        at = by_link("report")
        labels[role] = {button.label for button in at.button} | {group.key for group in at.get("button_group")}
    assert {"Publish this report"} <= labels["analyst"] - labels["partner"]


def test_who_is_not_on_the_map_sees_nothing_but_the_way_out(see_as, sample: Path) -> None:
    see_as("stranger")
    for page in ("headlines", "data", "records"):
        at = by_link(page)
        assert [one.value for one in at.markdown] == [
            "eve@example.org does not have access to this dashboard. Ask the analyst."
        ]
        assert [button.label for button in at.button] == ["Sign out"]
        assert not (at.selectbox or at.dataframe or at.error or at.exception or html(at)[1:])
    assert {(event.who, event.what) for event in audit.read_entries(sample, 9)} == {("eve@example.org", "refused")}


def test_before_the_sign_in_there_is_only_the_way_in(see_as) -> None:
    see_as("nobody")
    at = first()
    assert [button.label for button in at.button] == ["Sign in"]
    assert title(at) == partnership().name
    assert not (at.selectbox or at.dataframe or html(at)[1:])


def test_far_from_this_machine_without_a_sign_in_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.session, "_is_local", lambda: False)
    at = first()
    assert "No sign-in is set up" in said(at)
    assert not (at.selectbox or at.button or html(at)[1:])


def test_a_sign_in_that_ends_while_one_looks_ends_the_view(see_as, monkeypatch: pytest.MonkeyPatch) -> None:
    see_as("partner")
    at = first()
    assert "partner view" in at.caption[0].value
    monkeypatch.setattr(app.session, "_read_claims", lambda: claims("bob@cleveland.pnn.police.uk"))  # NOW is long past
    at.run()
    assert access.SIGN_IN_ENDED in said(at)
    assert not (at.selectbox or html(at)[1:])


def test_a_session_is_recorded_once(see_as, sample: Path) -> None:
    see_as("partner")
    at = first()
    at.run()
    at.switch_page("pages/explore/trends.py").run()
    (event,) = audit.read_entries(sample, 9)
    assert (event.who, event.role, event.what) == ("bob@cleveland.pnn.police.uk", "partner", "sign-in")
    assert links(at) is not None


def test_on_ones_own_machine_nothing_is_recorded(sample: Path) -> None:
    by_link("data")
    assert not (sample / audit.FILE).exists()


def test_the_analyst_reads_the_record_on_the_data_page(see_as, sample: Path) -> None:
    see_as("analyst")
    audit.write_entry(
        sample, audit.AuditEntry(dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC), "bob@x.org", "partner", "export", "a.csv")
    )
    at = by_link("data")
    assert any(one.label == "Sign-ins, downloads and uploads" for one in at.expander)


def test_the_answers_to_a_role_are_kept_apart(see_as) -> None:
    """One question, asked by each role in turn, and again: none has what was kept for another."""
    from shp_data.domain.periods import parse_period
    from shp_data.domain.selection import Viewer
    from shp_data.intake.sample import prepare_sample_store
    from shp_data.store.reading import Reader
    from shp_data.store.version import open_store

    asked = partnership().select(("fires_secondary_deliberate",), parse_period("2020-21-Q3"), ("Hartlepool",))
    for function in (hotspots.compare_wards, comparison.compare_wards, comparison.compare_lpas):
        for _ in range(2):
            for role in WAYS:
                see_as(role)
                kept = app.answer(function, asked)
                assert kept.table.equals(
                    function(Reader(open_store(prepare_sample_store()), Viewer(role)), asked).table
                ), role


# --- the record


def event(n: int, about: str = "") -> audit.AuditEntry:
    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=n)
    return audit.AuditEntry(at, f"a{n}@b.org", "partner", "export", about)


def test_what_is_noted_is_read_back_the_latest_first(tmp_path: Path) -> None:
    noted = [event(n, 'a "quoted"\nname é') for n in range(5)]
    for one in noted:
        audit.write_entry(tmp_path, one)
    assert audit.read_entries(tmp_path, 3) == tuple(reversed(noted[2:]))
    assert len((tmp_path / audit.FILE).read_text(encoding="utf-8").splitlines()) == 5
    assert set(json.loads((tmp_path / audit.FILE).read_text(encoding="utf-8").splitlines()[0])) == {
        "at", "who", "role", "what", "about"
    }  # fmt: skip


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda n: audit.write_entry(tmp_path, event(n)), range(40)))
    assert sorted(one.who for one in audit.read_entries(tmp_path, 99)) == sorted(event(n).who for n in range(40))


def test_a_full_file_makes_room_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_MAX_BYTES", 1)
    for n in range(audit.OLDER + 5):
        audit.write_entry(tmp_path, event(n))
    found = audit.read_entries(tmp_path, 99)
    assert [one.who for one in found] == [event(n).who for n in range(audit.OLDER + 4, 3, -1)]
    assert len(list(tmp_path.glob("audit*.jsonl"))) == audit.OLDER + 1


ROW = '{"at": "2026-05-01", "who": "", "role": "", "what": "export", "about": ""}'


@pytest.mark.parametrize("line", ["{", "{}", ROW.replace("2026-05-01", "x"), ROW.replace("export", "figure")])
def test_a_damaged_record_is_said_to_be_so(tmp_path: Path, line: str) -> None:
    audit.write_entry(tmp_path, event(1))
    with (tmp_path / audit.FILE).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(StoreError, match="line 2"):
        audit.read_entries(tmp_path, 9)


def test_a_record_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        audit.write_entry(tmp_path / "file", event(1))
