"""Guess what the columns and categories of a supplier's file mean and which areas it covers, for a person to confirm.

The guess uses the words that suppliers use in headers, and the values of some rows. No file is loaded by
a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Final

import numpy as np

from shp_data.domain.added_indicators import LONGEST_NAME, UNITS
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Indicator, normalise_name
from shp_data.intake.rows.area_names import AreaNames
from shp_data.intake.rows.categories import TOTALS
from shp_data.intake.rows.cleaning import UK_DEGREES
from shp_data.intake.rows.columns import PLACE_HEADERS
from shp_data.intake.rows.dates import DATE_PARTS, is_date, is_month, is_year, read_time
from shp_data.intake.rows.placing import BRITISH_NATIONAL_GRID, place_points
from shp_data.intake.rows.ward_names import WardNames

ColumnValues = Mapping[str, Sequence[str]]  # header -> values of some rows, blanks as empty texts
# Our column -> what suppliers call it, the likeliest first.
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "date", "incident date", "date of incident", "date occurred", "occurred on", "occurred", "date and time",
        "date reported", "reported on", "reported", "date received", "received", "date of call", "call date",
        "call time", "time of call", "date logged", "logged", "date opened", "opened", "start date", "when", "month",
    ),
    "time": ("time", "time of call", "call time", "incident time", "time of incident", "time occurred"),
    "day": ("day", "day of month", "day of call", "incident day"),
    "month": ("month", "month name", "month of call", "incident month", "calendar month"),
    "year": ("year", "financial year", "year of call", "incident year", "calendar year"),
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
    **{column: (column.replace("_", " "), *map(str.casefold, headers)) for column, headers in PLACE_HEADERS.items()},
    "covid_related": ("covid related", "covid", "covid 19"),
}  # fmt: skip
BOUNDS: Final = {  # of coordinates in the United Kingdom
    **UK_DEGREES,
    "easting": (10_000, 700_000),
    "northing": (4_000, 1_300_000),
}
PAIRS: Final = (("longitude", "latitude"), ("easting", "northing"))
_OTHER = frozenset(
    ["closed", "close", "updated", "resolved", "due", "modified", "completed", "finished", "birth", "dob", "officer"]
)
# Words of dates that say when a record was written or sent, not when the incident was.
_OF_THE_RECORD = frozenset(
    ["report", "extract", "extracted", "extraction", "refresh", "refreshed", "upload", "uploaded", "export", "exported",
     "created", "creation", "generated", "printed", "snapshot", "published"]
)  # fmt: skip
_NO_WORDS = frozenset(
    ["a", "and", "by", "from", "in", "of", "on", "or", "the", "to", "with", "police", "incident", "offence", "report"]
)
_POLICE = "police"
_POLICE_FORCES = frozenset([_POLICE, "constabulary"])
# Words in the name of a file or column that say nothing of what its records are.
_NO_NAMES = frozenset(
    ["data", "export", "extract", "final", "copy", "list", "new", "file", "records", "log", "type", "category", "kind",
     "sheet", "download", "csv", "xlsx", "of", "the", "and", "for", "to", "from", "apr", "may", "jun", "jul", "aug",
     "sep", "oct", "nov", "dec", "jan", "feb", "mar", "april", "june", "july", "august", "september", "october",
     "november", "december", "january", "february", "march", "q"]
)  # fmt: skip
_IN_CAPITALS = frozenset(["asb", "cctv", "pspo"])
_LONGEST_PREFIX = 30  # characters of a supplier's name in that of an indicator
_DELIBERATE = frozenset(["deliberate", "deliberately"])
_DENIALS = frozenset(["not", "non", "no", "never", "neither", "nor", "without", "excluding", "excl", "except"])
_ACCIDENTAL = frozenset(["accident", "accidental", "accidentally"])
# The scores of a header that is the word, of one that contains it, and of values that are as expected.
_SAME_NAME_SCORE, _PART_NAME_SCORE, _VALUES_SCORE = 1000, 500, 200
_MOST = 0.9  # of the values; a file may have a row of totals
_ENOUGH = 200  # values of a column that are looked at, spread over the sample
_ENOUGH_TO_REPEAT = 20  # values that are enough to see whether a column repeats its values
_FEWEST = 100  # an area with less than one in so many placed records may be there by mistake


def guess_columns(sample: ColumnValues, taken: Mapping[str, str]) -> dict[str, str]:
    """Guess which header belongs to each of our columns.

    `taken`: the columns already matched, our column -> header.

    A header belongs to one column only. For a pair of coordinates, either both are matched or neither. A date in
    parts is matched only where no column is the date.
    """
    free = [title for title in sample if title not in taken.values()]
    # The best match of all goes first, so that a weak match cannot take a header that another column fits better.
    scored = sorted(
        (
            (_score_column(column, title, sample[title]), column, title)
            for column in _WORDS
            if column not in taken
            for title in free
        ),
        key=lambda candidate: -candidate[0],
    )
    matched: dict[str, str] = {}
    for score, column, title in scored:
        if score > 0 and column not in matched and title not in matched.values():
            matched[column] = title
    for pair in PAIRS:
        if sum(column in matched or column in taken for column in pair) == 1:
            matched = {column: title for column, title in matched.items() if column not in pair}
    if "date" in matched or "date" in taken:
        matched = {column: title for column, title in matched.items() if column not in DATE_PARTS}
    return matched


def list_unexpected(column: str, values: Sequence[str]) -> list[str]:
    """List the values that are not of the kind that this column of ours has; empty where any text can be.

    A coordinate may have its last digits hidden, such as `376***`.
    """
    if column not in _EXPECTED:
        return []
    return [value for value in values if not _EXPECTED[column](value.replace("*", "0") if column in BOUNDS else value)]


def may_count(indicator: Indicator, supplier: str, category: str = "") -> bool:
    """Return whether a supplier's records may be offered as an indicator.

    Those of the police only where the supplier is the police, or where it is unknown and the category names the
    police. An indicator that usually comes as numbers, or that an analyst added, only where the supplier is its own.
    `supplier`: its name, or the name of a file of the police; empty if nobody has said whose the file is.
    """
    source, words = _split_words(indicator.source), _split_words(supplier)
    if _POLICE in source:
        return bool(words & _POLICE_FORCES) or (not words and _POLICE in _split_words(category))
    return indicator.kind == "incident" or (bool(words) and (words <= source or source <= words))


def is_police(name: str) -> bool:
    """Return whether a supplier or file is called the police."""
    return bool(_split_words(name) & _POLICE_FORCES)


def guess_category(text: str, supplier: str = "") -> str | None:
    """Guess which indicator a category's name means: its id; empty for a total; None if it is unclear.

    A category of a ready-made mapping is known. The words of any other must be those of one indicator, contain all
    of them, or be more than half of them. Nothing is guessed to be what it denies, and a fire is deliberate only
    if its category says so.
    The name of an indicator that only comes as numbers never matches. `supplier`: as in `may_count`: a council's own
    anti-social behaviour is not what was reported to the police.
    """
    if normalise_name(text) in TOTALS:
        return ""
    vocabulary = partnership().vocabulary
    offered = {
        id_ for id_ in vocabulary.list_record_indicators() if may_count(vocabulary.indicators[id_], supplier, text)
    }
    if (id_ := _list_ready_made_categories().get(normalise_name(text))) in offered:
        return id_
    words, fitting = _find_keywords(text), dict[str, int]()
    for name_words, id_ in _list_names():
        indicator = vocabulary.indicators[id_]
        # What another supplier counts is no meaning of this one's category.
        if indicator.kind == "incident" and id_ not in offered:
            continue
        # The name of its own indicator may name the supplier; its categories need not.
        indicator_words = name_words - _find_keywords(supplier) if id_ in offered and indicator.records else name_words
        shared = len(words & indicator_words)
        if indicator_words and (
            words >= indicator_words or (words < indicator_words and 2 * shared > len(indicator_words))
        ):
            fitting[id_] = max(fitting.get(id_, 0), 2 * shared + (words == indicator_words))
    best = [id_ for id_, score in fitting.items() if score == max(fitting.values())]
    if len(best) != 1 or best[0] not in offered:
        return None
    label_words, text_words = _split_words(vocabulary.find_indicator(best[0]).label), _split_words(text)
    # Counting a fire as deliberate whose category does not say so, or says that it was not, makes the figure wrong.
    is_deliberate = not label_words & _DELIBERATE or _says_deliberate(text_words)
    return best[0] if is_deliberate and not label_words & _find_denied_words(text) else None


def guess_indicator(texts: Sequence[str], supplier: str) -> tuple[str, str | None, str]:
    """Guess the name, theme and unit of an indicator that a supplier's records need.

    `texts`: what may name the records, the best first, such as their only category and the name of their file.
    `supplier`: its name, if it is known. The theme is None if nothing shows it.
    """
    of_supplier = _split_words(supplier)
    names = [[word for word in _list_words(text) if word not in _NO_NAMES | of_supplier] for text in texts]
    words = next((name for name in names if name), ["incidents"])
    name = " ".join(word.upper() if word in _IN_CAPITALS else word for word in words)
    is_council = "council" in of_supplier or (not supplier and "council" in words)
    prefix = "Council" if is_council else supplier[:_LONGEST_PREFIX].strip()
    label = f"{prefix} {name}" if prefix and words[0] != "council" else name[:1].upper() + name[1:]
    everything = {word for text in texts for word in _list_words(text)}
    unit = next((unit for unit in UNITS if {unit, unit.removesuffix("s")} & everything), UNITS[0])
    return label[:LONGEST_NAME].strip(), _guess_theme(frozenset().union(*map(_find_keywords, texts))), unit


def _guess_theme(words: Set[str]) -> str | None:
    """Guess the theme whose names share most words with these; None if none does, or several do alike."""
    vocabulary, scores = partnership().vocabulary, Counter[str]()
    for theme, label in vocabulary.themes.items():
        indicators = [indicator for indicator in vocabulary.indicators.values() if indicator.theme == theme]
        names = [label, *(name for indicator in indicators for name in (indicator.label, indicator.short))]
        scores[theme] = len(words & frozenset().union(*map(_find_keywords, names)))
    best = [theme for theme, score in scores.items() if score and score == max(scores.values())]
    return best[0] if len(best) == 1 else None


def _says_deliberate(words: Set[str]) -> bool:
    """Return whether a name with these words says that something is deliberate, and does not deny it."""
    return bool(words & _DELIBERATE) and not words & (_DENIALS | _ACCIDENTAL)


def _find_denied_words(text: str) -> set[str]:
    """Return the words that a name denies: those that follow a `not`, `non` or `no`."""
    words = [word for word in re.findall(r"[a-z]+", text.casefold()) if word in _DENIALS or word not in _NO_WORDS]
    return {word for denial, word in pairwise(words) if denial in _DENIALS}


def _score_column(column: str, title: str, values: Sequence[str]) -> int:
    """Return how likely it is that a column of the file is this column of ours. 0 means not at all."""
    name = _score_name(column, title)
    if not name and column not in (*BOUNDS, "date"):
        return 0
    filled_values = [value.strip() for value in values[:: -(-len(values) // _ENOUGH) or 1] if value.strip()]
    is_expected = _fits_column(column, filled_values)
    if column in ("time", *DATE_PARTS):
        return name if is_expected or not filled_values else 0
    if column == "date" and _split_words(title) & (_OTHER | _OF_THE_RECORD):
        return 0
    # Numbers, such as those of jobs, are a date only under the name of one.
    if column == "date" and not name and all(map(str.isdecimal, filled_values)):
        return 0
    if column == "date":
        return name // (1 if is_expected or not filled_values else 10) + (_VALUES_SCORE if is_expected else 0)
    if column not in BOUNDS:
        return name if is_expected else 0
    if filled_values and not is_expected:
        return 0
    return name + (_VALUES_SCORE if is_expected and _are_precise(column, filled_values) else 0)


def _score_name(column: str, title: str) -> int:
    """Return how close a header is to a word that suppliers use. The first word counts most."""
    for index, word in enumerate(_WORDS[column]):
        if normalise_name(title) == normalise_name(word):
            return _SAME_NAME_SCORE - index
    tokens = _split_words(title)
    if tokens & _OTHER:
        return 0
    matches = [index for index, word in enumerate(_WORDS[column]) if len(word) > 2 and set(word.split()) <= tokens]
    return _PART_NAME_SCORE - matches[0] if matches else 0


def _fits_column(column: str, values: Sequence[str]) -> bool:
    """Return whether the values are of the kind that this column of ours has.

    Without values, only the name can decide.
    """
    if column in _EXPECTED:
        return bool(values) and sum(map(_EXPECTED[column], values)) >= _MOST * len(values)
    if column == "indicator":
        return not values or (
            _are_words(values) and (len(values) < _ENOUGH_TO_REPEAT or len(set(values)) <= len(values) / 2)
        )
    if column == "incident_id":
        return len(set(values)) >= _MOST * len(values)
    return not values or column == "covid_related" or _are_words(values)


def _are_words(values: Sequence[str]) -> bool:
    """Return whether these texts are words rather than dates or numbers."""
    return sum(is_date(value) or parse_number(value) is not None for value in values) <= len(values) / 2


def _make_range_test(low: float, high: float) -> Callable[[str], bool]:
    """Return a test of whether a text is a number in a range. 0 and 99.999999 count as missing and pass."""

    def is_in_range(text: str) -> bool:
        value = parse_number(text)
        return value is not None and (value == 0 or 99.99 <= value <= 100 or low <= value <= high)

    return is_in_range


def parse_number(text: str) -> float | None:
    """Return the number in a text; None for any other text."""
    try:
        return float(text)
    except ValueError:
        return None


def _make_pattern_test(pattern: str) -> Callable[[str], bool]:
    """Return a test of whether a text as a whole is of a pattern, in capitals or not."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: bool(compiled.fullmatch(text))


