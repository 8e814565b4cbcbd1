"""Another partnership: its folder made by `init`, step by step as docs/your-partnership.md says, on every page."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
import xlsxwriter
from helpers.place_names import places

from shp_data.__main__ import main
from shp_data.domain.partnership import Partnership, read_partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.settings import ROOT

EXAMPLE = ROOT / "docs" / "example"
DOCUMENT = ROOT / "docs" / "your-partnership.md"
WEST_WARDS = {"Silverpit North", "Silverpit South", "Whaleback", "Outer Well", "Oyster Ground"}
EAST_WARDS = {"Brown Ridge", "Elbow Spit", "Sand and Shoal", "Long Reef"}


# --- The walk-through


@dataclass(frozen=True)
class Walked:
    """A folder in which the walk-through was done, what each command printed, and the environment it ended in."""

    folder: Path
    printed: dict[str, str]
    environment: dict[str, str]

    def python(self, *arguments: str, **more: str) -> str:
        return run_python(list(arguments), self.folder, self.environment | more)


def run_python(arguments: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def steps() -> Iterator[tuple[str, str]]:
    """The blocks of the walk-through in their order: (language, text)."""
    yield from re.findall(r"^```(\w*)\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def edited(text: str, block: str) -> str:
    """A TOML file after an edit as the walk-through asks for it: lines under the headings that are there already."""
    for table in re.split(r"^(?=\[)", block, flags=re.MULTILINE)[1:]:
        heading, _, lines = table.partition("\n")
        if f"\n{heading}\n" not in text:
            text += f"\n{table}"
            continue
        for line in lines.strip().splitlines():
            key = line.partition(" = ")[0]
            before, _, after = text.partition(f"\n{heading}\n")
            own, _, rest = after.partition("\n[")
            own = "\n".join(kept for kept in own.split("\n") if not kept.startswith(f"{key} = "))
            text = f"{before}\n{heading}\n{line}\n{own}\n[{rest}" if rest else f"{before}\n{heading}\n{line}\n{own}"
    return text


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Every command and every edit of the walk-through, in its order, but the start of the dashboard."""
    folder = tmp_path_factory.mktemp("hour")
    shutil.copytree(EXAMPLE, folder / "docs" / "example")
    unset = {key: value for key, value in os.environ.items() if not key.startswith("SHP_")}
    environment, printed = unset | {"PYTHONPATH": str(ROOT)}, {}
    for language, block in steps():
        if language == "toml":
            path = folder / "doggerland" / "partnership.toml"
            path.write_text(edited(path.read_text(encoding="utf-8"), block), encoding="utf-8")
            continue
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[0] == "export":
                name, _, value = words[1].partition("=")
                environment[name] = value
            elif words[:3] == ["python", "-m", "shp_data"]:
                printed[line] = run_python(words[1:], folder, environment)
            else:
                assert line == "python3 run.py"
    return Walked(folder, printed, environment)


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_walk_through_makes_a_partnership_of_its_own(walked: Walked) -> None:
    made = read_partnership(walked.folder / "doggerland" / "partnership.toml")
    assert (made.name, made.area, made.region) == ("Safer Doggerland", "West Dogger", "Doggerland")
    assert made.areas.lpa_names == ("West Dogger", "East Dogger")
    assert {ward.name for ward in made.areas.list_wards("2023", "West Dogger")} == WEST_WARDS
    assert {ward.name for ward in made.areas.list_wards("2019", "East Dogger")} == EAST_WARDS
    assert [(c.area, str(c.date), c.note) for c in made.areas.changes] == [
        ("West Dogger", "2023-05-04", "4 wards became 5; 5 codes are new")
    ]
    assert made.headlines == ("asb", "shore", "other_crime")
    assert not made.has_sample


