"""JAX's random numbers in NumPy: threefry-2x32 with 20 rounds (Salmon et al. 2011), counters as in jax.random.

Used by scripts that shuffle or drop out, so that they draw what the engine draws, to the bit.
"""

from __future__ import annotations

HASH = '''def threefry(key, counts):
    """Mixes counts (two uint32 arrays) with a key (two uint32): the generator that JAX uses, bit by bit."""
    k = (key[0], key[1], key[0] ^ key[1] ^ np.uint32(0x1BD11BDA))
    a, b = counts[0] + k[0], counts[1] + k[1]
    for group in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            a = a + b
            b = a ^ ((b << np.uint32(turn)) | (b >> np.uint32(32 - turn)))
        a = a + k[(group + 1) % 3]
        b = b + k[(group + 2) % 3] + np.uint32(group + 1)
    return a, b


def key_of(seed):
    return np.zeros(1, np.uint32), np.full(1, seed, np.uint32)


def fold_in(key, number):
    """A key of its own for each number, or each of several."""
    number = np.atleast_1d(np.asarray(number, np.uint32))
    return threefry(key, (np.zeros_like(number), number))


def random_bits(key, count):
    """uint32 [count]; for keys [rows, 1] it is [rows, count]."""
    a, b = threefry(key, (np.zeros(count, np.uint32), np.arange(count, dtype=np.uint32)))
    return a ^ b'''

SHUFFLE = '''def shuffled(count, epoch):
    """The order of the points in one epoch."""
    key = fold_in(key_of(ORDER_SEED), epoch)
    return np.argsort(random_bits(key, count) >> np.uint32(1), kind="stable")'''

DROPOUT = '''def kept(keys, width, rate):
    """0 for a silenced value, else what keeps the mean: 1 / (1 - rate). [rows, width]"""
    bits = (random_bits(keys, width) >> np.uint32(9)) | np.uint32(0x3F800000)  # the digits of a number in 1..2
    return (bits.view(np.float32) - 1 >= np.float32(rate)) / np.float32(1 - rate)'''
