"""What is deployed: the unit and the image run a command there is, as nobody special, with nothing of ours in it."""

import configparser
import json
import re
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

from bot import complaints
from bot.life import GRACE
from bot.settings import Settings
from tests.architecture.sources import ROOT, kept_files

DEPLOY = ROOT / "deploy"
COMMANDS = re.findall(r"python -m bot (\w+)", complaints.USAGE)
MACHINE = 1000  # MB of the machine it has to live on
SECRETS = (".env", "druzhba.db", "druzhba.db-wal", "backups/druzhba.db", "data/druzhba.db", "bot/.env")
MADE = (".git/config", ".venv/bin/python", ".demo/druzhba.db", "bot/__pycache__/app.pyc", "locales/uz/messages.mo")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Each with its words, in order; lines that go on are joined."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(words[0], " ".join(words[1:])) for line in joined if (words := line.split())]


def of(kind: str, found: list[tuple[str, str]]) -> list[str]:
    return [words for name, words in found if name == kind]


def left_out(path: str, ignore: str) -> bool:
    """Whether .dockerignore keeps a path out: the last pattern that matches it, or a folder above it, decides."""
    out = False
    for line in ignore.splitlines():
        pattern = line.strip().removeprefix("!")
        if pattern and not pattern.startswith("#") and _matches(path, pattern):
            out = not line.strip().startswith("!")
    return out


def _matches(path: str, pattern: str) -> bool:
    deep = pattern.startswith("**/")
    for one in (PurePosixPath(path), *PurePosixPath(path).parents):
        if fnmatch(one.name if deep else str(one), pattern.removeprefix("**/")) and str(one) != ".":
            return True
    return False


class Unit(configparser.ConfigParser):
    """systemd tells letters from capitals."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def megabytes(size: str) -> int:
    return int(size.removesuffix("M"))


@pytest.fixture
def dockerfile() -> list[tuple[str, str]]:
    return instructions((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture
def ignore() -> str:
    return (ROOT / ".dockerignore").read_text(encoding="utf-8")


@pytest.fixture
def unit() -> configparser.ConfigParser:
    parser = Unit(interpolation=None, delimiters=("=",))
    parser.read(DEPLOY / "druzhba.service", encoding="utf-8")
    return parser


def test_the_image_runs_a_command_there_is_and_not_as_root(dockerfile: list[tuple[str, str]]) -> None:
    assert json.loads(of("ENTRYPOINT", dockerfile)[0]) == ["python", "-m", "bot"]
    assert json.loads(of("CMD", dockerfile)[0]) == ["run"] and "run" in COMMANDS
    (user,) = of("USER", dockerfile)
    assert re.search(rf"useradd --uid [1-9]\d+ .*\b{user}\b", of("RUN", dockerfile)[0])
    names = [name for name, _ in dockerfile]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name in ("RUN", "COPY"))


def test_what_the_image_installs_is_what_was_locked(dockerfile: list[tuple[str, str]]) -> None:
    installs = [run for run in of("RUN", dockerfile) if "pip install" in run]
    assert len(installs) == 1
    assert "--require-hashes" in installs[0] and installs[0].endswith("-r requirements.txt")
    assert of("FROM", dockerfile) == ["python:3.11-slim"]


def test_the_image_holds_the_product_and_all_of_it_is_there(dockerfile: list[tuple[str, str]], ignore: str) -> None:
    copied = [words.split() for words in of("COPY", dockerfile)]
    assert {source for source, _ in copied} == {"requirements.txt", "bot", "handlers", "db", "locales", "data"}
    assert all((ROOT / source).exists() for source, _ in copied)
    kept = {path.relative_to(ROOT).as_posix() for path in kept_files()}
    wanted = {path for path in kept if path.split("/")[0] in {source for source, _ in copied}}
    assert {path for path in wanted if left_out(path, ignore)} == set()
    assert {path for path in kept - wanted if not left_out(path, ignore)} == set()


@pytest.mark.parametrize("path", [*SECRETS, *MADE])
def test_nothing_of_this_machine_gets_into_the_image(path: str, ignore: str) -> None:
    assert left_out(path, ignore)


def test_what_the_image_sets_is_a_setting_and_where_it_asks_is_where_it_answers(
    dockerfile: list[tuple[str, str]],
) -> None:
    (pairs,) = (dict(pair.split("=", 1) for pair in words.split()) for words in of("ENV", dockerfile))
    assert set(pairs) - {"PYTHONPATH"} <= {name.upper() for name in Settings.model_fields}
    (check,) = of("HEALTHCHECK", dockerfile)
    assert f":{pairs['HTTP_PORT']}/health" in check
    assert of("EXPOSE", dockerfile) == [pairs["HTTP_PORT"]]
    assert of("VOLUME", dockerfile) == of("WORKDIR", dockerfile)[-1:] == ["/data"]
    assert of("STOPSIGNAL", dockerfile) == ["SIGTERM"]


def test_the_unit_runs_a_command_there_is_and_not_as_root(unit: configparser.ConfigParser) -> None:
    service = unit["Service"]
    python, *rest = service["ExecStart"].split()
    assert (rest, "run" in COMMANDS) == (["-m", "bot", "run"], True)
    assert python == f"{service['WorkingDirectory']}/.venv/bin/python"
    assert service["User"] not in ("", "root")
    assert service["WorkingDirectory"] in service["ReadWritePaths"].split()
    assert service["Restart"] == "always" and unit["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_unit_waits_longer_than_the_bot_needs_and_leaves_the_machine_its_memory(
    unit: configparser.ConfigParser,
) -> None:
    service = unit["Service"]
    assert float(service["TimeoutStopSec"]) > GRACE
    assert megabytes(service["MemoryHigh"]) < megabytes(service["MemoryMax"]) <= MACHINE / 2


def test_the_guide_names_every_file_of_deploy() -> None:
    guide = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    assert [path.name for path in Path(DEPLOY).iterdir() if f"deploy/{path.name}" not in guide] == []


def test_an_order_of_patterns_is_read_as_docker_reads_it() -> None:
    rules = "# said\n*\n!bot\n**/*.pyc\n**/.env\n"
    inside = {"bot/app.py": False, "bot/jobs/clock.py": False, "bot/x.pyc": True, "bot/jobs/.env": True, ".env": True}
    assert {path: left_out(path, rules) for path in inside} == inside
    assert left_out("tests/conftest.py", rules) and left_out("README.md", rules)
