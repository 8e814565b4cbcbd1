"""The two commands: `python3 run.py` starts the dashboard, `python3 run.py test` checks everything.

`python3 run.py test --fast` checks style, architecture and types, and runs the quick unit tests alone.
Standard library only. The first start makes `.venv` next to this file and installs the pinned libraries; a
change of the requirements or of Python installs them again. Other arguments go to Streamlit or pytest.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)  # for each of these every library is there, ready built
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
SOURCES = ("boundaries", "pages", "sample_data", "shp_data", "shp_view", "dashboard.py", "run.py", "server.py")
COMMAND = "py run.py" if os.name == "nt" else "python3 run.py"

# Streamlit takes a folder `pages/` for its older kind of pages and would answer a first link with "Page not found".
STREAMLIT = (
    "from streamlit.runtime.pages_manager import PagesManager; PagesManager.uses_pages_directory = False; "
    "from streamlit.web.cli import main; main(prog_name='streamlit')"
)

WRONG_PYTHON = (
    "This dashboard needs Python {oldest} to {newest}, and this is Python {seen}. Install Python {newest} as well, "
    "from https://www.python.org/downloads/, then run `{anew}`."
)
NO_VENV = (
    "Python could not create its environment in {venv} ({reason}). Check that you can write to the folder and that "
    "Python's venv module is installed (Debian and Ubuntu: `sudo apt install python3-venv`). Then run `{anew}` again."
)
NO_INSTALL = (
    "The libraries could not be installed ({reason}). Check the network connection. Behind a proxy, set "
    "HTTPS_PROXY=http://proxy.example:8080 and, if the proxy has its own certificate, PIP_CERT to its file. Then run "
    "`{anew}` again. The full log of pip is in {log}."
)


class CannotStartError(Exception):
    """The dashboard cannot start. The message says what is wrong and what to do."""


def find_python(venv: Path, os_name: str = os.name) -> Path:
    """Return the path of an environment's Python: `Scripts` on Windows, `bin` on macOS and Linux."""
    return venv / "Scripts" / "python.exe" if os_name == "nt" else venv / "bin" / "python"


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is older or newer than the libraries are built for."""
    if not OLDEST <= version[:2] <= NEWEST:
        oldest, newest, current = (".".join(map(str, parts[:2])) for parts in (OLDEST, NEWEST, version))
        command = f"py -{newest} run.py" if os.name == "nt" else f"python{newest} run.py"
        raise CannotStartError(WRONG_PYTHON.format(oldest=oldest, newest=newest, seen=current, anew=command))


def compute_fingerprint(requirements: Path) -> str:
    """Return a hash of what an install depends on: the version of Python and the requirements."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}\n"
    return hashlib.sha256(version.encode() + requirements.read_bytes()).hexdigest()


def run_quietly(command: list[str | Path]) -> tuple[bool, str]:
    """Run a command. Return whether it succeeded, and the last line that names an error."""
    result = subprocess.run(  # nosec B603  # a list of our own, no shell
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
    )
    lines = [line.strip() for line in (result.stdout + "\n" + result.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()] or lines or ["it gave no reason"]
    return result.returncode == 0, errors[-1].removeprefix("ERROR: ")[:300]


def make_venv(venv: Path) -> None:
    """Make the environment. Make it again if it is incomplete or of another Python."""
    # An install that was interrupted leaves a Python without pip.
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    python = find_python(venv)
    if python.exists() and run_quietly([python, "-c", probe])[0]:
        return
    succeeded, reason = run_quietly([sys.executable, "-m", "venv", "--clear", venv])
    if not succeeded:
        raise CannotStartError(NO_VENV.format(venv=venv, reason=reason, anew=COMMAND))


def install_libraries(names: list[str], venv: Path) -> None:
    """Install the pinned libraries of each requirements file, unless its stamp says that they are in place.

    Only files whose SHA-256 is in the requirements are accepted, and only ready-built ones: none of their
    code runs during the installation. The stamp is written last, so an interrupted install runs again.
    """
    # The fingerprint is of the requirements and of Python: an update of either installs the libraries again.
    stamps = {venv / f".installed-{name}": (name, compute_fingerprint(ROOT / name)) for name in names}
    missing = {stamp: pair for stamp, pair in stamps.items() if not stamp.exists() or stamp.read_text() != pair[1]}
    if not missing:
        return
    started = "Libraries have changed" if next(iter(stamps)).exists() else "First start"
    print(f"{started}: creating .venv and installing the libraries. This takes a minute or two ...", flush=True)
    make_venv(venv)
    log = venv / "pip.log"
    files = [argument for name, _ in missing.values() for argument in ("-r", ROOT / name)]
    pip = [find_python(venv), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    installed, reason = run_quietly([*pip, "--require-hashes", "--only-binary", ":all:", "--log", log, *files])
    if not installed:
        raise CannotStartError(NO_INSTALL.format(reason=reason, log=log, anew=COMMAND))
    for stamp, (_, digest) in missing.items():
        stamp.write_text(digest)


def run_visibly(command: list[str | Path]) -> int:
    """Run a command in the foreground. Ctrl-C or a request to end goes to it, and ends both quietly."""

    def end_child(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    child = subprocess.Popen(command, cwd=ROOT)  # nosec B603  # no shell; the arguments are the reader's own
    signal.signal(signal.SIGTERM, end_child)
    while True:
        try:
            return child.wait()
        # The child has had the same Ctrl-C: let it finish.
        except KeyboardInterrupt:
            continue


def start_dashboard(python: Path, arguments: list[str]) -> int:
    """Start the dashboard, on this machine's own address unless the arguments give another."""
    command: list[str | Path] = [python, "-c", STREAMLIT, "run", "dashboard.py"]
    if not any(argument.startswith("--server.address") for argument in arguments):
        command.append("--server.address=localhost")
    # Ctrl-C is how a user ends the dashboard, so it is no failure.
    code = run_visibly([*command, *arguments])
    return 0 if code in (-signal.SIGINT, -signal.SIGTERM) else code


def run_tests(python: Path, arguments: list[str]) -> int:
    """Check style, security, types and architecture, then run the tests. Name the failed checks at the end.

    `--fast` among the arguments leaves out the security check, every test outside tests/unit and the slow ones there.
    """
    fast = "--fast" in arguments
    selection = ["-m", "not slow", "tests/unit"] if fast else []
    arguments = [argument for argument in arguments if argument != "--fast"]
    lint_imports = "from importlinter.cli import lint_imports_command as check; check()"
    checks: dict[str, list[str]] = {
        "ruff check": ["-m", "ruff", "check"],
        "ruff format": ["-m", "ruff", "format", "--check"],
        "bandit": ["-m", "bandit", "-q", "-c", "pyproject.toml", "-r", *SOURCES],
        "mypy": ["-m", "mypy"],
        "import-linter": ["-c", lint_imports, "--no-logo"],
        "pytest": ["-m", "pytest", "-n", "auto", "--dist", "worksteal", *selection, *arguments],
    }
    if fast:
        del checks["bandit"]
    failed = []
    for name, command in checks.items():
        print(f"== {name}", flush=True)
        if run_visibly([python, *command]):
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Run what the command line says, and return the exit code."""
    testing = arguments[:1] == ["test"]
    try:
        check_python(tuple(sys.version_info))
        install_libraries([RUNTIME, DEVELOPMENT] if testing else [RUNTIME], VENV)
        python = find_python(VENV)
        return run_tests(python, arguments[1:]) if testing else start_dashboard(python, arguments)
    except CannotStartError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
