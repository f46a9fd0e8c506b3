"""The product's own source files, parsed; `snippet` makes one for a rule's self-test."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "db", "emulator")
OURS = (*PRODUCT, "tests", "benchmarks")

Found = list[str]  # "path:line what is wrong", one for each break of a rule


@dataclass(frozen=True)
class Source:
    path: str  # from the project's root, with slashes
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def floor(self) -> str:
        """The first folder, or "db.rules" for the pure rules."""
        return "db.rules" if self.path.startswith("db/rules/") else self.path.split("/")[0]

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)} {what}"

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def snippet(text: str, path: str = "handlers/events/bad.py") -> Source:
    return Source(path, text)


@cache
def product() -> tuple[Source, ...]:
    """Every file of the four product folders."""
    paths = sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def on_floors(*floors: str) -> tuple[Source, ...]:
    return tuple(source for source in product() if source.floor in floors)


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in git."""
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(path for name in sorted(set(names)) if name and (path := ROOT / name).is_file())


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text; "" for anything that is not a plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def name_of(call: ast.Call) -> str:
    """The last name of what is called: `create_task` for `loop().create_task(…)`."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def texts_of(call: ast.Call) -> list[ast.expr] | None:
    """The arguments that hold the text, if this is a call of t, t.n or t.p; else None."""
    func = call.func
    if is_t(func):
        return call.args[:1]
    if isinstance(func, ast.Attribute) and func.attr in ("n", "p") and is_t(func.value):
        return call.args[:2]
    return None


def is_t(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "t") or (isinstance(node, ast.Attribute) and node.attr == "t")
