"""Present: a meeting pack made of views, shown full screen from the keyboard, as a link, a file and a PPTX."""

import streamlit as st

from shp_view import app
from shp_view.text import markup
from shp_view.views import pack

selection = app.read_selection()
slides = app.open_pack()
slide_number = None
with app.attempt():
    slide_number = pack.parse_slide_number(st.query_params.get(pack.SLIDE), len(slides))


def change_slide(step: int) -> None:
    """Go a number of slides forward or back from the slide in view, or to the first."""
    st.query_params[pack.SLIDE] = str(min(max((slide_number or 0) + step, 1), len(slides)))


def end_presentation() -> None:
    """Leave the presentation."""
    st.query_params.pop(pack.SLIDE, None)


def choose_filters(slide: pack.Slide) -> dict[str, str]:
    """Let the user change the filters of this slide alone, to answer a question."""
    changes = {}
    with st.popover("Change area or period"):
        for key, choice in pack.list_slide_filters(slide, app.answer).items():
            words = st.selectbox(choice.name, choice.options, choice.index, key=f"question-{slide_number}-{key}")
            if words != choice.options[choice.index]:
                changes[key] = words
    return changes


def show_steps() -> dict[str, str]:
    """Show the buttons for keyboard and remote. Return the changed filters of this slide."""
    with st.container(horizontal=True, key="steps", vertical_alignment="center"):
        st.button("Back", on_click=change_slide, args=(-1,), shortcut="Left", disabled=slide_number == 1)
        is_last = slide_number == len(slides)
        st.button("Next", on_click=change_slide, args=(1,), shortcut="Right", type="primary", disabled=is_last)
        changes = choose_filters(slides[slide_number - 1])
        st.button("End", on_click=end_presentation, shortcut="Esc")
        st.caption(f"{slide_number} of {len(slides)}", width="content")
        # A button has one shortcut, and a remote control sends the page keys: these two are hidden by the style.
        with st.container(key="page-keys"):
            st.button("Back by page key", on_click=change_slide, args=(-1,), shortcut="PageUp")
            st.button("Next by page key", on_click=change_slide, args=(1,), shortcut="PageDown")
    return changes


def present_slide() -> None:
    """Show one slide, large, with nothing else on the screen."""
    st.html(pack.STYLE)
    page = st.container(key="slide")
    changes = show_steps()
    with page:
        slide_content = pack.present_slide(slides[slide_number - 1], app.answer, changes)
        st.html(pack.format_slide(slide_content))
        for note in slide_content.notes:
            st.warning(markup.escape_markdown(note))
        if slide_content.view:
            app.draw_view(slide_content.view, f"slide-{slide_number}", is_slide=True)
            st.caption(markup.escape_markdown(pack.list_sources(slide_content.view)))


def edit_slide(position: int, slide_content: pack.PresentedSlide) -> None:
    """Show the buttons that move, rename or remove one slide of the list."""
    with st.container(horizontal=True):
        for name, step in (("Up", -1), ("Down", 1)):
            moved = pack.move_slide(slides, position, step)
            st.button(name, on_click=app.save_pack, args=(moved,), key=f"{name}-{position}")
        # The key changes with the title, so that the popover closes once it is saved.
        popover = st.popover("Rename", key=f"rename-{position}-{slide_content.title}")
        with popover, st.form(f"rename-form-{position}", border=False):
            label, current_title = "Title (leave empty for the view's own title)", slide_content.slide.title
            title = st.text_input(label, current_title, max_chars=pack.LONGEST_TITLE)
            if st.form_submit_button("Save"):
                app.save_pack(pack.rename_slide(slides, position, title))
                st.rerun()
        rest = pack.remove_slide(slides, position)
        st.button("Remove", on_click=app.save_pack, args=(rest,), key=f"remove-{position}")


def show_files(slide_contents: list[pack.PresentedSlide]) -> None:
    """Offer the pack as a PPTX and as a file, and open a pack from a file or the report."""
    link = app.build_pack_link(slides)
    with st.container(horizontal=True):
        if slides:
            st.button("Present", on_click=change_slide, args=(1,), type="primary")
            app.draw_download_button(
                "PPTX", lambda: pack.to_pptx(slide_contents, link), "meeting-pack.pptx", "pack-pptx"
            )
            st.download_button("Download pack", lambda: pack.to_file(slides), "meeting-pack.json", on_click="ignore")
        with st.popover("Open a pack"):
            file = app.upload_file("Meeting pack file (JSON)", ["json"], "pack-file")
            if file and st.button("Open this pack"):
                with app.attempt():
                    app.save_pack(pack.read_file(file.getvalue()))
                    st.rerun()
        if st.button("Create slides from the quarterly report"):
            app.save_pack(pack.build_report_pack(selection, app.answer))
            st.rerun()
    if slides and not link:
        st.info("This pack is too long for a link. Download it and send the file.")


def edit_pack() -> None:
    """Show the pack as a list."""
    slide_contents = [pack.present_slide(slide, app.answer) for slide in slides]
    app.draw_heading(pack.write_title(slides), selection)
    show_files(slide_contents)
    st.caption(pack.EXPLAINED)
    for position, slide_content in enumerate(slide_contents):
        with st.container(border=True):
            words, buttons = st.columns([3, 2], vertical_alignment="center")
            with words:
                st.markdown(f"**{position + 1}. {markup.escape_markdown(slide_content.title)}**")
                lines = (pack.describe_slide(slide_content.slide), *slide_content.notes)
                st.caption(markup.escape_markdown(". ".join(lines)))
            with buttons:
                edit_slide(position, slide_content)


if slide_number:
    present_slide()
else:
    edit_pack()
