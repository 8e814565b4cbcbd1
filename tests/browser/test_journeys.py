"""What a user does, in a real browser: from the first start to a figure in a paper.

Every visit ends with no error in the console and no request that left this machine (see `browser`).
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from helpers.album import Album
from helpers.browser import Site, box, filter_value, go, pick, serving, settle, table, title
from helpers.servers import started
from helpers.stores import POINTS
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from python_calamine import CalamineWorkbook

from shp_data.domain.partnership import partnership
from shp_view.maps.map_parts import DESK
from shp_view.maps.ward_shapes import compute_zoom, merge_bounds, read_ward_shapes

PAGES = ("", "trends", "comparison", "hotspots", "records", "data", "load_files", "methods")
Q3 = "2020-21 Q3 (Oct to Dec 2020)"
ASKED = {"what": "Drug supply", "area": "Middlesbrough", "period": Q3, "covid": "Left out"}
TELEPHONE = {"width": 390, "height": 844}


def tables(page: Page) -> list[list[list[str]]]:
    """Every table of the page in sight, as rows of cells, the head first."""
    return page.locator(".figures table").evaluate_all(
        "all => all.filter(one => one.checkVisibility())"
        ".map(one => [...one.rows].map(row => [...row.cells].map(cell => cell.innerText.trim())))"
    )


def notice(page: Page) -> Locator:
    """The notice that the incidents are invented."""
    return page.locator('[data-testid="stAlert"]', has_text="Synthetic sample.")


# First start, and links


def test_a_visit_finds_nothing_of_the_one_before_in_the_same_tab(site):
    with site.visit("methods") as page:
        page.evaluate("localStorage.left = sessionStorage.left = 1; document.cookie = 'left=1'")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 844})
        first = page
    with site.visit("methods") as page:
        assert page == first
        assert page.evaluate("[localStorage.left, sessionStorage.left, document.cookie.includes('left')]") == [
            None, None, False,
        ]  # fmt: skip
        assert page.evaluate("[matchMedia('(prefers-color-scheme: dark)').matches, innerWidth]") == [False, 1440]


def test_from_the_first_start_to_the_first_insight(site):
    with site.visit() as page:
        assert "compared with last year" in title(page)
        notice(page).wait_for(timeout=20_000)
        page.locator("h3", has_text="Police ASB").wait_for(timeout=20_000)
        page.get_by_text("1,065", exact=True).first.wait_for(timeout=20_000)
        page.get_by_role("img", name="Line of incidents a month").first.wait_for(timeout=20_000)
        assert [row[0] for row in table(page)][1:] == [
            "Police ASB",
            "Deliberate secondary fires",
            "Deliberate vehicle fires",
            "Drug possession",
            "Drug supply",
        ]
        page.get_by_role("link", name="See the trend").first.click()
        expect(page.locator("h1")).to_contain_text("Police ASB incidents in Hartlepool rose by 114 (12%)")


@pytest.fixture(params=["run.py", "server.py"])
def unvisited(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """A dashboard that nobody has asked for a page yet, started in each of the two ways."""
    if request.param == "run.py":
        with serving(browser, tmp_path / "none", tmp_path / "log") as running:
            yield running
    else:
        with started(tmp_path, tmp_path / "none") as server:
            yield Site(browser, server.address, server.log)


def test_a_link_with_filters_may_be_the_first_request_of_all(unvisited):
    with unvisited.visit(
        "trends", ASKED, bypass_csp=True
    ) as page:  # else the policy forbids to look whether it is still
        assert title(page).startswith("Drug supply offences in Middlesbrough")
        page.get_by_text(f"{Q3} · Middlesbrough").wait_for(timeout=20_000)
        assert [filter_value(page, name) for name in ("What", "Area", "Period")] == list(ASKED.values())[:3]
        assert filter_value(page, "COVID-related incidents") == ASKED["covid"]
        assert page.get_by_role("dialog").count() == 0
        assert page.get_by_text("Page not found").count() == 0
        assert page.locator('[data-testid="stSidebarNav"]').get_by_role("link").count() >= len(PAGES) - 1


def test_an_address_shows_the_same_view_elsewhere(site, album: Album):
    with site.visit("comparison") as page:
        pick(page, "Area", "Redcar & Cleveland")
        pick(page, "Period", Q3)
        pick(page, "COVID-related incidents", "Left out")
        address, told, numbers = page.url, title(page), table(page)
        page.get_by_role("button", name="Share").click()
        link = page.locator('[data-testid="stPopoverBody"] code')
        expect(link).to_be_visible()
        shared = link.inner_text().replace("\n", "")
        album.guide(page, "share")
    assert address != f"{site.address}/comparison"
    for one in (address, shared):
        with site.visit(one.removeprefix(f"{site.address}/")) as page:
            assert (title(page), table(page)) == (told, numbers)
            assert filter_value(page, "COVID-related incidents") == "Left out"


def test_filters_stay_whichever_way_one_goes(site):
    with site.visit("trends", ASKED) as page:
        for name in ("Comparison", "Data", "Records"):
            go(page, name)
            if name != "Data":
                page.get_by_text(f"{Q3} · Middlesbrough").wait_for(timeout=20_000)
        assert "drug supply" in title(page)
        go(page, "Headlines")
        # The card's own indicators, though another was in view on the pages before.
        page.get_by_role("link", name="See the trend").first.click()
        expect(page.locator("h1")).to_contain_text("Police ASB incidents in Middlesbrough")
        settle(page)
        page.go_back()
        expect(page.locator("h1")).to_contain_text("compared with last year")
        page.locator(".figures a", has_text="Drug supply").click()
        expect(page.locator("h1")).to_contain_text("drug supply offences, Middlesbrough")
        settle(page)
        assert filter_value(page, "What") == "Drug supply"
        assert filter_value(page, "Period") == Q3


def test_a_month_of_the_trend_leads_to_its_records(site):
    with site.visit("trends", ASKED) as page:
        page.locator('[aria-roledescription="rect mark"][aria-label*="Month: Mar 2021"]').first.click()
        page.get_by_role("link", name="See the records: Mar 2021").click()
        expect(page.locator("h1")).to_contain_text("Middlesbrough, Mar 2021")
        settle(page)
        assert filter_value(page, "Period") == "Mar 2021"


# Charts and maps that can be clicked


def test_a_click_on_a_bar_leads_to_that_area(site):
    with site.visit("comparison", {"period": Q3}) as page:
        bars = page.locator('[data-testid="stVegaLiteChart"] svg path[aria-roledescription="bar"]')
        assert bars.count() == 4
        bars.nth(1).click()
        link = page.get_by_role("link", name="See the records of this area")
        expect(page.get_by_role("link", name="See the wards of Middlesbrough")).to_be_visible()
        link.click()
        expect(page.locator("h1")).to_contain_text(f"2,478 police ASB incidents, Middlesbrough, {Q3}")
        settle(page)
        assert filter_value(page, "Area") == "Middlesbrough"


def pixel_of(ward: str, lpa_codes: set[str], page: Page) -> dict[str, float]:
    """Where a ward's name stands within the map, by Web Mercator from the view that the map opens with."""
    shapes = [shape for code, shape in read_ward_shapes("2020").items() if code in lpa_codes]
    box_ = merge_bounds(shapes)
    (at,) = [shape.spots[0] for shape in shapes if shape.name == ward]
    scale = 512 * 2 ** compute_zoom(box_, *DESK) / 360
    area = page.locator('[data-testid="stDeckGlJsonChart"]').bounding_box()
    middle = (box_[0] + box_[2]) / 2, (box_[1] + box_[3]) / 2
    right = (at[0] - middle[0]) * scale
    down = (mercator(middle[1]) - mercator(at[1])) * scale
    return {"x": area["width"] / 2 + right, "y": area["height"] / 2 + down}


