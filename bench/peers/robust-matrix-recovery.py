"""Peer of robust-matrix-recovery in numpy: the largest run with dense noise, from a tiny start, the rank not known.

The sub-gradient method on the l1 loss of U U'. Symmetric matrices are kept as vectors of their upper triangles, those
off the diagonal times the root of 2, which halves the products with the measurements.
"""

import peer

np = peer.load("numpy")

D, RANK, M, NOISE = 24, 2, 1200, 0.5
ALPHA, ITERATIONS, RATE, LAST = 1e-12, 1500, 0.3, 1e-5
SEEDS = range(6)

TRIANGLE = np.triu_indices(D)
SCALE = np.where(TRIANGLE[0] == TRIANGLE[1], 1, 2**0.5)


def orthonormal(random, columns):
    return np.linalg.qr(random.standard_normal((D, columns)))[0]


def cell(seed):
    """Relative error, l1 loss, and its excess over that of the truth."""
    random = np.random.default_rng(seed)
    basis = orthonormal(random, RANK)
    truth = (basis @ basis.T)[TRIANGLE] * SCALE
    sensing = random.standard_normal((M, len(truth)))
    noise = NOISE * random.standard_normal(M)
    values = sensing @ truth + noise
    factor = ALPHA * orthonormal(random, D)
    gradient = np.empty((D, D))
    for t in range(ITERATIONS + 1):
        vector = (factor @ factor.T)[TRIANGLE] * SCALE
        residuals = sensing @ vector - values
        if t == ITERATIONS:
            break
        direction = (np.sign(residuals) @ sensing) / SCALE
        gradient[TRIANGLE] = direction
        gradient.T[TRIANGLE] = direction
        factor -= 2 / M * RATE * LAST ** (t / ITERATIONS) * (gradient @ factor)
    loss = np.abs(residuals).mean()
    return np.linalg.norm(vector - truth) / np.linalg.norm(truth), loss, loss - np.abs(noise).mean()


runs = peer.timed("recovery", cell, SEEDS)
comparison = peer.Comparison()
which = {"panel": "C", "m": str(M), "rank_param": str(D), "alpha": "1e-12"}
for quantity, values in zip(("rel_err", "loss", "loss_excess"), zip(*runs)):
    comparison.means(quantity, values, peer.column("robust-matrix-recovery", quantity, **which))
comparison.end()
