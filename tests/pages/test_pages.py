"""Every page as a user meets it, without a browser: by link, after switching, with every filter and none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from helpers.pages import (
    AREAS,
    Q3,
    Q4,
    as_number,
    assert_draws,
    by_link,
    cards,
    choose,
    column,
    html,
    links,
    page_file,
    row_of,
    said,
    tables,
    title,
)
from helpers.stores import POINTS
from streamlit.testing.v1 import AppTest

from shp_data.domain import settings
from shp_data.domain.partnership import partnership
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.version import open_store
from shp_view.text import verdict_words

PAGES = ("headlines", "trends", "comparison", "hotspots", "records", "data", "load_files")
FILTERED = PAGES[:5]
COUNTING = FILTERED[1:]  # the pages that count one thing
PERIODS = {
    "quarter": "2019-20 Q3 (Oct to Dec 2019)",
    "first quarter, without a last year": "2018-19 Q1 (Apr to Jun 2018)",
    "month": "Oct 2020",
    "year": "2020-21 (Apr 2020 to Mar 2021)",
}
NOTICE = "Synthetic sample."
# As published in the partnership's reports of 2020-21 Q3 and Q4: this quarter, the same quarter last year.
PUBLISHED = {
    Q3: {
        "Police ASB": (1246, 896),
        "Deliberate secondary fires": (86, 73),
        "Deliberate vehicle fires": (6, 8),
        "Drug possession": (72, 56),
        "Drug supply": (86, 24),
    },
    Q4: {
        "Police ASB": (1065, 951),
    },
}
NEIGHBOURS_Q3 = {
    "Redcar & Cleveland": (1762, 1407),
    "Middlesbrough": (2478, 1884),
    "Stockton-on-Tees": (2425, 1723),
}


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of one's own is loaded: every page shows the synthetic sample."""
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "none"))


