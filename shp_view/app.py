"""The pages' toolbox, and the only module of the view that imports Streamlit.

A page asks for the selection, has a function of `shp_data.analysis` answered, and shows the Figure.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from shp_data.analysis.context import area_of
from shp_data.domain import settings
from shp_data.domain.errors import NotAllowedError, SelectionError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Place, Selection, Viewer
from shp_data.figure import Figure
from shp_data.intake.sample import sample_store
from shp_data.store import audit
from shp_data.store.actions import Actions, read_actions
from shp_data.store.layout import Layout
from shp_data.store.manifest import Load
from shp_data.store.reading import Store, open_store, vintage_of
from shp_view import (
    access,
    alt_texts,
    cell_layer,
    documents,
    hotspot_page,
    maps,
    markup,
    place_maps,
    point_layer,
    repeat_words,
    sentences,
    share_words,
    tables,
    views,
)
from shp_view import filters as view
from shp_view.access import Visitor
from shp_view.action_marks import marks_said
from shp_view.chart_parts import PICKED, Spec
from shp_view.map_classes import Measure, classes, legend, legend_title
from shp_view.pack import LONGEST_LINK, Pack, PackError, added, from_words, slide, to_words
from shp_view.theme import theme
from shp_view.uploads import Desk
from shp_view.view import Map, View

P = ParamSpec("P")
T = TypeVar("T")

MAP_HEIGHT = 520
SIGNED_IN = "signed-in"  # for whom this session has noted a sign-in
PACK, CARRIED = "pack", "carried"  # the meeting pack: in the session and Present's link, and in links between pages


def start() -> None:
    """Settings of the browser page, and the few styles that the theme has no option for."""
    st.set_page_config(page_title=partnership().name, layout="wide")
    st.html(markup.STYLE)
    # A page that was opened by a link of this dashboard is a new session: the link brings the pack along.
    st.session_state.setdefault(PACK, st.query_params.get(CARRIED, ""))


def visitor() -> Visitor:
    """Who looks, by the login of this run and nothing else; and why nothing may be shown, where that is so."""
    if access.starting.is_set():
        return Visitor("analyst")
    known = partnership()
    return access.visitor(_claims(), known.access, known.disclosure, time.time(), local=_local())


def _claims() -> dict[str, Any]:
    """What the login says of who looks; `is_logged_in` is among it where a sign-in is set up, and only there."""
    return dict(st.user.to_dict())


def _local() -> bool:
    """Does the browser run on this machine? Not where no page is being drawn, such as while a download is made."""
    return access.is_local(st.context.ip_address, dict(st.context.headers))


def viewer() -> Viewer:
    """Who looks. Raises NotAllowedError where nothing may be shown."""
    found = visitor()
    if found.role is None:
        raise NotAllowedError(found.why)
    return Viewer(found.role)


def opens(page: str) -> bool:
    """Does the viewer's role open a page, by its name in addresses? No page for whom nothing may be shown."""
    role = visitor().role
    return role is not None and page in access.PAGES[role]


def check(page: str) -> None:
    """May the viewer open a page? Raises NotAllowedError."""
    if not opens(page):
        raise NotAllowedError(f"This page is not among those of the role {viewer().role}: choose another.")


def admit(found: Visitor) -> bool:
    """May who looks see anything? Else say why, with nothing beside it but the way in and out."""
    if found.address and st.session_state.get(SIGNED_IN) != (found.address, found.role):
        record("sign-in" if found.role else "refused", found.why)
        st.session_state[SIGNED_IN] = (found.address, found.role)
    if found.role is None:
        st.title(partnership().name, anchor=False)
        st.write(markup.literal(found.why))
        if found.login:
            _account(found)
    return found.role is not None


def account(found: Visitor) -> None:
    """Who is signed in, and the way out or in, at the foot of the side bar; nothing where there is no sign-in."""
    if found.login:
        with st.sidebar:
            _account(found)


def _account(found: Visitor) -> None:
    if not found.address or found.why == access.ENDED:
        st.button("Sign in", on_click=st.login)
    if found.address:
        st.caption(markup.literal(f"Signed in as {found.address}"))
    if found.address or found.why == access.UNVERIFIED:
        st.button("Sign out", on_click=st.logout)


def record(what: audit.What, about: str = "") -> None:
    """Note what who is signed in does; on one's own machine, without a sign-in, nothing is noted."""
    found = visitor()
    if found.address:
        event = audit.Event(dt.datetime.now(dt.UTC), found.address, found.role or "none", what, about)
        audit.note(own_store(), event)


