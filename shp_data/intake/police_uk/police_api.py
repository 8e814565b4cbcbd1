"""What data.police.uk holds: the methods of its public interface, https://data.police.uk/docs/, each answer checked.

It allows 15 requests a second with bursts of 30, answers 429 beyond, and 503 for an area of more than 10,000 crimes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from shp_data.domain.errors import UserError, unknown
from shp_data.domain.periods import Month
from shp_data.intake.police_uk.polite_http import Asker, FetchError

T = TypeVar("T")


@dataclass(frozen=True)
class Force:
    """A police force: its id in the interface (`west-yorkshire`), and the name by which downloads know it."""

    id: str
    name: str


@dataclass(frozen=True)
class Crime:
    """One record as it came. `place`: longitude and latitude in degrees, as written; None where it is not mapped.

    `category` is an id such as `anti-social-behaviour`, of which `persistent_id` is empty. `transport_police`:
    recorded by the British Transport Police, not by the force of the area.
    """

    category: str
    persistent_id: str
    place: tuple[str, str] | None
    street: str
    outcome: str
    context: str
    transport_police: bool


@dataclass(frozen=True)
class PoliceApi:
    """The methods that `fetch` needs. Each raises FetchError where no answer comes, or none as documented."""

    asker: Asker

    def months(self) -> list[Month]:
        """Which months are published, in order? (`crimes-street-dates`)."""
        return sorted(self._listed("crimes-street-dates", {}, lambda item: Month.parse(item["date"])))

    def force(self, id_: str) -> Force:
        """Which force has this id? (`forces`). The error lists the valid ones."""
        forces = self._listed("forces", {}, lambda item: Force(_text(item["id"]), _text(item["name"])))
        found = [force for force in forces if force.id == id_]
        if not found:
            raise FetchError(unknown("force", id_, [force.id for force in forces]))
        return found[0]

    def categories(self, month: Month) -> dict[str, str]:
        """The name of each category by its id (`crime-categories`): the downloads use these names."""
        fields = {"date": str(month)}
        return dict(self._listed("crime-categories", fields, lambda item: (_text(item["url"]), _text(item["name"]))))

    def crimes_in(self, polygon: str, month: Month) -> list[Crime]:
        """The records of every force in a polygon, `lat,lng:lat,lng:...` (`crimes-street`). Raises TooManyError."""
        fields = {"poly": polygon, "date": str(month)}
        return self._listed("crimes-street/all-crime", fields, lambda item: _crime(item, month), "POST")

    def crimes_without_place(self, force: Force, month: Month) -> list[Crime]:
        """The force's records that could not be mapped (`crimes-no-location`)."""
        fields = {"category": "all-crime", "force": force.id, "date": str(month)}
        return self._listed("crimes-no-location", fields, lambda item: _crime(item, month))

    def _listed(
        self,
        path: str,
        fields: Mapping[str, str],
        make: Callable[[Any], T],
        method: Literal["GET", "POST"] = "GET",
    ) -> list[T]:
        """The items of an answer, each made into what it means."""
        answer = self.asker.ask(path, fields, method)
        try:
            if not isinstance(answer, list):
                raise TypeError(f"{str(answer)[:80]!r} is no list")
            return [make(item) for item in answer]
        except (LookupError, TypeError, ValueError, UserError) as error:
            told = f"lacks {error}" if isinstance(error, LookupError) else str(error)
            raise FetchError(f"{path}: the answer is not as documented ({told}); nothing of it was kept") from error


def _crime(item: Any, month: Month) -> Crime:
    """One record. Raises LookupError, TypeError or ValueError where it is not as documented, or of another month."""
    if item["month"] != str(month):
        raise ValueError(f"a record of {item['month']} among those of {month}")
    location, outcome = item["location"], item["outcome_status"]
    return Crime(
        category=_text(item["category"]),
        persistent_id=_text(item["persistent_id"]),
        place=(_degrees(location["longitude"]), _degrees(location["latitude"])) if location else None,
        street=_text(location["street"]["name"]) if location else "",
        outcome=_text(outcome["category"]) if outcome else "",
        context=_text(item["context"]),
        transport_police=item["location_type"] == "BTP",
    )


def _text(value: object) -> str:
    """A text, empty for none."""
    if not isinstance(value, str | None):
        raise TypeError(f"{str(value)[:80]!r} is no text")
    return value or ""


def _degrees(value: object) -> str:
    """A coordinate as it is written, if it is a number."""
    text = _text(value)
    if not math.isfinite(float(text)):
        raise ValueError(f"{text!r} is no coordinate")
    return text
