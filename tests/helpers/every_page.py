"""What every page of the dashboard says, as JSON: `every_page.py FILE PAGES`, pages as `*` or `data`.

For the partnership that the environment names. A process reads its partnership once, so a test of another one runs
this as a process of its own.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from shp_data.domain import settings
from shp_view.app import session


def said(at: AppTest) -> dict[str, Any]:
    """The title of a page, its errors and exceptions, and everything that it sends to the browser."""
    nodes = [*at.main, *at.sidebar]
    return {
        "title": [title.value for title in at.title],
        "errors": [error.value for error in at.error],
        "exceptions": [exception.message for exception in at.exception],
        "sent": "\n".join(str(node.proto) for node in nodes if getattr(node, "proto", None) is not None),
    }


def main() -> None:
    session._read_claims, session._is_local = dict, lambda: True
    # Else each page would look for components through all that is installed.
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    found = {}
    for path in sorted(settings.ROOT.glob(f"pages/*/{sys.argv[2]}.py")):
        at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=120)
        # Switched to before the first run, as a link opens it: a partnership.toml with a mistake registers no page.
        if path.stem != "headlines":
            at.switch_page(path.relative_to(settings.ROOT).as_posix())
        found[path.stem] = said(at.run())
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