def download(label: str, made: Callable[[], bytes], name: str, key: str, **options: Any) -> None:
    """A button for a file that is made, and noted, when it is asked for."""
    found, root = visitor(), own_store()

    def noted() -> bytes:
        if found.address and found.role:
            audit.note(root, audit.Event(dt.datetime.now(dt.UTC), found.address, found.role, "export", name))
        return made()

    st.download_button(label, noted, name, key=key, on_click="ignore", **options)


def own_store() -> Path:
    """Where the partnership's own records are kept."""
    return settings.store_dir()


def store() -> Store:
    """The store in view: the partnership's own where it holds anything and the link does not ask for the sample."""
    own = Layout(own_store())
    version = own.version()
    if version is not None and st.session_state.get(view.DATA) != view.SAMPLE:
        opened = _opened(own.root, version)
        if opened.manifest.loads:
            return opened
    with st.spinner("Preparing the sample: this takes a few seconds, once"):
        sample = Layout(sample_store())
    return _opened(sample.root, sample.version())


@st.cache_resource(max_entries=6, show_spinner=False)
def _opened(root: Path, version: str | None) -> Store:
    """A version of a store, read once; a new version is another key."""
    return open_store(root)


def answer(function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function(store, *args)` says of the store in view, kept until the store or the question changes."""
    shown = store()
    name = f"{function.__module__}.{function.__qualname__}"
    kept: T = _answer(name, str(shown.layout.root), shown.version, args, kwargs, function, shown)
    return kept


@st.cache_data(max_entries=1000, show_spinner=False)
def _answer(
    name: str, root: str, version: str, args: Any, kwargs: Any, _function: Callable[..., Any], _store: Store
) -> Any:
    """The key is the question (its arguments hold the viewer), and the version of the store."""
    return _function(_store, *args, **kwargs)


def filters(*, what: bool, ward: bool, place: bool = False, covid: bool = True) -> None:
    """The shared filters in the side bar, kept in the link.

    `what`: whether this page counts one thing. `ward`: whether it can be narrowed to a ward, `place`: to a
    place, which only a link does. `covid`: whether COVID-related incidents can be left out.
    """
    with st.sidebar:
        body = st.container()
        more = body if limited() else st.expander("More")
    with more:
        records_choice()  # first, as the others offer what is in those records
    if not store().months():
        raise SelectionError(
            "Reported figures are loaded, but no records, and this page needs records. Load them on the Load files "
            "page, or choose the synthetic sample under More in the side bar."
        )
    offer, whole = _offer(), not limited()
    with body:
        unknown = [_select("What", offer.what, "what")] if what else []
        unknown.append(_select("Area", offer.area, "area", offer.default_area))
        unknown.append(_select("Period", offer.period, "period", offer.default_period))
        if ward and whole:
            unknown.append(_select("Ward", view.ward_names(selection()), view.WARD))
        if covid and whole and store().marked:
            unknown.append(_select("COVID-related incidents", view.COVID, "covid"))
    if whole:
        with more:
            unknown.append(_select("Ward boundaries of", offer.wards, "wards"))
    if place and (asked_place := st.query_params.get(view.PLACE)) and _place(selection()) is None:
        unknown.append(f"place “{asked_place[:60]}”")
    for asked in filter(None, unknown):
        st.warning(
            markup.literal(f"The link asks for {asked}, which is not among the records in view; see the filters.")
        )


def records_choice() -> None:
    """Whose records are in view: the partnership's own or the sample. For the analyst, where there are own records."""
    if own_loads() and opens("data"):
        _select("Records", (view.OUR_OWN, view.SAMPLE), view.DATA)


def own_loads() -> tuple[Load, ...]:
    """The loads of the partnership's own store, oldest first."""
    own = Layout(own_store())
    version = own.version()
    return _opened(own.root, version).manifest.loads if version else ()


def desk() -> Desk:
    """What the Load files page keeps between two clicks, for this session alone."""
    kept: Desk = st.session_state.setdefault("desk", Desk())
    return kept


def _offer() -> view.Filters:
    """What the filters offer of the store in view, as far as the viewer may ask for it."""
    offer = answer(view.offered)
    return view.limited(offer) if limited() else offer


def limited() -> bool:
    """Does the viewer see whole quarters alone, and no ward by itself?"""
    return answer(view.is_limited, viewer())


def _select(
    label: str,
    options: Iterable[str],
    key: str,
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """Draw a filter. What the link asks of it, where that is not on offer and so the default stands."""
    names = list(options)
    asked = st.query_params.get(key)
    at = names.index(default) if default in names else 0
    leave = leave_place if key in ("area", view.WARD) else None  # for a place lies in one area and ward
    st.selectbox(label, names, at, key=key, bind="query-params", on_change=leave, width=width)
    return f"{label.lower()} “{asked[:60]}”" if asked and asked not in names else None


def selection(*, ward: bool = False, place: bool = False) -> Selection:
    """What the filters ask for, with `ward` narrowed to the ward in view, with `place` to the place of the link."""
    words = {str(key): value for key, value in st.session_state.items() if isinstance(value, str)}
    if not ward or limited():
        words.pop(view.WARD, None)
    if limited():
        words.pop("covid", None)
    chosen = view.selection(_offer(), words)
    found = _place(chosen) if place else None
    return chosen.of_place(found, vintage_of(chosen)) if found else chosen


def _place(chosen: Selection) -> Place | None:
    """The place that the link asks for; None where it asks for none, or for one that is not known or not shown."""
    if not opens("records"):
        return None
    return view.place_of(st.query_params.get(view.PLACE, ""), chosen, answer, viewer())


def leave_place() -> None:
    """Show again all that the filters ask for, not one place alone."""
    st.query_params.pop(view.PLACE, None)


def dark() -> bool:
    """Is the browser's theme dark?"""
    return st.context.theme.type == "dark"


def heading(title: str, chosen: Selection | None = None) -> None:
    """The page's message, and under it the one quiet line: period, area, data to which month, whose, role."""
    shown = store()
    months = shown.months()
    data = "synthetic sample, not real records" if shown.synthetic else "own records"
    named = chosen is not None and chosen.place is not None  # and a name from a file is no Markdown
    st.title(markup.literal(title) if named else title, anchor=False)
    facts = [chosen.period.label, markup.literal(area_of(chosen))] if chosen else []
    facts += [f"data to {months[-1].label if months else 'no month'}", data, f"seen as {viewer().role}"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" · ".join(facts), width="content")
        _share(title, chosen)
    if note := share_words.as_of_note(st.query_params.get(share_words.AS_OF, ""), months[-1] if months else None):
        st.info(markup.literal(note))
    if chosen and chosen.place:
        place_note(f"Only the records at {area_of(chosen)} are in view.")
    for missing in sentences.missing_months(shown, chosen) if chosen else ():
        st.warning(missing)
    if shown.synthetic:
        st.info(
            "**Synthetic sample.** These incidents are invented; only their published totals are real."
            + (" Load your own records on the Load files page." if opens("load_files") else "")
        )


def _share(title: str, chosen: Selection | None) -> None:
    """The link to the view: its page, filters and choices, the period even where it is the default, and as-of month."""
    with st.popover("Share", type="tertiary", key="share", on_change="rerun") as box:
        if box.open:
            months = store().months()
            filled = view.parameters(_offer(), chosen, st.session_state.get(view.DATA), whole=True) if chosen else {}
            as_of = {share_words.AS_OF: str(months[-1])} if months else {}
            asked = {name: words for name, words in st.query_params.items() if name != CARRIED}
            data = f"Data to {share_words.month(months[-1])}." if months else ""
            st.write(f"**{markup.literal(title)}**  \n{data} Copy this link:")
            st.code(f"{st.context.url}?{urlencode(asked | filled | as_of)}", language=None, wrap_lines=True)


def pack() -> Pack:
    """The meeting pack of this session. Raises PackError where the link that brought it was damaged."""
    return from_words(st.session_state[PACK])


def open_pack() -> tuple[Pack, str]:
    """The meeting pack of the link, else of this session, which the address then holds; and what is wrong with it."""
    found: Pack = ()
    wrong = ""
    for asked in filter(None, (st.query_params.get(PACK), st.session_state[PACK])):
        try:
            found = from_words(asked)
            break
        except PackError as error:
            wrong = str(error)
    words = st.session_state[PACK] = to_words(found)
    if PACK not in st.query_params and 0 < len(words) <= LONGEST_LINK:
        st.query_params[PACK] = words
    return found, wrong


def keep_pack(slides: Pack) -> None:
    """Keep a meeting pack for this session and, where the address holds one, there."""
    words = to_words(slides)
    st.session_state[PACK] = words
    if PACK in st.query_params and st.query_params[PACK] != words:
        if 0 < len(words) <= LONGEST_LINK:
            st.query_params[PACK] = words
        else:
            del st.query_params[PACK]


def pack_link(slides: Pack) -> str:
    """The whole address of a meeting pack; "" where it is too long for one."""
    words = to_words(slides)
    return f"{st.context.url}?{urlencode({PACK: words})}" if len(words) <= LONGEST_LINK else ""


def pack_button(page: str, chosen: Selection, part: str = "") -> None:
    """A button that adds the view, or one part of the page, to the meeting pack. For whom can open the pack."""
    if not opens("present"):
        return

    def clicked() -> None:
        asked = (
            dict(st.query_params) | view.parameters(_offer(), chosen, whole=True) | ({views.PART: part} if part else {})
        )
        try:
            keep_pack(added(pack(), [slide(page, asked)]))
        except PackError as error:
            st.toast(markup.literal(str(error)))
        else:
            st.toast("Added to the meeting pack: see the Present page.")

    st.button("Add this view to the pack", on_click=clicked, key=f"pack-{page}-{part}")


def place_note(said: str) -> None:
    """A line on the place in view, and the way to leave it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(markup.literal(said), width="content")
        st.button("Leave this place", on_click=leave_place, type="tertiary", key="leave-place")


def chart(spec: Spec, alt: str, key: str, pick: str | None = None) -> str | None:
    """Draw a chart. With `pick`, the value of that field at the mark that was clicked, else None."""
    if pick is None:
        st.vega_lite_chart(spec, theme=None, alt=alt, key=key)
        return None
    event = st.vega_lite_chart(spec, theme=None, alt=alt, key=key, on_select="rerun")
    points = event["selection"].get(PICKED) or []
    return str(points[0][pick]) if points and pick in points[0] else None


def picture(shown: View, key: str) -> None:
    """Draw a view: its chart, or its map with the legend."""
    drawn = shown.drawn(dark()) if shown.drawn else None
    if isinstance(drawn, Map):
        st.pydeck_chart(drawn.deck, key=key, height=MAP_HEIGHT, alt=shown.alt)
        if drawn.legend:
            st.html(markup.legend(drawn.title, drawn.legend))
    elif drawn:
        chart(drawn, shown.alt, key)


def table(
    figure: Figure,
    columns: Sequence[str],
    chosen: Selection | None = None,
    page: str = "records",
    keep: Iterable[str] = (),
) -> None:
    """Show some columns of a figure. With `chosen`, each row leads to its records, or to another page of it.

    No row leads where the viewer may not go.
    `keep`: the choices of this page that its links keep, by their key.
    """
    led = opens(page) and not ("code" in figure.table and limited())
    narrowed = view.of_rows(figure, chosen) if chosen and led else []
    kept = {key: st.query_params[key] for key in keep if key in st.query_params}
    links = [address(page, one, kept) for one in narrowed]
    st.html(tables.as_html(figure, columns, links, chosen.period if chosen else None))


def grid(figure: Figure, columns: Sequence[str], key: str, **options: Any) -> Any:
    """Show some columns of a figure in a grid that can be sorted and searched: for long tables."""
    config = {
        name: st.column_config.NumberColumn(format=form) for name, form in tables.formats(figure, columns).items()
    }
    shown = tables.grid(figure, columns)
    return st.dataframe(shown, hide_index=True, key=key, column_config=config, placeholder="–", **options)


def focus(chosen: Selection) -> str | None:
    """The one LPA in view; None where all are."""
    return chosen.areas[0] if len(chosen.areas) == 1 else None


def choose(label: str, options: dict[T, str], key: str, default: T | None = None) -> T:
    """One of a few, side by side; kept in the link. The first is the default, unless one is named."""
    names = list(options)
    picked = st.segmented_control(
        label,
        names,
        default=names[0] if default is None else default,
        required=True,
        format_func=lambda n: options[n],
        key=key,
        bind="query-params",
        wrap=True,  # on a telephone
    )
    return names[0] if picked is None else picked


def ward_map(
    figure: Figure,
    measure: Measure,
    vintage: str,
    spread: pd.DataFrame,
    chosen: Selection,
    height: int = MAP_HEIGHT,
    key: str = "ward-map",
    explained: bool = True,
) -> None:
    """The map, its legend beside its colours; a click on a ward chooses it. `height`: in pixels.

    `explained`: False where `ward_legend` stands over several maps.
    """
    agreed = _agreed(chosen)
    deck = maps.ward_map(
        figure, measure, vintage, chosen.period, spread, area=focus(chosen), selected=_ward_code(chosen),
        agreed=agreed, dark=dark(),
    )  # fmt: skip

    def clicked() -> None:
        for ward in _picked(key, "objects", maps.WARDS):
            _show_ward(ward["properties"]["code"], chosen)

    st.pydeck_chart(deck, on_select=clicked, key=key, height=height, alt=alt_texts.ward_map(figure, measure))
    if explained:
        ward_legend([figure], measure, vintage, spread)
    if agreed:
        st.caption("  \n".join(markup.literal(line) for line in marks_said(agreed)))


def _agreed(chosen: Selection) -> Actions:
    """What was agreed for a ward or place of the areas in view: the analyst's alone."""
    if viewer().role != "analyst":
        return ()
    return tuple(one for one in read_actions(store().layout.root) if one.lpa in (chosen.areas or (one.lpa,)))


def ward_legend(figures: Sequence[Figure], measure: Measure, vintage: str, spread: pd.DataFrame) -> None:
    """The one legend of some ward maps that have the same classes."""
    drawn = pd.concat([figure.table[measure] for figure in figures])
    entries = legend(classes(spread, measure, dark=dark()), drawn)
    st.html(markup.legend(legend_title(measure, figures[0].table), entries))


def cell_map(figure: Figure, chosen: Selection, key: str) -> None:
    """The map of the hot and cold hexagons with its legend; a click on one chooses the ward that it lies in."""
    deck = cell_layer.cell_map(figure, chosen, selected=_ward_code(chosen), dark=dark())
    codes = dict(zip(figure.table["cell"], figure.table["code"], strict=True))

    def clicked() -> None:
        for name in cell_layer.LAYERS.values():
            for cell in _picked(key, "objects", name):
                _show_ward(codes[cell["cell"]], chosen)

    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=cell_layer.cell_sentence(figure))
    st.html(markup.legend("Hexagons", cell_layer.cell_legend(figure, dark=dark())))


def point_map(figure: Figure, chosen: Selection, place: Place | None, most: int, key: str) -> None:
    """The map of the places with its legend, `place` ringed; a click on a circle chooses its place.

    `most`: the count that has the largest circle.
    """
    deck = point_layer.point_map(figure, chosen, most=most, place=place, selected=_ward_code(chosen), dark=dark())
    points = list(zip(figure.table["longitude"], figure.table["latitude"], strict=True))

    def clicked() -> None:
        for row in _picked(key, "indices", point_layer.POINTS):
            st.query_params[view.PLACE] = view.point_words(points[row])

    alt = f"{point_layer.point_title(figure)}. {point_layer.point_legend(figure, most)}"
    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=alt)
    st.write(point_layer.point_legend(figure, most))


def _ward_code(chosen: Selection) -> str | None:
    """The ward that the filters are narrowed to, to outline it."""
    return view.ward_names(chosen).get(st.session_state.get(view.WARD, view.ALL_WARDS)) or None


def _show_ward(code: str, chosen: Selection) -> None:
    """Narrow the filters to a ward, in place of a place."""
    names = view.ward_names(chosen)
    st.session_state[view.WARD] = next((name for name in names if names[name] == code), view.ALL_WARDS)
    leave_place()


def _picked(key: str, kind: str, layer: str) -> list[Any]:
    """What was clicked on one layer of a map: its `objects`, or their `indices`."""
    return list(st.session_state[key]["selection"][kind].get(layer) or [])


def frames(maps_shown: int) -> list[tuple[Any, Any]]:
    """Where each map and its table stand: one map beside its table, or two maps side by side over theirs."""
    if maps_shown == 1:
        left, right = st.columns([4, 3])
        return [(left, right)]
    return [(column, column) for column in st.columns(maps_shown)]


def periods(chosen: Selection, *, compare: bool = True) -> Period | None:
    """Buttons that step to the period before and after, and with `compare` the period to compare with, if any."""
    offered = tuple(_offer().period.values())
    options = hotspot_page.comparisons(offered, chosen.period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, shortcut, to in zip(
            ("Earlier", "Later"), ("Shift+Left", "Shift+Right"), hotspot_page.steps(offered, chosen.period), strict=True
        ):
            told = to.label if to else "No such period is loaded"
            st.button(
                name,
                on_click=_to_period,
                args=(to,),
                disabled=to is None,
                shortcut=shortcut,
                help=told,
                key=name.lower(),
            )
        unknown = _select("Compare with", options, "against", width=320) if compare else None
    if unknown:
        st.warning(markup.literal(f"The link asks for {unknown}, which is not on offer."))
    return options.get(st.session_state.get("against", hotspot_page.NOTHING)) if compare else None


def _to_period(period: Period) -> None:
    st.session_state["period"] = period.label


def place_map(found: Figure, cleared: Figure, chosen: Selection, place: Place | None, key: str = "place-map") -> None:
    """The map of the repeat locations with its legend, `place` ringed; a click on a circle chooses its place."""
    deck = place_maps.place_map(found, cleared, chosen, place=place, dark=dark())

    def clicked() -> None:
        for circle in _picked(key, "objects", place_maps.PLACES):
            st.query_params[view.PLACE] = circle["place"]

    alt = repeat_words.map_alt(found, cleared)
    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=alt)
    if entries := place_maps.legend(found, cleared, dark=dark()):
        st.html(markup.legend(f"Circles by number of {found.unit}", entries))


def notes(figure: Figure) -> None:
    """The caveats and the source line that stand under every chart and table."""
    st.caption("  \n".join((*figure.caveats, figure.source_line)))


def downloads(
    figure: Figure,
    key: str,
    picture: Callable[[], Spec] | None = None,
    whole: Callable[[], Figure] | None = None,
) -> None:
    """The figure as a table (CSV, XLSX) and, with `picture`, as a picture (PNG, SVG), made when asked for.

    `whole`: gives the figure to keep where `figure` is only the start of it.
    """
    kept = whole or (lambda: figure)
    kinds: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: documents.to_xlsx(kept()),
        "csv": lambda: documents.to_csv(kept()),
    }
    if picture is not None:
        drawn = picture
        kinds = {
            "png": lambda: documents.to_png(drawn(), figure),
            "svg": lambda: documents.to_svg(drawn(), figure),
        } | kinds
    with st.popover("Download", key=f"{key}-download", on_change="rerun") as menu:
        if menu.open:
            for kind, made in kinds.items():
                name = documents.file_name(figure, kind)
                download(kind.upper(), made, name, f"{key}-{kind}", width="stretch")


def card(figure: Figure, trend: Figure, chosen: Selection) -> None:
    """A card: the figure's number, change and rate, the months of its trend, and its sentence."""
    line = markup.sparkline(*sentences.months_of(trend), alt_texts.trend(trend), theme(dark()))
    facts, said = sentences.card_facts(figure), sentences.card_sentence(figure, chosen)
    st.html(markup.card(figure.title, sentences.card_count(figure), facts, line, said))


def records_link(chosen: Selection, label: str = "See the records") -> None:
    """A link to the records behind a figure."""
    link(label, "records", chosen)


def link(label: str, page: str, chosen: Selection | None = None) -> None:
    """A link to a page, with the filters of a selection or with none; nothing for a page that the viewer cannot open.

    It opens the page anew: within a session Streamlit keeps the filters as they stand, whatever a link asks.
    """
    if page == "." or opens(page):
        st.html(markup.link(label, address(page, chosen) if chosen else page), width="content")


def here(page: str, chosen: Selection) -> str:
    """The whole address of a page with the filters of a selection: what a document says reproduces it."""
    words = view.parameters(_offer(), chosen, st.session_state.get(view.DATA))
    return f"{(st.context.url or '').rsplit('/', 1)[0]}/{page}?{urlencode(words)}"


def address(page: str, chosen: Selection, kept: dict[str, str] | None = None) -> str:
    """The address of a page with the filters of a selection, as a link in a table writes it."""
    return f"{page}?{urlencode(_parameters(chosen) | (kept or {}))}"


def _parameters(chosen: Selection) -> dict[str, str]:
    words = st.session_state[PACK]
    carried = {CARRIED: words} if 0 < len(words) <= LONGEST_LINK else {}
    return view.parameters(_offer(), chosen, st.session_state.get(view.DATA)) | carried


def refuse(error: UserError) -> None:
    """Say what is wrong, in place of the page."""
    st.error(markup.literal(str(error)))
