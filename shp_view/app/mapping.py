"""The form that asks, once, how a supplier's files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from shp_data.domain.added_indicators import LONGEST_NAME, UNITS
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Rule
from shp_view.app.session import attempt, get_desk, get_viewer, identify_visitor, record_activity
from shp_view.text import markup
from shp_view.text.wording import format_count
from shp_view.views import mapping_form
from shp_view.views.mapping_form import Answers, ColumnRow, MappingForm, NewIndicator, Preview

_COLUMNS = 3  # questions next to each other
_Slots = dict[str, st.delta_generator.DeltaGenerator]  # header -> the place below its question


def choose_supplier(slot: st.delta_generator.DeltaGenerator) -> str | None:
    """Draw the choice of the supplier, listed or typed. Return None where there is none."""
    desk = get_desk()
    key, names = f"supplier-{desk.turn}", mapping_form.list_suppliers(desk.root)
    # A typed name is among the options from the next run on: otherwise Streamlit would drop it.
    typed_name = [name for name in [st.session_state.get(key)] if name and name not in names]
    choice: str | None = slot.selectbox(
        "Supplier of these files",
        [*names, *typed_name],
        None,
        accept_new_options=True,
        placeholder="Choose, or type a name",
        help="A later file from this supplier replaces its earlier data. Leave this empty if the files name their "
        "supplier or a saved mapping can read them. Load one supplier at a time.",
        key=key,
    )
    return choice


def map_file(preview: Preview, name: str | None) -> None:
    """Ask what a supplier's columns and categories mean, and save the answers."""
    desk = get_desk()
    form = MappingForm(desk, preview, name)
    st.subheader(markup.escape_markdown(f"Match the columns of {preview.name}"), anchor=False)
    st.write(markup.escape_markdown(form.explain()))
    form = _offer_ready_made(form)
    columns, problems, slots = _ask_columns(form)
    meaning = _ask_meaning(form, columns)
    for title in dict.fromkeys(title for rule in meaning.rules for title in rule.conditions):
        slots[title].caption("Used in a rule below.")
    if meaning.uses_new:
        meaning = replace(meaning, new=_ask_new_indicator(form, columns.get("indicator")))
    areas, zero = _ask_coverage(form, columns)
    answers = replace(meaning, areas=areas, zero=zero, problems=(*problems.values(), *meaning.problems))
    with st.container(horizontal=True):
        save_clicked = st.button("Save mapping", type="primary", key=f"keep-{form.key}")
        if desk.changing == preview.name and st.button("Cancel", key=f"leave-{form.key}"):
            desk.changing = None
            st.rerun()
    if save_clicked:
        with attempt():
            added = form.save(answers, identify_visitor().address or get_viewer().role)
            if added:
                record_activity("indicator", f"added {added.label} ({added.id})")
            st.rerun()


def _offer_ready_made(form: MappingForm) -> MappingForm:
    """Offer the ready-made mapping of the file's layout, if there is one. Return the form that is chosen."""
    if form.ready_made is None:
        return form
    layout = form.ready_made.name
    uses_layout = st.checkbox(
        markup.escape_markdown(f"Fill in the ready-made mapping: {layout}"), True, key=f"layout-{form.key}"
    )
    st.caption("The file has the columns of this layout. Check the answers below, change what is different, then save.")
    return form.use_ready_made() if uses_layout else form


def _ask_columns(form: MappingForm) -> tuple[dict[str, str], dict[str, str], _Slots]:
    """Ask what each column of the file means, a row for each.

    Return the header of each of our columns; what to correct before the mapping can be saved, by header; and a place
    for a note on each column.
    """
    rows, slots, meanings = form.list_columns(), _Slots(), dict[str, str]()
    minor = [row for row in rows if row.is_minor]
    for row in rows:
        if not row.is_minor:
            _ask_column(form, row, meanings, slots)
    if minor:
        with st.expander(f"{format_count(len(minor), 'columns')} not used"):
            for row in minor:
                _ask_column(form, row, meanings, slots)
    contradictions = form.find_contradictions(meanings)
    for title, problem in (form.find_unexpected_values(meanings) | contradictions).items():
        slots[title].warning(markup.escape_markdown(problem))
    return mapping_form.match_columns(meanings), contradictions, slots


