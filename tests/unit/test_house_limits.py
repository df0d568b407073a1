"""The sizes of the house: what grows beyond them is divided, not excused."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]
_FOLDERS = ("bench", "case_api", "cities", "geocode", "hub", "intake", "scripts", "telephony", "tests", "video")
_BANNED_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"})
_FILE_LINES, _FUNCTION_LINES, _POSITIONAL_PARAMETERS = 400, 60, 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(root: Path) -> list[Path]:
    """Every Python file of the product below `root`."""
    return sorted(path for folder in _FOLDERS for path in (root / folder).rglob("*.py"))


def long_files(root: Path) -> list[str]:
    """Files over the limit, with their length in lines."""
    lengths = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in python_files(root))
    return [f"{path.relative_to(root)}: {lines} lines" for path, lines in lengths if lines > _FILE_LINES]


def banned_names(root: Path) -> list[str]:
    """Files and folders whose name says nothing."""
    parts = {(path.relative_to(root), part) for path in python_files(root) for part in path.relative_to(root).parts}
    return sorted(str(path) for path, part in parts if part.removesuffix(".py").strip("_") in _BANNED_NAMES)


def functions(root: Path) -> Iterator[tuple[str, Function]]:
    """Every function with the place it stands at."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if isinstance(node, Function):
                yield f"{path.relative_to(root)}:{node.lineno} {node.name}", node


def long_functions(root: Path) -> list[str]:
    """Functions over the limit, from `def` to their last line."""
    lengths = ((place, (node.end_lineno or node.lineno) - node.lineno + 1) for place, node in functions(root))
    return [f"{place}: {lines} lines" for place, lines in lengths if lines > _FUNCTION_LINES]


def crowded_functions(root: Path) -> list[str]:
    """Functions with too many positional parameters; `self` and `cls` do not count."""
    counts = ((place, len(_positional(node))) for place, node in functions(root))
    return [f"{place}: {count} parameters" for place, count in counts if count > _POSITIONAL_PARAMETERS]


def _positional(node: Function) -> list[str]:
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def tangled_functions(root: Path) -> list[str]:
    """Functions of cyclomatic complexity over ten, as ruff counts; its inline exceptions are not heard."""
    folders = [folder for folder in _FOLDERS if (root / folder).is_dir()]
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--quiet"),
            *("--select=C901", "--config=lint.mccabe.max-complexity=10", "--output-format=concise", *folders),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert answer.stderr == ""
    return answer.stdout.splitlines()


@pytest.mark.parametrize(
    "faults", [long_files, banned_names, long_functions, crowded_functions, tangled_functions], ids=lambda f: f.__name__
)
def test_the_product_keeps_the_limits(faults: object) -> None:
    assert callable(faults)
    assert faults(_CHECKOUT) == []


def test_the_limits_see_the_product() -> None:
    rooms = {path.relative_to(_CHECKOUT).parts[0] for path in python_files(_CHECKOUT)}
    assert rooms >= {"case_api", "geocode", "hub", "intake", "telephony", "tests", "video"}


@pytest.fixture
def crooked(tmp_path: Path) -> Path:
    """A checkout with one fault of each kind, and beside each the largest thing that is still allowed."""
    room = tmp_path / "hub"
    room.mkdir()
    (room / "long.py").write_text("x = 1\n" * 401)
    (room / "full.py").write_text("x = 1\n" * 400)
    (room / "helpers.py").write_text("")
    (room / "helping.py").write_text("")
    (room / "functions.py").write_text("def long():\n" + "    x = 1\n" * 60 + "def full():\n" + "    x = 1\n" * 59)
    (room / "crowd.py").write_text(
        "class A:\n    def six(self, a, b, c, d, e, f): ...\n    def five(self, a, b, c, d, e, *, g, h): ...\n"
    )
    branches = "".join(f"    if x == {n}: return {n}\n" for n in range(10))
    (room / "tangle.py").write_text(f"def eleven(x):  # noqa: C901\n{branches}def ten(x):\n{branches[:-22]}")
    return tmp_path


def test_each_limit_names_what_breaks_it_and_nothing_else(crooked: Path) -> None:
    assert long_files(crooked) == ["hub/long.py: 401 lines"]
    assert banned_names(crooked) == ["hub/helpers.py"]
    assert long_functions(crooked) == ["hub/functions.py:1 long: 61 lines"]
    assert crowded_functions(crooked) == ["hub/crowd.py:2 six: 6 parameters"]
    assert [line.split(":")[0] for line in tangled_functions(crooked)] == ["hub/tangle.py"]
    assert len(tangled_functions(crooked)) == 1