@pytest.fixture(scope="session")
def few_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of ASB from April to June 2021 without May, and of fires in June 2022 alone."""
    folder = tmp_path_factory.mktemp("few")
    east, north = POINTS["Hartlepool"]
    lines = ["date,indicator,location,longitude,latitude"]
    lines += [f"2021-04-{day:02d},asb_police,=High <b>Street</b>,{east},{north}" for day in range(1, 8)]
    lines += [f"2021-06-05,asb_police,Low Street,{east},{north}", "2021-06-06,asb_police,Nowhere,,"]
    lines += [f"2022-06-05,fires_vehicle_deliberate,,{east},{north}"]
    (folder / "few.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingest([folder / "few.csv"], folder / "store", LoadOptions("Council"))
    return folder / "store"


@pytest.fixture
def few(few_records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHP_STORE", str(few_records))


# Alone, after switching, and whose records they are


@pytest.mark.parametrize("page", PAGES)
def test_each_page_draws_in_a_fresh_session_and_names_the_sample(sample, page):
    at = by_link(page)
    assert_draws(at)
    assert NOTICE in said(at)
    assert "synthetic sample, not real records · analyst view" in at.caption[0].value


@pytest.mark.parametrize("page", PAGES)
def test_own_records_carry_no_notice_of_a_sample(few, page):
    at = by_link(page)
    assert_draws(at)
    assert NOTICE not in said(at)
    assert "synthetic" not in said(at).replace("The incidents in the sample are invented.", "").lower()
    assert "data to Jun 2022 · Council data · analyst view" in at.caption[0].value


@pytest.mark.parametrize("page", PAGES)
def test_the_sample_is_named_on_every_page_beside_own_records_too(few, page):
    at = by_link(page, data="The synthetic sample")
    assert_draws(at)
    if page != "load_files":  # which speaks of own records alone, and has no filter
        assert NOTICE in said(at)


def test_a_filter_whose_option_other_records_lack_shows_the_default_in_the_browser_too(few):
    at = by_link("trends", period="Jun 2022")
    at = choose(at, data="The synthetic sample")
    assert f"{Q4} · Hartlepool" in at.caption[0].value
    assert at.selectbox(key="period").value == Q4
    # Without this the browser goes on showing the option that it had.
    assert at.selectbox(key="period").proto.set_value


def test_filters_stay_while_pages_switch(sample):
    asked = {"area": "Middlesbrough", "period": Q3, "covid": "Left out", "wards": "2020"}
    at = choose(by_link("trends"), what="Drug supply", **asked)
    for page in ("hotspots", "headlines", "data", "comparison", "load_files", "records", "trends"):
        at.switch_page(page_file(page)).run()
        assert_draws(at)
        if page in FILTERED:
            assert f"{Q3} · Middlesbrough" in at.caption[0].value
            assert {key: at.selectbox(key=key).value for key in asked} == asked
    assert "Drug supply offences in Middlesbrough" in title(at)


def test_a_ward_stays_where_wards_count_and_is_left_out_where_they_do_not(sample):
    at = choose(by_link("trends"), ward="Victoria")
    assert "in Victoria ward" in title(at)
    at.switch_page("pages/explore/comparison.py").run()
    assert "Hartlepool had 11.4" in title(at)
    at.switch_page("pages/data/records.py").run()
    assert "Victoria ward" in title(at)


# Every choice of every filter


@pytest.mark.parametrize("page", COUNTING)
def test_every_area_and_indicator(sample, page):
    at = by_link(page, period=Q3)
    for what, area in product(at.selectbox(key="what").options, AREAS):
        choose(at, what=what, area=area)
        assert_draws(at)
        assert area.removeprefix("All of ") in at.caption[0].value, (what, area)


@pytest.mark.parametrize("page", FILTERED)
@pytest.mark.parametrize("covid", ["Left out", "Only these"])
@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_every_kind_of_period_with_covid_related_left_out_or_alone(sample, page, covid, period):
    at = by_link(page, period=period, covid=covid)
    assert_draws(at)
    assert at.caption[0].value.startswith(period)


@pytest.mark.parametrize("page", FILTERED)
@pytest.mark.parametrize("edition", ["2020", "2022", "2025"])
def test_every_edition_of_the_wards(sample, page, edition):
    at = by_link(page, wards=edition, area="All of Cleveland")
    assert_draws(at)
    if page == "hotspots":
        (table,) = tables(at)
        named = {row[0] for row in table[1:]} - {"(unplaced)"}
        assert named == {ward.name for ward in partnership().areas.list_wards(edition)}


@pytest.mark.parametrize("measure", ["Rate per 1,000", "Count", "Change"])
def test_every_measure_of_the_map(sample, measure):
    at = by_link("hotspots", measure=measure)
    assert_draws(at)
    (deck,) = at.get("deck_gl_json_chart")
    assert measure in deck.proto.alt
    assert any(f"<b>{measure}" in body for body in html(at))


@pytest.mark.parametrize(
    "asked",
    [
        {"area": "<script>alert(1)</script>"},
        {"period": "2020-99"},
        {"period": "2050-51 Q1 (Apr to Jun 2050)"},
        {"ward": "Ayresome"},  # of Middlesbrough, while Hartlepool is in view
        {"ward": "Foggy Furze", "wards": "2020' OR 1=1"},
        {"what": "../../etc/passwd", "covid": "\x00", "wards": "1999", "measure": "<b>"},
        {"data": "Our own", "area": "a" * 5000},
        {"unknown": "x", "area[]": "Hartlepool"},
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_link_that_asks_for_what_is_not_on_offer_shows_the_default_and_says_what_that_is(sample, page, asked):
    at = by_link(page, **asked)
    assert_draws(at)
    shown = at.caption[0].value
    if "Foggy Furze" in asked.values() and page in ("trends", "records"):
        assert shown.startswith(f"{Q4} · Foggy Furze ward")
    elif page in FILTERED:
        assert shown.startswith(f"{Q4} · Hartlepool")
    assert "<script>" not in "".join(html(at))
    told = "".join(warning.value for warning in at.warning).replace("\\", "")
    for words in (asked[name] for name in ("area", "period", "wards") if page in FILTERED and name in asked):
        assert words[:60] in told


# Little or nothing behind a figure


@pytest.mark.parametrize("page", FILTERED)
@pytest.mark.parametrize(
    "asked",
    [
        {"period": "May 2021"},
        {"period": "2021-22 Q1 (Apr to Jun 2021)"},
        {"period": "2021-22 (Apr 2021 to Mar 2022)"},
        {"period": "Jun 2022"},
        {"period": "Jun 2022", "what": "Deliberate vehicle fires"},
        {"period": "Apr 2021", "what": "Deliberate vehicle fires"},
        {"area": "Stockton-on-Tees", "period": "Apr 2021"},
        {"area": "Stockton-on-Tees", "period": "Jun 2022", "wards": "2025"},
    ],
    ids=str,
)
def test_what_is_not_loaded_is_said_and_is_never_zero(few, page, asked):
    at = by_link(page, **asked)
    assert_draws(at)
    what = asked.get("what", "Police ASB")
    counted = {"Police ASB": ("Apr 2021",), "Deliberate vehicle fires": ("Jun 2022",)}
    if page in COUNTING and asked["period"] not in counted[what]:
        assert "Not loaded: " in said(at), said(at)


def test_the_records_of_a_period_that_lacks_a_month_are_those_that_there_are(few):
    at = by_link("records", period="2021-22 Q1 (Apr to Jun 2021)")
    assert title(at).endswith("2021-22 Q1 (Apr to Jun 2021): some months of the period are not loaded")
    assert len(at.dataframe[0].value) == 8  # the ninth has no coordinates, so no area
    at = choose(at, area="All of Cleveland")
    assert len(at.dataframe[0].value) == 9


def test_no_record_says_what_to_change(few):
    at = by_link("records", period="May 2021")
    assert "No records match these filters. Choose another period, area or indicator." in said(at)


def test_a_period_that_lacks_a_month_has_no_change_and_names_the_month(few):
    at = by_link("trends", period="2021-22 Q1 (Apr to Jun 2021)")
    assert "Not loaded: May 2021" in said(at)
    assert not re.search(r"rose|fell|more|fewer", title(at))


def test_a_page_that_cannot_read_its_records_says_so_in_one_line(sample, tmp_path, monkeypatch):
    root = tmp_path / "broken"
    ingest([write_csv(tmp_path)], root, LoadOptions("Council"))
    for manifest in root.rglob("*.json"):
        manifest.write_text("{", encoding="utf-8")
    monkeypatch.setenv("SHP_STORE", str(root))
    at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=60).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "Traceback" not in at.error[0].value


def write_csv(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text("date,indicator\n2021-04-01,asb_police\n", encoding="utf-8")
    return path


def test_text_from_files_is_shown_as_text(few):
    at = by_link("records", period="Apr 2021")
    (frame,) = at.dataframe
    assert set(frame.value["Location"]) == {"=High <b>Street</b>"}
    assert "<b>Street" not in "".join(html(at))


# The numbers


@pytest.mark.parametrize("period", PUBLISHED)
def test_headlines_show_the_published_counts(sample, period):
    at = by_link("headlines", period=period)
    (table,) = tables(at)
    for name, (count, before) in PUBLISHED[period].items():
        row = row_of(table, name)
        assert (as_number(row["Count"]), as_number(row["Same period last year"])) == (count, before)
        assert as_number(row["Difference"]) == count - before
    asb = cards(at)[0]
    assert (asb.name, asb.count) == ("Police ASB", PUBLISHED[period]["Police ASB"][0])


def test_a_headline_theme_that_is_not_loaded_says_so_and_links_to_load_files(few):
    at = by_link("headlines")
    assert not at.exception
    names = [re.sub("<.*?>", " ", body).split("  ")[0].strip() for body in html(at) if body.startswith("<h3")]
    assert names[-1] == "Drug offences"
    assert [link.label for link in at.get("page_link")].count("Load files") == 1


def test_comparison_shows_the_published_counts(sample):
    (table,) = tables(by_link("comparison", period=Q3))
    for area, (count, before) in (NEIGHBOURS_Q3 | {"Hartlepool": PUBLISHED[Q3]["Police ASB"]}).items():
        row = row_of(table, area)
        assert (as_number(row["Count"]), as_number(row["Same period last year"])) == (count, before)


@pytest.mark.parametrize("period", PUBLISHED)
@pytest.mark.parametrize("page", ["trends", "hotspots", "records"])
def test_every_page_counts_the_same_published_incidents(sample, page, period):
    for what, (count, before) in PUBLISHED[period].items():
        at = by_link(page, period=period, what=what)
        if page == "trends":
            assert f"{count:,} " in at.markdown[0].value
            change = f"{count - before:,} more" if count > before else f"{before - count:,} fewer"
            assert change in at.markdown[0].value
        elif page == "hotspots":
            (table,) = tables(at)
            assert sum(column(table, "Count")) == count
            assert sum(column(table, "Difference")) == count - before
        else:
            assert title(at).startswith(f"{count:,} ")
            assert len(at.dataframe[0].value) == min(count, 1000)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("period", [Q3, "2020-21 (Apr 2020 to Mar 2021)", "Oct 2020"])
def test_cards_table_and_words_of_the_headlines_agree(sample, area, period):
    at = by_link("headlines", area=area, period=period)
    (table,) = tables(at)
    words = partnership().vocabulary
    for card, theme in zip(cards(at), ("asb", "deliberate_fires", "drug_offences"), strict=True):
        names = {words.find_indicator(id_).short for id_ in words.list_incident_indicators(theme)}
        rows = [dict(zip(table[0], row, strict=True)) for row in table[1:] if row[0] in names]
        assert card.count == sum(as_number(row["Count"]) for row in rows)
        change = sum(as_number(row["Difference"]) for row in rows)
        assert card.facts.startswith(f"{change:+,}".replace("-", "−"))
        assert card.sentence.startswith(f"{card.count:,} ")
        direction = f"{abs(change):,} {'more' if change > 0 else 'fewer'}" if change else "the same as"
        assert direction in card.sentence
        assert area.removeprefix("All of ") in card.sentence
        told = next(part for part in title(at).split("; ") if card.name.lower() in part.lower())
        verdict = next(id_ for id_, label in verdict_words.LABELS.items() if label.lower() in told.lower())
        assert verdict_words.SENTENCES[verdict].rstrip(".") in card.sentence


def test_the_trends_page_tells_the_unusual_months_of_a_period_and_what_happened(sample):
    at = by_link("trends", period="2020-21 Q1 (Apr to Jun 2020)")
    (words,) = [element.value for element in at.markdown if "were recorded" in element.value]
    assert "April, May and June 2020 were above the expected range." in words
    captions = "\n".join(element.value for element in at.caption)
    assert "1 Mar to Jun 2020: First national lockdown; 2 Nov 2020: " in captions
    assert "The months of events 1, 2, 3 are left out." in captions
    (table,) = tables(at)
    april = row_of(table, "Apr 2020")
    assert april["Unusual?"] == "Above the expected range"
    assert int(april["Expected range, to"]) < int(april["Count"])
    quiet = by_link("trends", period="2020-21 Q2 (Jul to Sep 2020)")
    assert not [element.value for element in quiet.markdown if "the expected range" in element.value]


def test_the_months_of_a_period_add_up_to_its_count(sample):
    at = by_link("trends", period=Q3)
    (table,) = tables(at)
    months = [row for row in table if row[0] in ("Oct 2020", "Nov 2020", "Dec 2020")]
    place, before = (table[0].index(name) for name in ("Count", "Same period last year"))
    assert sum(as_number(row[place]) for row in months) == 1246
    assert sum(as_number(row[before]) for row in months) == 896


def test_covid_related_left_out_and_alone_make_the_whole(sample):
    counts = {
        covid: as_number(title(by_link("records", period=Q3, covid=covid)).split(" ")[0])
        for covid in ("Included", "Left out", "Only these")
    }
    assert counts["Included"] == counts["Left out"] + counts["Only these"] == 1246
    assert counts["Only these"] > 0


@pytest.mark.parametrize("page", ["comparison", "hotspots"])
@pytest.mark.parametrize("period", ["2020-21 (Apr 2020 to Mar 2021)", Q3, "Nov 2020"])
def test_the_title_names_who_has_the_highest_rate_in_the_table(sample, page, period):
    at = by_link(page, period=period)
    for what in at.selectbox(key="what").options:
        choose(at, what=what)
        (table,) = tables(at)
        place = table[0].index("Rate per 1,000")
        rates = {row[0]: row[place] for row in table[1:]}
        highest = max(rates.values(), key=float)
        if highest == "0.0":
            assert title(at).endswith(("under 0.1 per 1,000 residents everywhere", "none were recorded"))
            continue
        names, _, rest = title(at).partition(" had the highest rate of ")
        assert f": {highest} per 1,000 residents" in rest
        leaders = [name for name, rate in rates.items() if rate == highest]
        assert all(name in names for name in leaders[:3])
        assert len(leaders) > 4 or all(name in names for name in leaders)
        if page == "comparison" and "Hartlepool" not in leaders:
            assert rest.endswith(f"; Hartlepool had {rates['Hartlepool']}")


@pytest.mark.parametrize("page", ["headlines", "comparison", "hotspots", "trends"])
def test_every_link_leads_to_the_records_of_its_own_number(sample, page):
    """The count beside each link in a table is the count of the page that it opens."""
    at = by_link(page, period=Q3, what="Drug supply")
    (table,) = tables(at)
    # The months that Trends forecasts have no count, and no link.
    place = table[0].index("Count")
    table = [row for row in table if row[place] != "–"]
    asked = links(at, '<div class="figures">')
    counts = column(table, "Count")
    assert len(asked) == len(counts)
    step = max(1, len(counts) // 6)
    for link, count, row in list(zip(asked, counts, table[1:], strict=True))[::step]:
        opened = by_link("records", **link)
        assert_draws(opened)
        told = title(opened).split(" ")[0]
        assert (0 if told == "No" else as_number(told)) == count, (row[0], title(opened))


def test_pictures_have_words_beside_them(sample):
    for page in ("trends", "comparison", "hotspots"):
        at = by_link(page)
        drawn = [*at.get("vega_lite_chart"), *at.get("deck_gl_json_chart")]
        assert drawn
        for element in drawn:
            assert len(element.proto.alt) > 40


# Real months


@pytest.fixture
def real(real_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SHP_STORE", str(real_store))
    return real_store


@pytest.mark.parametrize("page", PAGES)
def test_each_page_draws_the_real_months(real, page):
    at = by_link(page)
    assert_draws(at)
    assert NOTICE not in said(at)
    assert "police.uk Cleveland Police data" in at.caption[0].value


@pytest.mark.parametrize("page", COUNTING)
def test_every_indicator_of_the_real_months(real, page):
    at = by_link(page, area="All of Cleveland")
    for what in at.selectbox(key="what").options:
        assert_draws(choose(at, what=what))


def test_the_real_months_of_one_quarter_add_up(real):
    period = "2021-22 Q3 (Oct to Dec 2021)"
    cells = open_store(real).coverage
    (every,) = tables(by_link("headlines", period=period, area="All of Cleveland"))
    (areas,) = tables(by_link("comparison", period=period, what="Police ASB"))
    (wards,) = tables(by_link("hotspots", period=period, what="Police ASB", area="All of Cleveland"))
    asb = as_number(row_of(every, "Police ASB")["Count"])
    assert asb == sum(column(areas, "Count")) == sum(column(wards, "Count"))
    loaded = sum(n for cell, n in cells.items()
                 if cell.indicator == "asb_police" and cell.month in ("2021-10", "2021-11", "2021-12"))  # fmt: skip
    assert 0 <= loaded - asb <= 12  # up to four records a month lie outside every Local Policing Area
