"""Settings: one that is missing or malformed stops the start with its name and an example, and no traceback."""

from pathlib import Path

import pytest

from bot.complaints import EXAMPLES
from bot.settings import BadSettings, Settings, load
from tests.bot.command import bot, one_sentence

TOKEN = "42:TOKEN-of-42"
BAD = (
    ("BOT_TOKEN", None), ("BOT_TOKEN", ""), ("BOT_TOKEN", "token"), ("BOT_TOKEN", "42:"), ("BOT_TOKEN", "x:abcdef"),
    ("BOT_API_URL", "api.telegram.org"), ("BOT_API_URL", ""), ("BOT_API_URL", "ftp://x"),
    ("DATABASE_URL", "postgresql+asyncpg://h/x"), ("DATABASE_URL", "druzhba.db"), ("DATABASE_URL", ""),
    ("OWNER_IDS", "Мария"), ("OWNER_IDS", "1;2"), ("OWNER_IDS", "1,x"),
    ("TIMEZONE", "Asia/Tomks"), ("TIMEZONE", ""), ("TIMEZONE", "+7"), ("TIMEZONE", "../etc/passwd"),
    ("HTTP_PORT", "веб"), ("HTTP_PORT", ""), ("HTTP_PORT", "65536"), ("HTTP_PORT", "-1"),
    ("SHOW_UNCONFIRMED", "может быть"), ("BULK_RATE", "0"), ("BULK_RATE", "31"), ("BULK_RATE", "быстро"),
    ("TELEGRAM_PROXY", "10.0.0.1:1080"), ("TELEGRAM_PROXY", "socks4://10.0.0.1:1080"),
    ("TELEGRAM_PROXY", "http://10.0.0.1"), ("TELEGRAM_PROXY", "socks5://10.0.0.1:65536"),
    ("TELEGRAM_PROXY", "http://me:pa/ss@10.0.0.1:3128"), ("TELEGRAM_PROXY", "http://:3128"),
    ("TELEGRAM_PROXY", "http://10.0.0.1:3128;http://10.0.0.2:3128"),
    ("KEEP_SIGNUPS_DAYS", "0"), ("KEEP_SIGNUPS_DAYS", "61"), ("KEEP_SIGNUPS_DAYS", "два"),
    ("KEEP_INACTIVE_MONTHS", "2"), ("KEEP_INACTIVE_MONTHS", "37"), ("KEEP_INACTIVE_MONTHS", ""),
    ("LOG_FORMAT", "xml"), ("LOG_FORMAT", ""), ("LOG_FORMAT", "JSON"),
    ("KEEP_UNREACHABLE_MONTHS", "0"), ("KEEP_UNREACHABLE_MONTHS", "25"), ("KEEP_UNREACHABLE_MONTHS", "1.5"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, no .env of this checkout."""
    for name in EXAMPLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_one_is_named_with_an_example(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        load()
    sentence = str(caught.value)
    assert sentence.startswith(f"Настройка {name} ")
    assert EXAMPLES[name] in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(("command", "name", "value"), [
    (("run",), "BOT_TOKEN", None), (("migrate",), "DATABASE_URL", "druzhba.db"), (("check",), "TIMEZONE", "Asia/Tomks"),
    (("import", "x.yaml"), "OWNER_IDS", "Мария"), (("run",), "HTTP_PORT", "веб"),
])  # fmt: skip
def test_every_command_stops_at_a_bad_one(
    tmp_path: Path, command: tuple[str, ...], name: str, value: str | None
) -> None:
    sentence = one_sentence(bot(tmp_path, *command, **{name: value}))
    assert name in sentence
    assert EXAMPLES[name] in sentence
    assert list(tmp_path.iterdir()) == []


def test_several_bad_ones_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "x")
    monkeypatch.setenv("HTTP_PORT", "x")
    with pytest.raises(BadSettings) as caught:
        load()
    assert [line.split()[1] for line in str(caught.value).splitlines()] == ["BOT_TOKEN", "HTTP_PORT"]


def test_the_complaint_does_not_repeat_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be a token with a slip in it."""
    monkeypatch.setenv("BOT_TOKEN", "42 :SECRET-CANARY")
    with pytest.raises(BadSettings) as caught:
        load()
    assert "CANARY" not in str(caught.value)


def test_what_is_used_where_nothing_is_said() -> None:
    settings = load()
    assert settings.database == Path("druzhba.db")
    assert (settings.timezone, settings.owner_ids, settings.show_unconfirmed) == ("Asia/Tomsk", (), False)
    assert (settings.http_host, settings.http_port, settings.bulk_rate) == ("127.0.0.1", 8081, 25)


def test_what_is_written_the_way_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("OWNER_IDS", " 1, 2,"), ("SHOW_UNCONFIRMED", "yes"), ("HTTP_PORT", "0")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TELEGRAM_PROXY", " socks5://me:p%2Cw@proxy.example:1080, http://[fd00::1]:3128,")
    settings = load()
    assert (settings.owner_ids, settings.show_unconfirmed, settings.http_port) == ((1, 2), True, 0)
    assert settings.telegram_proxy == ("socks5://me:p%2Cw@proxy.example:1080", "http://[fd00::1]:3128")
    monkeypatch.setenv("SHOW_UNCONFIRMED", "")
    assert load().show_unconfirmed is False


def test_dot_env_is_read_and_the_environment_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("TIMEZONE=Europe/Berlin\nHTTP_PORT=9\nSOMETHING_ELSE=1\n", encoding="utf-8")
    monkeypatch.setenv("HTTP_PORT", "10")
    settings = load()
    assert (settings.timezone, settings.http_port) == ("Europe/Berlin", 10)


def test_settings_are_frozen_and_each_has_an_example() -> None:
    assert Settings.model_config["frozen"] is True
    assert set(EXAMPLES) == {name.upper() for name in Settings.model_fields}