def test_its_figures_are_those_of_its_files(walked: Walked) -> None:
    """Counted from the files in another way: by the squares that the wards were drawn as."""
    (by_ward,) = [text for line, text in walked.printed.items() if "--by ward" in line]
    fires = [row for row in csv.DictReader((EXAMPLE / "wardens.csv").open()) if row["Report"] == "Bonfire on the sand"]
    squares = Counter(((int(r["East"]) - 598_000) // 3_000, (int(r["North"]) - 442_000) // 1_500) for r in fires)
    expected = {
        "Silverpit South": squares[0, 0],
        "Silverpit North": squares[0, 1],
        "Whaleback": squares[1, 0] + squares[1, 1],
        "Outer Well": squares[0, 2] + squares[0, 3],
        "Oyster Ground": squares[1, 2] + squares[1, 3],
    }
    rows = [row for row in sheet(by_ward) if row["ward"] in WEST_WARDS]
    assert {row["ward"]: int(row["count"]) for row in rows} == expected
    assert all(row["rate_per_1000"] for row in rows)


def test_its_report_is_its_own(walked: Walked) -> None:
    with zipfile.ZipFile(walked.folder / "doggerland-report.docx") as paper:
        text = "".join(paper.read(name).decode() for name in paper.namelist() if name.endswith(".xml"))
    assert "Safer Doggerland" in text
    assert "Bonfires on the beach seen by the wardens" in text
    assert places().findall(re.sub(r"<[^>]+>", " ", text)) == []


def every_page(walked: Walked, which: str = "*", **more: str) -> dict[str, dict[str, Any]]:
    found = walked.folder / "pages.json"
    walked.python(str(ROOT / "tests" / "helpers" / "every_page.py"), str(found), which, **more)
    pages: dict[str, dict[str, Any]] = json.loads(found.read_text(encoding="utf-8"))
    assert len(pages) == len(list(ROOT.glob(f"pages/*/{which}.py"))) > 0
    return pages


def test_every_page_speaks_for_it_alone(walked: Walked) -> None:
    pages = every_page(walked)
    assert {name: page["exceptions"] + page["errors"] for name, page in pages.items()} == {name: [] for name in pages}
    assert {name: places().findall(page["sent"]) for name, page in pages.items()} == {name: [] for name in pages}
    assert [name for name, page in pages.items() if re.search("synthetic", page["sent"], re.IGNORECASE)] == []
    for name in ("headlines", "trends", "comparison", "hotspots", "ward", "repeats", "report", "records", "methods"):
        assert "West Dogger" in pages[name]["sent"], name
    assert "Beach bonfires" in pages["headlines"]["sent"]
    assert "Dumped nets" in pages["data"]["sent"]
    assert "Whaleback" in pages["hotspots"]["sent"]


def test_before_anything_is_loaded_the_pages_say_what_to_load(walked: Walked) -> None:
    pages = every_page(walked, SHP_STORE=str(walked.folder / "nothing"))
    assert [name for name, page in pages.items() if page["exceptions"]] == []
    assert {name: places().findall(page["sent"]) for name, page in pages.items()} == {name: [] for name in pages}
    assert pages["load_files"]["title"] == ["Load files"]
    assert pages["data"]["title"] == ["Nothing is loaded"]
    for name, page in pages.items():
        if name != "load_files":
            assert "Load your records on the Load files page" in page["sent"], name


def test_the_command_line_says_what_to_load(walked: Walked) -> None:
    environment = walked.environment | {"SHP_STORE": str(walked.folder / "nothing")}
    done = subprocess.run(
        [sys.executable, "-m", "shp_data", "counts", "--by", "ward"],
        cwd=walked.folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: nothing is loaded yet: load your records with `python -m shp_data ingest`\n"


def test_a_slip_in_its_file_is_told_by_commands_and_pages(walked: Walked) -> None:
    slipped = walked.folder / "slipped"
    shutil.copytree(walked.folder / "doggerland" / "boundaries", slipped / "boundaries")
    text = (walked.folder / "doggerland" / "partnership.toml").read_text(encoding="utf-8")
    (slipped / "partnership.toml").write_text(text.replace('theme = "shore"', 'theme = "sea"', 1), encoding="utf-8")
    told = "unknown theme 'sea'; valid: shore, asb, drug_offences, other_crime"
    environment = walked.environment | {"SHP_PARTNERSHIP": str(slipped)}
    done = subprocess.run(
        [sys.executable, "-m", "shp_data", "counts", "--by", "ward"],
        cwd=walked.folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: partnership.toml [indicators.beach_bonfires]: {told}\n"
    for page in every_page(walked, "load_files", SHP_PARTNERSHIP=str(slipped)).values():
        assert page["exceptions"] == []
        assert [error.replace("\\", "") for error in page["errors"]] == [done.stderr.removeprefix("error: ").strip()]


def test_the_folder_that_is_yet_to_be_made_may_be_named_already(walked: Walked) -> None:
    (command,) = [line for line in walked.printed if " init " in line]
    words = shlex.split(command.replace("--output doggerland", "--output second"))[1:]
    walked.python(*words, SHP_PARTNERSHIP="second")
    assert (walked.folder / "second" / "partnership.toml").exists()


def test_every_option_is_told_in_the_walk_through(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["init", "--help"])
    options = set(re.findall(r"^  (--[\w-]+)", capsys.readouterr().out, re.MULTILINE))
    assert len(options) >= 10
    assert options - set(re.findall(r"`(--[\w-]+)`", DOCUMENT.read_text(encoding="utf-8"))) == set()


def test_the_made_up_files_are_those_that_their_script_makes(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "make_example.py", tmp_path)
    run_python(["make_example.py"], tmp_path, dict(os.environ))
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(made) == 6
    assert made == {path.name: path.read_bytes() for path in EXAMPLE.iterdir() if path.is_file()}


# --- What is made from other files

Files = dict[str, Any]
Edit = Callable[[Files], None]


@pytest.fixture
def files() -> Files:
    """The made-up files, as what is in them."""
    boundaries = {
        name: json.loads((EXAMPLE / name).read_text()) for name in ("wards_2019.geojson", "wards_2023.geojson")
    }
    return {**boundaries, "populations.csv": (EXAMPLE / "populations.csv").read_text()}


def init(folder: Path, files: Files, **changed: Any) -> int:
    """Write the files and run `init` on them, with some options changed, or left out (None); its exit code."""
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    options = {
        "name": ["Safer Doggerland"],
        "wards": ["2019=wards_2019.geojson", "2023=wards_2023.geojson"],
        "in_force": ["2023=2023-05-04"],
        "populations": ["populations.csv"],
        "home": ["West Dogger"],
        "region": ["Doggerland"],
        "police": ["Dogger Police"],
        "output": ["made"],
    } | changed
    words = [
        word for option, values in options.items() if values for word in (f"--{option.replace('_', '-')}", *values)
    ]
    here = Path.cwd()
    os.chdir(folder)
    try:
        return main(["init", *words])
    except SystemExit as left:
        return int(left.code or 0)
    finally:
        os.chdir(here)


def made(folder: Path) -> Partnership:
    return read_partnership(folder / "made" / "partnership.toml")


def populations(folder: Path) -> str:
    return (folder / "made" / "boundaries" / "populations.csv").read_text(encoding="utf-8")


def test_both_reference_systems_draw_the_same_wards(tmp_path: Path, files: Files) -> None:
    """East Dogger is in degrees in one file and in metres in the other, and the wards did not change."""
    assert init(tmp_path, files) == 0
    layers = [
        json.loads((tmp_path / "made" / "boundaries" / f"wards_{id_}.geojson").read_text()) for id_ in ("2019", "2023")
    ]
    old, new = ({f["properties"]["code"]: f["geometry"]["coordinates"] for f in layer["features"]} for layer in layers)
    for code in ("D05000005", "D05000006", "D05000007", "D05000008"):
        for (x, y), (other_x, other_y) in zip(old[code][0], new[code][0], strict=True):
            assert abs(x - other_x) < 3e-6 and abs(y - other_y) < 3e-6


def save_as(folder: Path, kind: str) -> list[str]:
    """Save the made-up wards as files of another kind; the value of --wards."""
    named = []
    for year in ("2019", "2023"):
        wards = gpd.read_file(EXAMPLE / f"wards_{year}.geojson")
        path = folder / f"wards_{year}.{kind.removeprefix('zipped ')}"
        # KML has degrees only; any other kind is also in eastings and northings.
        if kind == "kml":
            wards.to_crs("EPSG:4326").to_file(path, driver="KML")
        else:
            wards.to_crs("EPSG:27700").to_file(path)
        if kind.startswith("zipped"):
            archive = path.with_suffix(".zip")
            with zipfile.ZipFile(archive, "w") as members:
                for part in sorted(folder.glob(f"{path.stem}.*")):
                    if part != archive:
                        members.write(part, f"Wards of {year}/{part.name}")
                        part.unlink()
            path = archive
        named.append(f"{year}={path.name}")
    return named


@pytest.mark.parametrize("kind", ["shp", "zipped shp", "gpkg", "zipped gpkg", "kml", "geojson"])
def test_every_kind_of_file_gives_the_same_folder(tmp_path: Path, files: Files, kind: str) -> None:
    (tmp_path / "plain").mkdir()
    assert init(tmp_path / "plain", files) == 0
    only = {"populations.csv": files["populations.csv"]}
    assert init(tmp_path, only, wards=save_as(tmp_path, kind)) == 0
    layers = []
    for folder in (tmp_path / "plain" / "made", tmp_path / "made"):
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        layers.append(
            {str(path.relative_to(folder)): gpd.read_file(path) for path in paths if path.suffix == ".geojson"}
        )
    texts = [
        {
            str(path.relative_to(folder)): path.read_text()
            for path in folder.rglob("*")
            if path.suffix in (".toml", ".csv")
        }
        for folder in (tmp_path / "plain" / "made", tmp_path / "made")
    ]
    assert texts[0] == texts[1]
    assert set(layers[0]) == set(layers[1]) and len(layers[0]) == 3
    for name, expected in layers[0].items():
        assert expected.drop(columns="geometry").equals(layers[1][name].drop(columns="geometry"))
        # A file in degrees and one in metres agree to the sixth decimal, which is a tenth of a metre.
        assert shapely.hausdorff_distance(expected.geometry.array, layers[1][name].geometry.array).max() < 3e-6


def test_areas_are_read_from_a_kml_that_names_them_twice(tmp_path: Path, files: Files) -> None:
    """KML names each shape itself, beside the fields of the file."""
    wards = gpd.read_file(EXAMPLE / "wards_2023.geojson")
    lpas = wards.dissolve("LAD23NM").reset_index()[["LAD23NM", "geometry"]].assign(Name="a shape")
    lpas.to_file(tmp_path / "lpas.kml", driver="LIBKML")
    assert init(tmp_path, files, lpas=["lpas.kml"]) == 0
    assert set(made(tmp_path).areas.lpa_names) == {"West Dogger", "East Dogger"}


def test_only_init_imports_the_reader_of_boundary_files() -> None:
    modules = "shp_data.__main__, shp_data.commands.init, shp_view.app"
    code = f"import sys, {modules}; print({{'geopandas', 'pyogrio'}} & set(sys.modules))"
    assert run_python(["-c", code], ROOT, dict(os.environ)).strip() == "set()"


def test_an_area_has_a_figure_where_all_its_wards_have_one(tmp_path: Path, files: Files) -> None:
    lines = files["populations.csv"].splitlines()
    files["populations.csv"] = "\n".join(line for line in lines if not line.startswith("D05000005,Brown Ridge,2020"))
    assert init(tmp_path, files) == 0
    rows = sheet(populations(tmp_path))
    east = {row["year"]: int(row["population"]) for row in rows if row["name"] == "East Dogger"}
    known = [line.split(",") for line in lines[1:]]
    names = {"Brown Ridge", "Elbow Spit", "Sand & Shoal", "Long Reef"}
    assert east == {
        year: sum(int(people) for _, name, at, people in known if name in names and at == year)
        for year in ("2021", "2022", "2023")
    }
    assert {row["year"] for row in rows if row["code"] == "D05000006" and row["vintage"] == "2019"} > {"2020"}


def workbook(folder: Path, files: Files, header: list[str], sheets: dict[str, str]) -> Path:
    """ONS's layout: notes above the header, a sheet a year (and one of males), every ward of the country."""
    rows = [line.split(",") for line in files["populations.csv"].splitlines()[1:]]
    path = folder / "estimates.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, year in sheets.items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Mid-year population estimates"])
            page.write_row(3, 0, header)
            own = [
                (code, ward, "E" if int(code[-2:]) in (5, 6, 7, 8) else "W", int(n))
                for code, ward, at, n in rows
                if at == year
            ]
            for number, (code, ward, side, people) in enumerate(own):
                area = {"E": ("D07000002", "East Dogger"), "W": ("D07000001", "West Dogger")}[side]
                page.write_row(4 + number, 0, [*area, code, ward, people if "Males" not in name else 1, 12])
            page.write_row(4 + len(own), 0, ["D07000009", "Elsewhere", "D05999999", "Not ours", 5, 5])
    return path


@pytest.mark.parametrize(
    ("header", "sheets"),
    [
        (["LAD 2023 Code", "LAD 2023 Name", "Ward 2023 Code", "Ward 2023 Name", "Total", "F0"],
         {f"Mid-{year} Ward 2023": str(year) for year in (2020, 2021, 2022, 2023)}),
        (["LA Code (2020 boundaries)", "LA name", "Ward Code 1", "Ward Name 1", "All Ages", "0"],
         {"Mid-2020 Males": "2020"} | {f"Mid-{year} Persons": str(year) for year in (2020, 2021, 2022, 2023)}),
    ],
)  # fmt: skip
def test_a_workbook_of_the_ons_is_read_as_it_is(
    tmp_path: Path, files: Files, header: list[str], sheets: dict[str, str]
) -> None:
    (tmp_path / "plain").mkdir()
    assert init(tmp_path / "plain", files) == 0
    workbook(tmp_path, files, header, sheets)
    assert init(tmp_path, files, populations=["estimates.xlsx"]) == 0
    assert populations(tmp_path) == populations(tmp_path / "plain")


def write_authority_workbook(folder: Path, name: str = "mye24tablesew.xlsx") -> None:
    """The layout of ONS's estimates of authorities: one sheet has the year in its notes alone, and one the series."""
    head = ["Code", "Name", "Geography"]
    country = ["E92000001", "ENGLAND", "Country"]
    west, east = (["D07000001", "West Dogger", "Unitary Authority"], ["D07000002", "East Dogger", "Unitary Authority"])
    sheets: dict[str, tuple[str, list[list[object]]]] = {
        "Cover sheet": ("Estimates of the population for England and Wales", []),
        "MYE2 - Persons": (
            "MYE2: Population estimates by single year of age, mid-2024",
            [[*head, "All ages", 0, 1], [*country, 58_620_101, 9, 9], [*west, 20_400, 9, 9], [*east, 10_300, 9, 9]],
        ),
        "MYE2 - Males": ("MYE2: males, mid-2024", [[*head, "All ages", 0, 1], [*west, 1, 9, 9], [*east, 1, 9, 9]]),
        "MYE3": ("MYE3: Components of change", [[*head, "Estimated Population mid-2023", "Births"], [*west, 1, 9]]),
        "MYE4": (
            "MYE4: Population estimates, mid-2011 to mid-2024",
            [[*head, "Mid-2024", "Mid-2023"], [*country, 1, 1], [*west, 20_400, 20_200], [*east, 10_300, 10_100]],
        ),
        "MYE6": ("MYE6: Median age", [[*head, "Mid-2024", "Mid-2023"], [*west, 42.1, 42.3], [*east, 40.1, 40.2]]),
    }  # fmt: skip
    with xlsxwriter.Workbook(folder / name) as book:
        for title, (note, rows) in sheets.items():
            page = book.add_worksheet(title)
            page.write_row(0, 0, [note])
            for number, row in enumerate(rows):
                page.write_row(7 + number, 0, row)


def list_area_rows(folder: Path) -> set[tuple[str, str, str, str]]:
    rows = sheet(populations(folder))
    return {(row["name"], row["edition"], row["year"], row["population"]) for row in rows if row["level"] == "lpa"}


def test_the_ons_workbooks_of_authorities_and_wards_are_read_as_they_are(tmp_path: Path, files: Files) -> None:
    header = ["LAD 2023 Code", "LAD 2023 Name", "Ward 2023 Code", "Ward 2023 Name", "Total", "F0"]
    years = {f"Mid-{year} Ward 2023": str(year) for year in (2020, 2021, 2022, 2023)}
    workbook(tmp_path, files, header, years)
    write_authority_workbook(tmp_path)
    assert init(tmp_path, files, populations=["estimates.xlsx", "mye24tablesew.xlsx"]) == 0
    edition = "mye24tablesew.xlsx"
    assert list_area_rows(tmp_path) == {
        ("West Dogger", edition, "2024", "20400"), ("West Dogger", edition, "2023", "20200"),
        ("East Dogger", edition, "2024", "10300"), ("East Dogger", edition, "2023", "10100"),
    }  # fmt: skip
    areas = made(tmp_path).areas
    east = [areas.find_population("ward_2023", ward.code, parse_period("2025-26"))
            for ward in areas.list_wards("2023", "East Dogger")]  # fmt: skip
    assert sum(ward.residents for ward in east if ward) == 10_300
    assert {(ward.year, ward.edition) for ward in east if ward} == {(2024, edition)}


def test_a_sheet_of_other_wards_does_no_harm(tmp_path: Path, files: Files) -> None:
    """A workbook of the ONS has a sheet for each year of ward boundaries; those of other years have other codes."""
    header = ["LAD 2023 Code", "LAD 2023 Name", "Ward 2023 Code", "Ward 2023 Name", "Total", "F0"]
    more = dict(files)
    more["populations.csv"] += "D05000088,Gone,2022,5\n"
    workbook(tmp_path, more, header, {f"Mid-{year} Ward 2023": str(year) for year in (2020, 2021, 2022, 2023)})
    assert init(tmp_path, files, populations=["estimates.xlsx"]) == 0
    assert "D05000088" not in populations(tmp_path)


def name_as_authorities(files: Files, names: dict[str, tuple[str, str]]) -> None:
    """Give the made-up areas the codes and names of others."""
    for wards in ("wards_2019.geojson", "wards_2023.geojson"):
        for feature in files[wards]["features"]:
            fields = feature["properties"]
            year = wards[8:10]
            fields[f"LAD{year}CD"], fields[f"LAD{year}NM"] = names[fields[f"LAD{year}NM"]]


def test_authorities_have_the_estimates_that_ship_with_the_dashboard(tmp_path: Path, files: Files) -> None:
    """Swansea by its code, and Barnsley by its name: a new code of 2025 is not in the estimates."""
    name_as_authorities(files, {"West Dogger": ("W06000011", "Swansea"), "East Dogger": ("E08000038", "Barnsley")})
    assert init(tmp_path, files, home=["Swansea"]) == 0
    rows = list_area_rows(tmp_path)
    assert {(name, edition) for name, edition, *_ in rows} == {("Swansea", "July 2025"), ("Barnsley", "July 2025")}
    assert {year for *_, year, _ in rows} == {str(year) for year in range(2011, 2025)}
    (swansea,) = (people for name, _, year, people in rows if (name, year) == ("Swansea", "2024"))
    areas = made(tmp_path).areas
    wards = [areas.find_population("ward_2023", ward.code, parse_period("2025-26"))
             for ward in areas.list_wards("2023", "Swansea")]  # fmt: skip
    assert sum(ward.residents for ward in wards if ward) == int(swansea)


def test_areas_that_are_not_all_authorities_are_the_sums_of_their_wards(tmp_path: Path, files: Files) -> None:
    name_as_authorities(files, {"West Dogger": ("W06000011", "Swansea"), "East Dogger": ("D07000002", "East Dogger")})
    assert init(tmp_path, files, home=["Swansea"]) == 0
    assert {edition for _, edition, *_ in list_area_rows(tmp_path)} == {""}


def test_estimates_of_some_areas_only_are_refused(
    tmp_path: Path, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    files["areas.csv"] = "lad_code,lad_name,mid2024\nD07000001,West Dogger,20400\n"
    assert init(tmp_path, files, populations=["populations.csv", "areas.csv"]) == 1
    assert "areas.csv: it has no residents of East Dogger" in capsys.readouterr().err


def test_a_column_for_each_year_is_read(tmp_path: Path, files: Files) -> None:
    codes = [feature["properties"]["WD23CD"] for feature in files["wards_2023.geojson"]["features"]]
    files["populations.csv"] = "\n".join(["Ward code,mid-2021,2022", *(f'{code},"2,000",2100' for code in codes)])
    assert init(tmp_path, files, wards=["2023=wards_2023.geojson"], in_force=None) == 0
    found = {(row["level"], row["year"], row["population"]) for row in sheet(populations(tmp_path))}
    assert found == {
        ("ward", "2021", "2000"), ("ward", "2022", "2100"),
        ("lpa", "2021", "10000"), ("lpa", "2022", "10500"), ("lpa", "2021", "8000"), ("lpa", "2022", "8400"),
    }  # fmt: skip


def test_areas_that_are_no_local_authorities_take_the_wards_inside_them(tmp_path: Path, files: Files) -> None:
    """Wards of a file that names no authority, put in areas drawn by somebody else, cut North and South."""
    for wards in (files["wards_2019.geojson"], files["wards_2023.geojson"]):
        for feature in wards["features"]:
            for field in [name for name in feature["properties"] if name.startswith("LAD")]:
                del feature["properties"][field]
    west, south, side = 598_000, 442_000, 3_000
    halves = {"North Dogger": (west, south + side), "South Dogger": (west, south)}
    lpas = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:27700"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"LPA_NAME": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x, y], [x + 4 * side, y], [x + 4 * side, y + side], [x, y + side], [x, y]]],
                },
            }
            for name, (x, y) in halves.items()
        ],
    }
    assert init(tmp_path, files | {"lpas.geojson": lpas}, lpas=["lpas.geojson"], home=["North Dogger"]) == 0
    found = made(tmp_path)
    assert found.areas.lpa_names == ("North Dogger", "South Dogger")
    assert {ward.name for ward in found.areas.list_wards("2023", "North Dogger")} == {
        "Outer Well", "Oyster Ground", "Sand and Shoal", "Long Reef",
    }  # fmt: skip


