"""Present: a meeting pack made of views, shown full screen from the keyboard, as a link, a file and a PPTX."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import pack, present_page, presenting

selection = app.read_selection()
slides, pack_fault = app.open_pack()
slide_number, slide_fault = present_page.parse_slide_number(st.query_params.get(present_page.SLIDE), len(slides))


def change_slide(step: int) -> None:
    """Go a number of slides forward or back from the slide in view, or to the first."""
    current, _ = present_page.parse_slide_number(st.query_params.get(present_page.SLIDE), len(slides))
    st.query_params[present_page.SLIDE] = str(min(max((current or 0) + step, 1), len(slides)))


def end_presentation() -> None:
    """Leave the presentation."""
    st.query_params.pop(present_page.SLIDE, None)


def choose_filters(slide: pack.Slide) -> dict[str, str]:
    """Let the user change the filters of this slide alone, to answer a question."""
    changes = {}
    with st.popover("Answer a question"):
        for key, question in present_page.list_filters(slide, app.answer).items():
            changes[key] = st.selectbox(
                question.name, question.options, question.index, key=f"question-{slide_number}-{key}"
            )
            if changes[key] == question.options[question.index]:
                del changes[key]
    return changes


def show_steps() -> dict[str, str]:
    """Show the buttons for keyboard and remote. Return the changed filters of this slide."""
    with st.container(horizontal=True, key="steps", vertical_alignment="center"):
        st.button("Back", on_click=change_slide, args=(-1,), shortcut="Left", disabled=slide_number == 1)
        st.button(
            "Next",
            on_click=change_slide,
            args=(1,),
            shortcut="Right",
            type="primary",
            disabled=slide_number == len(slides),
        )
        changes = choose_filters(slides[slide_number - 1])
        st.button("End", on_click=end_presentation, shortcut="Esc")
        st.caption(f"{slide_number} of {len(slides)}", width="content")
        with st.container(key="page-keys"):
            st.button("Back by page key", on_click=change_slide, args=(-1,), shortcut="PageUp")
            st.button("Next by page key", on_click=change_slide, args=(1,), shortcut="PageDown")
    return changes


def present_slide() -> None:
    """Show one slide, large, with nothing else on the screen."""
    st.html(presenting.STYLE)
    page = st.container(key="slide")
    changes = show_steps()
    with page:
        slide_content = present_page.present_slide(slides[slide_number - 1], app.answer, changes)
        st.html(presenting.format_slide(slide_content))
        for note in slide_content.notes:
            st.warning(markup.escape_markdown(note))
        if slide_content.view:
            app.draw_view(slide_content.view, f"slide-{slide_number}")
            st.caption(
                markup.escape_markdown(
                    " ".join((*slide_content.view.figure.caveats, slide_content.view.figure.source_line))
                )
            )


def edit_slide(position: int, slide_content: present_page.PresentedSlide) -> None:
    """Show the buttons that move, rename or remove one slide of the list."""
    with st.container(horizontal=True):
        for name, step in (("Up", -1), ("Down", 1)):
            st.button(
                name, on_click=app.save_pack, args=(pack.move_slide(slides, position, step),), key=f"{name}-{position}"
            )
        with (
            st.popover("Rename", key=f"rename-{position}-{slide_content.title}"),
            st.form(f"rename-form-{position}", border=False),
        ):
            title = st.text_input(
                "Title; empty for the view's own", slide_content.slide.title, max_chars=pack.LONGEST_TITLE
            )
            if st.form_submit_button("Keep it"):
                app.save_pack(pack.rename_slide(slides, position, title))
                st.rerun()
        st.button(
            "Remove", on_click=app.save_pack, args=(pack.remove_slide(slides, position),), key=f"remove-{position}"
        )


def show_files(slide_contents: list[present_page.PresentedSlide]) -> None:
    """Offer the pack as a PPTX and as a file, and open a pack from a file or the report."""
    link = app.build_pack_link(slides)
    with st.container(horizontal=True):
        if slides:
            st.button("Present", on_click=change_slide, args=(1,), type="primary")
            app.draw_download_button(
                "PPTX", lambda: present_page.build_deck(slide_contents, link), "meeting-pack.pptx", "pack-pptx"
            )
            st.download_button("Pack as a file", lambda: pack.to_file(slides), "meeting-pack.json", on_click="ignore")
        with st.popover("Open a pack"):
            file = st.file_uploader("A meeting pack: JSON", ["json"], key="pack-file")
            if file and st.button("Show this pack instead"):
                opened_slides, fault = present_page.read_pack(file.getvalue())
                if fault:
                    st.error(markup.escape_markdown(fault))
                else:
                    app.save_pack(opened_slides)
                    st.rerun()
        if st.button("Make the pack of the quarterly report"):
            app.save_pack(present_page.build_report_pack(selection, app.answer))
            st.rerun()
    if slides and not link:
        st.info("This pack is too long for a link: send it as a file.")


def edit_pack() -> None:
    """Show the pack as a list."""
    slide_contents = [present_page.present_slide(slide_content, app.answer) for slide_content in slides]
    app.draw_heading(present_page.write_title(slides), selection)
    for fault in filter(None, (pack_fault, slide_fault)):
        st.warning(markup.escape_markdown(fault))
    show_files(slide_contents)
    st.caption(present_page.EXPLAINED)
    for position, slide_content in enumerate(slide_contents):
        with st.container(border=True):
            words, buttons = st.columns([3, 2], vertical_alignment="center")
            with words:
                st.markdown(f"**{position + 1}. {markup.escape_markdown(slide_content.title)}**")
                st.caption(
                    markup.escape_markdown(
                        ". ".join((present_page.describe_slide(slide_content.slide), *slide_content.notes))
                    )
                )
            with buttons:
                edit_slide(position, slide_content)


if slide_number:
    present_slide()
else:
    edit_pack()
