"""docs/settings.md: every table and key of partnership.toml, the environment, Streamlit's settings, and the limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from docs_build.markdown import NOTICE, code, page, table, told, words
from shp_data.domain import settings
from shp_data.domain.partnership import TABLES
from shp_data.domain.periods import Month

_HEAD = """# Settings

What can be set, where, and what holds where nothing is set. `partnership.toml` says what another partnership would
change; the environment, where this machine keeps things; `.streamlit/`, how the server answers and who signs in.
"""
_PARTNERSHIP = """## partnership.toml

Read once, when the dashboard or a command starts. An unknown table, key or value is refused in one line that lists
those that are known. `SHP_PARTNERSHIP` says which file it is. Step by step: [your-partnership.md](your-partnership.md).
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

On Windows `set NAME=value`, elsewhere `export NAME=value`, before the start.
"""
_STREAMLIT = """## .streamlit/config.toml

Streamlit's own settings, as they are set here; each can be overridden in the environment as `STREAMLIT_SECTION_KEY`
or behind the start command as `--section.key value`. [What Streamlit says of
them](https://docs.streamlit.io/develop/api-reference/configuration/config.toml).
"""
_SECRETS = """## .streamlit/secrets.toml

Only for a sign-in, only on the server, never in the repository. Table `[auth]`; the roles are in `[access]` of
`partnership.toml`. Step by step: [access.md](access.md).
"""
_LIMITS = """## Limits

They protect the machine from a hostile or damaged file, which is refused in one line. They are constants of
`shp_data/domain/settings.py`, the same for everybody.
"""
_OF_MANY = {"areas", "ward_vintages", "ward_changes", "visitor_wards", "events"}
_NAMED = {"indicators": ("ID", "id"), "sources": ('"NAME"', "name")}


def document() -> str:
    """The whole reference."""
    limits = {name: value for name, value in vars(settings).items() if name.startswith("MAX_")}
    return page(
        _HEAD,
        NOTICE,
        _PARTNERSHIP,
        *(_table(name, made) for name, made in TABLES.items()),
        _TEMPLATES,
        _ENVIRONMENT,
        _named("variable", told("environment")),
        _STREAMLIT,
        _streamlit(),
        _SECRETS,
        _named("key", told("secrets")),
        _LIMITS,
        table(
            ("constant", "value", "meaning"),
            [(code(name), f"{limits[name]:,}", said) for name, said in words("limits", limits).items()],
        ),
    )


def _table(name: str, made: type) -> str:
    """A table of partnership.toml: its keys, each with type, default and meaning."""
    called, given = _NAMED.get(name, ("", ""))
    heading = f"[[{name}]]" if name in _OF_MANY else f"[{name}.{called}]" if called else f"[{name}]"
    about = words("tables", TABLES)[name]
    if made is str:
        return f"### `{heading}`\n\n{about}"
    fields = {field.name: field for field in dataclasses.fields(made) if field.name != given}
    hints = get_type_hints(made)
    rows = [
        (code(key), _kind(hints[key]), _default(fields[key]), said)
        for key, said in words(f"table_{name}", fields).items()
    ]
    return f"### `{heading}`\n\n{about}\n\n" + table(("key", "type", "default", "meaning"), rows)


def _kind(hint: Any) -> str:
    """A type in words."""
    origin = get_origin(hint)
    if origin is Literal:
        return "one of " + ", ".join(code(value) for value in get_args(hint))
    if origin is Mapping or origin is tuple:
        return "table of texts" if origin is Mapping else "list of texts"
    known = {str: "text", bool: "true or false", int: "whole number", dt.date: "day, 2021-05-06", Month: '"2020-10"'}
    return known[next(kind for kind in (get_args(hint) or (hint,)) if kind in known)]


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return "required" if field.default_factory is dataclasses.MISSING else "none"
    if field.default in (None, (), ""):
        return "none"
    return code(str(field.default).lower() if isinstance(field.default, bool) else field.default)


def _streamlit() -> str:
    """Each section and key as set in the repository; of the theme, what its sections are for."""
    set_here = tomllib.loads((settings.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    keys = {
        f"{section}.{key}": value for section, of in set_here.items() if section != "theme" for key, value in of.items()
    }
    said = words("streamlit", [*keys, "theme"])
    rows = [(code(name), code(str(value).lower()), said[name]) for name, value in keys.items()]
    return table(("key", "set to", "why"), [*rows, (code("[theme]"), "see the file", said["theme"])])


def _named(head: str, said: Mapping[str, str]) -> str:
    return table((head, "meaning"), [(code(name), meaning) for name, meaning in said.items()])
