"""The net over a line: tokens and telephone numbers of the four countries, and nothing that is ours to read."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import masks
from bot.masks import hide, masked, without_secrets
from tests.logs.canaries import TOKEN

PHONES = [
    "+79135550123",
    "+7 913 555-01-23",
    "+7 (913) 555-01-23",
    "+7 (3822) 51-77-57",
    "89135550123",
    "8 (913) 555 01 23",
    "8-913-555-01-23",
    "8–913–555–01–23",
    "79135550123",
    "+7\u00a0913\u00a0555\u00a001\u00a023",
    "+996 555 123 456",
    "996555123456",
    "+996 (555) 12-34-56",
    "+992 93 123 4567",
    "992931234567",
    "+998 90 123-45-67",
    "998901234567",
    "+49 151 12345678",
]
OURS = [
    "timestamp=2026-11-23T19:52:12.540932Z level=info",
    "2027-03-19T12:00:00+07:00",
    "2027-03-28 02:30:00+01:00 2028-10-31 02:30:00",
    "update_id=823456789 attempt=0",
    "update_id=79135550123",  # however long our numbers become
    "outbox_id=998901234567",
    "task=Task-12 at=bot/handling.py:72",
    "8123456789 7100000000",  # people's numbers in Telegram
    "chat -1001234567890",
    "seconds=0.79131234567 seconds=7.9131234567",
    "handlers/events/browse.py:40 < bot/gate.py:100 < aiogram/client/session/base.py:259",
    "127.0.0.1:8081 sqlite 3.51.3",
    "updates=812 signups=14 messages=3300",
    "+7 tickets and 12345 more",
]


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_masked_wherever_it_stands(phone: str) -> None:
    assert masked(f'event="call {phone}, please" why={phone}') == 'event="call <phone>, please" why=<phone>'


@pytest.mark.parametrize("line", OURS)
def test_what_is_ours_to_read_is_left_alone(line: str) -> None:
    assert masked(line) == line


@given(st.integers(0, 10**10 - 1))
def test_no_number_of_up_to_ten_digits_is_masked(number: int) -> None:
    assert masked(f"count={number} {number}") == f"count={number} {number}"


@given(st.integers(0, 10**18))
def test_no_number_of_our_own_is_masked(number: int) -> None:
    assert masked(f"update_id={number} x") == f"update_id={number} x"


@given(st.integers(10**8, 10**9 - 1), st.lists(st.sampled_from([" ", "-", ") ", " (", ""]), min_size=9, max_size=9))
def test_any_mobile_of_ours_is_masked_with_any_gaps(number: int, gaps: list[str]) -> None:
    written = "".join(gap + digit for gap, digit in zip(gaps, str(number), strict=True))
    assert masked(f"+7 9{written}") == "<phone>"
    assert masked(f"a 8 9{written}.") == "a <phone>."


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(masks, "_hidden", set[str]())
    yield


@pytest.mark.parametrize(
    "line", [TOKEN, f"https://api.telegram.org/file/bot{TOKEN}/x.jpg", TOKEN.replace(":", "%3A"), f"('{TOKEN}',)"]
)
def test_what_looks_like_a_token_is_masked_even_if_it_is_not_ours(hidden: None, line: str) -> None:
    assert "dQw4" not in masked(line)
    assert "<token>" in masked(line)


def test_the_configured_token_is_masked_whatever_it_looks_like_and_so_is_its_half(hidden: None) -> None:
    line = "bot42:DEMO-secret/getMe and DEMO-secret alone"
    assert masked(line) == line
    hide("42:DEMO-secret")
    assert masked(line) == "bot<token>/getMe and <token> alone"


def test_the_short_half_of_a_token_is_no_secret(hidden: None) -> None:
    hide("42:DEMO")
    assert masked("the DEMO of bot42:DEMO") == "the DEMO of bot<token>"


def test_a_password_in_an_address_is_masked() -> None:
    assert masked("url=http://anna:secret@proxy:3128/x") == "url=http://<password>@proxy:3128/x"


def test_a_sentence_to_the_terminal_keeps_telephone_numbers() -> None:
    assert without_secrets(f"+7 913 555-01-23 {TOKEN}") == "+7 913 555-01-23 <token>"
