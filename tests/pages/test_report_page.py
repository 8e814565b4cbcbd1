"""The Report page as a user meets it: every area, any quarter, commentary, issuing, and the check of a report."""

from __future__ import annotations

import pytest
from helpers.pages import AREAS, Q3, by_link, html, said, tables, title
from helpers.stores import DESK, incidents, load

from shp_data.domain.errors import UserError
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.notes.notebook import read_commentary, read_issued
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.report.report_files import FORMATS, to_csv
from shp_view.views import report_views

MONTHS = {"2019-10": 4, "2019-11": 2, "2019-12": 2, "2020-10": 3, "2020-11": 2, "2020-12": 1}


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A store of the partnership's own, of two quarters."""
    root = tmp_path / "store"
    load(root, incidents(tmp_path / "a.csv", MONTHS))
    monkeypatch.setenv("SHP_STORE", str(root))
    return root


@pytest.mark.parametrize("area", AREAS)
def test_the_report_reads_for_every_area(area):
    at = by_link("report", area=area, period=Q3)
    assert not at.exception
    where = "Hartlepool" if area.startswith("All") else area
    assert title(at) == f"Community safety performance report, {where}, {Q3}"
    assert ("A report covers one area" in said(at)) == area.startswith("All")
    rows = tables(at)[0]
    assert rows[0][:2] == ["Indicator", "Year to date"]
    assert rows[1][0] == "ASB incidents reported to the Police"


def test_the_published_figures_stand_on_the_page():
    at = by_link("report", area="Hartlepool", period=Q3)
    first = tables(at)[0][1]
    assert first[1:7] == ["4,348", "896", "1,166", "1,246", "+350", "+39%"]
    everything = " ".join(html(at))
    assert "350 more (39%) than in the same quarter last year (896)" in everything
    assert "Fens and Rossmere was the only ward with none" in everything


@pytest.mark.parametrize(("period", "quarter"), [("Oct 2020", Q3), ("2020-21 (Apr 2020 to Mar 2021)", "2020-21 Q4")])
def test_another_period_shows_the_quarter_in_which_it_ends_and_says_so(period, quarter):
    at = by_link("report", area="Hartlepool", period=period)
    assert quarter in title(at)
    assert "A report covers a whole quarter" in said(at)


def test_every_sentence_with_a_figure_shows_the_figures_it_was_made_from():
    at = by_link("report", area="Hartlepool", period=Q3)
    parts = [body for body in html(at) if body.startswith('<section class="paper">')]
    assert len(parts) > 20
    assert all(body.count("<details") == body.count("</details>") for body in parts)
    assert "The figures behind this sentence" in parts[0]


def test_what_is_not_in_yet_is_listed_and_never_zero(own):
    at = by_link("report", period=Q3)
    assert not at.exception
    assert [row[0] for row in tables(at)[0]] == [
        "Indicator",
        "ASB incidents reported to the Police",
        "Rate of ASB per 1,000 population",
    ]
    assert said(at).count("Not supplied: ASB Unit complaints") == 1


def test_a_commentary_is_kept_with_the_store_shown_and_exported(own):
    at = by_link("report", period=Q3)
    store = open_store(own)
    made = report_views.load_report(Reader(store, DESK), report_views.narrow_selection(_chosen()).period, "Hartlepool")
    text, reader = "Lockdown <b>changed</b> what was reported.", Reader(store, DESK)
    report_views.save_report_commentary(reader, made.report, "asb_police", text)
    at = by_link("report", period=Q3)
    assert not at.exception
    assert "Lockdown &lt;b&gt;changed&lt;/b&gt; what was reported." in " ".join(html(at))
    with pytest.raises(UserError, match=r"too long|6,000"):
        report_views.save_report_commentary(reader, made.report, "asb_police", "x" * 6000)
    assert list(read_commentary(own).values()) == ["Lockdown <b>changed</b> what was reported."]


def test_issuing_keeps_the_figures_and_a_later_change_is_told(own, tmp_path):
    at = by_link("report", period=Q3)
    assert "Not published yet" in said(at)
    next(button for button in at.button if button.label == "Publish this report").click().run()
    assert not at.exception
    assert [(one.quarter, one.area, one.by) for one in read_issued(own)] == [("2020-21-Q3", "Hartlepool", "analyst")]
    assert "Published on" in said(at)
    load(own, incidents(tmp_path / "b.csv", MONTHS | {"2020-12": 4}))
    at = by_link("report", period=Q3)
    assert "in Hartlepool was reported as 6 on" in " ".join(html(at))
    assert "now 9" in " ".join(html(at))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_document_is_made_from_the_page(kind):
    store = open_store(prepare_sample_store())
    made = report_views.load_report(Reader(store, DESK), report_views.narrow_selection(_chosen()).period, "Hartlepool")
    data = report_views.build_report_file(
        kind, Reader(store, DESK), made, "http://localhost:8501/report?area=Hartlepool"
    )
    assert len(data) > 3000
    assert data[:2] == b"PK" or kind in ("csv", "json")


def test_the_check_finds_what_does_not_follow_and_says_what_is_wrong_with_a_file():
    store = open_store(prepare_sample_store())
    made = report_views.load_report(Reader(store, DESK), report_views.narrow_selection(_chosen()).period, "Hartlepool")
    good = to_csv(made.report).encode()
    wrong, note = report_views.check_published_file(Reader(store, DESK), "ours.csv", good)
    assert wrong.table.empty
    assert note.endswith("rows checked: every figure follows.")
    bad = good.replace(b",1246,350,", b",1246,351,")
    assert bad != good
    wrong, note = report_views.check_published_file(Reader(store, DESK), "ours.csv", bad)
    assert wrong.table[["indicator", "figure", "published", "expected"]].values.tolist() == [
        ["asb_police", "Difference", "351", "350"]
    ]
    assert "1 figure does not follow" in note
    with pytest.raises(UserError, match=r"notes\.csv"):
        report_views.check_published_file(Reader(store, DESK), "notes.csv", b"a,b\n1,2\n")


def test_the_check_view_asks_for_a_table():
    at = by_link("report", view="Check a published report")
    assert not at.exception
    assert "Each figure is calculated again" in said(at)


def _chosen():
    from helpers.stores import chosen

    return chosen("2020-21-Q3", "asb_police", "Hartlepool")
