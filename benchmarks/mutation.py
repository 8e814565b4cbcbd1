"""Measure whether the tests notice faults: put small faults in the code, one by one, and run the tests on each.

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
TESTS = {  # the tests of each module, under tests/unit/shp_data, the quickest first
    "domain.periods": ("domain/test_periods",),
    "domain.disclosure": ("domain/test_disclosure",),
    "analysis.measures": ("analysis/test_measures",),
    "analysis.protect": ("analysis/test_protect", "domain/test_disclosure"),
    "analysis.statistics.significance": ("analysis/statistics/test_significance", "analysis/statistics/test_standing"),
    "analysis.statistics.etest": ("analysis/statistics/test_significance",),
    "analysis.statistics.dispersion": ("analysis/statistics/test_dispersion",),
}
# Imported once, before the first fault.
LIBRARIES = ("pandas", "pyarrow.parquet", "duckdb", "scipy.special", "scipy.stats", "shapely", "hypothesis", "pytest")
SLOW = {
    "analysis/statistics/test_significance": "statsmodels.stats.api",
    "analysis/statistics/test_dispersion": "statsmodels.api",
}
LEFT_OUT = (
    m.Annotation()
    | m.Decorator()
    | m.Raise()
    | m.SimpleString(value=m.MatchIfTrue(lambda value: len(value.split()) > WORDS))
    | m.Assign(value=m.Call(func=m.Name("TypeVar")) | m.Subscript(value=m.Name("Literal")))
)


class Faults(cst.CSTVisitor):
    """Collect, for each node of a module, what mutmut would put in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.replacements: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, LEFT_OUT):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.replacements += [(node, new) for new in operator(node) if not is_same_number(node, new)]
        return True


def is_same_number(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Return whether a number is the same after the fault, as 1e50 is with one more."""
    return isinstance(node, cst.Float) and isinstance(new, cst.Float) and node.evaluated_value == new.evaluated_value


@dataclass(frozen=True)
class FaultyModule(MetaPathFinder, InspectLoader):
    """Import a module from a text in place of its file."""

    name: str
    text: str

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def get_source(self, fullname: str) -> str:
        return self.text


def list_faulty_texts(text: str) -> list[str]:
    """List the texts of a module with one fault in each."""
    module, faults = cst.parse_module(text), Faults()
    module.visit(faults)
    texts = dict.fromkeys(module.deep_replace(old, new).code for old, new in faults.replacements)
    return [faulty_text for faulty_text in texts if faulty_text != text]


def import_libraries(modules: Sequence[str]) -> None:
    """Import the libraries, and pytest with its plugins, once for all faults."""
    for library in (*LIBRARIES, *(SLOW[test] for name in modules for test in TESTS[name] if test in SLOW)):
        importlib.import_module(library)
    run_pytest("--collect-only", "--noconftest", __file__)


def run_pytest(*arguments: str) -> int:
    """Run pytest without output and return its exit code."""
    import pytest

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]))


def run_tests(module: str, text: str) -> None:
    """Run the tests of a module on this text of it, and end the process with the exit code of pytest."""
    import hypothesis

    gc.freeze()  # what is imported so far is not searched for garbage
    sys.meta_path.insert(0, FaultyModule(f"shp_data.{module}", text))
    hypothesis.settings.register_profile("fault", derandomize=True, database=None, deadline=None)
    tests = (str(ROOT / "tests" / "unit" / "shp_data" / f"{name}.py") for name in TESTS[module])
    os._exit(run_pytest("--hypothesis-profile=fault", *tests))


def find_outcome(module: str, text: str, seconds: float) -> str:
    """Return `noticed`, `not noticed`, or `too long` if the tests do not end in that time."""
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
    """The number of faults of a module, those that no test noticed, and those on which the tests did not end."""

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
        return f"{self.module:34}{self.faults:8}{noticed:9}{len(self.late):10}{self.share:7.1f} %{self.seconds:7.0f} s"


def measure_module(module: str) -> Result:
    """Find the outcome of every fault of a module. Raises RuntimeError if its tests fail without a fault."""
    text = (ROOT / "shp_data" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    started = perf_counter()
    if find_outcome(module, text, 600) != "not noticed":
        raise RuntimeError(f"the tests of {module} fail without a fault: {', '.join(TESTS[module])}")
    seconds = 10 + 5 * (perf_counter() - started)
    outcomes = {faulty_text: find_outcome(module, faulty_text, seconds) for faulty_text in list_faulty_texts(text)}

    def list_faults(outcome: str) -> tuple[str, ...]:
        return tuple(format_fault(text, faulty_text) for faulty_text, result in outcomes.items() if result == outcome)

    return Result(module, len(outcomes), list_faults("not noticed"), list_faults("too long"), perf_counter() - started)


def format_fault(text: str, faulty_text: str) -> str:
    """Format the lines that a fault changes, with their number."""
    return "\n".join(list(unified_diff(text.splitlines(), faulty_text.splitlines(), lineterm="", n=0))[2:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each fault not noticed or not ended on, and a line for each module. Return 1 below the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TESTS)}; all, if none is named")
    names = parser.parse_args(arguments).modules
    modules = [name for name in TESTS if not names or name in names or name.split(".")[-1] in names]
    if not modules:
        parser.error(f"no module {', '.join(names)}; valid: {', '.join(TESTS)}")
    import_libraries(modules)
    results = []
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        for result in pool.map(measure_module, modules):
            results.append(result)
            outcomes = (("not noticed", result.missed), ("too long", result.late))
            lines = (f"--- {result.module}: {outcome}\n{fault}" for outcome, faults in outcomes for fault in faults)
            print(*lines, sep="\n", flush=True)
    print(f"\n{'module':34}{'faults':>8}{'noticed':>9}{'too long':>10}{'share':>9}{'time':>9}", *results, sep="\n")
    return int(any(result.share < BOUND for result in results))


if __name__ == "__main__":
    sys.exit(main())
