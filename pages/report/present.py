"""Present: a meeting pack made of views, shown full screen from the keyboard, as a link, a file and a PPTX."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import pack, present_page, presenting

chosen, viewer = app.selection(), app.viewer()
slides, wrong = app.open_pack()
at, no_such_slide = present_page.asked_slide(st.query_params.get(present_page.SLIDE), len(slides))


def go(by: int) -> None:
    """So many slides on from the one that is shown, or to the first."""
    now, _ = present_page.asked_slide(st.query_params.get(present_page.SLIDE), len(slides))
    st.query_params[present_page.SLIDE] = str(min(max((now or 0) + by, 1), len(slides)))


def end() -> None:
    """Leave the presentation."""
    st.query_params.pop(present_page.SLIDE, None)


def answers(shown: pack.Slide) -> dict[str, str]:
    """The filters of this slide alone, to be changed for a question; another slide does not know of them."""
    found = {}
    with st.popover("Answer a question"):
        for key, asked in present_page.questions(shown, app.answer).items():
            found[key] = st.selectbox(asked.name, asked.options, asked.own, key=f"question-{at}-{key}")
            if found[key] == asked.options[asked.own]:
                del found[key]
    return found


def steps() -> dict[str, str]:
    """Next, back and the end by keyboard; a presenter's remote sends the page keys. What was asked of this slide."""
    with st.container(horizontal=True, key="steps", vertical_alignment="center"):
        st.button("Back", on_click=go, args=(-1,), shortcut="Left", disabled=at == 1)
        st.button("Next", on_click=go, args=(1,), shortcut="Right", type="primary", disabled=at == len(slides))
        asked = answers(slides[at - 1])
        st.button("End", on_click=end, shortcut="Esc")
        st.caption(f"{at} of {len(slides)}", width="content")
        with st.container(key="page-keys"):
            st.button("Back by page key", on_click=go, args=(-1,), shortcut="PageUp")
            st.button("Next by page key", on_click=go, args=(1,), shortcut="PageDown")
    return asked


def present() -> None:
    """One slide, large, with nothing else on the screen."""
    st.html(presenting.style(dark=app.dark()))
    page = st.container(key="slide")
    asked = steps()
    with page:
        shown = present_page.told(slides[at - 1], app.answer, viewer, asked)
        st.html(presenting.words(shown))
        for note in shown.notes:
            st.warning(markup.literal(note))
        if shown.view:
            app.picture(shown.view, f"slide-{at}")
            st.caption(markup.literal(" ".join((*shown.view.figure.caveats, shown.view.figure.source_line))))


def change(place: int, shown: present_page.Told) -> None:
    """What can be done with one slide of the list."""
    with st.container(horizontal=True):
        for name, by in (("Up", -1), ("Down", 1)):
            st.button(name, on_click=app.keep_pack, args=(pack.moved(slides, place, by),), key=f"{name}-{place}")
        with st.popover("Rename", key=f"rename-{place}-{shown.title}"), st.form(f"rename-form-{place}", border=False):
            title = st.text_input("Title; empty for the view's own", shown.slide.title, max_chars=pack.LONGEST_TITLE)
            if st.form_submit_button("Keep it"):
                app.keep_pack(pack.renamed(slides, place, title))
                st.rerun()
        st.button("Remove", on_click=app.keep_pack, args=(pack.removed(slides, place),), key=f"remove-{place}")


def files(told: list[present_page.Told]) -> None:
    """The pack as it is presented, as a PPTX and as a file; and a pack from a file or of the report."""
    link = app.pack_link(slides)
    with st.container(horizontal=True):
        if slides:
            st.button("Present", on_click=go, args=(1,), type="primary")
            app.download("PPTX", lambda: present_page.deck(told, link), "meeting-pack.pptx", "pack-pptx")
            st.download_button("Pack as a file", lambda: pack.to_file(slides), "meeting-pack.json", on_click="ignore")
        with st.popover("Open a pack"):
            file = st.file_uploader("A meeting pack: JSON", ["json"], key="pack-file")
            if file and st.button("Show this pack instead"):
                found, fault = present_page.read(file.getvalue())
                if fault:
                    st.error(markup.literal(fault))
                else:
                    app.keep_pack(found)
                    st.rerun()
        if st.button("Make the pack of the quarterly report"):
            app.keep_pack(present_page.report_pack(chosen, app.answer, viewer))
            st.rerun()
    if slides and not link:
        st.info("This pack is too long for a link: send it as a file.")


def edit() -> None:
    """The pack as a list."""
    told = [present_page.told(one, app.answer, viewer) for one in slides]
    app.heading(present_page.title(slides), chosen)
    for fault in filter(None, (wrong, no_such_slide)):
        st.warning(markup.literal(fault))
    files(told)
    st.caption(present_page.EXPLAINED)
    for place, one in enumerate(told):
        with st.container(border=True):
            words, buttons = st.columns([3, 2], vertical_alignment="center")
            with words:
                st.markdown(f"**{place + 1}. {markup.literal(one.title)}**")
                st.caption(markup.literal(". ".join((present_page.about(one.slide), *one.notes))))
            with buttons:
                change(place, one)


if at:
    present()
else:
    edit()
