"""The meeting pack: its link and file, hostile ones, the Present page, the deck; links that say how old they are."""

from __future__ import annotations

import base64
import io
import json
import random
import zlib
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from helpers.pages import Q3, Q4, by_link, html, said, title
from pptx import Presentation

from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.text.data_words import explain_as_of
from shp_view.views import filters, pack
from shp_view.views.pack import PackError, Slide, make_slide, read_file, read_link_text, to_file, to_link_text

ANALYST, PARTNER = Viewer(), Viewer("partner")
PACK = (
    make_slide("trends", {"what": "Police ASB", "area": "Hartlepool", "period": Q3}),
    make_slide("hotspots", {"what": "Drug supply", "area": "Middlesbrough", "period": Q3, "measure": "Share"}),
    make_slide("report", {"area": "Hartlepool", "period": Q4, "part": "messages"}),
)
MARKUP = "<script>alert(1)</script> **bold** [link](http://example.org) $x$ :red[x]"


def ask(function, *args, **kwargs):
    return function(Reader(open_store(prepare_sample_store()), ANALYST), *args, **kwargs)


def ask_as_partner(function, *args, **kwargs):
    return function(Reader(open_store(prepare_sample_store()), PARTNER), *args, **kwargs)


def words_of(value: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode().rstrip("=")


def shown_on(at) -> str:
    return "\n".join([said(at), *html(at)])


def press(at, label: str):
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def asked_for(at, name: str) -> str:
    """A parameter of the address; what the page wrote is a list, what the test asked is not."""
    found = at.query_params[name]
    return found if isinstance(found, str) else found[0]


# The pack


def test_a_pack_comes_back_from_its_link_and_from_its_file():
    renamed = pack.rename_slide(PACK, 1, f"  Ä title\nin two lines £ {MARKUP}  ")
    assert renamed[1].title == f"Ä title in two lines £ {MARKUP}"
    for one in (PACK, renamed, ()):
        assert read_link_text(to_link_text(one)) == one
        assert read_file(to_file(one)) == one
    assert set(to_link_text(renamed)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(to_link_text(PACK * 7)) < 1_000


def test_slides_move_are_renamed_and_removed_and_the_old_pack_stays():
    one, two, three = PACK
    assert pack.move_slide(PACK, 0, 1) == (two, one, three)
    assert pack.move_slide(PACK, 2, -1) == (one, three, two)
    assert pack.move_slide(PACK, 0, -1) == PACK == pack.move_slide(PACK, 2, 1)
    assert pack.remove_slide(PACK, 1) == (one, three)
    assert pack.rename_slide(pack.rename_slide(PACK, 0, "Other"), 0, "") == PACK
    assert pack.add_slides(PACK, [one]) == (one, two, three, one)
    with pytest.raises(PackError, match="up to 60 slides; this one would have 61"):
        pack.add_slides(PACK * 20, [one])


@pytest.mark.parametrize(
    "words",
    [
        to_link_text(PACK)[:40],
        to_link_text(PACK)[:-6],
        to_link_text(PACK)[1:],
        "not a pack!",
        "é",
        "A",
        words_of({"page": "trends"}),
        words_of("trends"),
        words_of([["trends", {"what": 5}, ""]]),
        words_of([["trends", [], ""]]),
        words_of([["trends", {}]]),
        words_of([["records", {}, ""]]),
        words_of([["<b>x</b>", {}, ""]]),
        words_of([["trends", {"what": "x" * 10_000}, ""]]),
        words_of([["trends", {}, ""]] * 61),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 150_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000, 9)).decode(),
    ],
)
def test_a_hostile_link_is_one_clear_message(words):
    with pytest.raises(PackError) as caught:
        read_link_text(words)
    assert len(str(caught.value)) < 200
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"{", b"null", b"[1]", b"[" * 100_000, b" " * 300_000, b'[["trends"]]'],
)
def test_a_hostile_file_is_one_clear_message(data):
    with pytest.raises(PackError, match="The meeting pack cannot be read: "):
        read_file(data)


def test_parameters_that_a_page_does_not_know_are_left_out_and_long_titles_cut():
    (read,) = read_file(json.dumps([["trends", {"what": "Police ASB", "x": "1"}, "t" * 500]]).encode())
    assert read == Slide("trends", (("what", "Police ASB"),), "t" * pack.LONGEST_TITLE)


