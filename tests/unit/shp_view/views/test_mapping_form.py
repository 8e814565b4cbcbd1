"""The form that maps a supplier's file: what it fills in, what it counts, what is wrong, and what it saves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.fires import LAYOUTS, PLAN, SECONDARY, VEHICLE, make_export

from shp_data.analysis.measures import count_by_field
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Viewer
from shp_data.domain.vocabulary import Rule
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.notes.mappings import read_mappings
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.views import mapping_form
from shp_view.views.loading import Desk, describe_readiness
from shp_view.views.mapping_form import Answers, MappingForm

BRIGADE = "Cleveland Fire Brigade"


@pytest.fixture
def form(tmp_path: Path):
    """The form for a file of this text, as a desk opens it."""

    def opened(text: str | bytes, name: str | None = BRIGADE, file: str = "fires.csv") -> MappingForm:
        path = tmp_path / file
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        desk = Desk(tmp_path / "store")
        (preview,) = desk.preview_files([path], name)
        return MappingForm(desk, preview, name)

    return opened


def answers_of(form: MappingForm) -> Answers:
    """What the page would save if nothing of what it fills in is changed."""
    meanings = {row.title: row.meaning for row in form.list_columns()}
    columns = mapping_form.match_columns(meanings)
    rules = tuple(
        Rule(
            indicator,
            {t: tuple(mapping_form.spell_values(v, form.count_values(t))) for t, v in conditions.items()},
        )
        for indicator, conditions in form.list_rules()
    )
    return Answers(
        columns,
        areas=tuple(form.find_areas(columns)),
        rules=rules,
        leaves_rest_out=form.supplier.unmatched == "left out",
        problems=tuple(form.find_contradictions(meanings).values()),
    )


def count_by_ward(root: Path, indicator: str) -> dict[tuple[str, str], int]:
    selection = partnership().select((indicator,), parse_period("2024-25-Q1"), ("Hartlepool",), vintage="2025")
    table = count_by_field(Reader(open_store(root), Viewer()), selection, ["ward", "month"])
    return {(row.ward, row.month): row.count for row in table.itertuples() if row.count}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_of_500_fires_gives_the_planned_fires_and_the_next_month_asks_nothing(tmp_path, form, layout):
    april = form(make_export(layout, 4), file="april.csv")
    assert april.ready_made.name == layout
    april = april.use_ready_made()
    answers = answers_of(april)
    # Counted by hand in the plan: 31 + 22 + 17 + 12 + 5 and 4 + 7 + 9 + 2 + 1.
    assert april.count_rules(answers.rules) == mapping_form.RuleCounts((87, 23), {}, 390)
    april.save(replace(answers, areas=("Hartlepool",)))

    desk = april.desk
    (tmp_path / "may.csv").write_bytes(make_export(layout, 5))
    paths = [tmp_path / "april.csv", tmp_path / "may.csv"]
    previews = desk.preview_files(paths, None)
    assert describe_readiness(previews) == "2 files ready to load."
    assert [preview.reading.name for preview in previews] == [BRIGADE, BRIGADE]
    desk.load(paths, None, add=False, progress=lambda *_: None)
    assert (desk.last.tally.read, desk.last.tally.accepted, sum(desk.last.left_out.values())) == (1000, 220, 780)
    assert desk.last.rejected_file == ""
    for place, indicator in enumerate((SECONDARY, VEHICLE)):
        expected = {(w, m): n[place] for w, n in PLAN.items() for m in ("2024-04", "2024-05") if n[place]}
        assert count_by_ward(tmp_path / "store", indicator) == expected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_ready_made_mapping_is_used_on_the_command_line_only_by_its_name(tmp_path, layout):
    path = tmp_path / "april.csv"
    path.write_bytes(make_export(layout, 4))
    (refused,) = ingest([path], tmp_path / "store").files
    assert (refused.status, f"--source {layout!r}" in refused.message) == ("failed", True)
    loaded = ingest([path], tmp_path / "store", LoadOptions(layout))
    assert (loaded.tally.accepted, {cell.source for cell in loaded.cells}) == (110, {layout})


FIRES = (
    "Date,Category,Primary,Cause,Ward\n"
    "01/04/2024,Fire,no,Deliberate,Hart\n"
    "02/04/2024,fire,No,Deliberate,Hart\n"
    "03/04/2024,Fire,no,Accidental,Hart\n"
    "04/04/2024,RoadVehicle,yes,Deliberate,Hart\n"
    "05/04/2024,Road Vehicle,no,Deliberate,Hart\n"
)


def test_the_page_counts_what_each_rule_matches_what_two_match_and_what_none_matches(form):
    opened = form(FIRES)
    rules = (
        Rule(SECONDARY, {"Primary": ("no",), "Cause": ("Deliberate",)}),
        Rule(VEHICLE, {"Category": ("Road Vehicle",), "Cause": ("Deliberate",)}),
    )
    counts = opened.count_rules(rules)
    assert counts.by_rule == (3, 2)
    assert counts.conflicts == {"Deliberate secondary fires and Deliberate vehicle fires": 1}
    assert counts.unmatched == 1
    columns = {"date": "Date", "ward": "Ward"}
    with pytest.raises(UserError, match="Deliberate vehicle fires both match 1 row"):
        opened.save(Answers(columns, areas=("Hartlepool",), rules=rules))
    assert read_mappings(opened.desk.root) == {}
    assert opened.count_values("Category") == {"Fire": 3, "RoadVehicle": 2}


def test_rules_are_saved_whole_and_read_again(form):
    opened = form(FIRES)
    rules = (Rule(SECONDARY, {"Category": ("Fire",), "Primary": ("no",), "Cause": ("Deliberate",)}),)
    opened.save(Answers({"date": "Date", "ward": "Ward"}, areas=("Hartlepool",), rules=rules, leaves_rest_out=True))
    saved = read_mappings(opened.desk.root)[BRIGADE]
    assert (saved.rules, saved.unmatched, saved.indicators) == (rules, "left out", (SECONDARY, VEHICLE))
    again = form(FIRES, None)
    assert again.choose_way({}) == "rules"
    assert again.list_rules() == [
        (SECONDARY, {"Category": ["Fire"], "Primary": ["no"], "Cause": ["Deliberate"]}),
    ]
    assert again.preview.left_out == {f"it is left out by the mapping of {BRIGADE}: no rule or category matches it": 3}


def test_each_column_has_three_values_what_it_means_and_what_is_wrong(form):
    text = "Seen,Kind,Easting,Northing,Note\n" + "".join(f"soon {n},Fire,4{n}0000,53{n}000,\n" for n in range(4))
    opened = form(text, "Wardens")
    rows = {row.title: row for row in opened.list_columns()}
    assert rows["Kind"].meaning == "indicator"
    assert rows["Seen"].samples == "soon 0, soon 1, soon 2"
    assert rows["Note"].samples == ""
    meanings = {"Seen": "date", "Kind": "indicator", "Easting": "easting", "Northing": "", "Note": "indicator"}
    assert opened.find_unexpected_values(meanings) == {"Seen": "4 of 4 values are not dates, such as 'soon 0'"}
    assert opened.find_contradictions(meanings) == {
        "Note": "Indicator is 'Kind' already: choose one of the two",
        "Easting": "Easting needs a column for Northing too",
    }


def test_nothing_is_offered_as_a_deliberate_fire_that_does_not_say_so(form):
    opened = form(
        "Date of Call,Incident Type,Ward\n05/04/2024,Secondary Fire,Hart\n06/04/2024,Not deliberate secondary fire,"
        "Hart\n07/04/2024,Vehicle fire,Hart\n"
    )
    assert set(opened.find_categories("Incident Type").suggestions.values()) == {None}
    assert opened.ready_made is None


def test_londons_layout_gives_no_deliberate_fire(tmp_path, form):
    text = (
        "IncidentNumber,DateOfCall,StopCodeDescription,PropertyCategory,Easting_rounded,Northing_rounded,IncGeo_WardCode\n"
        "1-01,05-Apr-2024,Secondary Fire,Outdoor,450050,532050,\n"
        "2-01,06-Apr-2024,Primary Fire,Road Vehicle,450050,532050,\n"
        "3-01,06-Apr-2024,AFA,Dwelling,450050,532050,\n"
    )
    assert form(text).ready_made.name == "London Fire Brigade"
    load = ingest([tmp_path / "fires.csv"], tmp_path / "store", LoadOptions("London Fire Brigade"))
    assert (load.tally.accepted, sorted(load.left_out.values())) == (0, [1, 2])
    assert "the file does not say whether a fire was deliberate" in load.files[0].message


def test_offence_codes_of_drugs_become_possession_and_supply(tmp_path, form):
    text = (
        "Crime Number,Date Committed,Offence Code,Ward\n"
        "A1,05/04/2024,92A,Hart\nA2,05/04/2024,92D,Hart\nA3,06/04/2024,92E,Hart\nA4,06/04/2024,92C,Hart\n"
        "A5,06/04/2024,105A,Hart\n"
    )
    assert form(text, "Cleveland Police").ready_made.name == "Police offence codes for drugs"
    load = ingest([tmp_path / "fires.csv"], tmp_path / "store", LoadOptions("Police offence codes for drugs"))
    counts = {cell.indicator: count for cell, count in load.cells.items()}
    assert counts == {"drugs_possession": 2, "drugs_supply": 1}
    assert sum(load.left_out.values()) == 2


COUNCIL = "Hartlepool Borough Council"
KINDS = ("Noise nuisance", "Youth nuisance", "Vehicle nuisance", "Neighbour dispute", "Litter")
# 60 cases, 20 a month, 12 of each kind, 30 in each of two wards.
CASES = "Case Ref,Date Opened,ASB Type,Ward\n" + "".join(
    f"C{n},{1 + n % 28:02d}/{4 + n % 3:02d}/2024,{KINDS[n % 5]},{('Hart', 'Seaton')[n // 3 % 2]}\n" for n in range(60)
)


def fill_in(form: MappingForm) -> Answers:
    """What the page would save of a file with categories if nothing of what it fills in is changed."""
    columns = mapping_form.match_columns({row.title: row.meaning for row in form.list_columns()})
    questions = form.find_categories(columns["indicator"])
    rest = form.suggest_rest(questions)
    meanings = {name: rest if id_ is None else id_ for name, id_ in questions.suggestions.items()}
    new = form.suggest_indicator(columns["indicator"])
    return Answers(columns, meanings, areas=tuple(form.find_areas(columns)), new=new)


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def test_a_councils_cases_become_an_indicator_of_their_own_without_an_answer_to_change(own_store, tmp_path, form):
    opened = form(CASES, COUNCIL, "council_asb_cases.csv")
    answers = fill_in(opened)
    assert answers.new == mapping_form.NewIndicator("Council ASB cases", "asb", "cases")
    assert answers.areas == ("Hartlepool",)
    added = opened.save(answers, "ann@hartlepool.gov.uk")
    assert (added.id, added.by, added.source) == ("council_asb_cases", "ann@hartlepool.gov.uk", COUNCIL)
    assert set(read_mappings(own_store)[COUNCIL].categories.values()) == {"council_asb_cases"}
    desk = opened.desk
    desk.load([tmp_path / "council_asb_cases.csv"], COUNCIL, add=False, progress=lambda *_: None)
    assert (desk.last.tally.read, desk.last.tally.accepted) == (60, 60)
    wards = count_by_ward(own_store, "council_asb_cases")
    assert len(wards) == 6 and set(wards.values()) == {10}  # 60 cases over two wards and three months
    # The next file of the supplier has no question, and of a new kind of case only that one.
    (again,) = desk.preview_files([tmp_path / "council_asb_cases.csv"], None)
    assert not again.needs_mapping
    later = form(CASES.replace("Litter", "Graffiti"), None, "council_asb_may.csv")
    assert later.find_categories("ASB Type").suggestions == {"Graffiti": None}
    assert later.suggest_rest(later.find_categories("ASB Type")) is None


def test_the_page_of_a_council_offers_no_police_indicator_and_asks_about_its_names(form):
    text = "Date,Category,Ward\n" + "".join(
        f"05/04/2024,{kind},Hart\n" for kind in ("Burglary", "Anti-social behaviour", "Police ASB")
    )
    categories = form(text, COUNCIL).find_categories("Category")
    assert categories.suggestions == {"Burglary": None, "Anti-social behaviour": None, "Police ASB": None}
    own_column = form(text.replace("Category", "Indicator"), COUNCIL).find_categories("Indicator")
    assert own_column.decided == ("Burglary", "Police ASB")  # our own words, in a column of our own
    police = form(text, "Cleveland Police").find_categories("Category")
    assert (police.suggestions, police.decided) == ({"Anti-social behaviour": "asb_police"}, ("Burglary", "Police ASB"))
    assert form(text, "Cleveland Police").suggest_whole() is None
    assert form(text, "Cleveland Police").suggest_rest(police) is None
    assert form(text, None, "police_april.csv").find_categories("Category").suggestions == police.suggestions


def test_a_file_without_categories_is_one_indicator_that_exists_or_is_added(own_store, form):
    text = "Date,Ward\n05/04/2024,Hart\n"
    assert form(text, COUNCIL, "fly_tipping.csv").suggest_whole() == "fly_tipping"
    opened = form(text, "Thirteen Group", "graffiti reports 2024.csv")
    assert opened.suggest_whole() == mapping_form.NEW
    new = opened.suggest_indicator(None)
    assert new == mapping_form.NewIndicator("Thirteen Group graffiti reports", None, "reports")
    answers = Answers({"date": "Date", "ward": "Ward"}, whole=mapping_form.NEW, areas=("Hartlepool",), new=new)
    with pytest.raises(UserError, match="Still to answer: the theme of the new indicator"):
        opened.save(answers)
    with pytest.raises(UserError, match="Police ASB is the name of an indicator"):
        opened.save(replace(answers, new=replace(new, name="police asb", theme="environment")))
    assert read_mappings(own_store) == {} and partnership().added == ()
    opened.save(replace(answers, new=replace(new, theme="environment")))
    assert read_mappings(own_store)["Thirteen Group"].indicator == "thirteen_group_graffiti_reports"


def test_a_rule_can_count_as_the_new_indicator(own_store, form):
    rules = (Rule(mapping_form.NEW, {"Category": ("Fire",)}), Rule("", {"Category": ("Road Vehicle",)}))
    opened = form(FIRES)
    new = mapping_form.NewIndicator("All fires attended", "deliberate_fires", "fires")
    opened.save(Answers({"date": "Date", "ward": "Ward"}, areas=("Hartlepool",), rules=rules, new=new))
    assert [rule.indicator for rule in read_mappings(own_store)[BRIGADE].rules] == ["all_fires_attended", ""]


def test_more_than_forty_categories_have_one_answer_together(form):
    text = "Date,Kind,Ward\n" + "".join(f"05/04/2024,Kind {n % 45},Hart\n" for n in range(100))
    questions = form(text, COUNCIL).find_categories("Kind")
    assert (len(questions.row_counts), len(questions.further)) == (40, 5)
    assert not set(questions.further) & set(questions.row_counts)