def _find_lpa(text: str) -> str:
    """Return the LPA that a text names, `(outside)` for another authority, empty for any other text."""
    try:
        return AreaNames(partnership().areas).find_lpa(text, suggest=False)
    except InputError:
        return ""


_EXPECTED: Mapping[str, Callable[[str], bool]] = {
    "area": lambda text: bool(_find_lpa(text)),
    "lsoa": _make_pattern_test(r"[EW]01\d{6}"),
    "postcode": _make_pattern_test(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}"),
    "grid_reference": _make_pattern_test(r"[HJNOST][A-HJ-Z]\s*(\d\s*){2,10}|\d{6}\D+\d{6}"),
    "date": is_date,
    "time": lambda text: read_time(text) is not None,
    "day": lambda text: text.isdecimal() and 1 <= int(text) <= 31,
    "month": is_month,
    "year": is_year,
    **{ours: _make_range_test(*bounds) for ours, bounds in BOUNDS.items()},
}


def _are_precise(column: str, values: Sequence[str]) -> bool:
    """Return whether numbers are as precise as coordinates: three decimals of a degree, six digits of a metre."""
    pattern = r"-?\d+\.\d{3,}" if column in ("longitude", "latitude") else r"\d{6,7}(\.\d+)?"
    return sum(bool(re.fullmatch(pattern, value)) for value in values) >= _MOST * len(values)


