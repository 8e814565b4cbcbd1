"""The boundary files: how they are built, and how true the shipped ones are."""

from __future__ import annotations

import itertools
import json
import os
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import build, build_populations
from boundaries.build import read_areas
from shp_data.domain.errors import InputError
from shp_data.setup.boundary_files import format_ward_name
from shp_data.setup.outlines import check_coverage, find_holes
from shp_data.setup.populations import COLUMNS

METRES, STORED = 27700, 4326  # EPSG: British National Grid, WGS84
SHIPPED = Path(build.__file__).parent
LPAS = {"E06000001": "Hartlepool", "E06000002": "Middlesbrough"}
WARDS_OF_LPAS = {
    "2020": {"Hartlepool": 11, "Middlesbrough": 20, "Redcar & Cleveland": 24, "Stockton-on-Tees": 26},
    "2022": {"Hartlepool": 12, "Middlesbrough": 20, "Redcar & Cleveland": 24, "Stockton-on-Tees": 26},
    "2025": {"Hartlepool": 12, "Middlesbrough": 20, "Redcar & Cleveland": 24, "Stockton-on-Tees": 27},
}


def wavy(column: int, row: int) -> shapely.Polygon:
    """A square kilometre of a grid whose lines swing by up to 40 metres, a vertex every 20 metres."""
    west, south = column * 1000, row * 1000
    square = shapely.segmentize(shapely.box(west, south, west + 1000, south + 1000), 20)

    def swing(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        return np.round(np.c_[x + 40 * np.sin(y / 90) + 450_000, y + 40 * np.sin(x / 70) + 520_000], 2)

    return shapely.transform(square, swing)


@pytest.fixture
def grid() -> gpd.GeoDataFrame:
    """Three by three made-up wards in British National Grid; the right-hand column is another authority's."""
    cells = list(itertools.product(range(3), range(3)))
    return gpd.GeoDataFrame(
        {
            "WD20CD": [f"E0500000{number}" for number in range(9)],
            "WD20NM": [f"North & East {number}" for number in range(9)],
            "LAD20CD": ["E06000002" if column == 2 else "E06000001" for column, _ in cells],
        },
        geometry=[wavy(*cell) for cell in cells],
        crs=METRES,
    )


def saved(frame: gpd.GeoDataFrame, folder: Path, name: str = "wards.geojson") -> Path:
    frame.to_file(folder / name)
    return folder / name


def swapped(grid: gpd.GeoDataFrame, number: int, shape: shapely.Geometry | None) -> gpd.GeoDataFrame:
    shapes = list(grid.geometry)
    shapes[number] = shape
    return grid.set_geometry(gpd.GeoSeries(shapes, crs=METRES))


def test_shapefile_in_national_grid_becomes_generalised_coverage_in_wgs84(
    grid: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    areas = read_areas(saved(grid, tmp_path, "wards.shp"), LPAS)
    result = build.generalise(areas, build.Generalisation())
    assert result.crs == STORED
    assert list(result.name) == [f"North and East {number}" for number in range(9)]
    assert result.lpa.value_counts().to_dict() == {"Hartlepool": 6, "Middlesbrough": 3}
    before, after = (shapely.get_num_coordinates(frame.geometry.array).sum() for frame in (areas, result))
    assert after < before / 3
    assert shapely.coverage_is_valid(result.geometry.array)
    assert not find_holes(result.geometry.to_numpy())
    moved = shapely.hausdorff_distance(areas.geometry.array, result.to_crs(METRES).geometry.array)
    assert 0 < moved.max() < 35


def test_edges_that_wards_simplified_alone_would_tear_stay_whole(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    """A long ward beside two short ones: where these meet is no corner of the long one."""
    shapes = grid.geometry.array
    long = shapely.coverage_union_all(shapes[:2])
    grid = swapped(grid, 0, long).drop(1)
    assert not shapely.coverage_is_valid(shapely.simplify(grid.geometry.array, 35))
    result = build.generalise(read_areas(saved(grid, tmp_path), LPAS), build.Generalisation())
    assert shapely.coverage_is_valid(result.geometry.array)


def test_lpas_have_exactly_the_edges_of_their_wards(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    wards = build.generalise(read_areas(saved(grid, tmp_path), LPAS), build.Generalisation())
    lpas = build.dissolve(wards, LPAS)
    assert list(lpas.code) == list(LPAS)
    assert shapely.coverage_is_valid(lpas.geometry.array)
    outline = shapely.union_all(lpas.boundary.array)
    assert shapely.difference(outline, shapely.union_all(wards.boundary.array)).is_empty


def test_a_sliver_goes_to_the_ward_around_it(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    sliver = shapely.box(450_500, 520_500, 450_510, 520_510)
    shapes = list(grid.geometry)
    shapes[0] = shapes[0].difference(sliver)
    shapes[1] = shapely.union(shapes[1], sliver)
    areas = read_areas(saved(grid.set_geometry(shapes, crs=METRES), tmp_path), LPAS)
    result = build.generalise(areas, build.Generalisation())
    assert [len(shapely.get_parts(shape)) for shape in result.geometry] == [1] * 9
    middle = gpd.GeoSeries([sliver.centroid], crs=METRES).to_crs(STORED)[0]
    assert list(result.code[result.contains(middle)]) == ["E05000000"]


def test_only_wanted_authorities_are_kept_and_old_names_accepted(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    plain = grid.rename(columns={"WD20CD": "ward_code", "WD20NM": "ward_name", "LAD20CD": "lad_code"})
    areas = read_areas(saved(plain.to_crs(STORED), tmp_path), {"E06000002": "Middlesbrough"})
    assert list(areas.code) == ["E05000006", "E05000007", "E05000008"]


def test_authority_file_is_accepted(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    authorities = grid[["LAD20CD", "geometry"]].dissolve("LAD20CD", method="coverage").reset_index()
    areas = read_areas(saved(authorities, tmp_path), LPAS)
    assert list(zip(areas.code, areas.name, areas.lpa, strict=True)) == [(c, n, n) for c, n in LPAS.items()]


def test_an_authority_inside_another_is_no_gap(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    grid["LAD20CD"] = ["E06000002" if number == 4 else "E06000001" for number in range(9)]
    areas = read_areas(saved(grid, tmp_path), {"E06000001": "Hartlepool"})
    assert len(build.generalise(areas, build.Generalisation())) == 8


def pulled_apart(shape: shapely.Polygon) -> shapely.Polygon:
    """The ward with a stretch of its southern edge moved north by 30 metres."""

    def move(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        stretch = (y < 521_100) & (x > 451_300) & (x < 451_600)
        return np.c_[x, np.where(stretch, y + 30, y)]

    return shapely.transform(shape, move)


BOW_TIE = shapely.Polygon([(450_000, 522_000), (451_000, 523_000), (451_000, 522_000), (450_000, 523_000)])
LINE = shapely.LineString([(450_000, 522_000), (451_000, 523_000)])
CORNER = shapely.box(450_900, 520_300, 451_200, 520_600)
FAULTS = {
    "overlap": (
        lambda g: swapped(g, 0, g.geometry[0].union(CORNER)),
        "North and East 0, North and East 3 overlap",
    ),
    "edges unlike": (lambda g: swapped(g, 0, g.geometry[0].simplify(35)), "shared edges do not match"),
    "gap": (
        lambda g: swapped(g, 4, pulled_apart(g.geometry[4])),
        "a gap between North and East 3, North and East 4",
    ),
    "ward left out": (lambda g: g.drop(4), "a gap between"),
    "invalid": (lambda g: swapped(g, 2, BOW_TIE), "North and East 2 is not a valid polygon"),
    "line": (lambda g: swapped(g, 2, LINE), r"1 of its 9 boundaries are not polygons \(LineString\)"),
    "no geometry": (lambda g: swapped(g, 2, None), r"1 of its 9 boundaries are not polygons \(no shape\)"),
    "code twice": (lambda g: g.assign(WD20CD=["E05000001", *g.WD20CD[1:]]), "E05000001.*not unique"),
    "name twice": (lambda g: g.assign(WD20NM=["North and East 1", *g.WD20NM[1:]]), "E05000001.*not unique"),
    "no name": (lambda g: g.assign(WD20NM=[None, *g.WD20NM[1:]]), "'E05000000', name ''"),
    "other code": (lambda g: g.assign(WD20CD=["00EBMT", *g.WD20CD[1:]]), "'00EBMT'.*not a ward code"),
    "missing authority": (lambda g: g[g.LAD20CD == "E06000001"], r"no area of E06000002 \(Middlesbrough\)"),
    "no authority column": (lambda g: g.drop(columns="LAD20CD"), "expected a local authority code"),
    "codes of two years": (lambda g: g.assign(WD21CD=g.WD20CD), "WD20CD and WD21CD"),
    "metres as degrees": (lambda g: g.set_crs(STORED, allow_override=True), "outside the United Kingdom"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_file_is_one_clear_error(grid: gpd.GeoDataFrame, tmp_path: Path, fault: str) -> None:
    spoil, message = FAULTS[fault]
    file = saved(spoil(grid), tmp_path)
    with pytest.raises(InputError, match=f"(?s)wards.geojson.*{message}"):
        read_areas(file, LPAS)


def test_shapefile_without_reference_system_is_refused(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    saved(grid, tmp_path, "wards.shp")
    (tmp_path / "wards.prj").unlink()
    with pytest.raises(InputError, match="declares no known coordinate reference system"):
        read_areas(tmp_path / "wards.shp", LPAS)


def test_too_few_decimals_are_refused(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    areas = read_areas(saved(grid, tmp_path), LPAS)
    with pytest.raises(InputError, match=r"generalised by .*decimals=1"):
        build.generalise(areas, build.Generalisation(decimals=1))


def test_ward_smaller_than_the_smallest_part_is_refused_not_lost(grid: gpd.GeoDataFrame, tmp_path: Path) -> None:
    areas = read_areas(saved(grid, tmp_path), LPAS)
    with pytest.raises(InputError, match="has no shape"):
        build.generalise(areas, build.Generalisation(smallest_part_m2=2_000_000))


def test_names_are_printed_one_way() -> None:
    assert format_ward_name("Park End &  Beckfield ") == format_ward_name("Park End and Beckfield")
    assert format_ward_name("St Germain\N{RIGHT SINGLE QUOTATION MARK}s") == "St Germain's"


@pytest.fixture
def partnership(tmp_path: Path) -> Path:
    text = "".join(f'[[areas]]\ncode = "{code}"\nname = "{name}"\n' for code, name in LPAS.items())
    (tmp_path / "partnership.toml").write_text(text, encoding="utf-8")
    return tmp_path / "partnership.toml"


def test_command_writes_our_form(grid: gpd.GeoDataFrame, tmp_path: Path, partnership: Path) -> None:
    file = saved(grid, tmp_path)
    common = ["--partnership", str(partnership), "--output", str(tmp_path)]
    assert build.main(["--wards", f"2020={file}", "--lpas", f"2020={file}", *common]) == 0
    wards = json.loads((tmp_path / "wards_2020.geojson").read_text(encoding="utf-8"))
    assert wards["features"][0]["properties"] == {
        "code": "E05000000", "name": "North and East 0", "lpa": "Hartlepool",
    }  # fmt: skip
    assert (wards["vintage"], wards["generalised"]["tolerance_m"]) == ("2020", 35.0)
    lpas = gpd.read_file(tmp_path / "lpas.geojson")
    assert list(lpas.name) == ["Hartlepool", "Middlesbrough"]
    assert lpas.crs == STORED


def test_command_says_what_is_wrong_and_writes_nothing(
    grid: gpd.GeoDataFrame, tmp_path: Path, partnership: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = saved(grid, tmp_path), saved(grid.drop(4), tmp_path, "bad.geojson")
    common = ["--partnership", str(partnership), "--output", str(tmp_path)]
    assert build.main(["--wards", f"2020={good}", f"2022={bad}", "--lpas", f"2020={good}", *common]) == 1
    assert build.main(["--wards", f"2020={tmp_path / 'none.shp'}", "--lpas", f"2020={good}", *common]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "bad.geojson: a gap between" in lines[0]
    assert "none.shp: cannot be read" in lines[1]
    assert not list(tmp_path.glob("wards_*.geojson"))


# --- Populations


def make_wards(grid: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    wards = grid.rename(columns={"WD20CD": "code", "WD20NM": "name"})
    return wards.assign(lpa=wards.LAD20CD.map(LPAS))


def test_residents_are_listed_as_published(grid: gpd.GeoDataFrame) -> None:
    wards = make_wards(grid)
    # A file with the wards of two years has those that did not change twice, and other authorities' too.
    estimates = pd.DataFrame(
        {"ward_code": [*wards.code, *wards.code[:3], "E05999999"], "mid2022": [*range(100, 109), 100, 101, 102, 9]}
    )
    result = build_populations.list_residents(estimates, wards, "March 2024", "2020")
    assert list(result.columns) == list(COLUMNS)
    assert result.set_index("code").population.to_dict() == {f"E0500000{n}": 100 + n for n in range(9)}
    assert set(zip(result.level, result.vintage, result.edition, result.year, result.basis, strict=True)) == {
        ("ward", "2020", "March 2024", "2022", "mid-year estimate")
    }


def test_a_ward_without_residents_or_with_two_numbers_is_refused(grid: gpd.GeoDataFrame) -> None:
    wards = make_wards(grid)
    estimates = pd.DataFrame({"ward_code": wards.code, "mid2022": range(100, 109)})
    with pytest.raises(InputError, match="E05000003, March 2024: 0 rows with its residents"):
        build_populations.list_residents(estimates.drop(3), wards, "March 2024", "2020")
    twice = pd.concat([estimates, pd.DataFrame({"ward_code": ["E05000004"], "mid2022": [7]})])
    with pytest.raises(InputError, match="E05000004, March 2024: 2 rows with its residents"):
        build_populations.list_residents(twice, wards, "March 2024", "2020")


def test_wards_that_do_not_add_up_to_their_lpa_of_the_same_edition_are_refused(grid: gpd.GeoDataFrame) -> None:
    wards = make_wards(grid)
    lpas = build.dissolve(wards, LPAS)
    codes = {code: sum(100 + n for n, of in enumerate(wards.LAD20CD) if of == code) for code in LPAS}
    areas = pd.DataFrame({"lad_code": list(codes), "mid2020": list(codes.values())})
    people = pd.DataFrame({"ward_code": wards.code, "mid2020": range(100, 109)})
    listed = [
        build_populations.list_residents(areas, lpas, "before Census 2021"),
        build_populations.list_residents(people, wards, "before Census 2021", "2020"),
    ]
    build_populations.check_sums(pd.concat(listed))
    first = codes["E06000001"]
    listed[0].loc[listed[0].code == "E06000001", "population"] = first - 1
    with pytest.raises(
        InputError, match=f"Hartlepool, 2020: its wards of 2020 have {first} residents, the authority {first - 1}"
    ):
        build_populations.check_sums(pd.concat(listed))
    # Estimates of another edition need not add up: they are scaled when they are used.
    build_populations.check_sums(pd.concat([listed[0].assign(edition="July 2025"), listed[1]]))


def test_population_commands_errors_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("lad23_code,lad_name,mid2019\nE06000001,Hartlepool,93663\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("lad_code,lad_name,mid2019\nE06000001,Hartlepool,\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("lsoa11cd,mid2019\nE01011949,1\n", encoding="utf-8")
    (tmp_path / "lpas.geojson").write_bytes((SHIPPED / "lpas.geojson").read_bytes())

    def run(authorities: str, before: str) -> str:
        options = ["--authorities", "July 2025", str(tmp_path / authorities), "--before-census", str(tmp_path / before)]
        options += ["--wards", "2020", "March 2024", str(tmp_path / "c.csv"), "--folder", str(tmp_path)]
        assert build_populations.main(options) == 1
        return capsys.readouterr().err

    assert run("b.csv", "a.csv") == "b.csv, row 2: an empty cell; missing is not zero.\n"
    assert run("c.csv", "a.csv").startswith("c.csv: no column lad_code, or none such as mid2019")
    assert run("a.csv", "a.csv").startswith("E06000002, before Census 2021: 0 rows")
    assert run("gone.csv", "a.csv").startswith("gone.csv: ")
    assert not (tmp_path / "populations.csv").exists()


# --- The shipped files


@pytest.fixture(scope="module")
def shipped() -> dict[str, gpd.GeoDataFrame]:
    return {file.stem: gpd.read_file(file) for file in _list_shipped()}


def _list_shipped() -> list[Path]:
    """The outlines of areas and wards: those of LSOAs have tests of their own."""
    return [file for file in sorted(SHIPPED.glob("*.geojson")) if not file.name.startswith("lsoas_")]


def test_shipped_files_are_small_and_whole(shipped: dict[str, gpd.GeoDataFrame]) -> None:
    assert sum(file.stat().st_size for file in _list_shipped()) < 400_000
    assert set(shipped) == {"lpas", "wards_2020", "wards_2022", "wards_2025"}
    for layer, areas in shipped.items():
        assert areas.crs == STORED
        assert areas.columns.tolist() == ["code", "name", "lpa", "geometry"]
        check_coverage(areas.geometry.to_numpy(), list(areas.name), np.array([]), layer, areas.crs)
        assert areas.code.is_unique
        assert not areas.duplicated(["lpa", "name"]).any()
        assert not areas.name.str.contains("&").any() or layer == "lpas"


@pytest.mark.parametrize("vintage", WARDS_OF_LPAS)
def test_shipped_wards_are_those_of_the_vintage(shipped: dict[str, gpd.GeoDataFrame], vintage: str) -> None:
    assert shipped[f"wards_{vintage}"].lpa.value_counts().to_dict() == WARDS_OF_LPAS[vintage]


def test_a_code_means_one_name_in_every_vintage(shipped: dict[str, gpd.GeoDataFrame]) -> None:
    names = pd.concat([areas for layer, areas in shipped.items() if layer != "lpas"]).groupby("code").name
    assert (names.nunique() == 1).all()


def test_shipped_lpas_are_made_of_their_wards_edges(shipped: dict[str, gpd.GeoDataFrame]) -> None:
    wards = shapely.union_all(shipped["wards_2022"].boundary.array)
    assert shapely.difference(shapely.union_all(shipped["lpas"].boundary.array), wards).is_empty


def test_shipped_files_name_source_and_licence() -> None:
    for file in SHIPPED.glob("*.geojson"):
        head = json.loads(file.read_text(encoding="utf-8"))
        assert head["licence"] == "Open Government Licence v3.0"
        assert "Contains OS data © Crown copyright and database right" in head["attribution"]
        assert head["vintage"] in file.stem or file.stem == "lpas"
        assert head["generalised"].keys() == {"tolerance_m", "decimals", "smallest_part_m2"}


def test_shipped_populations_cover_every_area_and_add_up(shipped: dict[str, gpd.GeoDataFrame]) -> None:
    people = pd.read_csv(SHIPPED / "populations.csv", dtype={"vintage": str}, keep_default_na=False)
    assert not people.duplicated(["level", "vintage", "code", "edition", "year"]).any()
    years = people.groupby(["level", "vintage", "edition"]).year.agg(lambda years: sorted(set(years))).to_dict()
    assert years == {
        ("lpa", "", "before Census 2021"): [2017, 2018, 2019, 2020],
        ("lpa", "", "July 2025"): list(range(2011, 2025)),
        ("ward", "2020", "before Census 2021"): [2020],
        ("ward", "2022", "March 2024"): [2022],
        ("ward", "2025", "March 2024"): [2022],
    }
    for layer, areas in shipped.items():
        level, _, vintage = layer.replace("lpas", "lpa").replace("wards", "ward").partition("_")
        known = people[(people.level == level) & (people.vintage == vintage)]
        for _, estimates in known.groupby(["edition", "year"]):
            wanted = areas[["code", "name", "lpa"]].sort_values("code", ignore_index=True)
            pd.testing.assert_frame_equal(
                estimates[["code", "name", "lpa"]].sort_values("code", ignore_index=True), pd.DataFrame(wanted)
            )
    build_populations.check_sums(people)
    before = people[(people.level == "lpa") & (people.edition == "before Census 2021") & (people.year == 2018)]
    assert before.population.sum() == 567_718  # the figure that Cleveland Fire Brigade publishes


def test_shipped_authorities_are_those_of_the_lpas() -> None:
    """All 318 authorities of England and Wales, with the figures that the LPAs have in populations.csv."""
    authorities = pd.read_csv(SHIPPED / "authority_populations.csv").set_index("lad_code")
    assert len(authorities) == 318
    assert set(authorities.edition) == {"July 2025"}
    people = pd.read_csv(SHIPPED / "populations.csv", keep_default_na=False)
    lpas = people[(people.level == "lpa") & (people.edition == "July 2025")]
    assert len(lpas) == 4 * 14
    for row in lpas.itertuples():
        assert authorities.at[row.code, f"mid{row.year}"] == row.population


# --- Against the real months and the reference boundaries

needs_real = pytest.mark.skipif(
    not {"SHP_REAL_DATA", "SHP_REFERENCE"} <= os.environ.keys(),
    reason="SHP_REAL_DATA (real months) and SHP_REFERENCE (full boundaries) are not both set",
)


def nearest(points: gpd.GeoSeries, areas: gpd.GeoDataFrame, column: str, reach: float) -> pd.Series:
    """The area in which each point lies, else the nearest within reach, in metres."""
    found = gpd.GeoDataFrame(geometry=points).sjoin_nearest(areas[[column, "geometry"]], max_distance=reach)
    return found.loc[~found.index.duplicated(), column]


def place(points: gpd.GeoSeries, lpas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> pd.DataFrame:
    """The lpa and ward code of each point: the ward within the LPA, else its nearest within 50 metres."""
    lpas, wards = lpas.to_crs(METRES), wards.to_crs(METRES)
    placed = pd.DataFrame({"lpa": nearest(points, lpas, "lpa", reach=1e-6)}, index=points.index)
    codes = [nearest(points[placed.lpa == name], wards[wards.lpa == name], "code", reach=50) for name in lpas.lpa]
    return placed.assign(code=pd.concat(codes)).fillna("")


def real_points() -> pd.DataFrame:
    """Longitude, latitude and records of each distinct point of the real months."""
    columns = ["Longitude", "Latitude"]
    months = []
    for path in sorted(Path(os.environ["SHP_REAL_DATA"]).glob("**/*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("street.csv"):
                    months.append(pd.read_csv(archive.open(name), usecols=columns))
    return pd.concat(months).groupby(columns).size().reset_index(name="records")


def reference(name: str, lpas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The reference boundaries in our columns, the LPAs by their printed names."""
    areas = gpd.read_file(Path(os.environ["SHP_REFERENCE"]) / "boundaries" / f"{name}_cleveland.geojson")
    code = areas["ward_code" if "ward_code" in areas else "lad_code"]
    return areas.assign(code=code, lpa=areas.lad_code.map(lpas.set_index("code").name))


@needs_real
@pytest.mark.parametrize("vintage", WARDS_OF_LPAS)
def test_real_points_fall_where_the_reference_puts_them(shipped: dict[str, gpd.GeoDataFrame], vintage: str) -> None:
    """Run with -s to see the figures that boundaries/README.md gives."""
    points = real_points()
    records = points.records
    assert records.sum() == 144_397
    places = gpd.GeoSeries(gpd.points_from_xy(points.Longitude, points.Latitude, crs=STORED)).to_crs(METRES)
    lpas, wards = shipped["lpas"], shipped[f"wards_{vintage}"]
    expected = place(places, reference("lads_LAD20", lpas), reference(f"wards_WD{vintage[2:]}", lpas))
    found = place(places, lpas, wards)
    other_lpa, other_ward = found.lpa != expected.lpa, found.code != expected.code
    for kind, other in (("LPA", other_lpa), ("ward", other_ward)):
        print(f"{vintage}, another {kind}: {records[other].sum()} records at {other.sum()} points")
    assert records[other_lpa].sum() <= 50
    assert records[other_ward].sum() <= 0.001 * records.sum()
    assert not ((found.lpa != "") & (found.code == "")).any(), "a point in an LPA and in none of its wards"


def distances(lines: shapely.Geometry, others: shapely.Geometry) -> np.ndarray:
    """How far each tenth metre of some lines is from the nearest of other lines."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(lines, 10)))
    tree = shapely.STRtree(shapely.get_parts(others))
    return tree.query_nearest(points, return_distance=True, all_matches=False)[1]


@needs_real
@pytest.mark.parametrize("vintage", WARDS_OF_LPAS)
def test_shipped_wards_keep_the_shape_of_the_reference(shipped: dict[str, gpd.GeoDataFrame], vintage: str) -> None:
    wards = reference(f"wards_WD{vintage[2:]}", shipped["lpas"]).to_crs(METRES).set_index("code")
    ours = shipped[f"wards_{vintage}"].to_crs(METRES).set_index("code").reindex(wards.index)
    shared = ours.intersection(wards).area / ours.union(wards).area
    print(f"{vintage}: area shared with the reference, least {shared.min():.4f}, median {shared.median():.4f}")
    assert shared.min() > 0.99
    our_lines, their_lines = (shapely.union_all(frame.boundary.array) for frame in (ours, wards))
    off = distances(our_lines, their_lines)
    near = distances(their_lines, our_lines) < 1
    print(f"{vintage}: our lines at most {off.max():.1f} m off; of the others, {near.mean():.1%} within 1 m")
    assert off.max() < build.Generalisation().tolerance_m