def mercator(latitude: float) -> float:
    """Degrees of latitude, stretched as the map stretches them."""
    return math.degrees(math.log(math.tan(math.radians(45 + latitude / 2))))


def test_a_click_on_a_ward_shows_its_months(site):
    codes = {ward.code for ward in partnership().areas.list_wards("2020") if ward.lpa == "Hartlepool"}
    with site.visit("hotspots", {"period": Q3}) as page:
        canvas = page.locator('[data-testid="stDeckGlJsonChart"]')
        at = pixel_of("Seaton", codes, page)
        canvas.hover(position=at)
        page.wait_for_timeout(500)  # the map picks what is under the pointer in its own time
        canvas.click(position=at)
        expect(page.locator("h3", has_text="Seaton ward")).to_be_visible()
        settle(page)
        assert filter_value(page, "Ward") == "Seaton"
        assert "ward=Seaton" in page.url
        count = next(row for row in table(page) if row[0] == "Seaton")[table(page)[0].index("Count")]
        page.get_by_role("link", name="See the records").click()
        expect(page.locator("h1")).to_contain_text(f"{count} police ASB incidents, Seaton ward, {Q3}")
        settle(page)
        page.go_back()
        page.get_by_test_id("stMain").get_by_role("link", name="Ward profile").click()
        expect(page.get_by_text(f"{Q3} · Seaton")).to_be_visible()
        settle(page)
        assert "in Seaton" in title(page)
        every = next(rows for rows in tables(page) if rows[0][0] == "Indicator")
        assert dict(zip(every[0], every[1], strict=True))["Count"] == count