def _ask_column(
    form: MappingForm,
    row: ColumnRow,
    meanings: dict[str, str],
    slots: _Slots,
) -> None:
    """Ask what one column means. Add the answer to `meanings`, and the place for what is wrong with it to `slots`."""
    left, right = st.columns([3, 2], vertical_alignment="center")
    title, samples = markup.escape_markdown(row.title), markup.escape_markdown(row.samples)
    left.markdown(f"**{title}**  \n{samples or 'no values'}")
    options = mapping_form.list_column_meanings()
    meanings[row.title] = right.selectbox(
        title,
        list(options),
        list(options).index(row.meaning),
        format_func=options.__getitem__,
        label_visibility="collapsed",
        key=f"column-{row.title}-{form.key}",
    )
    slots[row.title] = st.container()


def _ask_meaning(form: MappingForm, columns: Mapping[str, str]) -> Answers:
    """Ask what each row counts as: by its category, by rules, or as the whole file."""
    st.markdown("**What each row counts as**")
    ways = list(mapping_form.WAYS)
    way = st.radio(
        "How does a row say what it is?",
        ways,
        ways.index(form.choose_way(columns)),
        format_func=mapping_form.WAYS.__getitem__,
        horizontal=True,
        key=f"way-{form.key}",
    )
    # Only a category says what a row is by one column: otherwise a column that looks like one means nothing.
    others = {meaning: title for meaning, title in columns.items() if meaning != "indicator"}
    if way == "whole":
        options, proposal = mapping_form.list_meanings(), form.suggest_whole()
        label = "Indicator of every row"
        return Answers(others, whole=_choose_option(st, label, options, proposal, "Choose", f"whole-{form.key}"))
    if way == "rules":
        return replace(_ask_rules(form, columns), columns=others)
    return Answers(columns, _ask_categories(form, columns.get("indicator")))


def _make_slots(count: int) -> list[st.delta_generator.DeltaGenerator]:
    """Make slots three to a row, row by row: a narrow screen shows them in this order."""
    return [slot for _ in range(0, count, _COLUMNS) for slot in st.columns(_COLUMNS)][:count]


def _choose_option(
    slot: Any, label: str, options: Mapping[str, str], proposal: str | None, prompt: str, key: str
) -> str | None:
    """Draw a choice among options, and return the id of the choice.

    `proposal`: the suggested id; `prompt`: the text where there is none.
    """
    ids = list(options)
    at = ids.index(proposal) if proposal is not None and proposal in options else None
    # Another proposal, such as for a supplier that is named later, starts with a new field.
    field_key = f"{key}-{proposal}"
    choice: str | None = slot.selectbox(
        label, ids, at, format_func=options.__getitem__, placeholder=prompt, key=field_key
    )
    return choice


def _ask_categories(form: MappingForm, column: str | None) -> dict[str, str | None]:
    """Ask for the indicator that each category of a column means, where that is needed."""
    if column is None:
        st.caption("Choose above which column is the indicator.")
        return {}
    questions = form.find_categories(column)
    row_counts, meanings = questions.row_counts, dict[str, str | None]()
    if row_counts:
        options, rest = mapping_form.list_category_meanings(), form.suggest_rest(questions)
        rest_slot, key = st.container(), f"{column}-{form.key}"
        with st.expander("Answer for each category", expanded=rest is None):
            for slot, (category, rows) in zip(_make_slots(len(row_counts)), row_counts.items(), strict=True):
                label = markup.escape_markdown(mapping_form.label_category(category, rows))
                proposal = questions.suggestions[category]
                meanings[category] = _choose_option(slot, label, options, proposal, "Choose", f"{category}-{key}")
        undecided = [category for category, id_ in meanings.items() if id_ is None]
        if undecided or questions.further:
            without = len(undecided) + len(questions.further)
            label = f"{format_count(without, 'categories')} without an answer: count as"
            answer = _choose_option(rest_slot, label, options, rest, "Choose for each", f"rest-{key}")
            # Without an answer the less common ones stay unknown, and their rows are rejected.
            meanings |= dict.fromkeys([*undecided, *(questions.further if answer is not None else ())], answer)
    if questions.decided:
        st.caption(markup.escape_markdown(f"Already matched: {', '.join(questions.decided)}."))
    return meanings


def _ask_new_indicator(form: MappingForm, column: str | None) -> NewIndicator:
    """Ask for the name, theme and unit of the indicator to be added. `column`: that of the category, if any."""
    suggested, vocabulary = form.suggest_indicator(column), partnership().vocabulary
    with st.container(border=True):
        st.markdown("**New indicator**")
        left, middle, right = st.columns([2, 1, 1])
        key = f"{column}-{form.key}"
        name_key = f"new-name-{suggested.name}-{key}"
        name = left.text_input("Name of the new indicator", suggested.name, LONGEST_NAME, key=name_key)
        theme = _choose_option(middle, "Theme", vocabulary.themes, suggested.theme, "Choose", f"new-theme-{key}")
        unit = right.selectbox("Unit", UNITS, UNITS.index(suggested.unit), key=f"new-unit-{suggested.unit}-{key}")
        st.caption(mapping_form.NEW_MEANS)
    return NewIndicator(name, theme, unit)


