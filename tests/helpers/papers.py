"""Papers that the tests of documents draw: one as a quarter's report reads, and one that does its worst."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from helpers.stores import DESK, chosen
from helpers.view_figures import figure

from shp_data.analysis import comparison, trends
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.charts import comparison_charts, trend_charts
from shp_view.documents.paper import Chapter, Paper, PaperTable, Part, Picture
from shp_view.text import alt_texts, comparison_words
from shp_view.text.report_sentences import Sentence

HEADER = (
    "Indicator", "Year to date", "Same quarter last year", "This quarter", "Difference", "% difference",
    "Previous quarter",
)  # fmt: skip
NOTICE = "SYNTHETIC SAMPLE: these are not real records."
SOURCE = f"{NOTICE} Synthetic sample of the Safer Hartlepool Partnership. Data to Mar 2021."


@cache
def report() -> Paper:
    """The paper of Hartlepool for the third quarter of 2020-21, of the sample."""
    return Paper(
        title="Safer Hartlepool Partnership performance report, 2020-21 Q3",
        block=(
            ("Report of", "Safer Hartlepool Partnership"),
            ("Area", "Hartlepool"),
            ("Period", "2020-21 Q3 (October to December 2020)"),
            ("Data to", "March 2021"),
        ),
        summary=tuple(Sentence(text) for text in MESSAGES),
        chapters=(antisocial_behaviour(), drugs(), Chapter("Reduce reoffending", PaperTable("", HEADER, ()), ())),
        notes=(
            "Rates are per 1,000 residents, by the mid-year estimate for 2019 of the Office for National Statistics.",
            "A change is called higher or lower than expected only where chance alone would rarely make it.",
        ),
        sources=(
            "Police records: data.police.uk, Open Government Licence v3.0.",
            "Populations: Office for National Statistics, licensed under the Open Government Licence v3.0.",
        ),
        link="https://dashboard.example.org/report?quarter=2020-21-Q3&area=Hartlepool",
        notice=NOTICE,
        overview=overview(),
    )


def overview() -> PaperTable:
    """Every indicator, under its priority."""
    chapters = (antisocial_behaviour(), drugs())
    rows = [row for c in chapters for row in ((c.heading, *[""] * (len(HEADER) - 1)), *c.table.rows)]
    return PaperTable("Every indicator, Hartlepool, 2020-21 Q3", HEADER, tuple(rows))


MESSAGES = (
    "Police ASB incidents rose by 350 (39%), from 896 to 1,246, compared with the same quarter last year.",
    "Fly-tipping reports rose by 228 (59%), from 386 to 614.",
    "Drug supply offences rose by 62, from 24 to 86; the earlier count is small, so the percentage says little.",
    "ASB complaints received by the Council's ASB Unit fell by 15 (14%), from 105 to 90.",
    "Figures of the Harbour service are awaited.",
)


def antisocial_behaviour() -> Chapter:
    store, selection = open_store(prepare_sample_store()), chosen("2020-21-Q3", "asb_police", "Hartlepool")
    months, areas = (
        trends.count_by_month(Reader(store, DESK), selection),
        comparison.compare_lpas(Reader(store, DESK), selection),
    )
    police = Part(
        "asb_police",
        "ASB incidents reported to the Police",
        (
            Sentence(f"{MESSAGES[0]} The rise is higher than expected."),
            Sentence("They rose by 80 (7%) on the previous quarter, from 1,166."),
            Sentence("October had the most (518), December the fewest (302). 348 incidents (28%) were COVID-related."),
            Sentence("Hartlepool's rate of 13.3 per 1,000 residents is the third highest of the four areas."),
        ),
        tables=(
            PaperTable(
                "Police ASB by Local Policing Area, 2020-21 Q3",
                ("Local Policing Area", "This quarter", "Same quarter last year", "% difference", "Rate per 1,000"),
                (
                    ("Hartlepool", "1,246", "896", "+39%", "13.3"),
                    ("Middlesbrough", "2,478", "1,884", "+32%", "17.6"),
                    ("Redcar & Cleveland", "1,762", "1,407", "+25%", "12.8"),
                    ("Stockton-on-Tees", "2,425", "1,723", "+41%", "12.3"),
                ),
            ),
        ),
        pictures=(
            Picture("Police ASB by month, April 2019 to December 2020", trend_charts.draw_trend(months), months,
                    alt_texts.describe_trend(months)),
            Picture("Police ASB by area, rate per 1,000 residents", comparison_charts.draw_rates(areas, "Hartlepool"),
                    areas, comparison_words.ALT_TEXTS["rates"](areas)),
        ),
        commentary="The restrictions of the autumn explain much of the rise.\n\nPatrols were raised in November.",
        notes=("The figure of the same quarter last year was reported as 890 and is now 896.",),
        source=SOURCE,
    )  # fmt: skip
    complaints = Part(
        "asb_complaints_asbu",
        "ASB complaints received by the Council's ASB Unit",
        (Sentence(MESSAGES[3]), Sentence("The year to date is 321.")),
        source=SOURCE,
    )
    table = PaperTable(
        "Anti-social behaviour: Hartlepool, 2020-21 Q3",
        HEADER,
        (
            ("ASB incidents reported to the Police", "4,348", "896", "1,246", "+350", "+39%", "1,166"),
            ("ASB complaints received by the Council's ASB Unit", "321", "105", "90", "-15", "-14%", "126"),
            ("Fly-tipping reports received by the Council", "2,467", "386", "614", "+228", "+59%", "903"),
            ("Referrals to specialist domestic violence services", "awaited", "817", "awaited", "not available",
             "not available", "awaited"),
        ),
    )  # fmt: skip
    return Chapter("Anti-social behaviour", table, (police, complaints))


def drugs() -> Chapter:
    wards = ("Burn Valley", "De Bruce", "Fens and Rossmere", "Foggy Furze", "Hart", "Headland and Harbour", "Jesmond",
             "Manor House", "Rural West", "Seaton", "Victoria")  # fmt: skip
    rows = tuple((ward, str(20 - place), f"{(20 - place) / 1.54:.1f}%") for place, ward in enumerate(wards))
    header = ("Ward", "Count", "Share")
    wards_of_supply = PaperTable("Drug supply offences by ward, 2020-21 Q3", header, rows, is_detail=True)
    supply = Part(
        "drugs_supply",
        "Drug offences: supply",
        (Sentence(MESSAGES[2]), Sentence("Burn Valley and De Bruce hold 25% of the offences.")),
        tables=(wards_of_supply,),
        source=SOURCE,
    )
    table = PaperTable(
        "Drugs and alcohol: Hartlepool, 2020-21 Q3",
        HEADER,
        (("Drug offences: supply", "147", "24", "86", "+62", "(+258%)", "37"),),
    )
    return Chapter("Drugs and alcohol", table, (supply,))


FORBIDDEN = "\x00\x0b\x1b\ufffe\ud800"
HOSTILE = f'<b>bold</b> & "quoted" =1+1 {FORBIDDEN} {{{{x}}}} ]]> <w:p/>'
LONG_WORD = "Llanfair" * 40


def hostile() -> Paper:
    """Markup, control characters, very long words, a long commentary, nothing where something is expected."""
    rows = tuple((f"Row {number} {HOSTILE}", f"{number:,}", LONG_WORD[:60]) for number in range(1, 61))
    grid = PaperTable(f"Sixty rows {HOSTILE}", ("Ward", "Count", HOSTILE), rows)
    empty = figure(
        comparison.compare_lpas(Reader(open_store(prepare_sample_store()), DESK), chosen("2020-21-Q3")).table.iloc[:1]
    )
    picture = Picture(HOSTILE, comparison_charts.draw_rates(empty), empty, HOSTILE)
    parts = (
        Part("a", HOSTILE, (Sentence(HOSTILE), Sentence(LONG_WORD)), tables=(grid,), commentary=f"{HOSTILE} " * 80),
        Part("b", LONG_WORD, (Sentence(f"{HOSTILE} {LONG_WORD}"),), pictures=(picture,), commentary=COMMENTARY),
        Part("c", "Nothing said", ()),
        Part("d", "An empty table", (Sentence("One."),), tables=(PaperTable("Nothing", ("Ward", "Count"), ()),)),
        Part(
            "e", "Long message", (Sentence("A message that does not end " * 40),), notes=(HOSTILE,), source=HOSTILE * 9
        ),
    )
    return replace(
        report(),
        title=f"{HOSTILE} {LONG_WORD}",
        block=((HOSTILE, HOSTILE), ("Long", LONG_WORD)),
        summary=tuple(Sentence(f"{number}. {'word ' * 60}end.") for number in range(12)),
        chapters=(Chapter(HOSTILE, grid, parts), Chapter("Empty", PaperTable("", (), ()), ())),
        notes=(HOSTILE,),
        sources=(),
        link="",
        notice=f"{NOTICE} {HOSTILE}",
        overview=grid,
    )


COMMENTARY = ("Officers visited every ward of the town in the quarter. " * 100)[:5000]


def said(paper: Paper) -> list[str]:
    """Everything that the paper says."""
    return [item.text for item in (*paper.summary, *(s for c in paper.chapters for p in c.parts for s in p.sentences))]


def pdf_of(content: bytes, suffix: str, folder: Path) -> Path:
    """The document as LibreOffice prints it; without LibreOffice the test skips, or fails where it is required."""
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        message = "no LibreOffice or pdftotext on this machine (Debian: libreoffice-writer, -impress; poppler-utils)"
        if os.environ.get("SHP_REQUIRE_OFFICE"):
            pytest.fail(message)
        pytest.skip(message)
    source = folder / f"paper.{suffix}"
    source.write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / "paper.pdf"


def pages_of(pdf: Path, *options: str) -> list[str]:
    """The text of each page. `options`: of pdftotext, such as the part of the page to read."""
    found = subprocess.run(["pdftotext", *options, str(pdf), "-"], check=True, capture_output=True)
    return found.stdout.decode().split("\f")[:-1]


def unbroken(text: str) -> str:
    """A text without blanks, breaks and hyphens, ligatures taken apart: what is left is the same on any page."""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split())
