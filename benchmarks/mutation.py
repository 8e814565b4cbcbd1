"""Would the tests notice if the code were wrong? Small faults are put in, one by one, and the tests run on each.

    python -m benchmarks.mutation [MODULE...]        such as: python -m benchmarks.mutation periods

The faults are those of mutmut, but everywhere in a module: in constants, defaults and properties too. Left out are
annotations, decorators, the text of an error that is raised, and strings of more than four words. A fault is put in
as the module is imported, in a process of its own: no file is changed. As many modules at once as there are
processors. It needs mutmut, which is not among the requirements (`python -m pip install mutmut==3.8.1`), and `fork`:
Linux or macOS. Ends with 1 where fewer than 85 % of a module's faults are noticed.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import unified_diff
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from time import perf_counter

try:
    import libcst as cst
    import libcst.matchers as m
    from mutmut.mutation.mutators import mutation_operators
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing.name} is missing: python -m pip install mutmut==3.8.1") from None

ROOT = Path(__file__).parent.parent
BOUND = 85  # percent
WORDS = 4  # a string of more is prose
TESTS = {  # the tests that speak for each module, the quickest first
    "domain.periods": ("test_periods",),
    "analysis.measures": ("test_measures",),
    "analysis.significance": ("test_significance", "test_standing"),
    "analysis.etest": ("test_significance",),
    "analysis.dispersion": ("test_dispersion",),
    "disclosure": ("test_disclosure",),
    "domain.disclosure": ("test_disclosure",),
    "analysis.protect": ("test_protect", "test_disclosure"),
}
# Imported once, so that no fault has to wait for them.
LIBRARIES = ("pandas", "pyarrow.parquet", "duckdb", "scipy.special", "scipy.stats", "shapely", "hypothesis", "pytest")
SLOW = {"test_significance": "statsmodels.stats.api", "test_dispersion": "statsmodels.api"}
LEFT_OUT = (
    m.Annotation()
    | m.Decorator()
    | m.Raise()
    | m.SimpleString(value=m.MatchIfTrue(lambda value: len(value.split()) > WORDS))
    | m.Assign(value=m.Call(func=m.Name("TypeVar")) | m.Subscript(value=m.Name("Literal")))
)


class Faults(cst.CSTVisitor):
    """Collects, for each node of a module, what mutmut would put in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, LEFT_OUT):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.found += [(node, new) for new in operator(node) if not same_number(node, new)]
        return True


def same_number(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """1e50 and one more are the same."""
    return isinstance(node, cst.Float) and isinstance(new, cst.Float) and node.evaluated_value == new.evaluated_value


@dataclass(frozen=True)
class Wrong(MetaPathFinder, InspectLoader):
    """Imports a module from a text of our own in place of its file."""

    name: str
    text: str

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def get_source(self, fullname: str) -> str:
        return self.text


def wrong_texts(text: str) -> list[str]:
    """The text of a module with one fault in each."""
    module, faults = cst.parse_module(text), Faults()
    module.visit(faults)
    found = dict.fromkeys(module.deep_replace(old, new).code for old, new in faults.found)
    return [wrong for wrong in found if wrong != text]


def warm(modules: Sequence[str]) -> None:
    """Do once what every fault would do again: import the libraries, and pytest with its plugins."""
    for library in (*LIBRARIES, *(SLOW[test] for name in modules for test in TESTS[name] if test in SLOW)):
        importlib.import_module(library)
    run_pytest("--collect-only", "--noconftest", __file__)


def run_pytest(*arguments: str) -> int:
    """Run pytest without a word, and give its exit code."""
    import pytest

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]))


def run_tests(module: str, text: str) -> None:
    """Run the tests of a module on this text of it, in a process of its own, and end that with what pytest says."""
    import hypothesis

    gc.freeze()  # what is imported so far is not searched for garbage
    sys.meta_path.insert(0, Wrong(f"shp_data.{module}", text))
    hypothesis.settings.register_profile("fault", derandomize=True, database=None, deadline=None)
    tests = (str(ROOT / "tests" / f"{name}.py") for name in TESTS[module])
    os._exit(run_pytest("--hypothesis-profile=fault", *tests))


def outcome(module: str, text: str, seconds: float) -> str:
    """`noticed`, `not noticed`, or `too long` where the tests do not end in that time."""
    process = multiprocessing.get_context("fork").Process(target=run_tests, args=(module, text))
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return "too long"
    return "noticed" if process.exitcode else "not noticed"


@dataclass(frozen=True)
class Result:
    """How many faults a module was given, those that no test noticed, and those that the tests did not end on."""

    module: str
    faults: int
    missed: tuple[str, ...]
    late: tuple[str, ...]
    seconds: float

    @property
    def share(self) -> float:
        return 100 - 100 * len(self.missed) / self.faults

    def __str__(self) -> str:
        noticed = self.faults - len(self.missed)
        return f"{self.module:22}{self.faults:8}{noticed:9}{len(self.late):10}{self.share:7.1f} %{self.seconds:7.0f} s"


def measured(module: str) -> Result:
    """The outcome of every fault of a module. Raises RuntimeError where its tests fail without any."""
    text = (ROOT / "shp_data" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    started = perf_counter()
    if outcome(module, text, 600) != "not noticed":
        raise RuntimeError(f"the tests of {module} fail as it stands: {', '.join(TESTS[module])}")
    seconds = 10 + 5 * (perf_counter() - started)
    found = {wrong: outcome(module, wrong, seconds) for wrong in wrong_texts(text)}

    def those(said: str) -> tuple[str, ...]:
        return tuple(changed(text, wrong) for wrong, what in found.items() if what == said)

    return Result(module, len(found), those("not noticed"), those("too long"), perf_counter() - started)


def changed(text: str, wrong: str) -> str:
    """The lines that a fault changes, with their number."""
    return "\n".join(list(unified_diff(text.splitlines(), wrong.splitlines(), lineterm="", n=0))[2:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each fault not noticed or not ended on, and a line for each module. 1 where the bound is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TESTS)}; all, if none is named")
    asked = parser.parse_args(arguments).modules
    modules = [name for name in TESTS if not asked or name in asked or name.split(".")[-1] in asked]
    if not modules:
        parser.error(f"no module {', '.join(asked)}; valid: {', '.join(TESTS)}")
    warm(modules)
    results = []
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        for result in pool.map(measured, modules):
            results.append(result)
            told = (("not noticed", result.missed), ("too long", result.late))
            lines = (f"--- {result.module}: {said}\n{fault}" for said, faults in told for fault in faults)
            print(*lines, sep="\n", flush=True)
    print(f"\n{'module':22}{'faults':>8}{'noticed':>9}{'too long':>10}{'share':>9}{'time':>9}", *results, sep="\n")
    return int(any(result.share < BOUND for result in results))


if __name__ == "__main__":
    sys.exit(main())
