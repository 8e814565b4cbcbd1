"""The methods of data.police.uk's public interface, https://data.police.uk/docs/, with each answer checked.

It allows 15 requests a second with bursts of 30. It answers 429 beyond that, and 503 for an area of more
than 10,000 crimes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from shp_data.domain.errors import UserError, describe_unknown
from shp_data.domain.periods import Month
from shp_data.intake.police_uk.http_client import ApiClient, FetchError

T = TypeVar("T")


@dataclass(frozen=True)
class Force:
    """A police force: its id in the interface (`west-yorkshire`), and its name in downloads."""

    id: str
    name: str


@dataclass(frozen=True)
class Crime:
    """One record as received.

    `location`: longitude and latitude in degrees, as written; None if it is not mapped.

    `category`: an id. For `anti-social-behaviour`, `persistent_id` is empty. `transport_police`: recorded by
    the British Transport Police, not by the force of the area.
    """

    category: str
    persistent_id: str
    location: tuple[str, str] | None
    street: str
    outcome: str
    context: str
    transport_police: bool


@dataclass(frozen=True)
class PoliceApi:
    """The methods that `fetch_months` needs.

    Each raises FetchError if there is no answer, or one that is not as documented.
    """

    client: ApiClient

    def list_months(self) -> list[Month]:
        """Return the published months, in order (`crimes-street-dates`)."""
        return sorted(self._list_items("crimes-street-dates", {}, lambda item: Month.parse(item["date"])))

    def find_force(self, id_: str) -> Force:
        """Return the force with this id (`forces`). The error lists the valid ids."""
        forces = self._list_items("forces", {}, lambda item: Force(_parse_text(item["id"]), _parse_text(item["name"])))
        matches = [force for force in forces if force.id == id_]
        if not matches:
            raise FetchError(describe_unknown("force", id_, [force.id for force in forces]))
        return matches[0]

    def read_categories(self, month: Month) -> dict[str, str]:
        """Return the name of each category by its id (`crime-categories`). Downloads use these names."""
        fields = {"date": str(month)}
        return dict(
            self._list_items(
                "crime-categories", fields, lambda item: (_parse_text(item["url"]), _parse_text(item["name"]))
            )
        )

    def list_crimes(self, polygon: str, month: Month) -> list[Crime]:
        """Return every force's records in a polygon, `lat,lng:lat,lng:...` (`crimes-street`). Raises TooManyError."""
        fields = {"poly": polygon, "date": str(month)}
        return self._list_items("crimes-street/all-crime", fields, lambda item: _parse_crime(item, month), "POST")

    def list_unmapped_crimes(self, force: Force, month: Month) -> list[Crime]:
        """Return the force's records that could not be mapped (`crimes-no-location`)."""
        fields = {"category": "all-crime", "force": force.id, "date": str(month)}
        return self._list_items("crimes-no-location", fields, lambda item: _parse_crime(item, month))

    def _list_items(
        self, path: str, fields: Mapping[str, str], make: Callable[[Any], T], method: Literal["GET", "POST"] = "GET"
    ) -> list[T]:
        """Return the items of an answer, each converted by `make`."""
        answer = self.client.request_json(path, fields, method)
        try:
            if not isinstance(answer, list):
                raise TypeError(f"{str(answer)[:80]!r} is not a list")
            return [make(item) for item in answer]
        except (LookupError, TypeError, ValueError, UserError) as error:
            message = f"{error} is missing" if isinstance(error, LookupError) else str(error)
            raise FetchError(f"{path}: the reply is not as documented ({message}). Nothing was saved") from error


def _parse_crime(item: Any, month: Month) -> Crime:
    """Parse one record.

    Raises LookupError, TypeError or ValueError if it is not as documented, or is of another month.
    """
    if item["month"] != str(month):
        raise ValueError(f"a record of {item['month']} in the reply for {month}")
    location, outcome = item["location"], item["outcome_status"]
    return Crime(
        category=_parse_text(item["category"]),
        persistent_id=_parse_text(item["persistent_id"]),
        location=(_parse_degrees(location["longitude"]), _parse_degrees(location["latitude"])) if location else None,
        street=_parse_text(location["street"]["name"]) if location else "",
        outcome=_parse_text(outcome["category"]) if outcome else "",
        context=_parse_text(item["context"]),
        transport_police=item["location_type"] == "BTP",
    )


def _parse_text(value: object) -> str:
    """Return a text, empty for None. Raises TypeError for any other value."""
    if not isinstance(value, str | None):
        raise TypeError(f"{str(value)[:80]!r} is not text")
    return value or ""


def _parse_degrees(value: object) -> str:
    """Return a coordinate as it is written. Raises ValueError if it is not a number."""
    text = _parse_text(value)
    if not math.isfinite(float(text)):
        raise ValueError(f"{text!r} is not a coordinate")
    return text