def _ask_rules(form: MappingForm, columns: Mapping[str, str]) -> Answers:
    """Ask for rules over several columns, and what happens to the rows that none matches. Show what each matches."""
    st.caption(mapping_form.RULES_MEAN)
    proposals = form.list_rules()
    key = f"rule-count-{form.key}"
    count = st.session_state.setdefault(key, max(1, len(proposals)))
    slots, rules = [], []
    for place in range(count):
        proposal = proposals[place] if place < len(proposals) else ("", {})
        with st.container(border=True):
            rules.append(_ask_rule(form, place, *proposal, is_new=place >= len(proposals)))
            slots.append(st.container())
    with st.container(horizontal=True):
        if st.button("Add a rule", key=f"add-{form.key}"):
            st.session_state[key] = count + 1
            st.rerun()
        if count > 1 and st.button("Remove the last rule", key=f"drop-{form.key}"):
            st.session_state[key] = count - 1
            st.rerun()
    whole_rules = tuple(rule for rule in rules if rule is not None)
    counts = form.count_rules(whole_rules)
    matched = iter(counts.by_rule)
    for slot, rule in zip(slots, rules, strict=True):
        slot.caption(f"Matches {format_count(next(matched), 'rows')}." if rule else "This rule is not complete yet.")
    for names, rows in counts.conflicts.items():
        st.error(
            f"{format_count(rows, 'rows')} match the rules for {names}: each row may count for one indicator only."
        )
    leaves_out = st.checkbox(
        f"Leave out the {format_count(counts.unmatched, 'rows')} that no rule matches",
        form.supplier.unmatched == "left out" or not form.supplier.rules,
        key=f"unmatched-{form.key}",
    )
    st.caption("Untick this to reject them: they are then listed as rows to correct.")
    incomplete = tuple(f"rule {place} is not complete" for place, rule in enumerate(rules, 1) if rule is None)
    return Answers(columns, rules=whole_rules, leaves_rest_out=leaves_out, problems=incomplete)


def _ask_rule(
    form: MappingForm, place: int, indicator: str, conditions: Mapping[str, list[str]], *, is_new: bool
) -> Rule | None:
    """Ask for one rule: its indicator, its columns, and the values of each. Return None until it is complete."""
    key = f"{place}-{form.key}"
    options = mapping_form.list_category_meanings()
    id_ = _choose_option(
        st, f"Rule {place + 1}: count as", options, None if is_new else indicator, "Choose", f"rule-{key}"
    )
    columns = st.multiselect(
        f"Rule {place + 1}: columns that decide",
        form.list_rule_columns(),
        [*conditions],
        placeholder="Choose one or more",
        key=f"rule-columns-{key}",
    )
    values: dict[str, tuple[str, ...]] = {}
    for title in columns:
        value_counts = form.count_values(title)
        spelled = mapping_form.spell_values(conditions.get(title, []), value_counts)
        values[title] = tuple(
            st.multiselect(
                markup.escape_markdown(f"Rule {place + 1}: {title} is one of"),
                list(dict.fromkeys([*value_counts, *spelled])),
                spelled,
                format_func=partial(_label_value, value_counts),
                placeholder="Choose one or more",
                key=f"rule-{title}-{key}",
            )
        )
    return Rule(id_, values) if id_ is not None and values and all(values.values()) else None


def _label_value(value_counts: Mapping[str, int], value: str) -> str:
    return mapping_form.label_category(value, value_counts.get(value, 0))


def _ask_coverage(form: MappingForm, headers_by_column: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """Ask for the areas that the files cover, and whether a month without rows means none."""
    names = partnership().areas.lpa_names
    # Other columns of coordinates suggest other areas, so the field starts again with them.
    by = "-".join(headers_by_column.get(column, "") for column in ("longitude", "easting", "ward"))
    suggested, key = form.find_areas(headers_by_column), f"areas-{by}-{form.key}"
    covered = st.multiselect(mapping_form.AREAS, names, suggested, placeholder="Choose one or more", key=key)
    st.caption(mapping_form.AREAS_MEAN)
    zero = st.checkbox(mapping_form.ZERO, form.has_zero_months(), key=f"zero-{form.key}")
    st.caption(mapping_form.ZERO_MEANS)
    return tuple(area for area in names if area in covered), zero
