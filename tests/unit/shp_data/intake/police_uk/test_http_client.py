"""Questions over HTTP: repeated where that helps, at a steady rate, and failing in words that say what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from helpers.police_server import Police, body, broken_off, hung_up, running, slow, status

from shp_data.intake.police_uk import http_client
from shp_data.intake.police_uk.http_client import ApiClient, FetchError, TooManyError

PATH = "forces"
PROXIES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def police() -> Iterator[Police]:
    with running(Police()) as served:
        yield served


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, instead of waiting."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def ask(police: Police, method="GET"):
    return ApiClient(police.url, 1_000).request_json(PATH, {}, method)


def test_the_project_names_itself(police):
    ask(police)
    assert [agent for agent in police.agents if "community-safety-dashboard" not in agent] == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("code", [429, 500, 502, 504])
def test_passing_errors_are_tried_again(police, slept, code, method):
    police.faults[PATH] = [status(code), status(code)]
    assert ask(police, method)[0]["id"] == "cleveland"
    assert police.count(PATH) == 3
    assert max(slept) >= 2  # not at once again and again


@pytest.mark.parametrize("code", [429, 503])
def test_the_time_that_the_server_names_is_waited(police, slept, code):
    police.faults[PATH] = [status(code, retry_after="7")]
    assert ask(police)
    assert 7 in slept


def test_a_time_that_is_very_long_is_cut(police, slept):
    police.faults[PATH] = [status(429, retry_after="100000")]
    assert ask(police)
    assert max(slept) == 300


def test_503_without_a_time_means_too_many_and_is_not_repeated(police, slept):
    police.faults[PATH] = [status(503)]
    with pytest.raises(TooManyError, match="503: too many records"):
        ask(police)
    assert police.count(PATH) == 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (status(429), "429: too many requests, even after waiting; .* lower --rate"),
        (status(500), "500; try again later"),
        (status(503, retry_after="1"), "503; try again later"),
        (broken_off, "lost several times"),
        (hung_up, "cannot be reached, or the connection was lost; check the network"),
    ],
)
def test_it_gives_up_in_words(police, slept, fault, told):
    police.faults[PATH] = [fault] * 20
    with pytest.raises(FetchError, match=told) as raised:
        ask(police)
    assert not isinstance(raised.value, TooManyError)
    assert police.count(PATH) == 6


@pytest.mark.parametrize("fault", [broken_off, hung_up])
def test_a_connection_that_breaks_is_tried_again(police, slept, fault):
    police.faults[PATH] = [fault, fault]
    assert ask(police)[1]["id"] == "durham"
    assert police.count(PATH) == 3


@pytest.mark.parametrize("text", ["", "[{", "<html>Sign in to the guest network</html>"])
def test_what_is_no_json_is_damaged(police, text):
    police.faults[PATH] = [body(text)]
    with pytest.raises(FetchError, match="is not JSON"):
        ask(police)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (status(404), "404: not found"),
        (
            status(301, location="https://elsewhere.example/api"),
            "moved to https://elsewhere.example/api; set .* --url",
        ),
        (status(400), "status 400"),
    ],
)
def test_other_statuses_are_told_at_once(police, slept, fault, told):
    police.faults[PATH] = [fault]
    with pytest.raises(FetchError, match=told):
        ask(police)
    assert police.count(PATH) == 1


def test_a_server_that_never_answers_is_given_up(police, monkeypatch):
    monkeypatch.setattr(http_client, "_TIMEOUT", (1, 0.05))
    monkeypatch.setattr(http_client, "_RETRIES", http_client._RETRIES.new(total=1, backoff_factor=0))
    police.faults[PATH] = [slow(0.3)] * 3
    with pytest.raises(FetchError, match=r"no answer within|cannot be reached"):
        ask(police)


def test_a_server_that_is_not_there(police, slept):
    with pytest.raises(FetchError, match="cannot be reached, or the connection was lost; check the network"):
        ApiClient("http://127.0.0.1:9", 1_000).request_json(PATH, {})


@pytest.mark.parametrize("url", ["data.police.uk/api", "ftp://data.police.uk/api", "https://"])
def test_what_is_no_address(url):
    with pytest.raises(FetchError, match="not a web address"):
        ApiClient(url, 1_000).request_json(PATH, {})


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_asks_for_a_password(police, slept, monkeypatch, scheme):
    with running(Police()) as proxy:
        monkeypatch.setattr(Police, "answer", lambda *_: (407, None))
        monkeypatch.setattr(
            "helpers.police_server._Handler.do_CONNECT", lambda self: self.send(407, b""), raising=False
        )
        monkeypatch.setenv(f"{scheme}_proxy", proxy.url.removesuffix("/api"))
        with pytest.raises(FetchError, match="name and password: set HTTPS_PROXY"):
            ApiClient(f"{scheme}://data.police.example/api", 1_000).request_json(PATH, {})


def test_a_proxy_that_is_not_there(slept, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match="the proxy cannot be reached"):
        ApiClient("https://data.police.example/api", 1_000).request_json(PATH, {})


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_that_are_not_there(monkeypatch, tmp_path, name):
    monkeypatch.setenv(name, str(tmp_path / "none.pem"))
    with pytest.raises(FetchError, match=r"none\.pem"):
        ApiClient("https://127.0.0.1:9", 1_000).request_json(PATH, {})


def test_a_server_without_encryption_is_no_trusted_one(police, slept):
    with pytest.raises(FetchError, match=r"not trusted|cannot be reached"):
        ApiClient(police.url.replace("http:", "https:"), 1_000).request_json(PATH, {})


class Clock:
    """A clock that only waiting moves on."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_rate_is_kept(police, monkeypatch):
    clock, starts = Clock(), []
    monkeypatch.setattr(http_client, "time", clock)
    asker = ApiClient(police.url, 5)
    for pause in (0, 0, 0, 1, 0):  # after a pause no requests are made up for
        clock.now += pause
        asker.request_json(PATH, {})
        starts.append(clock.now)
    assert starts == pytest.approx([100, 100.2, 100.4, 101.4, 101.6])