def test_only_the_areas_wanted_are_kept(tmp_path: Path, files: Files) -> None:
    area = {"name": "East Dogger", "code": "D07000002"}
    files["populations.csv"] += "\n"
    assert init(tmp_path, files, areas=["east dogger"], home=None, region=None) == 0
    found = made(tmp_path)
    assert (found.area, found.region, found.areas.lpa_names) == (area["name"], area["name"], (area["name"],))
    assert {ward.name for ward in found.areas.list_wards("2019")} == EAST_WARDS
    assert found.areas.changes == ()


def test_the_words_are_those_of_the_shipped_partnership(tmp_path: Path, files: Files) -> None:
    """What data.police.uk gives is counted, labelled and mapped alike everywhere."""
    assert init(tmp_path, files) == 0
    ours, theirs = read_partnership(ROOT / "partnership.toml"), made(tmp_path)
    assert theirs.suppliers["police.uk"].forces == {"Dogger Police": theirs.areas.lpa_names}
    assert replace(theirs.suppliers["police.uk"], forces={}) == replace(ours.suppliers["police.uk"], forces={})
    assert theirs.vocabulary.indicators.keys() >= set(ours.suppliers["police.uk"].categories.values())
    same = (
        "label",
        "short",
        "unit",
        "kind",
        "polarity",
        "mappable",
        "numerator",
        "compared",
        "instead_of",
        "caveats",
        "theme",
    )
    for id_, indicator in theirs.vocabulary.indicators.items():
        told, known = (
            {name: getattr(one, name) for name in same} for one in (indicator, ours.vocabulary.indicators[id_])
        )
        assert told == known
    assert theirs.disclosure == ours.disclosure
    assert theirs.events == ours.events


