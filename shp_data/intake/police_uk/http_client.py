"""Requests to a public HTTP interface: at a steady rate, repeated if useful, with errors in plain words.

Requests use the proxy of HTTPS_PROXY and the certificates of REQUESTS_CA_BUNDLE or SSL_CERT_FILE, where
set.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Final, Literal

import requests
from requests import exceptions as faults
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError
from urllib3.util.retry import Retry

from shp_data.domain.errors import UserError

_AGENT: Final = "community-safety-dashboard (python -m shp_data fetch)"
_TIMEOUT: Final = (10, 60)  # seconds: to connect, and between two pieces of an answer
# Waits 0, 2, 4, 8 and 16 seconds, or as long as Retry-After says. POST only asks here, so it may be repeated.
_RETRIES: Final = Retry(
    total=5,
    connect=2,
    backoff_factor=1,
    status_forcelist=(429, 500, 502, 504),
    allowed_methods=("GET", "POST"),
    raise_on_status=False,
    retry_after_max=300,
)
_PROXY_PASSWORD: Final = "the proxy needs a user name and password: set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT"


class FetchError(UserError):
    """An error in fetching data."""


class TooManyError(FetchError):
    """Status 503 without a time to retry: by the interface's documents, too many records were requested."""


class ApiClient:
    """A client that requests JSON from `url`, at most `per_second` times a second.

    Waits between repeats are extra.
    """

    def __init__(self, url: str, per_second: float) -> None:
        self._url = url.rstrip("/")
        self._interval = 1 / per_second
        self._next = 0.0
        self._session = requests.Session()
        self._session.headers["User-Agent"] = _AGENT
        self._session.verify = os.environ.get("SSL_CERT_FILE") or True
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_RETRIES))

    def request_json(self, path: str, fields: Mapping[str, str], method: Literal["GET", "POST"] = "GET") -> Any:
        """Return the answer's JSON.

        Raises FetchError with a message, TooManyError for status 503 without Retry-After.
        """
        url = f"{self._url}/{path}"
        try:
            answer = self._request_whole(method, url, fields)
        except OSError as error:  # every error of requests is one, and so is a file of certificates that is missing
            raise FetchError(f"{url}: {_explain_error(error)}") from error
        except MaxRetryError as error:
            raise FetchError(f"{url}: the connection was lost several times; try again later") from error
        if answer.status_code == 503 and "Retry-After" not in answer.headers:
            raise TooManyError(
                f"{url}: status 503: too many records requested, or the service is unavailable; try again later"
            )
        if answer.status_code != 200:
            raise FetchError(f"{url}: {_explain_status(answer)}")
        try:
            return answer.json()
        except ValueError as error:
            raise FetchError(f"{url}: the reply is damaged: it is not JSON ({error}). Nothing was saved") from error

    def _request_whole(self, method: str, url: str, fields: Mapping[str, str]) -> requests.Response:
        """Send a request, and repeat it if the answer breaks off.

        The requests library repeats only until an answer starts.
        """
        request_fields = {"data" if method == "POST" else "params": dict(fields)}
        retries_left = _RETRIES
        while True:
            self._wait()
            try:
                return self._session.request(method, url, timeout=_TIMEOUT, allow_redirects=False, **request_fields)  # type: ignore[arg-type]
            except faults.ChunkedEncodingError as error:
                retries_left = retries_left.increment(method, url, error=error)
                retries_left.sleep()

    def _wait(self) -> None:
        """Wait as long as the rate limit needs."""
        # The monotonic clock does not jump when the machine's time is set.
        now = time.monotonic()
        time.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + self._interval


def _explain_status(answer: requests.Response) -> str:
    """Explain a status other than 200, and what to do."""
    match answer.status_code:
        case 404:
            return "status 404: not found; check --url, and the months listed at https://data.police.uk/data/"
        case 407:
            return _PROXY_PASSWORD
        case 429:
            return "status 429: too many requests, even after waiting; try again later with a lower --rate"
        case status if status in range(300, 400):
            return f"status {status}: moved to {answer.headers.get('Location', 'another address')}; set it with --url"
        case status:
            return f"status {status}; try again later"


def _explain_error(error: OSError) -> str:
    """Explain why a request got no answer, and what to do."""
    match error:
        case faults.ProxyError() if "407" in str(error):
            return _PROXY_PASSWORD
        case faults.ProxyError():
            return "the proxy cannot be reached; check HTTPS_PROXY"
        case faults.SSLError():
            return "its certificate is not trusted; set REQUESTS_CA_BUNDLE to your organisation's certificates (PEM)"
        case faults.InvalidURL() | faults.InvalidSchema() | faults.MissingSchema():
            return "this is not a web address; give --url as https://HOST/PATH"
        case faults.Timeout():
            return f"no answer within {_TIMEOUT[1]} seconds; try again later"
        case faults.ConnectionError():
            return (
                "cannot be reached, or the connection was lost; check the network, and behind a proxy set HTTPS_PROXY"
            )
        case _:
            return str(error)
