"""What is installed is what was locked, from nowhere in particular; CI does what a newcomer does."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings
from tests.architecture.sources import ROOT, Found

LOCKED = re.compile(r"[A-Za-z0-9._-]+==[^\s;]+(\s*;[^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
PAIRS = tuple((f"{name}.in", f"{name}.txt") for name in ("requirements", "requirements-dev", "requirements-bench"))
NEWCOMERS_COMMAND = "make test"
CI_FRAME = {"set -eu", 'cd "$(dirname "$0")/.."'}
DEMO_ONLY = {"DEMO_CLOCK_URL"}  # set by the emulator, never by a person


def lines(text: str) -> list[str]:
    """Logical lines without remarks: a lock file continues a requirement with a backslash."""
    joined = text.replace("\\\n", " ").splitlines()
    return [line.split(" #")[0].strip() for line in joined if line.strip() and not line.strip().startswith("#")]


def unlocked(text: str) -> Found:
    """Lines of a lock file that are anything but a name, a version and its hashes: addresses and options among them."""
    return [line for line in lines(text) if not LOCKED.fullmatch(line)]


def versions(text: str) -> dict[str, str]:
    """Name -> version of what a lock file holds."""
    pinned = [line.split(" ")[0].split(";")[0].split("==") for line in lines(text) if LOCKED.fullmatch(line)]
    return {canonicalize_name(name): version for name, version in pinned}


def not_in_lock(wanted: str, locked: str) -> Found:
    """Requirements that are missing from the lock file, or locked at a version they do not allow."""
    known = versions(locked)
    asked = [(line, Requirement(line)) for line in lines(wanted) if not line.startswith("-c ")]
    found = [(line, one, known.get(canonicalize_name(one.name))) for line, one in asked]
    return [line for line, one, version in found if version is None or version not in one.specifier]


def beyond_the_newcomers_command(script: str) -> Found:
    return [line for line in lines(script) if line not in CI_FRAME | {NEWCOMERS_COMMAND}]


def names_set(example: str) -> set[str]:
    """The settings that a .env file names, those in a remark (`# NAME=value`) among them."""
    return set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))


def asked_of_people(fields: Iterable[str]) -> set[str]:
    return {name.upper() for name in fields} - DEMO_ONLY


def texts(pair: tuple[str, str]) -> tuple[str, str]:
    wanted, locked = ((ROOT / name).read_text(encoding="utf-8") for name in pair)
    return wanted, locked


@pytest.mark.parametrize("pair", PAIRS)
def test_every_requirement_is_locked_with_hashes_and_without_addresses(pair: tuple[str, str]) -> None:
    wanted, locked = texts(pair)
    assert unlocked(locked) == []
    assert not_in_lock(wanted, locked) == []


def test_the_lock_files_agree() -> None:
    run, dev, bench = (versions(texts(pair)[1]) for pair in PAIRS)
    assert disagreeing(run, dev) == disagreeing(run, bench) == disagreeing(dev, bench) == {}
    assert disagreeing({"a": "1", "b": "2"}, {"b": "3"}) == {"b": ("2", "3")}


def disagreeing(run: Mapping[str, str], dev: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]}


def test_ci_runs_what_a_newcomer_runs_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert beyond_the_newcomers_command(text) == [] and lines(text).count(NEWCOMERS_COMMAND) == 1
    assert script.stat().st_mode & 0o111, "not executable"
    assert [path.name for path in script.parent.iterdir()] == ["run"]


def test_the_example_of_the_settings_names_each_of_them() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert names_set(example) == asked_of_people(Settings.model_fields)


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "aiogram==3.31.0",
        f"aiogram>=3.31.0 \\\n    {HASH}",
        f"aiogram==3.31.0 \\\n    {HASH[:-1]}",
        f"--index-url https://pypi.example/simple\naiogram==3.31.0 {HASH}",
        "--find-links wheels",
        "-i https://pypi.example/simple",
        "--extra-index-url https://pypi.example/simple",
        f"aiogram @ https://example.org/aiogram.whl {HASH}",
        "-e .",
        "git+https://github.com/aiogram/aiogram",
    ],
)
def test_an_unlocked_or_addressed_line_is_seen(line: str) -> None:
    assert len(unlocked(line)) == 1


def test_a_locked_line_is_left_alone() -> None:
    assert unlocked(f'# said\nuvloop==1.0 ; python_version < "3.12" \\\n    {HASH} \\\n    {HASH}\n') == []


@pytest.mark.parametrize("wanted", ["missing", "aiogram>=4", "aiogram[fast]<3"])
def test_a_requirement_that_is_not_in_the_lock_is_seen(wanted: str) -> None:
    assert not_in_lock(f"-c requirements.txt\n{wanted}\n", f"Aiogram==3.31.0 {HASH}") == [wanted]


@pytest.mark.parametrize("line", ["make demo", "make test && make bench", "pip install x", "make test || true"])
def test_a_further_step_of_ci_is_seen(line: str) -> None:
    assert beyond_the_newcomers_command(f"#!/bin/sh\nset -eu\nmake test\n{line}\n") == [line]


def test_a_forgotten_setting_is_seen(tmp_path: Path) -> None:
    assert names_set("# Слова\nBOT_TOKEN=1:a\n#OWNER_IDS=1\n# HTTP_PORT=8081\n") == {
        "BOT_TOKEN",
        "OWNER_IDS",
        "HTTP_PORT",
    }
    assert asked_of_people(["bot_token", "demo_clock_url"]) == {"BOT_TOKEN"}
