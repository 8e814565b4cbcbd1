"""What the pages say where the store cannot be written: run as a process of its own, which has lost the right to.

    python -m tests.helpers.pages_of_faults closed|full FILE

Shows a page of the store that SHP_STORE names, then loads a file by the Load files page; with `full` no file may grow
from then on, as on a full disk. Prints JSON: the titles of both pages, and all errors and exceptions of the second.
"""

from __future__ import annotations

import json
import resource
import sys

from streamlit.testing.v1 import AppTest

from shp_data.domain import settings
from shp_view.app import session

NEW = b"date,indicator\n" + b"2020-11-05,asb_police\n" * 2000


def main(fault: str) -> None:
    session._read_claims, session._is_local = dict, lambda: True
    _, limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    at = AppTest.from_file(str(settings.ROOT / "dashboard.py"), default_timeout=120).run()
    shown = at.switch_page("pages/data/data.py").run()
    found = {"data": [title.value for title in shown.title], "exceptions": len(shown.exception)}
    at.switch_page("pages/data/load_files.py").run()
    if fault == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit))
    at.file_uploader[0].set_value([("new.csv", NEW, "text/csv")])
    at.run()
    for button in at.button:
        if button.label == "Load":
            at = button.click().run()
    found["exceptions"] += len(at.exception)
    found["load"] = [title.value for title in at.title]
    found["errors"] = [error.value for error in at.error]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
