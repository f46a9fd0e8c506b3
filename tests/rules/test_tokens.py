"""Tokens of private links: nobody guesses one, every one fits a link, and what is stored opens nothing."""

import hashlib
import re
from collections import Counter
from itertools import pairwise

from db.rules import tokens

PAYLOAD = 64  # letters that /start takes
MANY = 100_000


def test_a_hundred_thousand_are_all_different_and_of_one_shape() -> None:
    drawn = [tokens.fresh() for _ in range(MANY)]
    assert len(set(drawn)) == MANY
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", token) and len(token) == tokens.LENGTH for token in drawn)


def test_there_are_at_least_128_bits_in_one() -> None:
    assert tokens.BYTES * 8 == 192 >= 128


def test_with_a_prefix_it_fits_a_link() -> None:
    assert 2 + tokens.LENGTH <= PAYLOAD


def test_no_order_is_to_be_seen_in_them() -> None:
    """Every letter is about as frequent as any other in every place, and half of the tokens rise."""
    drawn = [tokens.fresh() for _ in range(MANY)]
    for place in range(tokens.LENGTH):
        letters = Counter(token[place] for token in drawn)
        assert len(letters) == 64
        assert all(0.8 < count / (MANY / 64) < 1.2 for count in letters.values())
    above = sum(one < other for one, other in pairwise(drawn))
    assert 0.48 < above / MANY < 0.52


def test_the_digest_is_sha_256_the_same_each_time_and_holds_no_token() -> None:
    token = tokens.fresh()
    assert tokens.digest(token) == tokens.digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert re.fullmatch(r"[0-9a-f]{64}", tokens.digest(token))
    assert token not in tokens.digest(token)


def test_digests_of_tokens_that_differ_in_one_letter_have_nothing_in_common() -> None:
    token = tokens.fresh()
    other = ("B" if token[0] == "A" else "A") + token[1:]
    bits = bin(int(tokens.digest(token), 16) ^ int(tokens.digest(other), 16)).count("1")
    assert 80 < bits < 176  # of 256; half, give or take six standard deviations