# Figures to take away


def open_downloads(page: Page) -> None:
    """The menu of the first figure."""
    page.get_by_role("button", name="Download", exact=True).first.click()


def downloaded(page: Page, kind: str) -> bytes:
    with page.expect_download() as waited:
        page.get_by_role("button", name=kind, exact=True).click()
    path = Path(waited.value.path())
    assert waited.value.suggested_filename.endswith(f".{kind.lower()}")
    return path.read_bytes()


def test_the_report_as_a_word_document_has_the_figures_of_the_page(site):
    with site.visit("report", {"area": "Hartlepool", "period": Q3}) as page:
        told, shown = title(page), tables(page)
        paper = docx.Document(io.BytesIO(downloaded(page, "DOCX")))
    assert told == f"Community safety performance report, Hartlepool, {Q3}"
    assert told in " ".join(paragraph.text for paragraph in paper.paragraphs)
    written = [[[cell.text for cell in row.cells] for row in one.rows] for one in paper.tables]
    assert shown[0][1][:5] == ["ASB incidents reported to the Police", "4,348", "896", "1,166", "1,246"]
    assert len(shown) == 3  # one for each priority
    # The paper has them in one table, under a heading for each priority.
    overview = written[1]
    assert [row for rows in shown for row in rows if row not in overview] == []


def test_a_figure_downloads_as_picture_and_as_table_with_the_numbers_of_the_page(site):
    with site.visit("comparison", {"period": Q3}) as page:
        shown = table(page)
        open_downloads(page)
        files = {kind: downloaded(page, kind) for kind in ("PNG", "SVG", "XLSX", "CSV")}
    picture = Image.open(io.BytesIO(files["PNG"]))
    picture.load()
    assert picture.width >= 800
    drawn = ElementTree.fromstring(files["SVG"])
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert "synthetic" in " ".join(drawn.itertext()).lower()

    counts = {row[0]: int(row[1].replace(",", "")) for row in shown[1:]}
    assert counts["Hartlepool"] == 1246
    rows = list(csv.DictReader(io.StringIO(files["CSV"].decode("utf-8-sig"))))
    assert {row["Area"]: int(row["Count"]) for row in rows} == counts
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["XLSX"]))
    cells = book.get_sheet_by_name("Figures").to_python()
    head = next(row for row in cells if "Count" in row)
    place = head.index("Count")
    assert {row[0]: row[place] for row in cells[cells.index(head) + 1 :]} == counts
    assert "synthetic" in str(book.get_sheet_by_name("Notes").to_python()).lower()


@pytest.mark.parametrize("name", ["", "trends", "hotspots"])
def test_the_picture_of_every_other_kind_of_figure_downloads(site, name):
    with site.visit(name, {"period": Q3}) as page:
        open_downloads(page)
        picture = Image.open(io.BytesIO(downloaded(page, "PNG")))
        picture.load()
        assert picture.width >= 800


def test_records_download_whole_though_the_page_shows_a_thousand(site):
    with site.visit("records", {"period": Q3}) as page:
        page.get_by_text("The first 1,000 records are below").wait_for(timeout=20_000)
        assert not page.locator('[aria-label="Download as CSV"]').is_visible(), "Streamlit's own, unmarked"
        open_downloads(page)
        rows = list(csv.reader(io.StringIO(downloaded(page, "CSV").decode("utf-8-sig"))))
    assert len(rows) == 1 + 1246


# Own records


def months_as_downloaded() -> bytes:
    """A zip as data.police.uk gives it: ASB of April and May 2021 in Hartlepool, one row of no month."""
    header = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
        "Crime type,Last outcome category,Context"
    )
    east, north = POINTS["Hartlepool"]
    row = f"Cleveland Police,Cleveland Police,{east},{north},On or near A,,,Anti-social behaviour,,"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for month, rows in {"2021-04": 7, "2021-05": 5}.items():
            lines = [header, *[f",{month},{row}"] * rows]
            lines += [f",2021-13,{row}"] if month == "2021-05" else []
            archive.writestr(f"{month}/{month}-cleveland-street.csv", "\n".join(lines) + "\n")
    return stream.getvalue()


