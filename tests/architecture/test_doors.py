"""Detached work has one door, output has one way out, and nothing is run that came as data."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Found, Source, kept_files, name_of, on_floors, product, snippet

NURSERY = "bot/nursery.py"
TASK_MAKERS = {"create_task", "ensure_future", "run_coroutine_threadsafe", "TaskGroup"}
OWN_TASKS = {  # tasks made elsewhere, by file and name
    ("bot/life.py", "polling"): "App.run itself waits for it and ends it; the Nursery would wait for it on the way out",
    ("bot/life.py", "stop"): "App.run itself waits for it and ends it; the Nursery would wait for it on the way out",
}
DATA_THAT_RUNS = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
MARKS = tuple(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))


def detached(source: Source) -> list[tuple[str, str]]:
    """Tasks made outside the Nursery, by file and the name they are given."""
    if source.path == NURSERY:
        return []
    return [(source.path, _task_name(call)) for call in source.calls() if name_of(call) in TASK_MAKERS]


def _task_name(call: ast.Call) -> str:
    names = [word.value.value for word in call.keywords if word.arg == "name" and isinstance(word.value, ast.Constant)]
    return str(names[0]) if names else "without a name"


def prints(source: Source) -> Found:
    return [
        source.at(node, "print")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "print" and isinstance(node.ctx, ast.Load)
    ]


def runs_data(source: Source) -> Found:
    """Pickles, eval, exec and their like."""
    found: Found = []
    for node in ast.walk(source.tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [source.at(node, name) for name in modules if name.split(".")[0] in DATA_THAT_RUNS]
        if isinstance(node, ast.Name) and node.id in ("eval", "exec", "compile", "execfile"):
            found.append(source.at(node, node.id))
    return found


def marks(path: Path) -> list[str]:
    """Lines of a file that put something off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # a picture
    words = [(number, line.replace("_", " ")) for number, line in enumerate(lines, 1)]
    return [f"{path.name}:{number}" for number, line in words if any(_says(line, mark) for mark in MARKS)]


def _says(line: str, mark: str) -> bool:
    before, found, after = line.partition(mark)
    return bool(found) and not before[-1:].isalnum() and not after[:1].isalnum()


def test_detached_work_goes_through_the_nursery() -> None:
    found = [task for source in on_floors("bot", "handlers", "db", "db.rules") for task in detached(source)]
    assert sorted(found) == sorted(OWN_TASKS)


def test_the_product_prints_nothing() -> None:
    assert [line for source in product() for line in prints(source)] == []


def test_nothing_runs_what_came_as_data() -> None:
    python = [path for path in kept_files() if path.suffix == ".py"]
    sources = [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in python]
    assert len(sources) > 50 and [line for source in sources for line in runs_data(source)] == []


def test_nothing_is_put_off_in_a_remark() -> None:
    assert [line for path in kept_files() for line in marks(path)] == []


@pytest.mark.parametrize(
    "code",
    [
        "asyncio.create_task(work())",
        "asyncio.get_running_loop().create_task(work())",
        "asyncio.ensure_future(work())",
        "create_task(work())",
    ],
)
def test_work_let_loose_is_seen(code: str) -> None:
    assert detached(snippet(code)) == [("handlers/events/bad.py", "without a name")]
    assert detached(snippet(code, NURSERY)) == []


def test_a_second_task_is_not_covered_by_a_named_exception() -> None:
    [task] = detached(snippet("loop.create_task(work(), name='another')", "bot/app.py"))
    assert task not in OWN_TASKS


@pytest.mark.parametrize("code", ["print('hello')", "say = print"])
def test_a_print_is_seen(code: str) -> None:
    assert len(prints(snippet(code))) == 1


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from pickle import loads", "import marshal as m", "eval(x)", "f = exec", "compile(x, '', '')"],
)
def test_data_that_would_run_is_seen(code: str) -> None:
    assert len(runs_data(snippet(code))) == 1


def test_a_compiled_pattern_is_no_compiled_code() -> None:
    assert runs_data(snippet("re.compile('a'); executor.exec_driver_sql('x'); create_subprocess_exec('ls')")) == []


@pytest.mark.parametrize("mark", MARKS)
def test_a_remark_that_puts_off_is_seen(mark: str, tmp_path: Path) -> None:
    file = tmp_path / "later.py"
    file.write_text(f"x = 1\n# {mark}: some day\n# {mark}LIST, a{mark}\n", encoding="utf-8")
    assert marks(file) == ["later.py:2"]