def _split_words(text: str) -> set[str]:
    """Return the words of a name in lower case; `IncidentType` has two."""
    return {*_list_words(text), *re.findall(r"\d+", text)}


def _list_words(text: str) -> list[str]:
    """Return the words of a name in lower case, in order, without numbers."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold())


def _find_keywords(text: str) -> frozenset[str]:
    """Return the meaningful words of a name, in the singular."""
    words = {word if word.endswith("ss") else word.removesuffix("s") for word in _split_words(text)}
    return frozenset(words - _NO_WORDS)


def _list_ready_made_categories() -> dict[str, str]:
    """Return the indicator of each category of the ready-made mappings, by its normalised name."""
    suppliers = [source for source in partnership().suppliers.values() if source.ready_made]
    categories = [pair for source in suppliers for pair in source.categories.items()]
    return {normalise_name(name): id_ for name, id_ in categories if id_}


def _list_names() -> list[tuple[frozenset[str], str]]:
    """Return the words of each indicator's names, and of each category in partnership.toml."""
    settings = partnership()
    indicators = settings.vocabulary.indicators.values()
    names = [(name, indicator.id) for indicator in indicators for name in (indicator.label, indicator.short)]
    names += [
        pair for source in settings.suppliers.values() if not source.ready_made for pair in source.categories.items()
    ]
    return [(_find_keywords(name), id_) for name, id_ in names]


