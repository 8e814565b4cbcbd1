"""Methods: one source for page and document, five parts each, and examples that say what the analysis says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from helpers import stores
from helpers.pages import assert_draws, by_link, said, title
from scipy import stats

from shp_data.analysis import actions, comparison, headlines, hotspots, seasons, trends
from shp_data.analysis.measures import find_population
from shp_data.analysis.places import cells, concentration, places, repeats
from shp_data.analysis.places.named_hotspots import find_hotspots
from shp_data.analysis.report import check_rules
from shp_data.analysis.report.report import build_report
from shp_data.analysis.statistics import control, displacement, significance
from shp_data.analysis.statistics.dispersion import estimate_dispersion
from shp_data.analysis.verdicts import find_area_cut_off, list_area_p_values
from shp_data.domain.disclosure import find_withheld
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period, parse_quarter
from shp_data.domain.schema import LABELS, MEASURES
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader, count_records
from shp_data.store.version import open_store
from shp_view.methods import chance_examples, methods, report_examples
from shp_view.text import comparison_words, report_sentences, verdict_words, wording
from shp_view.text.hotspot_words import PATTERNS

DESK = Viewer()
QUARTER = parse_quarter("2020-21-Q4")
HARTLEPOOL = partnership().select(("asb_police",), QUARTER, ("Hartlepool",))


@pytest.fixture(scope="module")
def store():
    return open_store(prepare_sample_store())


@pytest.fixture(scope="module")
def examples(store):
    return {method.name: method.example for method in methods.describe_methods(Reader(store, DESK), HARTLEPOOL)}


@pytest.fixture(scope="module")
def rows(store):
    table = headlines.compare_indicators(Reader(store, DESK), HARTLEPOOL).table
    return {row["indicator"]: row for row in table.to_dict("records")}


def test_the_document_is_what_its_source_and_the_sample_make(store):
    assert methods.DOCUMENT.read_text(encoding="utf-8") == methods.build_document(store), (
        "run `python -m shp_view.methods` and commit docs/methods.md"
    )


def test_every_method_has_its_five_parts_and_every_example_its_method(store):
    found = methods.describe_methods(Reader(store, DESK), HARTLEPOOL)
    empty = [(m.name, part) for m in found for part in methods.PARTS if len(getattr(m, part)) < 20]
    assert empty == []
    assert sorted(m.name for m in found) == sorted(methods.EXAMPLES)


def test_the_text_holds_no_number_of_the_data(store):
    """Counts come from the data in view; what is typed in is part of a method."""
    told = methods.describe_methods(Reader(store, DESK), HARTLEPOOL)
    typed = " ".join(getattr(m, part) for m in told for part in ("answers", "formula", "source", "limits"))
    table = headlines.compare_indicators(Reader(store, DESK), HARTLEPOOL).table
    counts = {wording.format_number(n) for column in ("count", "last_year") for n in table[column] if n > 99}
    assert counts
    assert [n for n in counts if re.search(rf"\b{n}\b", typed)] == []


def test_what_the_text_names_is_so(store):
    text = {
        m.name: " ".join((m.formula, m.limits, m.source))
        for m in methods.describe_methods(Reader(store, DESK), HARTLEPOOL)
    }
    assert f"above {significance._E_TEST_UP_TO:,}" in text["chance"]
    assert f'("{LABELS["low"]}" and "{LABELS["high"]}")' in text["interval"]
    assert f'"{LABELS["dispersion"]}" in the downloaded tables' in text["chance"]
    assert f"fewer than {wording.SMALL_BASE} is grey" in text["change"]
    assert text["xmr"].count(f"{control._RUN} ") == 2
    assert chance_examples.WIDTH == control._WIDTH
    slacks = (check_rules._RATE, check_rules._RATE_TO_DATE, check_rules._RATE_DIFFERENCE)
    assert "by {}, a rate to date by {}, and the difference of two rates by {},".format(*slacks) in text["checked"]
    assert report_sentences.explain_static() in text["report"]
    assert f"{repeats.MINIMUM} incidents or more" in text["repeats"]
    assert f"within {places.NEAR:g} metres" in text["repeats"]
    assert f"{actions.MOST_MONTHS} at most" in text["agreed"]
    assert f"fewer than {displacement.FEWEST} incidents" in text["agreed"]


def test_the_rate_that_a_paper_printed_is_over_the_residents_of_another_year(store):
    told = {m.name: m.limits for m in methods.describe_methods(Reader(store, DESK), HARTLEPOOL)}["to_date"]
    quarter = parse_quarter("2020-21-Q3")
    counts = {p: int(count_records(Reader(store, DESK), replace(HARTLEPOOL, period=p), [])["count"].sum())
              for p in (quarter, quarter.year_to_date)}  # fmt: skip
    people = {year: find_population(partnership().areas, "Hartlepool", parse_quarter(name)).residents
              for year, name in ((2018, "2019-20-Q3"), (2019, "2020-21-Q3"))}  # fmt: skip
    to_date, of_quarter = ({y: wording.format_rate(counts[p] * 1000 / n) for y, n in people.items()}
                           for p in (quarter.year_to_date, quarter))  # fmt: skip
    assert (to_date, of_quarter[2019]) == ({2018: "46.6", 2019: "46.4"}, "13.3")
    assert of_quarter[2018] != "13.3"
    for number in (counts[quarter.year_to_date], *people.values()):
        assert f"{number:,}" in told


def test_vehicle_fires_happen_by_chance_one_quarter_in_nine(examples, rows):
    row = rows["fires_vehicle_deliberate"]
    alone = significance.compare(row["count"], row["last_year"])
    assert (row["last_year"], row["count"], round(1 / alone.p_value)) == (13, 6, 9)
    told = examples["chance"]
    assert told.startswith(
        "**Deliberate vehicle fires, Hartlepool, 2020-21 Q4 (Jan to Mar 2021)**: 13 to 6: with numbers this small, a "
        "change this large, up or down, happens by chance in about 1 quarter in 9."
    )
    assert f"p = {alone.p_value:.4f}" in told
    assert f"**{verdict_words.LABELS[row['verdict']]}**" in told


def test_the_interval_is_that_of_the_table(examples, rows):
    row = rows["fires_vehicle_deliberate"]
    alone = significance.compare(6, 13)
    assert f"{row['rate_ratio']:.2f}" in examples["interval"]
    assert f"the 95% interval is {alone.low:.2f} to {alone.high:.2f}" in examples["interval"]
    assert f"it is {row['low']:.2f} to {row['high']:.2f}. It contains 1: no clear change." in examples["interval"]


def test_the_variation_leads_to_the_p_value_of_the_table(store, examples, rows):
    row = max(rows.values(), key=lambda row: row["dispersion"])
    assert row["indicator"] == "asb_police"
    every = partnership().select(
        ("asb_police",), Period(*(store.list_months()[place] for place in (0, -1))), ("Hartlepool",)
    )
    by = count_records(Reader(store, DESK), every, ["month"])
    counts = dict(zip(by["month"], by["count"], strict=True))
    series = {month: int(counts[str(month)]) for month in store.list_months()}
    found = estimate_dispersion(series, partnership().exceptional_months | set(QUARTER))
    told = examples["variation"]
    assert f"give φ = {found.phi:.2f}." in told
    assert f"With {found.df} degrees of freedom p = {row['p_value']:.4f}: " in told
    assert told.endswith(f"**{verdict_words.LABELS[row['verdict']]}**.")
    alone = significance.compute_p_value(row["count"], row["last_year"])
    assert f"By chance alone, p = {alone:.4f}" in told


def test_the_others_say_what_the_analysis_says(store, examples, rows):
    asb = rows["asb_police"]
    assert f"{asb['rate_per_1000']:.1f}** per 1,000" in examples["rates"]
    assert f"÷ {asb['population']:,} =" in examples["rates"]
    assert f"{asb['rate_per_1000']:.6f}…" in examples["rounding"]
    assert f"= +{asb['difference']:,}. " in examples["change"]
    assert f"= +{asb['pct_difference']:.0f}%." in examples["change"]
    wards = hotspots.compare_wards(Reader(store, DESK), HARTLEPOOL).table
    assert (
        f"adds up to {wards['count'].sum():,}. The count of the whole area is {asb['count']:,}." in examples["placing"]
    )
    for area in comparison.compare_lpas(Reader(store, DESK), HARTLEPOOL).table.to_dict("records"):
        assert f"{area['lpa']} {area['count']:,}" in examples["placing"]
    assert sum(map(int, re.findall(r": (\d+)[;.]", examples["classes"]))) == len(wards)
    ranked = sorted(row["p_value"] for row in rows.values())
    assert re.findall(r"\| (\d\.\d{4}) \| [CPN]", examples["many"]) == [f"{p:.4f}" for p in ranked]
    quarter = HARTLEPOOL.period
    family = list_area_p_values(Reader(store, DESK), quarter, quarter.last_year)
    cut_off = find_area_cut_off(Reader(store, DESK), quarter, quarter.last_year)
    assert f"{len(family)} changes are tested" in examples["many"] and f" = {cut_off:.4f}: " in examples["many"]
    assert f"{sum(p <= 0.05 for p in family)} have a p-value of 0.05 or less" in examples["many"]


def test_what_was_expected_is_that_of_the_trends_page(store, examples):
    table = trends.count_by_month(Reader(store, DESK), HARTLEPOOL).table
    last, ahead = table[~table["forecast"]].iloc[-1], table[table["forecast"]].iloc[0]
    told = examples["expected"]
    # Before March 2021, the two lockdowns of 2020 and the first two months of the third are seven months.
    assert "35 months are loaded before Mar 2021, and 28 of them are not exceptional. By their level and" in told
    assert f" {last['expected_count']:,.1f} were expected." in told
    assert f"have {last['lower_80']} to {last['upper_80']}, and 95 of 100 have {last['lower']} to" in told
    assert f"The month had {last['count']}, which is within the expected range." in told
    assert f"(95% range: {ahead['lower']} to {ahead['upper']})." in told


def test_the_xmr_chart_is_that_of_the_trends_page(store, examples):
    table = trends.chart_control_limits(Reader(store, DESK), HARTLEPOOL).table
    last = table.iloc[-1]
    assert f"the average month has {last['mean']:,.1f}," in examples["xmr"]
    assert f"is {last['lower']:,.1f} to {last['upper']:,.1f}." in examples["xmr"]
    usual = set(store.list_months()) - partnership().exceptional_months
    counts = {month: int(n) for month, n in zip(store.list_months(), table["count"], strict=True) if month in usual}
    ranges = [abs(n - counts[m.shift(-1)]) for m, n in counts.items() if m.shift(-1) in counts]
    assert f"to the next is {sum(ranges) / len(ranges):.1f}. " in examples["xmr"]
    assert f"Mar 2021 {last['count']}." in examples["xmr"] and f"Mar 2021 {last['count']}." in examples["expected"]


def test_the_places_are_those_of_the_comparison_page(store, examples):
    assert "the count is 6, which fits average counts of 2.20 to 13.06." in examples["rate_interval"]
    table = comparison.compare_lpas(Reader(store, DESK), HARTLEPOOL).table
    own = table.iloc[0]
    for row in comparison_words.add_range_texts(comparison.compare_lpas(Reader(store, DESK), HARTLEPOOL)).table.to_dict(
        "records"
    ):
        assert f"{row['lpa']} {row['rate_per_1000']:.1f}: {row['rank']}" in examples["ranks"]
    told = examples["funnel"]
    assert f"the average of all areas is {1000 * table['count'].sum() / table['population'].sum():.1f}." in told
    assert f"The mean φ is {table['dispersion'].mean():.2f}" in told
    assert (
        f"widens them to {own['usual_low']:.1f} to {own['usual_high']:.1f}. The rate is {own['rate_per_1000']:.1f}"
        in told
    )
    assert f"**{own['funnel']}**" in told


def test_covid_related_incidents_add_up(examples):
    every, marked, before, marked_before, without_before, without = (
        int(n.replace(",", ""))
        for n in re.search(
            r": ([\d,]+), of which (\d+) .* were (\d+), of which (\d+) .* them: (\d+) to (\d+)", examples["covid"]
        ).groups()
    )
    assert (every - marked, before - marked_before) == (without, without_before)
    assert marked > 0


@pytest.mark.parametrize(
    ("period", "missing", "words"),
    [
        (
            "2018-19-Q1",
            {"change", "chance", "variation", "interval", "many", "covid"},
            "the same period last year loaded",
        ),
        ("2021-04 to 2021-06", set(methods.EXAMPLES) - {"agreed"}, "has every month of this period loaded"),
    ],
)
def test_what_the_data_cannot_show_is_said(store, period, missing, words):
    chosen = partnership().select(("asb_police",), parse_period(period), ("Hartlepool",))
    told = {m.name: m.example for m in methods.describe_methods(Reader(store, DESK), chosen)}
    assert {name for name, example in told.items() if "Choose another period" in example} == missing
    assert any(words in example for example in told.values())


def test_a_period_that_has_both_years_is_named(tmp_path: Path):
    months = {"2018-04": 2, "2018-05": 2, "2019-05": 3, "2019-06": 1}
    stores.load(tmp_path / "store", stores.incidents(tmp_path / "a.csv", months))
    alone = {f"2019-{month:02d}": 2 for month in (4, 5, 6)}
    stores.load(tmp_path / "other", stores.incidents(tmp_path / "b.csv", alone))
    chosen = partnership().select(("asb_police",), parse_period("2019-20-Q1"), ("Hartlepool",))
    both, none = (
        {m.name: m.example for m in methods.describe_methods(Reader(stores.opened(tmp_path / name), DESK), chosen)}
        for name in ("store", "other")
    )
    assert both["change"].endswith("Choose another period, such as May 2019.")
    assert none["change"].endswith("No period of the loaded data has both.")


def test_few_months_show_no_variation_and_no_marks(tmp_path: Path):
    months = {f"{year}-{month:02d}": 4 for year in (2018, 2019) for month in (4, 5, 6)}
    stores.load(tmp_path / "store", stores.incidents(tmp_path / "a.csv", months))
    chosen = partnership().select(("asb_police",), parse_period("2019-20-Q1"), ("Hartlepool",))
    told = {
        m.name: m.example for m in methods.describe_methods(Reader(stores.opened(tmp_path / "store"), DESK), chosen)
    }
    assert told["variation"].startswith("Too few months")
    assert told["covid"].startswith("No supplier")
    assert "12 to 12: no change." in told["chance"]
    assert told["counting"].startswith("**Police ASB, Hartlepool, 2019-20 Q1 (Apr to Jun 2019)**: the count is 12")
    assert "12 of them have the same month and map point as another record" in told["counting"]


@pytest.fixture
def sample(tmp_path, monkeypatch):
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "none"))


@pytest.mark.parametrize("area", [None, "All of Cleveland", "Stockton-on-Tees"])
def test_the_page_draws_every_method_with_the_chosen_area(sample, area):
    at = by_link("methods", **({"area": area} if area else {}))
    assert_draws(at)
    assert title(at) == "How the figures are made"
    assert [heading.value for heading in at.subheader] == list(methods.GROUPS)
    names = [name for group in methods.GROUPS.values() for name in group]
    assert sorted(names) == sorted(methods.EXAMPLES)
    assert [box.label for box in at.expander if box.label != "More"] == [methods.get_method(n).title for n in names]
    assert "**Worked example.**" not in said(at)  # nothing is worked before it opens
    for name in names:
        at.session_state[f"method-{name}"] = True
    text = said(at.run())
    for label in methods.PARTS.values():
        assert text.count(f"**{label}.** ") == len(names)
    shown = {None: "Hartlepool", "All of Cleveland": "Cleveland"}.get(area, area)
    assert f"**Police ASB, {shown}, 2020-21 Q4 (Jan to Mar 2021)**" in text
    assert [box.label for box in at.selectbox] == ["Area", "Period", "COVID-related incidents", "Ward boundaries"]


def test_a_search_keeps_the_methods_with_all_its_words(sample):
    assert {method.name for method in methods.find_methods("CENSUS edition")} == {"rates"}
    assert methods.find_methods("") == methods.find_methods("  ") == methods.list_methods()
    at = by_link("methods")
    at.text_input(key="search").input("census edition").run()
    assert [box.label for box in at.expander if box.label != "More"] == [methods.get_method("rates").title]
    at.text_input(key="search").input("zebra crossings").run()
    assert [note.value for note in at.info if note.value.startswith("No method has these words")]


def test_the_note_under_a_figure_links_to_its_methods_with_the_filters_of_the_page(sample):
    at = by_link("trends", area="Middlesbrough", what="Drug supply")
    (links,) = [text.value for text in at.markdown if "How this is calculated" in text.value]
    address = re.search(rf"\[{methods.get_method('expected').title}\]\((methods\?[^)]*)\)", links).group(1)
    parameters = dict(parse_qsl(urlsplit(address).query))
    assert parameters == {"area": "Middlesbrough", "method": "expected"}
    opened = by_link("methods", **parameters)
    assert_draws(opened)
    assert [heading.value for heading in opened.subheader] == [methods.get_method("expected").title]
    assert "Middlesbrough" in "".join(text.value for text in opened.markdown if "Worked example" in text.value)
    # A link to a method that there is no more opens the page.
    assert [heading.value for heading in by_link("methods", method="gone").subheader] == list(methods.GROUPS)


def test_every_column_that_leads_to_a_method_leads_to_one_that_there_is():
    assert set(methods._METHOD_OF_COLUMN.values()) <= {method.name for method in methods.list_methods()}
    assert set(methods._METHOD_OF_COLUMN) <= {field.name for field in MEASURES}


def test_the_season_and_the_sum_of_12_months_are_those_of_the_trends_page(store, examples):
    march = seasons.compare_with_earlier_years(Reader(store, DESK), HARTLEPOOL).table.set_index("month").loc["2021-03"]
    assert (
        f"Mar 2021 has {march['count']}. The same month in 2 earlier years has {march['lowest']} to"
        in (examples["season"])
    )
    by = count_records(
        Reader(store, DESK), replace(HARTLEPOOL, period=Period(Month(2020, 3), Month(2021, 3))), ["month"]
    )
    counts = dict(zip(by["month"], by["count"].astype(int), strict=True))
    whole = sum(counts.values())
    sums = f"{whole - counts['2021-03']:,} + {counts['2021-03']} − {counts['2020-03']} = {whole - counts['2020-03']:,}."
    assert sums in examples["rolling"]


def test_without_earlier_years_the_season_and_the_sum_say_what_to_choose(store):
    chosen = replace(HARTLEPOOL, period=parse_quarter("2018-19-Q1"))
    told = {m.name: m.example for m in methods.describe_methods(Reader(store, DESK), chosen)}
    assert told["season"] == "No earlier year is loaded for these months. Choose a later period."
    assert told["rolling"] == "Too few months before this period are loaded. Choose a later period."


def test_repeat_locations_and_their_half_are_those_of_their_page(store, examples):
    rows = repeats.find_repeat_locations(Reader(store, DESK), HARTLEPOOL).table
    states = rows["state"].value_counts()
    assert f": {len(rows)} locations had {repeats.MINIMUM} or more." in examples["repeats"]
    assert f"it had {rows['last_period'][0]}: {rows['state'][0]}." in examples["repeats"]
    gone = len(repeats.find_cleared_locations(Reader(store, DESK), HARTLEPOOL).table)
    kinds = f"new: {states['new']}; continuing: {states['continuing']}; no longer repeat locations: {gone}."
    assert kinds in examples["repeats"]
    observed, expected = concentration.sum_repeat_locations(
        concentration.estimate_by_chance(Reader(store, DESK), HARTLEPOOL)
    )
    assert f"All wards together: {expected:.4f} expected by chance. There are **{observed}**." in examples["by_chance"]
    half = concentration.find_half(concentration.build_curve(Reader(store, DESK), HARTLEPOOL))
    assert (
        f"of {half.all_locations} locations with any, the busiest {half.locations} have half"
        in examples["concentration"]
    )
    assert f"= **{half.share:.0f}%**." in examples["concentration"]


def test_the_binomial_number_is_that_of_the_ward(examples):
    incidents, known, told = re.search(
        r"has (\d+) incidents and (\d+) known locations.* = (0\.\d+) expected by chance. There", examples["by_chance"]
    ).groups()
    exact = int(known) * stats.binom.sf(repeats.MINIMUM - 1, int(incidents), 1 / int(known))
    assert told == f"{exact:.4f}"


def test_the_hexagons_are_those_of_the_hotspots_page_and_add_up(store, examples):
    table = cells.find_clusters(Reader(store, DESK), HARTLEPOOL).table
    told = examples["hexagons"]
    kinds = table["cluster"].value_counts()
    assert f"In total, hot: {kinds['hot']}; far fewer than expected: {kinds.get('cold', 0)}; no clear" in told
    assert f"difference: {kinds['not significant']:,}." in told
    around, size, z = re.search(r"(\d+) with those next to it \((\d) hexagons\).* = (\d+\.\d); p", told).groups()
    counts, size = table["count"].to_numpy(dtype=float), int(size)
    spread = counts.std() * (size * (len(counts) - size) / (len(counts) - 1)) ** 0.5
    assert z == f"{(int(around) - size * counts.mean()) / spread:.1f}" == f"{table['z'][table['p_value'].idxmin()]:.1f}"


def test_the_displacement_difference_is_the_published_one(examples):
    told = examples["agreed"]
    assert "(110 − 207) − (318 − 308) + (157 − 178) − (140 − 150) = −118." in told
    assert "√1,568 = 39.6; z = −2.98: **clearly lower**, with an interval of −196 to −40." in told
    assert f"207 × 318 ÷ 308 = {207 * 318 / 308:.1f} would be expected" in told


def test_the_report_is_that_of_the_report_page(store, examples):
    made = build_report(Reader(store, DESK), QUARTER, "Hartlepool")
    line, rate = made.find_line("asb_police"), made.find_line("asb_police_rate")
    last, before = line.last_year, line.previous_quarter
    change = f"had {last.base:,}: {last.difference:+,.0f}, {last.pct_difference:+.0f}%. The previous quarter had"
    assert (
        f"{change} {before.base:,}: −{-before.difference:,.0f}, −{-before.pct_difference:.0f}%." in examples["report"]
    )
    assert f" = {line.year_to_date:,}. " in examples["to_date"]
    assert f"= **{rate.year_to_date:.1f}** per 1,000 residents of 2019." in examples["to_date"]
    given = next(one for one in made.lines if one.year_to_date_sum is not None)
    both = f"{given.label}: the supplier's year to date is {given.year_to_date:.0f}, and the quarters add up to"
    assert f"{both} {given.year_to_date_sum:.0f}." in examples["to_date"]
    share = round(last.pct_difference)
    assert (
        f"Published: {share + 1}; expected: **{share}**; checked against: {check_rules.OWN_COUNTS}"
        in examples["checked"]
    )


def test_a_partner_is_told_what_is_withheld_and_nothing_by_place(store, examples):
    told = {m.name: m.example for m in methods.describe_methods(Reader(store, Viewer("partner")), HARTLEPOOL)}
    refused = {name for name, example in told.items() if "your role cannot see" in example}
    assert {"repeats", "by_chance", "concentration", "hexagons"} <= refused
    assert not {"agreed", "report", "to_date", "checked", "roles"} & refused
    assert told["roles"] == examples["roles"]
    assert "A partner sees A 0 and E 9, and can work out that B, C and D have 9 together." in told["roles"]
    cells_of_line = len(partnership().areas.list_wards("2020", "Hartlepool")) + 1
    for indicator in store.list_indicators():
        by = count_records(Reader(store, DESK), HARTLEPOOL.select_indicator(indicator), ["ward"])
        line = dict.fromkeys(range(cells_of_line - len(by)), 0) | dict(zip(by["ward"], by["count"], strict=True))
        hidden = len(find_withheld(line, partnership().disclosure.withhold_under))
        assert (
            f"{partnership().vocabulary.find_indicator(indicator).short} {hidden} of {cells_of_line}" in told["roles"]
        )


def test_what_is_not_loaded_has_no_example_of_a_report_or_a_place(store, tmp_path: Path):
    first = replace(HARTLEPOOL, period=parse_quarter("2018-19-Q1"))
    told = {m.name: m.example for m in methods.describe_methods(Reader(store, DESK), first)}
    assert "The period before is not loaded, so it is not possible to say which are new" in told["repeats"]
    assert told["report"].count("is not loaded.") == 2
    assert "Choose a later period" in told["checked"]
    stores.load(tmp_path / "store", stores.incidents(tmp_path / "a.csv", {"2019-05": 2}))
    month = replace(HARTLEPOOL, period=parse_period("2019-05"))
    few = {m.name: m.example for m in methods.describe_methods(Reader(stores.opened(tmp_path / "store"), DESK), month)}
    assert "no location had 10 or more" in few["repeats"]
    for name in ("report", "to_date", "checked", "roles"):
        assert few[name] == "2019-20 Q1 (Apr to Jun 2019) is not completely loaded. Choose another period."


@pytest.mark.parametrize(("under", "said"), [(3, "A partner sees A 0"), (5000, "A partner sees none of them")])
def test_the_invented_line_reads_whatever_the_threshold(monkeypatch, under, said):
    known = partnership()
    policy = replace(known.disclosure, withhold_under=under)
    monkeypatch.setattr(report_examples, "partnership", lambda: replace(known, disclosure=policy))
    assert said in report_examples._describe_invented()


def test_the_development_of_a_hotspot_is_that_of_the_hotspots_page(store, examples):
    row = find_hotspots(Reader(store, DESK), HARTLEPOOL).joined.table.iloc[0]
    told = examples["emerging"]
    assert f"the hotspot {row['hotspot']} was hot in" in told
    assert f"**{PATTERNS[row['pattern']]}**" in told
