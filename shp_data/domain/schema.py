"""The columns of every table, each defined once: name, type, label and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UNPLACED = "(unplaced)"  # an LPA: neither coordinates nor a ward; a ward: in an LPA, but in none of its wards
OUTSIDE = "(outside)"  # coordinates beyond every LPA
UNKNOWN = "(unknown)"  # the indicator of a row whose category is not understood

FieldKind = Literal["text", "integer", "number", "boolean", "date", "month"]


@dataclass(frozen=True)
class Field:
    """One column: its name in tables, its label on screen, its type and its meaning."""

    name: str
    label: str
    kind: FieldKind
    meaning: str
    unit: str = ""


# The incident file, in the order in which a template would list it.
INCIDENT_FILE = (
    Field("source", "Source", "text", "the supplier of the record"),
    Field("incident_id", "Incident id", "text", "the supplier's own id; empty where there is none"),
    Field("date", "Date", "date", "when it was: YYYY-MM-DD, DD/MM/YYYY or 5 Apr 2020, with HH:MM if known; or YYYY-MM"),
    Field("indicator", "Indicator", "text", "an indicator's id or label, or a category that the mapping knows"),
    Field("location", "Location", "text", "street or place"),
    Field("ward", "Ward", "text", "the ward's name or ONS code; used where a record has no coordinates"),
    Field("longitude", "Longitude", "number", "WGS84", "degrees"),
    Field("latitude", "Latitude", "number", "WGS84", "degrees"),
    Field("easting", "Easting", "number", "British National Grid (EPSG:27700)", "metres"),
    Field("northing", "Northing", "number", "British National Grid (EPSG:27700)", "metres"),
    Field("covid_related", "COVID-related", "boolean", "true/false, yes/no or 1/0; empty where not recorded"),
)
REQUIRED = ("date", "indicator")

# The reported-figures file, in the order of its template; a header is known by the name or by the label.
FIGURE_FILE = (
    Field("area", "Area", "text", "the Local Policing Area, in any usual spelling"),
    Field("indicator", "Indicator", "text", "the id, label or short name of a reported indicator"),
    Field("period", "Period", "text", "a month (2020-10, Oct 2020) or a quarter (2020-21-Q3, 2020-21 Q3)"),
    Field("value", "Value", "number", "a count, a level, or a percentage: 25.7 for 25.7 %; empty until it is in"),
    Field(
        "year_to_date",
        "Year to date as supplied",
        "number",
        "from April to the period's end, where the supplier gives it; empty otherwise",
    ),
)
FIGURE_REQUIRED = ("area", "indicator", "period", "value")

# A stored record: what is kept of an incident, and where it came from.
RECORD = (
    Field("source", "Source", "text", "the supplier of the record"),
    Field("incident_id", "Incident id", "text", "the supplier's own id; empty where there is none"),
    Field("occurred", "Date", "date", "when it happened; the first of the month where only the month is known"),
    Field("precision", "Date precision", "text", "minute, day or month: how exactly the date is known"),
    Field("month", "Month", "month", "calendar month, YYYY-MM"),
    Field("indicator", "Indicator", "text", "the indicator's id"),
    Field("location", "Location", "text", "street or place, as supplied"),
    Field("longitude", "Longitude", "number", "WGS84", "degrees"),
    Field("latitude", "Latitude", "number", "WGS84", "degrees"),
    Field(
        "covid_related",
        "COVID-related",
        "boolean",
        "marked COVID-related by the supplier; empty: not recorded",
    ),
    Field(
        "lpa",
        "Area",
        "text",
        f"Local Policing Area by coordinates, else by ward or source; {UNPLACED} without, {OUTSIDE} beyond all",
    ),
    Field("file", "File", "text", "the file that it was read from"),
    Field("row", "Row", "integer", "its row in that file; the header is row 1"),
)

# Columns of figures.
MEASURES = (
    Field("theme", "Theme", "text", "group of indicators"),
    Field("ward", "Ward", "text", "ward by the ward boundaries in force, by coordinates, else as supplied"),
    Field("quarter", "Quarter", "text", "quarter of the financial year, such as 2020-21-Q3"),
    Field("year", "Financial year", "text", "April to March, such as 2020-21"),
    Field("count", "Count", "integer", "incidents in the period"),
    Field(
        "rate_per_1000",
        "Rate per 1,000",
        "number",
        "incidents for each 1,000 residents",
        "per 1,000 residents",
    ),
    Field("last_year", "Same period last year", "integer", "incidents in the same months of the year before"),
    Field("difference", "Difference", "integer", "count minus the same period last year"),
    Field("pct_difference", "% difference", "number", "difference over the same period last year", "%"),
    Field("name", "Indicator", "text", "what is counted"),
    Field("code", "Ward code", "text", "ONS code of the ward"),
    Field(
        "rate_last_year",
        "Rate last year",
        "number",
        "rate in the same period of the year before",
        "per 1,000 residents",
    ),
    Field(
        "excluding_covid",
        "Without COVID-related",
        "integer",
        "incidents that are not marked as COVID-related",
    ),
    Field("mean", "Average", "number", "mean of the months that the expected range is calculated from"),
    Field("lower", "Expected range, from", "number", "mean minus 2.66 mean moving ranges, not below 0 (XmR chart)"),
    Field("upper", "Expected range, to", "number", "mean plus 2.66 mean moving ranges (XmR chart)"),
    Field("signal", "Unusual?", "text", "the rule of the XmR chart that the month meets; empty if none"),
    Field("lowest", "Lowest of earlier years", "integer", "lowest of the same month in up to three years before"),
    Field("highest", "Highest of earlier years", "integer", "highest of the same month in up to three years before"),
    Field("average", "Average of earlier years", "number", "mean of the same month in up to three years before"),
    Field("years_before", "Earlier years", "integer", "number of the three years before that have the month"),
    Field("rolling_12", "Last 12 months", "integer", "incidents in the 12 months up to and including this month"),
    Field("rolling_12_before", "12 months before that", "integer", "incidents in the 12 months before those"),
    Field("weekday", "Weekday", "text", "Monday to Sunday"),
    Field("hours", "Time of day", "text", "four hours of the day, the last not included: 04-08 is 04:00 to 07:59"),
    Field("in_period", "In the period", "boolean", "whether the month is in the selected period"),
    Field(
        "verdict",
        "Clear change?",
        "text",
        "whether the change on last year is larger than expected from chance and normal month-to-month variation",
    ),
    Field("rate_ratio", "Ratio to last year", "number", "this period's rate over last year's"),
    Field("low", "Ratio, low", "number", "lower end of the ratio's interval"),
    Field("high", "Ratio, high", "number", "upper end of the ratio's interval"),
    Field("p_value", "p-value", "number", "how often chance alone makes a change, or a cluster, at least as large"),
    Field("dispersion", "Dispersion", "number", "variance of the months over their mean, season and trend aside"),
    Field("population", "Residents", "integer", "residents that the rate is over"),
    Field("rate_low", "Rate, low", "number", "lower end of the rate's exact 95 % interval", "per 1,000 residents"),
    Field("rate_high", "Rate, high", "number", "upper end of the rate's exact 95 % interval", "per 1,000 residents"),
    Field("interval", "95% interval", "text", "both ends of the rate's interval"),
    Field("rank_low", "Rank, best", "integer", "best rank when chance is allowed for; 1 is the highest rate"),
    Field("rank_high", "Rank, worst", "integer", "worst rank when chance is allowed for"),
    Field("ranked", "Wards ranked", "integer", "number of wards of the LPA that have a rank"),
    Field("rank", "Rank", "text", "range of ranks when chance is allowed for; first is the highest rate"),
    Field(
        "overall_rate",
        "Average of all areas",
        "number",
        "rate of all the areas compared, taken together",
        "per 1,000 residents",
    ),
    Field("usual_low", "95% limit, low", "number", "rate that chance rarely goes below", "per 1,000 residents"),
    Field("usual_high", "95% limit, high", "number", "rate that chance rarely goes above", "per 1,000 residents"),
    Field("rate_change", "Change in the rate", "text", "rate over last year's, less 1, in per cent"),
    Field("change_interval", "Interval of the change", "text", "both ends of the interval of the change in the rate"),
    Field("limits", "95% limits", "text", "both 95 % limits of the funnel for this number of residents"),
    Field("funnel", "Position in the funnel", "text", "inside the limits, or above or below one of them"),
    Field("share", "Share", "number", "share of the area's incidents", "%"),
    Field("months_present", "Months affected", "integer", "number of months of the period with any incident"),
    Field("last_period", "Period before", "integer", "incidents in as many months just before the period"),
    Field("state", "Status", "text", "new, or continuing if it also had the minimum or more in the period before"),
    Field("places", "Known locations", "integer", "map points with any incident, of any indicator, in any month"),
    Field("observed", "Repeat locations", "integer", "locations with the minimum of incidents or more"),
    Field(
        "expected",
        "Expected by chance",
        "number",
        "repeat locations if incidents were spread evenly over all known locations",
    ),
    Field("busiest", "Locations, busiest first", "integer", "number of locations counted so far, the busiest first"),
    Field("place_share", "Share of locations", "number", "of the locations with any incident, the busiest first", "%"),
    Field("incident_share", "Share of incidents", "number", "of the incidents with coordinates", "%"),
    Field("cell", "Hexagon", "text", "index of the hexagon in the H3 grid, https://h3geo.org"),
    Field("z", "Gi* score", "number", "standard deviations of the hexagon and its neighbours from the average"),
    Field("cluster", "Cluster?", "text", "whether incidents cluster around the hexagon: hot, cold or not significant"),
    Field("before_months", "Before", "text", "the months before an action that are compared"),
    Field("after_months", "After", "text", "the complete months after an action that are compared"),
    Field("months_after", "Months after", "integer", "complete months after the action that are loaded"),
    Field("before", "Count before", "integer", "incidents there in the months before"),
    Field("after", "Count after", "integer", "incidents there in the months after"),
    Field("rest_before", "Rest, before", "integer", "incidents in the rest of the LPA in the months before"),
    Field("rest_after", "Rest, after", "integer", "incidents in the rest of the LPA in the months after"),
    Field("expected_after", "Expected after", "number", "count before, changed in proportion as the rest of the LPA"),
    Field(
        "effect", "Difference from expected", "number", "count after minus expected after: below 0, fewer than expected"
    ),
    Field("standard_error", "Standard error", "number", "of the difference from expected"),
    Field("effect_low", "Difference from expected, low", "number", "lower end of its 95 % interval"),
    Field("effect_high", "Difference from expected, high", "number", "upper end of its 95 % interval"),
    Field(
        "effect_verdict",
        "Clear difference?",
        "text",
        "whether the count after is clearly different from expected, or too few to tell",
    ),
)

LABELS = {field.name: field.label for field in (*INCIDENT_FILE, *RECORD, *MEASURES)}


def name_ward_column(ward_year: str) -> str:
    """Return the stored column with the ward codes of a ward year: `ward_2020`."""
    return f"ward_{ward_year}"
