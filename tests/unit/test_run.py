"""`run.py`: installs once, passes arguments on, and says in one sentence what is wrong."""

import ast
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder of its own with requirements; what would be run is noted instead."""
    for name in (run.RUNTIME, run.DEVELOPMENT):
        (tmp_path / name).write_text("streamlit==1\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    return tmp_path


@pytest.fixture
def commands(house, monkeypatch):
    noted = []

    def note(command):
        noted.append([str(part) for part in command])
        return True, ""

    monkeypatch.setattr(run, "run_quietly", note)
    return noted


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    """An environment as run.py makes it, made once."""
    path = tmp_path_factory.mktemp("made") / ".venv"
    run.make_venv(path)
    return path


def installs(commands):
    return [command for command in commands if "install" in command]


def test_uses_the_standard_library_alone():
    tree = ast.parse(SOURCE.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_a_python_too_old_or_too_new_can_read_it_and_is_told_what_to_do():
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))
    for version, seen in (((3, 10, 4), r"3\.10"), ((3, 15, 0), r"3\.15")):
        with pytest.raises(run.CannotStartError, match=rf"needs Python 3\.11 to 3\.14, and this is Python {seen}\. "):
            run.check_python(version)
    run.check_python((3, 11, 0))
    run.check_python((3, 14, 9))


def test_finds_python_on_windows_and_elsewhere():
    assert run.find_python(Path("v"), "nt") == Path("v/Scripts/python.exe")
    assert run.find_python(Path("v"), "posix") == Path("v/bin/python")


def test_installs_once_and_says_so_in_one_line(house, commands, capsys):
    run.install_libraries([run.RUNTIME], run.VENV)
    run.install_libraries([run.RUNTIME], run.VENV)
    assert len(installs(commands)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "First start: creating .venv and installing the libraries. This takes a minute or two ..."
    ]


def test_a_change_of_requirements_installs_again(house, commands, capsys):
    run.install_libraries([run.RUNTIME], run.VENV)
    (house / run.RUNTIME).write_text("streamlit==2\n")
    run.install_libraries([run.RUNTIME], run.VENV)
    assert len(installs(commands)) == 2
    assert "Libraries have changed" in capsys.readouterr().out


def test_the_tests_add_only_what_is_missing(house, commands):
    run.install_libraries([run.RUNTIME], run.VENV)
    run.install_libraries([run.RUNTIME, run.DEVELOPMENT], run.VENV)
    first, second = installs(commands)
    assert str(house / run.RUNTIME) in first
    assert str(house / run.DEVELOPMENT) in second
    assert str(house / run.RUNTIME) not in second


def test_a_failed_install_is_done_again(house, monkeypatch, commands):
    monkeypatch.setattr(run, "run_quietly", lambda command: ("install" not in command, "no network"))
    with pytest.raises(run.CannotStartError, match=r"no network.*HTTPS_PROXY.*PIP_CERT"):
        run.install_libraries([run.RUNTIME], run.VENV)
    assert not list(run.VENV.glob(".installed-*"))


def wheel(folder, module="made_here"):
    """A library of one line, as a file that pip installs."""
    path = folder / f"{module}-1.0-py3-none-any.whl"
    parts = {
        f"{module}.py": "here = True\n",
        f"{module}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n",
        f"{module}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{module}-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


@pytest.mark.slow
def test_a_library_that_is_not_the_one_pinned_is_refused(house, venv, monkeypatch):
    monkeypatch.setattr(run, "VENV", venv)
    right = hashlib.sha256(wheel(house).read_bytes()).hexdigest()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(house))
    for wrong in (f"made_here==1.0 --hash=sha256:{'0' * 64}\n", "made_here==1.0\n"):
        (house / run.RUNTIME).write_text(wrong)
        with pytest.raises(run.CannotStartError, match=r"(?i)hashes"):
            run.install_libraries([run.RUNTIME], run.VENV)
    (house / run.RUNTIME).write_text(f"made_here==1.0 --hash=sha256:{right}\n")
    run.install_libraries([run.RUNTIME], run.VENV)
    assert run.run_quietly([run.find_python(run.VENV), "-c", "import made_here"])[0]


def test_a_folder_where_no_environment_can_be_made_is_named(house, monkeypatch, capsys):
    monkeypatch.setattr(run, "run_quietly", lambda command: (False, "No module named venv"))
    assert run.main([]) == 1
    captured = capsys.readouterr()
    assert "No module named venv" in captured.err
    assert "python3-venv" in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "address"),
    [([], ["--server.address=localhost"]), (["--server.address", "0.0.0.0"], [])],
)
def test_the_dashboard_stays_on_this_machine_unless_told(monkeypatch, arguments, address):
    ran = []
    monkeypatch.setattr(run, "run_visibly", lambda command: ran.append(command) or 0)
    assert run.start_dashboard(Path("python"), arguments) == 0
    assert ran == [[Path("python"), "-c", run.STREAMLIT, "run", "dashboard.py", *address, *arguments]]


def test_one_failed_check_fails_the_test_command(monkeypatch, capsys):
    ran = []

    def note(command):
        ran.append(" ".join(map(str, command)))
        return int("mypy" in command)

    monkeypatch.setattr(run, "run_visibly", note)
    assert run.run_tests(Path("python"), ["-k", "periods"]) == 1
    assert ran[-1].endswith("-k periods"), "pytest runs all the same, with the arguments given"
    assert capsys.readouterr().out.splitlines()[-1] == "Failed: mypy."
    monkeypatch.setattr(run, "run_visibly", lambda command: 0)
    assert run.run_tests(Path("python"), []) == 0


def test_the_fast_run_leaves_out_what_is_slow_and_passes_the_other_arguments_on(monkeypatch):
    ran = []
    monkeypatch.setattr(run, "run_visibly", lambda command: ran.append(" ".join(map(str, command))) or 0)
    assert run.run_tests(Path("python"), ["--fast", "-k", "periods"]) == 0
    assert ran[-1].endswith("-m not slow tests/unit -k periods")
    for check in ("ruff check", "ruff format", "mypy", "importlinter"):
        assert any(check in command for command in ran)
    run.run_tests(Path("python"), [])
    assert "not slow" not in ran[-1], "the whole run leaves nothing out"


@pytest.mark.slow
def test_without_network_it_ends_in_one_sentence(tmp_path, venv):
    shutil.copy(SOURCE, tmp_path)
    shutil.copytree(venv, tmp_path / ".venv", symlinks=True)
    (tmp_path / run.RUNTIME).write_text(f"streamlit==1.67.0 --hash=sha256:{'0' * 64}\n")
    offline = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
    }
    command = [sys.executable, "run.py"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | offline, capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "HTTPS_PROXY" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals to a process alone")
@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_and_takes_the_dashboard_with_it(tmp_path, wanted):
    shutil.copy(SOURCE, tmp_path)
    (tmp_path / run.RUNTIME).write_text("")
    python = run.find_python(tmp_path / ".venv")
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / ".venv" / f".installed-{run.RUNTIME}").write_text(run.compute_fingerprint(tmp_path / run.RUNTIME))
    waits = (
        "import os, pathlib, signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
        "pathlib.Path('pid.new').write_text(str(os.getpid()))\n"
        "os.rename('pid.new', 'pid')\n"
        "time.sleep(60)\n"
    )
    (tmp_path / "streamlit.py").write_text(waits)
    command = [sys.executable, "run.py"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True) as started:
        deadline = time.monotonic() + 30
        while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        if wanted == signal.SIGINT:  # Ctrl-C reaches the whole group
            os.killpg(started.pid, wanted)
        else:
            started.send_signal(wanted)
        assert started.wait(30) == 0
        assert started.stderr.read() == b""
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
