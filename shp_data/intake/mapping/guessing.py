"""What the columns and categories of a supplier's file most likely mean: offered to a person, who decides.

By the words that the field uses in its headers, and by the values of some rows. Nothing is read by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import plain

Sample = Mapping[str, Sequence[str]]  # header -> values of some rows, blanks as empty texts

# Our column -> what suppliers call it, the likeliest first.
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "date", "incident date", "date of incident", "date occurred", "occurred on", "occurred", "date and time",
        "date reported", "reported on", "reported", "date received", "received", "date of call", "call date",
        "call time", "time of call", "date created", "created on", "created", "date logged", "logged", "date opened",
        "opened", "start date", "when", "month",
    ),
    "indicator": (
        "indicator", "incident type", "crime type", "asb type", "offence type", "case type", "call type",
        "type of incident", "complaint type", "service request type", "category", "incident category", "type",
        "offence", "kind", "nature", "classification", "sub category", "description", "subject",
    ),
    "longitude": ("longitude", "long", "lon", "lng", "x coordinate", "x"),
    "latitude": ("latitude", "lat", "y coordinate", "y"),
    "easting": ("easting", "eastings", "grid easting", "x coordinate", "x"),
    "northing": ("northing", "northings", "grid northing", "y coordinate", "y"),
    "location": (
        "location", "location name", "street", "street name", "road", "address", "site", "place", "location details",
        "premises", "where",
    ),
    "incident_id": (
        "incident id", "incident number", "incident no", "incident ref", "crime number", "crime ref", "case number",
        "case no", "case ref", "reference number", "reference", "ref no", "ref", "urn", "job number", "id",
    ),
    "ward": ("ward", "ward name", "electoral ward", "ward code"),
    "covid_related": ("covid related", "covid", "covid 19"),
}  # fmt: skip
BOUNDS: Final = {  # of coordinates in the United Kingdom
    "longitude": (-9, 3),
    "latitude": (49, 62),
    "easting": (10_000, 700_000),
    "northing": (4_000, 1_300_000),
}
PAIRS: Final = (("longitude", "latitude"), ("easting", "northing"))
_OTHER = frozenset(
    ["closed", "close", "updated", "resolved", "due", "modified", "completed", "finished", "birth", "dob", "officer"]
)
_TOTALS = frozenset(map(plain, ("total", "totals", "grand total", "sub total", "overall total", "sum")))
_NO_WORDS = frozenset(
    ["a", "and", "by", "from", "in", "of", "on", "or", "the", "to", "with", "police", "incident", "offence", "report"]
)
_POLICE = "police"
_DATE = re.compile(r"(\d{4}-\d\d?(-\d\d?)?|\d\d?/\d\d?/\d{4}|\d\d?[- ][A-Za-z]{3,9}[- ]\d{4})([ T].*)?")
_NAMED, _HELD, _SHOWN = 1000, 500, 200  # a header that is the word, that holds it, and values that are as expected
_MOST = 0.9  # of the values; a file may have a row of totals
_ENOUGH = 200  # values of a column that are looked at, spread over the sample
_SEEN = 20  # values that tell whether a column repeats itself


def columns(sample: Sample, taken: Mapping[str, str]) -> dict[str, str]:
    """Which header is likely each of our columns? `taken`: what is known already, our column -> header.

    A header stands for one column. Of a pair of coordinates both are found, or neither.
    """
    free = [title for title in sample if title not in taken.values()]
    scored = sorted(
        ((_score(ours, title, sample[title]), ours, title) for ours in _WORDS if ours not in taken for title in free),
        key=lambda one: -one[0],
    )
    found: dict[str, str] = {}
    for score, ours, title in scored:
        if score > 0 and ours not in found and title not in found.values():
            found[ours] = title
    for pair in PAIRS:
        if sum(ours in found or ours in taken for ours in pair) == 1:
            found = {ours: title for ours, title in found.items() if ours not in pair}
    return found


def category(text: str) -> str | None:
    """Which incident indicator does a category's name likely mean? Its id; empty for a total; None where it is open.

    Its words must be those of one indicator, or hold all of these, or be more than half of them. The name of a
    reported indicator is none: its figures are not counted from records. Nor is that of an indicator of the police for
    a category that does not name them: a council's own anti-social behaviour is not what was reported to the police.
    """
    if plain(text) in _TOTALS:
        return ""
    words, fitting = _tokens(text), dict[str, int]()
    for known, id_ in _names():
        shared = len(words & known)
        if known and (words >= known or (words < known and 2 * shared > len(known))):
            fitting[id_] = max(fitting.get(id_, 0), 2 * shared + (words == known))
    best = [id_ for id_, fit in fitting.items() if fit == max(fitting.values())]
    words_of = partnership().vocabulary
    if len(best) != 1 or best[0] not in words_of.incident_indicators():
        return None
    of_police = _POLICE in _split(words_of.indicator(best[0]).label)
    return best[0] if not of_police or _POLICE in _split(text) else None


def _score(ours: str, title: str, values: Sequence[str]) -> int:
    """How likely is a column of the file this one of ours? 0 for not at all."""
    name = _name_score(ours, title)
    if not name and ours not in _EXPECTED:
        return 0
    seen = [value.strip() for value in values[:: -(-len(values) // _ENOUGH) or 1] if value.strip()]
    as_expected = _as_expected(ours, seen)
    if ours == "date":
        return name // (1 if as_expected or not seen else 10) + (_SHOWN if as_expected else 0)
    if ours in ("longitude", "latitude", "easting", "northing"):
        return 0 if seen and not as_expected else name + (_SHOWN if as_expected and _exact(ours, seen) else 0)
    return name if as_expected else 0


def _name_score(ours: str, title: str) -> int:
    """How near is a header to a word that suppliers use? The first of the words counts most."""
    for place, word in enumerate(_WORDS[ours]):
        if plain(title) == plain(word):
            return _NAMED - place
    tokens = _split(title)
    if tokens & _OTHER:
        return 0
    held = [place for place, word in enumerate(_WORDS[ours]) if len(word) > 2 and set(word.split()) <= tokens]
    return _HELD - held[0] if held else 0


def _as_expected(ours: str, seen: Sequence[str]) -> bool:
    """Are the values such as this column of ours has? Where there are none, only a name can tell."""
    if ours in _EXPECTED:
        return bool(seen) and sum(map(_EXPECTED[ours], seen)) >= _MOST * len(seen)
    if ours == "indicator":
        return not seen or (_words(seen) and (len(seen) < _SEEN or len(set(seen)) <= len(seen) / 2))
    if ours == "incident_id":
        return len(set(seen)) >= _MOST * len(seen)
    return not seen or ours == "covid_related" or _words(seen)


def _words(seen: Sequence[str]) -> bool:
    """Are these texts rather than dates or numbers?"""
    return sum(bool(_DATE.fullmatch(value)) or number(value) is not None for value in seen) <= len(seen) / 2


def _between(low: float, high: float) -> Callable[[str], bool]:
    """Is a text a number in a range? 0 stands for none."""

    def fits(text: str) -> bool:
        value = number(text)
        return value is not None and (value == 0 or low <= value <= high)

    return fits


def number(text: str) -> float | None:
    """The number that a text is; None for any other text."""
    try:
        return float(text)
    except ValueError:
        return None


_EXPECTED: Mapping[str, Callable[[str], bool]] = {
    "date": lambda text: bool(_DATE.fullmatch(text)),
    **{ours: _between(*bounds) for ours, bounds in BOUNDS.items()},
}


def _exact(ours: str, seen: Sequence[str]) -> bool:
    """Are numbers written as finely as coordinates are: three decimals of a degree, six digits of a metre?"""
    form = r"-?\d+\.\d{3,}" if ours in ("longitude", "latitude") else r"\d{6,7}(\.\d+)?"
    return sum(bool(re.fullmatch(form, value)) for value in seen) >= _MOST * len(seen)


def _split(text: str) -> set[str]:
    """The words of a name, in small letters; `IncidentType` has two."""
    return set(re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()))


def _tokens(text: str) -> frozenset[str]:
    """The words of a name that tell, in the singular."""
    words = {word if word.endswith("ss") else word.removesuffix("s") for word in _split(text)}
    return frozenset(words - _NO_WORDS)


def _names() -> list[tuple[frozenset[str], str]]:
    """The words of each name of an indicator, and of each category that partnership.toml knows."""
    found = partnership()
    every = found.vocabulary.indicators.values()
    own = [(name, id_) for source in found.sources.values() for name, id_ in source.categories.items()]
    return [(_tokens(name), id_) for name, id_ in [*((n, i.id) for i in every for n in (i.label, i.short)), *own]]
