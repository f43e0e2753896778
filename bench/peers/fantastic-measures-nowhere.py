"""Peer of fantastic-measures-nowhere in numpy: minimum-norm classifiers, and linear functions over a finite field.

All trials of a cell at once: stacked matrices, and one Gauss-Jordan elimination whose steps clear a column of all
systems.
"""

import peer

np = peer.load("numpy")

STABLE_D, STABLE_N, STABLE_TRIALS = 100, 90, 125
Q, D, N, TRIALS = 5, 30, 100, 250
SEEDS = range(4)


def stable(seed):
    """Mean true error and mean leave-one-out error of the classifiers."""
    random = np.random.default_rng(seed)
    directions = random.standard_normal((STABLE_TRIALS, STABLE_D, 1))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    samples = random.standard_normal((STABLE_TRIALS, STABLE_N, STABLE_D))
    labels = np.where(samples @ directions >= 0, 1.0, -1.0)
    inverses = np.linalg.inv(samples @ samples.mT)
    dual = inverses @ labels
    weights = samples.mT @ dual
    cosines = (weights * directions).sum(axis=(1, 2)) / np.linalg.norm(weights, axis=(1, 2))
    left_out = labels - dual / inverses.diagonal(axis1=1, axis2=2)[:, :, None]
    return np.mean(np.arccos(cosines.clip(-1, 1)) / np.pi), np.mean(left_out * labels <= 0)


def eliminate(systems, columns):
    """Reduces all matrices in their first columns, in place; the row of each pivot, -1 for columns without one."""
    trials, rows, _ = systems.shape
    each, ranks = np.arange(trials), np.zeros(trials, int)
    pivots = np.full((trials, columns), -1)
    inverses = np.array([pow(a, Q - 2, Q) for a in range(Q)], systems.dtype)
    for column in range(columns):
        candidates = (systems[:, :, column] != 0) & (np.arange(rows) >= ranks[:, None])
        found = candidates.argmax(axis=1)
        some = candidates[each, found]
        at, rank, found = each[some], ranks[some], found[some]
        pivot = systems[at, found, column:]
        systems[at, found, column:] = systems[at, rank, column:]
        pivot = pivot * inverses[pivot[:, :1]] % Q
        factors = systems[at, :, column]
        factors[np.arange(len(at)), rank] = 0
        systems[at, :, column:] = (systems[at, :, column:] + (Q - factors)[:, :, None] * pivot[:, None, :]) % Q
        systems[at, rank, column:] = pivot
        pivots[at, column] = rank
        ranks[at] += 1
    return pivots


def linear(seed, n=N):
    """Share of perfect hypotheses, and mean estimate of leaving one out, at most 1 - 1/q in each trial."""
    random = np.random.default_rng(seed)
    samples = random.integers(Q, size=(TRIALS, n, D), dtype=np.uint8)
    targets = random.integers(Q, size=(TRIALS, D, 1), dtype=np.uint8)
    labels = (samples.astype(np.float32) @ targets.astype(np.float32) % Q).astype(np.uint8)
    systems = np.concatenate([samples, labels], axis=2)
    pivots = eliminate(systems, D)
    # Free coordinates at random, the others from their rows.
    hypotheses = np.where(pivots < 0, random.integers(Q, size=pivots.shape), 0)
    sums = (systems[:, :, :D].astype(int) @ hypotheses[:, :, None])[:, :, 0]
    solved = (systems[:, :, D].astype(int) - sums) % Q
    each = np.arange(TRIALS)[:, None]
    hypotheses = np.where(pivots < 0, hypotheses, solved[each, pivots])
    # A sample is in the span of the others where the null space of the transposed matrix is not zero.
    transposed = np.ascontiguousarray(samples.mT)
    pivots = eliminate(transposed, n)
    touched = (transposed * (pivots < 0)[:, None, :]).any(axis=2)
    dependent = (pivots < 0) | touched[each, pivots]
    wrong = ~dependent & (random.integers(Q, size=dependent.shape) != 0)
    right = (hypotheses == targets[:, :, 0]).all(axis=1)
    return right.mean(), np.minimum(wrong.mean(axis=1), 1 - 1 / Q).mean()


stable_runs, linear_runs = peer.timed("stable", stable, SEEDS), peer.timed("linear", linear, SEEDS)
comparison = peer.Comparison()
for quantity, values in zip(("mean_loss", "mean_estimate"), zip(*stable_runs)):
    ours = peer.column("fantastic-measures-nowhere", quantity, world="stable", n=str(STABLE_N))
    comparison.means(f"{quantity} of the classifiers", values, ours)
# With fewer samples some hypotheses fail, and samples are independent.
for n in (N, 31, 29):
    runs = linear_runs if n == N else [linear(seed, n) for seed in SEEDS]
    which = {"world": "erm", "q": str(Q), "n": str(n), "estimator": "loo"}
    for quantity, values in zip(("success", "mean_estimate"), zip(*runs)):
        ours = peer.column("fantastic-measures-nowhere", quantity, **which)
        comparison.means(f"{quantity} with {n} samples", values, ours)
comparison.end()
