"""A page as a link opens it, and what is on it: its title, words, tables, cards and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from shp_data.domain import settings

# Each AppTest would look for components through all that is installed, which takes longer than most pages do.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

Q3, Q4 = "2020-21 Q3 (Oct to Dec 2020)", "2020-21 Q4 (Jan to Mar 2021)"


AREAS = ("Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees", "All of Cleveland")


def page_file(page: str) -> str:
    """The file of a page, as Streamlit switches to it."""
    (path,) = settings.ROOT.glob(f"pages/*/{page}.py")
    return path.relative_to(settings.ROOT).as_posix()


def by_link(page: str, **asked: str) -> AppTest:
    """A page as a link opens it in a fresh session: the filters are as the link says."""
    at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=60)
    if page != "headlines":
        at.switch_page(page_file(page))  # before the first run, as a link does: its address is the name of its file
    at.query_params.update(asked)
    return at.run()


def title(at: AppTest) -> str:
    """The page's message, with what Markdown escapes undone."""
    return str(at.title[0].value).replace("\\", "")


def said(at: AppTest) -> str:
    """Everything that the page says in words, with what Markdown escapes undone."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.error, at.info, at.warning)
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def html(at: AppTest) -> list[str]:
    return [element.proto.body for element in at.get("html")]


def tables(at: AppTest) -> list[list[list[str]]]:
    """Each table of figures on the page, as rows of cells, the head first."""
    found = [ElementTree.fromstring(body) for body in html(at) if body.startswith('<div class="figures"')]
    return [[["".join(cell.itertext()) for cell in row] for row in table.iter("tr")] for table in found]


def column(table: list[list[str]], name: str) -> list[int | None]:
    """A column of whole numbers."""
    place = table[0].index(name)
    return [as_number(row[place]) for row in table[1:]]


def as_number(text: str) -> int | None:
    return None if text == "–" else int(text.replace(",", "").replace("−", "-").replace("+", ""))


def row_of(table: list[list[str]], name: str) -> dict[str, str]:
    (row,) = [row for row in table[1:] if row[0] == name]
    return dict(zip(table[0], row, strict=True))


@dataclass(frozen=True)
class Card:
    name: str
    count: int
    facts: str
    sentence: str


def cards(at: AppTest) -> list[Card]:
    found = []
    for body in html(at):
        if body.startswith("<h3"):
            whole = re.sub(r"(<img\b[^>]*[^/>])>", r"\1/>", body)  # in HTML an image is not closed, in XML it is
            root = ElementTree.fromstring(f"<div>{whole}</div>")
            texts = ["".join(p.itertext()) for p in root.findall("p")]
            found.append(Card(root.findtext("h3"), as_number(texts[0]), texts[1], texts[-1]))
    return found


def links(at: AppTest, inside: str = "") -> list[dict[str, str]]:
    """What each link asks for, in the order of the page; `inside`: only in what begins so."""
    bodies = [body for body in html(at) if body.startswith(inside)]
    found = [address for body in bodies for address in re.findall(r'href="([^"]+)"', body)]
    queries = [urlsplit(address.replace("&amp;", "&")).query for address in found]
    return [{name: values[0] for name, values in parse_qs(query).items()} for query in queries]


def choose(at: AppTest, **words: str) -> AppTest:
    for key, value in words.items():
        at.selectbox(key=key).set_value(value)
    return at.run()


def assert_draws(at: AppTest) -> None:
    """No exception, a title, and under it the quiet line of whose records they are."""
    assert not at.exception, at.exception
    assert len(at.title) == 1, said(at)
    assert not at.error, said(at)
    assert " · " in at.caption[0].value
    assert not re.search(r"\b(nan|None|NaN|<NA>|NaT)\b", said(at)), said(at)
