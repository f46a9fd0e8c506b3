"""python -m bot as the person who runs it would call it: another folder, a clean environment, no .env."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GOOD = {"BOT_TOKEN": "42:CANARY-token", "BOT_API_URL": "http://127.0.0.1:9", "HTTP_PORT": "0"}


def surroundings(folder: Path, **given: str | None) -> dict[str, str]:
    """Good settings with `given` over them; None takes a setting away."""
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": database_url(folder), **GOOD}
    return {name: value for name, value in (base | given).items() if value is not None}


def database_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'druzhba.db'}"


def bot(folder: Path, *arguments: str, **given: str | None) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=surroundings(folder, **given),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "cause=" not in ended.stderr + ended.stdout, ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout, ended.stderr
    assert "CANARY" not in ended.stderr + ended.stdout
    return ended


def one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """What a command that failed plainly has said."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]