@pytest.mark.parametrize(
    ("words", "found"),
    [(None, 1), ("1", 1), ("3", 1), ("0", 0), ("4", 0), ("-1", 0), ("abc", 0), ("²", 0), ("9" * 5000, 0), ("", 0)],
)
def test_a_slide_that_is_not_there_is_told(words, found):
    if found:
        assert pack.parse_slide_number(words, 3) == (int(words) if words else None)
    else:
        with pytest.raises(SelectionError, match="the pack has 3 slides"):
            pack.parse_slide_number(words, 3)


# What a slide shows


def test_the_pack_of_the_report_holds_its_messages_and_each_of_its_charts():
    made = pack.build_report_pack(filters.read_selection(ask(filters.list_options), {"area": "Hartlepool"}), ask)
    parts = [dict(one.parameters)["part"] for one in made]
    assert parts[:3] == ["messages", "asb_police.0", "asb_police.1"]
    assert "drugs_supply.0" in parts
    assert all(dict(one.parameters)["period"] == Q4 for one in made)


def test_a_title_of_ones_own_stands_until_a_question_changes_what_is_shown():
    own = pack.rename_slide(PACK, 0, MARKUP)[0]
    assert pack.present_slide(own, ask).title == MARKUP
    other = pack.present_slide(own, ask, {"area": "Middlesbrough"})
    assert other.title.startswith("Police ASB incidents in Middlesbrough")
    assert other.view.figure.subtitle == f"Police ASB, Middlesbrough, {Q3}"


def test_titles_are_escaped_on_the_slide():
    shown = pack.format_slide(pack.present_slide(pack.rename_slide(PACK, 0, MARKUP)[0], ask))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "Synthetic sample" in shown


def test_the_deck_has_the_titles_of_the_pack_in_its_order():
    mine = pack.rename_slide(pack.add_slides(PACK, [make_slide("repeats", {"period": Q3})]), 0, "My own message")
    told = [pack.present_slide(one, ask) for one in mine]
    deck = Presentation(io.BytesIO(pack.to_pptx(told, "http://localhost/present?pack=x", date(2021, 5, 4))))
    titles = [one.shapes.title.text_frame.text for one in deck.slides]
    assert titles[:2] == ["Meeting pack", "Key messages"]
    assert titles[2:4] == ["My own message", told[1].title]
    assert titles[4].startswith(told[2].title)
    assert titles[-1] == told[3].title
    pictures = [shape for one in deck.slides for shape in one.shapes if shape.name == "Chart"]
    assert len(pictures) == 3
    assert pictures[1]._element.xpath(".//p:cNvPr")[0].get("descr") == told[1].view.alt
    assert "http://localhost/present?pack=x" in deck.slides[0].notes_slide.notes_text_frame.text


def test_a_deck_leaves_out_what_the_role_may_not_see():
    partner = [pack.present_slide(one, ask_as_partner) for one in (make_slide("repeats", {}), PACK[0])]
    assert partner[0].view is None
    lsoas = pack.present_slide(make_slide("hotspots", {"layer": "LSOAs"}), ask_as_partner)
    assert lsoas.view is None
    assert any("choose wards" in note for note in lsoas.notes)
    deck = Presentation(io.BytesIO(pack.to_pptx(partner, "", date(2021, 5, 4))))
    assert [one.shapes.title.text_frame.text for one in deck.slides][2:] == [partner[1].title]


# The page


def test_a_view_is_added_on_its_page_and_stands_in_the_pack():
    at = by_link("trends", what="Drug supply", area="Middlesbrough", period=Q3, view="Seasons")
    press(at, "Add this view to the pack")
    at.switch_page("pages/report/present.py").run()
    assert title(at) == "Meeting pack of 1 slide"
    asked = {"what": "Drug supply", "area": "Middlesbrough", "period": Q3, "view": "Seasons"}
    assert read_link_text(asked_for(at, "pack")) == (make_slide("trends", asked),)


def test_links_between_pages_bring_the_pack_along():
    at = by_link("trends", what="Police ASB", area="Hartlepool")
    press(at, "Add this view to the pack")
    links = [found for body in html(at) for found in body.split('"') if found.startswith("records?")]
    (carried,) = {parse_qs(urlsplit(link.replace("&amp;", "&")).query)["carried"][0] for link in links}
    again = by_link("headlines", carried=carried)
    again.switch_page("pages/report/present.py").run()
    assert title(again) == "Meeting pack of 1 slide"


