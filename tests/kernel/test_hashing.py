import hashlib

from trenza.kernel import draw, keyed_hash, short_hash


def test_a_draw_follows_the_written_rule() -> None:
    digest = hashlib.sha256(b"cart_rescue/holdout:user_id:u1").hexdigest()

    assert int(digest[:15], 16) % 10_000 == draw("cart_rescue/holdout", "user_id:u1")


def test_draws_fill_the_buckets_evenly() -> None:
    below = sum(draw("journey/holdout", f"user_id:{number}") < 1_000 for number in range(20_000))

    assert 1_850 < below < 2_150


def test_a_short_hash_is_63_bits_and_stable() -> None:
    assert 0 <= short_hash("email:ana@example.com") < 2**63
    assert short_hash("a") == short_hash("a") != short_hash("b")


def test_a_keyed_hash_needs_its_key() -> None:
    assert keyed_hash(b"one", "x") != keyed_hash(b"two", "x")
