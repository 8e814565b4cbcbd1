"""What comes with the dashboard: licences that let it be passed on, no secret, no check silenced without a reason."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).parents[2]

# Licences that let a council use, change and pass on the whole; and how a library says that it has one.
ACCEPTED = {
    "0BSD": "0BSD",
    "Apache-2.0": "Apache",
    "BSD-2-Clause": "BSD-2-Clause",
    "BSD-3-Clause": "BSD|Redistribution and use",
    "CC0-1.0": "CC0",
    "MIT": r"\bMIT\b",
    "MIT-0": "MIT-0",
    "MIT-CMU": "MIT-CMU",
    "MPL-2.0": "MPL|Mozilla",
    "PSF-2.0": "PSF",
    "Zlib": "Zlib",
}


def installed() -> list[str]:
    """The libraries that `python3 run.py` installs, on any system."""
    return re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)


def listed() -> dict[str, str]:
    """Library -> licence, of every table of docs/dependencies.md."""
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))


def said_by(library: str) -> str:
    """What an installed library says of its licence; empty where it is not for this system."""
    try:
        told = metadata(library)
    except PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [one for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    return " ".join([told.get("License") or "", *classifiers])


def test_every_library_that_is_installed_has_an_accepted_licence_and_is_listed_with_it():
    table = listed()
    assert [library for library in installed() if library not in table] == []
    for library in installed():
        ids = re.split(r" (?:AND|OR) ", table[library].replace("(", "").replace(")", ""))
        assert [id_ for id_ in ids if id_ not in ACCEPTED] == [], library
        told = said_by(library)
        if told:
            assert [id_ for id_ in ids if not re.search(ACCEPTED[id_], told)] == [], f"{library} says {told[:200]}"
            assert not re.search(r"GPL|General Public", told.partition("\n")[0]), library


SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{22,}",
    "a token of GitLab": r"\bglpat-[\w-]{20}",
    "a token of Slack": r"\bxox[abposr]-[\w-]{10,}",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a key of Azure storage": r"AccountKey=[A-Za-z0-9+/]{40,}",
    "a signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z]+://[^\s/:@{}$]+:(?!PASSWORD@)[^\s/:@{}$]+@",
    "a secret given a value": r"(?i)(?:secret|passw(?:or)?d|api_?key|token)\w*[\"']?\s*[=:]\s*"
    r"[\"'](?=[^\"']*\d)[^\s\"'{}<>$]{12,}[\"']",
}

FOUND = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a key of AWS": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a token of GitHub": "ghp_" + "a1" * 18,
    "a token of GitLab": "glpat-" + "a1" * 10,
    "a token of Slack": "xoxb-" + "1234567890",
    "a key of Google": "AIza" + "a" * 35,
    "a key of Azure storage": "AccountKey=" + "a" * 44,
    "a signed token": "eyJ" + "a" * 12 + ".eyJ" + "a" * 12 + "." + "a" * 12,
    "a password in an address": "https://someone:" + "hidden@example.org",
    "a secret given a value": "client_secret = " + '"Zk93-hd82_kd02Lq"',
}


def secrets_in(text: str) -> list[str]:
    return [kind for kind, form in SECRETS.items() if re.search(form, text)]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_would_be_found(kind):
    assert kind in secrets_in(f"one line\n{FOUND[kind]}\n")


def tracked() -> list[Path]:
    """The files of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is a copy without the repository")
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in told.split("\0") if name and (ROOT / name).is_file()]


def test_no_secret_is_in_the_repository():
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in tracked()}
    assert len(texts) > 100
    found = {path.relative_to(ROOT).as_posix(): secrets_in(text) for path, text in texts.items()}
    assert {path: kinds for path, kinds in found.items() if kinds} == {}


@pytest.mark.parametrize("name", [".streamlit/secrets.toml", "store/x", "downloads/x.zip", "data/x.csv", ".venv/x"])
def test_secrets_and_loaded_data_cannot_be_committed_by_mistake(name):
    assert tracked()
    assert subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False).returncode == 0


def sources() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path != Path(__file__)]


def test_whoever_silences_a_check_of_security_says_why():
    form = r"# (?:nosec B\d{3}|noqa: S\d{3})  # \w.{3,}"
    lines = [line for path in sources() for line in path.read_text(encoding="utf-8").splitlines()]
    silenced = [line for line in lines if re.search(r"# ?nosec|noqa:.*\bS\d", line)]
    assert silenced
    assert [line.strip() for line in silenced if not re.search(form, line)] == []


def test_bandit_reads_all_that_is_shipped():
    read = {path.relative_to(ROOT).parts[0] for path in sources()}
    assert read - set(run.SOURCES) <= {"benchmarks", "docs", "docs_build", "tests"}
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tools["bandit"]["skips"] == ["B404", "B608"]
    assert "S608" in tools["ruff"]["lint"]["select"]  # in place of B608