def guess_areas(sample: ColumnValues, selection: Mapping[str, str]) -> tuple[str, ...]:
    """Guess the LPAs of the sampled records: those with at least one in a hundred, by coordinates, ward or area.

    `selection`: our column -> header. Empty if nothing indicates an area.
    """
    counts = Counter(
        _locate_by_coordinates(sample, selection)
        or _locate_by_ward(sample, selection)
        or _locate_by_area(sample, selection)
    )
    return tuple(
        name for name in partnership().areas.lpa_names if counts[name] and counts[name] * _FEWEST >= counts.total()
    )


def _locate_by_coordinates(sample: ColumnValues, selection: Mapping[str, str]) -> list[str]:
    """Return the LPA of each record with coordinates, without those outside every LPA."""
    for pair in PAIRS:
        if not all(column in selection for column in pair):
            continue
        columns = [_parse_coordinates(column, sample[selection[column]]) for column in pair]
        points = [point for point in zip(*columns, strict=True) if None not in point]
        if points:
            return _find_lpas(points, grid="easting" in pair)
    return []


def _parse_coordinates(column: str, values: Sequence[str]) -> list[float | None]:
    """Return the coordinates in a column; None for a value that is not one, such as 0."""
    low, high = BOUNDS[column]
    return [value if value and low <= value <= high else None for value in map(parse_number, values)]


