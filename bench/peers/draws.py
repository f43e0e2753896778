"""Random numbers of numpy's default generator: the lines of crates/numerics/benches/random.rs."""

import time

import peer

COUNT = 100_000
ROUNDS = 200

np = peer.load("numpy")
generator = np.random.default_rng(0)
values = np.empty(COUNT)
DRAWS = {
    "uniform": lambda: generator.random(out=values),
    "normal": lambda: generator.standard_normal(out=values),
    "exponential": lambda: generator.standard_exponential(out=values),
    "below 1000": lambda: generator.integers(0, 1000, COUNT),
    "a permutation": lambda: generator.permutation(COUNT),
}
for name, draw in DRAWS.items():
    least = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        draw()
        least = min(least, time.perf_counter() - start)
    print(f"numbers {1e9 * least / COUNT:.3f} {name}", flush=True)