def test_names_that_toml_would_take_for_something_else_are_kept(tmp_path: Path, files: Files) -> None:
    name = 'Safer "Dogger" \\ & Söns # ${x}'
    assert init(tmp_path, files, name=[name], sources=['Nets "R" Us']) == 0
    assert made(tmp_path).name == name
    assert 'Nets "R" Us' in made(tmp_path).suppliers


# --- What is wrong is told in one line, and nothing is written


def properties(files: Files, change: Callable[[dict[str, str]], None], name: str = "wards_2019.geojson") -> None:
    for feature in files[name]["features"]:
        change(feature["properties"])


def ring(files: Files, number: int = 0, name: str = "wards_2019.geojson") -> list[list[float]]:
    found: list[list[float]] = files[name]["features"][number]["geometry"]["coordinates"][0]
    return found


def overlapping(files: Files) -> None:
    for corner in ring(files, 0, "wards_2023.geojson"):
        corner[0] += 400 if corner[0] > 600_000 else 0


def no_crs(files: Files) -> None:
    del files["wards_2023.geojson"]["crs"]


def degrees_as_metres(files: Files) -> None:
    files["wards_2019.geojson"]["crs"] = {"type": "name", "properties": {"name": "EPSG:27700"}}


def unknown_crs(files: Files) -> None:
    files["wards_2019.geojson"]["crs"] = {"type": "name", "properties": {"name": "EPSG:999999"}}