def _find_lpas(points: Sequence[Sequence[float | None]], *, grid: bool) -> list[str]:
    east, north = np.array(points, dtype=float).T
    if grid:
        from pyproj import Transformer  # only where a file needs it

        east, north = Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True).transform(east, north)
    return [lpa for lpa in place_points(east, north, ()).lpa if lpa in partnership().areas.lpa_names]


def _locate_by_ward(sample: ColumnValues, selection: Mapping[str, str]) -> list[str]:
    """Return the LPA of each record whose ward is recognised and is in one LPA."""
    names, lpas_by_text = WardNames(partnership().areas), dict[str, list[str]]()
    values = sample.get(selection.get("ward", ""), ())
    for text in set(values):
        try:
            lpas_by_text[text] = list({meaning.lpa for meaning in names.find_meanings(text, (), suggest=False)})
        except InputError:
            lpas_by_text[text] = []
    return [lpa for text in values for lpa in lpas_by_text[text][:1]]


def _locate_by_area(sample: ColumnValues, selection: Mapping[str, str]) -> list[str]:
    """Return the LPA of each record that names one of the partnership's."""
    values = sample.get(selection.get("area", ""), ())
    lpas_by_text = {text: _find_lpa(text) for text in set(values)}
    return [lpas_by_text[text] for text in values]
