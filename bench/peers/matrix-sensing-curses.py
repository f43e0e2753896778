"""Peer of matrix-sensing-curses in numpy: gradient descent over the factors of an over-parameterised product.

The asymmetric run from the largest start.
"""

import peer

np = peer.load("numpy")

SIDE, RANK, COLUMNS, MEASUREMENTS = 24, 3, 5, 2000
ETA, ITERATIONS, EVERY = 0.1, 4000, 20
ALPHA, RATIO = 0.5, 1 / 3
SEEDS = range(12)


def cell(seed):
    """Squared errors by iteration, and the least eigenvalue of F'F in the end."""
    random = np.random.default_rng(seed)
    u, _ = np.linalg.qr(random.standard_normal((SIDE, RANK)))
    target = u @ u.T
    a = random.standard_normal((MEASUREMENTS, SIDE * SIDE)) / MEASUREMENTS**0.5
    gram = a.T @ a
    f, g = random.standard_normal((2, SIDE, COLUMNS)) * ALPHA / SIDE**0.5
    g *= RATIO
    errors = {}
    for t in range(ITERATIONS + 1):
        difference = f @ g.T - target
        if t % EVERY == 0:
            errors[t] = np.sum(difference**2)
        if t == ITERATIONS:
            break
        slope = (gram @ difference.ravel()).reshape(SIDE, SIDE)
        f, g = f - ETA * (slope @ g), g - ETA * (slope.T @ f)
    return errors, np.linalg.eigvalsh(f.T @ f)[0]


def rate(errors, least):
    """Exponential rate of the squared error between iterations 400 and 1000, over the theory's 2 eta times the least
    eigenvalue."""
    return np.log(errors[400] / errors[1000]) / 600 / (2 * ETA * least)


runs = peer.timed("descent", cell, SEEDS)
table = peer.rows("matrix-sensing-curses", kind="iteration", run="asym_over", alpha=str(ALPHA))
ours = [
    ({row["t"]: row["err"] for row in table if row["seed"] == seed}, least)
    for seed, least in {row["seed"]: row["lambda_min"] for row in table}.items()
]
comparison = peer.Comparison()
for t in (0, 20, 100):
    logarithms = [[np.log10(errors[t]) for errors, _ in side] for side in (runs, ours)]
    comparison.means(f"log10 squared error after {t} steps", *logarithms)
comparison.means("least eigenvalue of F'F", *([least for _, least in side] for side in (runs, ours)))
comparison.means("rate over that of theory", *([rate(*run) for run in side] for side in (runs, ours)))
comparison.end()
