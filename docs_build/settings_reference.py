"""docs/settings.md: every table and key of partnership.toml, the environment, Streamlit's settings, and the limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from docs_build.markdown import NOTICE, describe_names, format_code, format_table, join_parts, read_meanings
from shp_data.domain import settings
from shp_data.domain.partnership import TABLES
from shp_data.domain.periods import Month

_HEAD = """# Settings

What you can set, where, and the default. `partnership.toml` has what another partnership would change; the environment
has the folders of this machine; `.streamlit/` has the settings of the server and of sign-in.
"""
_PARTNERSHIP = """## partnership.toml

Read once, when the dashboard or a command starts. An unknown table, key or value stops it with one line that lists the
valid ones. `SHP_PARTNERSHIP` sets which file is used. Step by step: [your-partnership.md](your-partnership.md).
"""
_TEMPLATES = """## Template files

The look of Word papers and PowerPoint slides. A file of the same name in the folder of `partnership.toml` replaces the
dashboard's own in `shp_view/templates/`. Step by step: [your-partnership.md](your-partnership.md#later).

| file | what it must have |
| --- | --- |
| `paper.docx` | the same style names as ours; its page, margins, header and footer are used |
| `slides.pptx` | the layouts `Opening` and `Content` with their named placeholders; a default table style |
"""
_ENVIRONMENT = """## Environment variables

Before the start: `set NAME=value` on Windows, `export NAME=value` elsewhere.
"""
_STREAMLIT = """## .streamlit/config.toml

Streamlit's own settings, as they are set here. Override one in the environment as `STREAMLIT_SECTION_KEY` or after the
start command as `--section.key value`. [Streamlit's
documentation](https://docs.streamlit.io/develop/api-reference/configuration/config.toml).
"""
_SECRETS = """## .streamlit/secrets.toml

Only for sign-in, only on the server, never in the repository. Table `[auth]`; the roles are in `[access]` of
`partnership.toml`. Step by step: [access.md](access.md).
"""
_LIMITS = """## Limits

They protect the machine from a hostile or damaged file, which is refused with one line. They are constants in
`shp_data/domain/settings.py`, the same for everyone.
"""
# How TOML writes the heading: [[areas]] may repeat, and [indicators.ID] carries the name of its row.
_TABLE_LISTS = {"areas", "ward_vintages", "ward_changes", "visitor_wards", "events"}
_NAMED_TABLES = {"indicators": ("ID", "id"), "sources": ('"NAME"', "name")}


def write_document() -> str:
    """Return the whole reference."""
    # By prefix, so that a new limit appears here without being listed again.
    limits = {name: value for name, value in vars(settings).items() if name.startswith("MAX_")}
    return join_parts(
        _HEAD,
        NOTICE,
        _PARTNERSHIP,
        *(_describe_table(name, kind) for name, kind in TABLES.items()),
        _TEMPLATES,
        _ENVIRONMENT,
        _format_meanings("variable", read_meanings("environment")),
        _STREAMLIT,
        _describe_streamlit(),
        _SECRETS,
        _format_meanings("key", read_meanings("secrets")),
        _LIMITS,
        format_table(
            ("constant", "value", "meaning"),
            [
                (format_code(name), f"{limits[name]:,}", meaning)
                for name, meaning in describe_names("limits", limits).items()
            ],
        ),
    )


def _describe_table(name: str, kind: type) -> str:
    """Describe a table of partnership.toml: its keys, each with type, default and meaning."""
    key_text, key_field = _NAMED_TABLES.get(name, ("", ""))
    heading = f"[[{name}]]" if name in _TABLE_LISTS else f"[{name}.{key_text}]" if key_text else f"[{name}]"
    about = describe_names("tables", TABLES)[name]
    if kind is str:
        return f"### `{heading}`\n\n{about}"
    fields = {field.name: field for field in dataclasses.fields(kind) if field.name != key_field}
    hints = get_type_hints(kind)
    rows = [
        (format_code(key), _describe_type(hints[key]), _describe_default(fields[key]), meaning)
        for key, meaning in describe_names(f"table_{name}", fields).items()
    ]
    return f"### `{heading}`\n\n{about}\n\n" + format_table(("key", "type", "default", "meaning"), rows)


def _describe_type(hint: Any) -> str:
    """Describe a type in words."""
    # In words, because the reader edits a text file and does not know Python's types.
    origin = get_origin(hint)
    if origin is Literal:
        return "one of " + ", ".join(format_code(value) for value in get_args(hint))
    if origin is Mapping or origin is tuple:
        item = get_args(hint)[0]
        if dataclasses.is_dataclass(item):
            return "list of tables: " + ", ".join(format_code(field.name) for field in dataclasses.fields(item))
        return "table of texts" if origin is Mapping else "list of texts"
    names = {str: "text", bool: "true or false", int: "whole number", dt.date: "day, 2021-05-06", Month: '"2020-10"'}
    return names[next(kind for kind in (get_args(hint) or (hint,)) if kind in names)]


def _describe_default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return "required" if field.default_factory is dataclasses.MISSING else "none"
    if field.default in (None, (), ""):
        return "none"
    return format_code(str(field.default).lower() if isinstance(field.default, bool) else field.default)


def _describe_streamlit() -> str:
    """Describe each section and key as set in the repository; of the theme, only its purpose."""
    # From the file, so that the page shows what is really set; colours and fonts would only repeat it.
    set_here = tomllib.loads((settings.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    keys = {
        f"{section}.{key}": value for section, of in set_here.items() if section != "theme" for key, value in of.items()
    }
    meanings = describe_names("streamlit", [*keys, "theme"])
    rows = [(format_code(name), format_code(str(value).lower()), meanings[name]) for name, value in keys.items()]
    return format_table(("key", "set to", "why"), [*rows, (format_code("[theme]"), "see the file", meanings["theme"])])


def _format_meanings(head: str, meanings: Mapping[str, str]) -> str:
    return format_table((head, "meaning"), [(format_code(name), meaning) for name, meaning in meanings.items()])