def two_years(files: Files) -> None:
    properties(files, lambda row: row.update(WD20CD=row["WD19CD"]))


def no_code_field(files: Files) -> None:
    properties(files, lambda row: row.update(WARD=row.pop("WD19CD")))


def no_authority(files: Files) -> None:
    properties(files, lambda row: (row.pop("LAD19NM"), row.pop("LAD19CD")))


def code_twice(files: Files) -> None:
    properties(files, lambda row: row.update(WD19CD="D05000001"))


def without_name(files: Files) -> None:
    files["wards_2019.geojson"]["features"][1]["properties"]["WD19NM"] = None


def gap(files: Files) -> None:
    """A ward with a bite out of it."""
    shape = files["wards_2023.geojson"]["features"][2]["geometry"]
    west, south = 602_000, 443_000
    hole = [[west, south], [west + 500, south], [west + 500, south + 500], [west, south + 500], [west, south]]
    shape["coordinates"].append(hole)


def bow_tie(files: Files) -> None:
    corners = ring(files)
    corners[2], corners[4] = corners[4], corners[2]


def empty(files: Files) -> None:
    files["wards_2019.geojson"]["features"] = []


def no_geojson(files: Files) -> None:
    files["wards_2019.geojson"] = b"PK\x03\x04 a zip"