def fires() -> bytes:
    """A CSV of the fire brigade: three fires, one sent twice, and two rows that cannot be used."""
    east, north = POINTS["Hartlepool"]
    rows = ("F1,04/05/2021", "F2,05/05/2021", "F2,05/05/2021", "F3,06/05/2021", "F4,31/02/2021", "F5,soon")
    lines = [f"{row},fires_secondary_deliberate,{east},{north}" for row in rows]
    return "\n".join(["incident_id,date,indicator,longitude,latitude", *lines]).encode()


def test_own_records_load_show_and_are_undone(fresh, album: Album):
    with fresh.visit(viewport={"width": 1440, "height": 1100}) as page:
        go(page, "Load files")  # from a page of the sample, whose period the records to come do not have
        months = {"name": "months.zip", "mimeType": "application/zip", "buffer": months_as_downloaded()}
        brigade = {"name": "fires.csv", "mimeType": "text/csv", "buffer": fires()}
        page.locator('input[type="file"]').set_input_files([months, brigade])
        expect(page.get_by_text("1 file ready to load and 2 files have unreadable dates.")).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Load", exact=True).click()
        expect(page.get_by_text("19 rows read = 15 accepted + 1 duplicate + 3 rejected")).to_be_visible()
        settle(page)
        page.get_by_text("15 records loaded from 3 files; 3 rows rejected").wait_for(timeout=20_000)
        page.locator("h3").first.scroll_into_view_if_needed()
        album.guide(page, "loaded")
        with page.expect_download() as waited:
            page.get_by_role("button", name="Rejected rows (CSV)").click()
        rejected = list(csv.reader(io.StringIO(Path(waited.value.path()).read_text(encoding="utf-8-sig"))))
        assert len(rejected) == 1 + 3
        assert [sum(value in row for row in rejected) for value in ("2021-13", "31/02/2021", "soon")] == [1, 1, 1]

        for name in ("Ward hotspots", "Headlines", "Trends"):
            go(page, name)
            expect(page.get_by_text("The link asks for")).to_have_count(0)

        go(page, "Load files")
        page.get_by_role("link", name="See the headlines").click()
        expect(page.get_by_text("data to May 2021 · fires and police.uk Cleveland Police data")).to_be_visible()
        settle(page)
        assert notice(page).count() == 0
        assert table(page)[1][:2] == ["Police ASB", "5"]  # May, the latest month: no quarter is whole

        go(page, "Data")
        page.get_by_role("button", name="Undo this load").click()
        page.get_by_role("button", name="Undo it", exact=True).click()
        expect(page.get_by_text("You have not loaded any data yet")).to_be_visible()
        settle(page)
        notice(page).wait_for(timeout=20_000)
        go(page, "Headlines")
        page.get_by_text("data to Mar 2021 · synthetic sample").wait_for(timeout=20_000)


# Small screens, and no mouse


def test_the_filters_open_on_a_telephone(site):
    with site.visit("trends", viewport=TELEPHONE) as page:
        page.locator('[data-testid="stExpandSidebarButton"]').click()
        expect(box(page, "Area")).to_be_in_viewport(ratio=1)  # the side bar slides in
        pick(page, "Area", "Middlesbrough")
        assert "in Middlesbrough" in title(page)


def test_the_keyboard_reaches_the_navigation_and_the_filters(site):
    with site.visit("trends") as page:
        reached = []
        for _ in range(30):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText"))
            if any("Area" in (told or "") for told in reached):
                break
        told = " | ".join(text or "" for text in reached)
        for name in ("Headlines", "Trends", "Comparison", "Ward hotspots", "Records", "Data", "Area"):
            assert name in told
        page.keyboard.type("Middles")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("in Middlesbrough")
        settle(page)
        assert box(page, "Area").input_value() == "Middlesbrough"


def test_every_layer_of_the_map_draws_and_a_step_keeps_it_without_a_word_to_another_machine(site):
    """That nothing was asked of another machine is checked at the end of the visit."""
    with site.visit("hotspots", {"period": Q3}) as page:
        for name in ("Hotspots", "Points", "Repeat locations", "Wards"):
            page.get_by_test_id("stButtonGroup").first.get_by_text(name, exact=True).click()
            settle(page)
            assert page.locator('[data-testid="stException"]').count() == 0
            assert page.locator('[data-testid="stDeckGlJsonChart"] canvas').count() == 1
        page.locator("h1").click()
        page.keyboard.press("Shift+ArrowRight")
        expect(page.get_by_text("2020-21 Q4 (Jan to Mar 2021) · Hartlepool")).to_be_visible()
        settle(page)
        assert filter_value(page, "Period") == "2020-21 Q4 (Jan to Mar 2021)"
