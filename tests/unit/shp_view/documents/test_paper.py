"""The text of a paper: without what XML forbids, in sentences, shortened between words."""

from __future__ import annotations

from datetime import date

import pytest
from helpers.papers import FORBIDDEN, hostile, report

from shp_view.documents.paper import format_day, make_printable, shorten_text, split_paragraphs, split_sentences
from shp_view.text.report_sentences import Sentence


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain £ é — 😀", "plain £ é — 😀"),
        ("a\x00b\x08c\x1b\x7f\x9f", "abc"),
        ("a\r\nb\x0bc\u2028d\te", "a\nb\nc\nd\te"),
        ("\ud800\ufffe\uffff", ""),
    ],
)
def test_only_what_xml_may_hold_is_printed(text: str, printed: str) -> None:
    assert make_printable(text) == printed


def test_every_text_of_a_paper_is_made_printable_and_nothing_else_changes() -> None:
    assert make_printable(report()) == report()
    clean = make_printable(hostile())
    part = clean.chapters[0].parts[0]
    for text in (clean.title, clean.block[0][1], clean.notes[0], part.tables[0].rows[0][0], part.sentences[0].text):
        assert "<b>bold</b>" in text
        assert not set(text) & set(FORBIDDEN)
    assert clean.chapters[0].parts[1].pictures[0].spec == hostile().chapters[0].parts[1].pictures[0].spec


def test_sentences_end_where_a_reader_thinks_so() -> None:
    text = 'It rose by 12.5% to 3.1. St. Hilda (Nov. only) had most! "Why?" 348 were new.'
    assert split_sentences([Sentence(text), Sentence("One.")]) == [
        "It rose by 12.5% to 3.1.", "St. Hilda (Nov. only) had most!", "\"Why?\" 348 were new.", "One.",
    ]  # fmt: skip
    assert split_sentences([Sentence("")]) == []


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two …"),
        ("onetwothree", 6, "onetw…"),
    ],
)
def test_a_text_is_cut_between_words_unless_there_is_but_one(text: str, most: int, short: str) -> None:
    assert shorten_text(text, most) == short
    assert len(short) <= most


def test_commentary_keeps_its_paragraphs() -> None:
    assert split_paragraphs("One.\n\n  Two.\n") == ["One.", "Two."]
    assert split_paragraphs("") == []


def test_a_date_is_in_words() -> None:
    assert format_day(date(2026, 11, 9)) == "9 November 2026"