def other_areas(files: Files) -> None:
    properties(files, lambda row: row.update(LAD19NM="The Dogger"))


def people(old: str, new: str) -> Edit:
    def edit(files: Files) -> None:
        assert old in files["populations.csv"]
        files["populations.csv"] = files["populations.csv"].replace(old, new)

    return edit


def missing_ward(files: Files) -> None:
    lines = files["populations.csv"].splitlines()
    files["populations.csv"] = "\n".join(line for line in lines if "Whaleback" not in line)


def both_editions(files: Files) -> None:
    """Residents of mid-2022 for the old wards of West Dogger, too, and not as many as of the new."""
    files["populations.csv"] += "".join(f"D0500000{n},,2022,9\n" for n in range(1, 5))


FAULTS: dict[str, tuple[Edit, str]] = {
    "overlap": (overlapping, r"wards_2023.geojson: .*Silverpit North.* overlap, .*near longitude 1\.\d+, latitude 53"),
    "gap": (gap, "wards_2023.geojson: a gap between Whaleback"),
    "invalid": (bow_tie, "wards_2019.geojson: Silverpit is not a valid polygon"),
    "metres without a word": (
        no_crs,
        "wards_2023.geojson: read as WGS 84.*598000.*outside the United Kingdom.*EPSG:27700",
    ),
    "degrees as metres": (degrees_as_metres, "wards_2019.geojson: read as OSGB36.*outside the United Kingdom"),
    "unknown system": (unknown_crs, "wards_2019.geojson: .*'EPSG:999999', which is not known"),
    "fields of two years": (two_years, "wards_2019.geojson: WD19CD and WD20CD have the same meaning"),
    "no field of codes": (no_code_field, "no field has a ward's code; its fields are WD19NM, .*WARD. Expected"),
    "no authority": (no_authority, "does not name the local authority .*--lpas FILE"),
    "code twice": (code_twice, "the code of D05000001, Silverpit, West Dogger; .* is not unique"),
    "no name": (without_name, "wards_2019.geojson: code 'D05000002', name ''; expected both"),
    "no wards": (empty, "wards_2019.geojson: it has no boundaries"),
    "no GeoJSON": (no_geojson, r"wards_2019.geojson: this boundary file cannot be read \("),
    "areas of one edition alone": (other_areas, "has the areas The Dogger, .*West Dogger.*--lpas FILE"),
    "a code that is no ward": (
        people("D05000003", "D05000033"),
        r"populations.csv, row \d+: ward 'D05000033' is in none",
    ),
    "a ward without residents": (missing_ward, r"ward D05000002 \(Whaleback, West Dogger\) has no population"),
    "no number": (people("3100", "3.1k"), "populations.csv, row 2, residents: '3.1k' is not a whole number"),
    "an empty cell": (people("3100", ""), "populations.csv, row 2, residents: '' is not a whole number"),
    "no column of residents": (
        people("residents", "folk"),
        "populations.csv: no row has the headers that are needed",
    ),
    "no year": (people("year,", "when,"), "populations.csv: neither a column nor the name gives the year"),
    "two figures": (people("D05000001,Silverpit,2021", "D05000001,Silverpit,2020"), "one is wrong"),
    "two editions that disagree": (both_editions, "West Dogger, 2022: its wards of 2019 have 36 .* those of 2023"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_file_is_one_clear_line(
    tmp_path: Path, files: Files, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, message = FAULTS[fault]
    spoil(files)
    assert init(tmp_path, files) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(rf"error: .*{message}.*\n", printed.err), printed.err
    assert not (tmp_path / "made").exists()
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def shapefile(folder: Path) -> Path:
    (folder / "whole").mkdir()
    gpd.read_file(EXAMPLE / "wards_2019.geojson").to_crs("EPSG:27700").to_file(folder / "whole" / "wards.shp")
    return folder / "whole" / "wards.shp"


def without_prj(folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(".prj").unlink()
    return path


def without_shx(folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(".shx").unlink()
    return path


def truncate(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def save_package(folder: Path, *layers: str, points: bool = False) -> Path:
    wards = gpd.read_file(EXAMPLE / "wards_2019.geojson").to_crs("EPSG:27700")
    for layer in layers:
        (wards.set_geometry(wards.centroid) if points else wards).to_file(folder / "wards.gpkg", layer=layer)
    return folder / "wards.gpkg"


def save_zip(folder: Path, *names: str) -> Path:
    with zipfile.ZipFile(folder / "wards.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, (EXAMPLE / "wards_2019.geojson").read_bytes())
    return folder / "wards.zip"


def save_virtual(folder: Path) -> Path:
    """A file that tells GDAL to read another one."""
    path = folder / "wards.geojson"
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="wards"><SrcDataSource>'
        f"{shapefile(folder)}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    return path


def save_kml_cut_short(folder: Path) -> Path:
    gpd.read_file(EXAMPLE / "wards_2019.geojson").to_file(folder / "wards.kml", driver="KML")
    return truncate(folder / "wards.kml")


def save_bomb(folder: Path) -> Path:
    """A zip of a few kilobytes whose one file says that it takes two gigabytes."""
    path = save_zip(folder, "wards.geojson")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02") + 24  # the size, unpacked, in the list at the end of the zip
    data[at : at + 4] = (2 * 1024**3).to_bytes(4, "little")
    path.write_bytes(data)
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no coordinate system": (without_prj, r"declares no known coordinate reference system.*\.prj"),
    "no index": (without_shx, "this boundary file cannot be read .*wards.shx"),
    "cut short, shapefile": (lambda at: truncate(shapefile(at)), r"5 of its 8 .* not polygons \(no shape\)"),
    "cut short, package": (lambda at: truncate(save_package(at, "a")), "cannot be read .*malformed"),
    "cut short, KML": (save_kml_cut_short, "cannot be read .*Download it again"),
    "cut short, zip": (lambda at: truncate(save_zip(at, "wards.geojson")), "wards.zip: this is not a boundary file"),
    "points": (lambda at: save_package(at, "a", points=True), r"8 of its 8 boundaries are not polygons \(Point\)"),
    "several layers": (lambda at: save_package(at, "old", "new"), r"it has 2 layers \((old, new|new, old)\)"),
    "two files in a zip": (lambda at: save_zip(at, "a.geojson", "b.geojson"), r"2 boundary files \(a\..*, b\."),
    "no file in a zip": (lambda at: save_zip(at, "a.csv"), "the zip has no boundary file"),
    "climbs out of its zip": (lambda at: save_zip(at, "../../wards.geojson"), "'../.*' points outside the zip"),
    "huge": (save_bomb, "wards.zip: it needs 2,048 MB, and the limit is 1,024 MB"),
    "reads another file": (save_virtual, "the content of wards.geojson is of another kind"),
    "a spreadsheet": (lambda at: workbook(at, {"populations.csv": "h"}, [], {}), "the zip has no boundary file"),
    "a folder": (lambda at: shapefile(at).parent, "whole: this is not a boundary file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_one_clear_line(
    tmp_path: Path, files: Files, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    save, message = HOSTILE[kind]
    path = save(tmp_path)
    assert init(tmp_path, files, wards=[f"2019={path}"], in_force=None) == 1
    printed = capfd.readouterr()
    assert re.fullmatch(rf"error: .*{message}.*\n", printed.err), printed.err
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"home": None}, 1, "--home is missing: the areas are West Dogger, East Dogger"),
        ({"home": ["West Doger"]}, 1, "--home: unknown area 'West Doger'; valid: West Dogger, East Dogger"),
        ({"region": None}, 1, "--region is missing"),
        ({"in_force": None}, 1, "ward boundaries of 2023: give the day.*--in-force 2023=YYYY-MM-DD"),
        ({"in_force": ["2019=2019-05-02"]}, 1, "--in-force: unknown ward boundaries '2019'; valid: 2023"),
        ({"in_force": ["2023=4 May 2023"]}, 2, "expected an id and a day, such as 2024=2024-05-02"),
        ({"wards": ["wards_2019.geojson"]}, 2, "expected an id of letters and digits, and a file"),
        ({"wards": ["2019=gone.geojson"], "in_force": None}, 1, "gone.geojson: cannot be read"),
        ({"wards": ["2019=wards_2019.geojson"] * 2, "in_force": None}, 1, "two files have the id 2019"),
        ({"areas": ["Mid Dogger"]}, 1, "no area 'Mid Dogger' in it; it has West Dogger, East Dogger, 2 in all"),
        ({"populations": ["gone.csv"]}, 1, "gone.csv: cannot be read"),
        ({"populations": ["wards_2019.geojson"]}, 1, "wards_2019.geojson: no row has the headers"),
        ({"sources": ["police.uk"]}, 1, "--sources: 'police.uk' is a supplier already"),
        ({"output": ["."]}, 1, "exists and was not changed: give another folder with --output"),
    ],
)  # fmt: skip
def test_a_fault_of_an_option_is_one_clear_line(
    tmp_path: Path, files: Files, changed: dict[str, Any], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path, files, **changed) == code
    printed = capsys.readouterr().err
    assert re.search(message, printed), printed
    assert "Traceback" not in printed
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert init(tmp_path, files, output=["file/made"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_the_shipped_partnership_comes_out_of_its_own_files(tmp_path: Path, reference: Path) -> None:
    """The same wards, outlines, residents and changes as those that ship, made by another way."""
    ours = read_partnership(ROOT / "partnership.toml")
    shipped = sheet((ROOT / "boundaries" / "populations.csv").read_text(encoding="utf-8"))
    lines = [",".join((r["code"], r["year"], r["population"])) for r in shipped if r["level"] == "ward"]
    files = {"residents.csv": "\n".join(["ward_code,year,residents", *lines])}
    starts = {vintage.id: vintage.in_force_from for vintage in ours.areas.ward_boundaries}
    wards = [f"{id_}={reference / 'boundaries' / f'wards_WD{id_[2:]}_cleveland.geojson'}" for id_ in starts]
    in_force = [f"{id_}={day}" for id_, day in starts.items() if day]
    home = [ours.area]
    assert init(tmp_path, files, wards=wards, in_force=in_force, populations=["residents.csv"], home=home) == 0
    theirs = made(tmp_path)
    assert {(c.area, c.date, c.vintage) for c in theirs.areas.changes} == {
        (c.area, c.date, c.vintage) for c in ours.areas.changes
    }
    keys = ("level", "vintage", "code", "name", "year", "population")
    known, found = ({tuple(row[k] for k in keys) for row in rows} for rows in (shipped, sheet(populations(tmp_path))))
    # A ward whose code is of several ward years has the estimates of all of them, and not of the nearest alone.
    assert {row for row in found if row[0] == "ward"} >= {row for row in known if row[0] == "ward"}
    # One series for every authority, by what ships with the code.
    columns = ("code", "edition", "year", "population")
    ours_areas, their_areas = (
        [[row[column] for column in columns] for row in rows if row["level"] == "lpa"]
        for rows in (shipped, sheet(populations(tmp_path)))
    )
    assert their_areas == [row for row in ours_areas if row[1] == "July 2025"]
    for id_ in starts:
        layers = [
            json.loads((at / "boundaries" / f"wards_{id_}.geojson").read_text()) for at in (ROOT, tmp_path / "made")
        ]
        drawn = [{f["properties"]["code"]: f["geometry"] for f in layer["features"]} for layer in layers]
        assert drawn[0] == drawn[1]