def test_the_pack_of_the_report_is_reordered_and_presented():
    at = by_link("present", area="Hartlepool", period=Q3)
    assert title(at).startswith("No meeting pack yet")
    press(at, "Create slides from the quarterly report")
    first, second, *_ = read_link_text(asked_for(at, "pack"))
    next(button for button in at.button if button.key == "Down-0").click().run()
    assert read_link_text(asked_for(at, "pack"))[:2] == (second, first)
    next(button for button in at.button if button.key == "remove-0").click().run()
    assert read_link_text(asked_for(at, "pack"))[0] == first
    press(at, "Present")
    assert asked_for(at, "slide") == "1"
    assert "Community safety performance report, Hartlepool" in shown_on(at)
    assert not at.title
    press(at, "Next")
    assert asked_for(at, "slide") == "2"
    press(at, "Next by page key")
    press(at, "Back")
    press(at, "Back by page key")
    assert asked_for(at, "slide") == "1"
    press(at, "End")
    assert "slide" not in at.query_params
    assert title(at).startswith("Meeting pack of ")


def test_a_question_changes_this_slide_only():
    at = by_link("present", pack=to_link_text(PACK), slide="1")
    assert "incidents in Hartlepool" in shown_on(at)
    next(box for box in at.selectbox if box.key == "question-1-area").select("Stockton-on-Tees").run()
    assert "incidents in Stockton-on-Tees" in shown_on(at)
    press(at, "Next")
    assert "drug supply offences" in shown_on(at)
    press(at, "Back")
    assert "incidents in Hartlepool" in shown_on(at)
    assert read_link_text(asked_for(at, "pack")) == PACK


@pytest.mark.parametrize("words", [to_link_text(PACK)[:30], words_of([["records", {}, ""]]), "<b>"])
def test_a_hostile_link_opens_the_page_with_one_message(words):
    at = by_link("present", pack=words)
    assert not at.exception
    assert title(at).startswith("No meeting pack yet")
    assert [error.value for error in at.error if "cannot be read" in error.value]


def test_a_title_with_markup_is_shown_as_it_is():
    at = by_link("present", pack=to_link_text(pack.rename_slide(PACK, 0, MARKUP)))
    assert not at.exception
    assert MARKUP in said(at)
    assert any("\\<script\\>" in str(one.value) for one in at.markdown)


def test_a_slide_that_is_no_longer_there_is_shown_as_by_default_with_a_note():
    at = by_link("present", pack=words_of([["trends", {"period": "Oct 1999", "what": "Piracy"}, ""]]), slide="1")
    assert not at.exception
    assert "Not available, so the default is shown: what “Piracy” and period “Oct 1999”." in said(at)


def test_a_pack_too_long_for_a_link_is_kept_and_offered_as_a_file():
    mixed = random.Random(7)
    titles = [base64.b64encode(mixed.randbytes(120)).decode() for _ in range(50)]
    long = tuple(Slide("trends", (), text) for text in titles)
    assert len(to_link_text(long)) > pack.LONGEST_LINK
    at = by_link("present", pack=to_link_text(long))
    next(button for button in at.button if button.key == "Down-0").click().run()
    assert "too long for a link" in said(at)
    assert "pack" not in at.query_params
    assert title(at) == "Meeting pack of 50 slides"


# Links


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("", ""),
        ("2021-06", ""),
        ("2021-03", "This view was shared when the data went up to March 2021. It now goes up to June 2021."),
        (
            "2022-01",
            "This view was shared when the data went up to January 2022. The data here goes up to June 2021 only.",
        ),
        ("2021-13", "The link's data month “2021-13” is not valid, so this view shows the current data."),
        (
            "<b>" * 50,
            "The link's data month “<b><b><b><b><b><b><b” is not valid, so this view shows the current data.",
        ),
    ],
)
def test_a_link_says_that_its_data_has_moved_on(words, note):
    found = explain_as_of(words, Month(2021, 6))
    assert found == note


@pytest.mark.parametrize("page", ["headlines", "trends", "comparison", "hotspots", "report", "present"])
def test_every_page_says_how_old_its_link_is(page):
    at = by_link(page, asof="2020-12")
    assert not at.exception
    note = "This view was shared when the data went up to December 2020. It now goes up to March 2021."
    assert note in said(at)
    assert "This view was shared" not in said(by_link(page, asof="2021-03"))
