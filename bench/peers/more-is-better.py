"""Peer of more-is-better in numpy: random-feature ridge regression at twelve numbers of features, with its theory.

All ridges come from one eigendecomposition of the smaller Gram matrix, all roots of the eigenframework's equation from
one search over all ridges.
"""

import peer

np = peer.load("numpy")

MODES, N, NOISE = 10_000, 256, 0.5
EIGENVALUES = np.arange(1, MODES + 1) ** -1.5
TARGET = np.arange(1, MODES + 1) ** -0.75
KS = (10, 15, 25, 39, 63, 100, 158, 251, 398, 630, 1000, 1584)
RIDGES = np.logspace(-3, 2, 11)
SEEDS = range(8)


def predict(k):
    """Test and training error at each ridge, as the eigenframework has them."""

    def constants(log_gamma):
        gamma = np.exp(log_gamma)[:, None]
        learned = EIGENVALUES / (EIGENVALUES + gamma)
        z = learned.sum(axis=1)
        kappa = gamma[:, 0] * (1 - z / k)
        with np.errstate(divide="ignore"):
            left = z + RIDGES / kappa
        return gamma, learned, z, kappa, np.where(kappa > 0, (left - N) / (left + N), 1)

    # Ridders' method on the left side of the equation, which falls with gamma.
    low, high = np.full((2, len(RIDGES)), [[-60.0], [60.0]])
    at_low, at_high = constants(low)[-1], constants(high)[-1]
    root = np.inf
    while True:
        before, middle = root, (low + high) / 2
        at_middle = constants(middle)[-1]
        spread = (at_middle**2 - at_low * at_high) ** 0.5
        root = middle + (middle - low) * at_middle / np.where(spread > 0, spread, 1)
        gamma, learned, z, kappa, at_root = constants(root)
        if np.abs(root - before).max() < 1e-12:
            break
        # The narrowest of the intervals between the four points that has the root within.
        points = np.sort([low, high, middle, root], axis=0)
        values = np.sort([at_low, at_high, at_middle, at_root], axis=0)[::-1]
        last = (values > 0).sum(axis=0).clip(1, 3), np.arange(len(RIDGES))
        first = last[0] - 1, last[1]
        low, high, at_low, at_high = points[first], points[last], values[first], values[last]
    q = (learned**2).sum(axis=1)
    features = 1 / (1 - q / k)
    fitting = (q * (1 - 2 * z / k) + z**2 / k) * features / N
    missed = (gamma - (features * kappa)[:, None] * learned) / (EIGENVALUES + gamma)
    test = (missed @ TARGET**2 + NOISE) / (1 - fitting)
    return test, (RIDGES / (N * kappa)) ** 2 * test


def fit(features, labels):
    """Coefficients and residuals at each ridge, a column each."""
    n, k = features.shape
    if k < n:
        values, vectors = np.linalg.eigh(features.T @ features)
        along = vectors.T @ (features.T @ labels)
        coefficients = vectors @ (along[:, None] / (values[:, None] + RIDGES))
    else:
        values, vectors = np.linalg.eigh(features @ features.T)
        dual = vectors @ ((vectors.T @ labels)[:, None] / (values[:, None] + RIDGES))
        coefficients = features.T @ dual
    return coefficients, labels[:, None] - features @ coefficients


def cell(seed):
    """For each number of features the errors at each ridge, measured and of theory."""
    random = np.random.default_rng(seed)
    inputs = random.standard_normal((N, MODES))
    labels = inputs @ TARGET + NOISE**0.5 * random.standard_normal(N)
    first = random.standard_normal((KS[-1], MODES)) * EIGENVALUES**0.5
    all_features = inputs @ first.T
    measured = {}
    for k in KS:
        coefficients, residuals = fit(all_features[:, :k] / k**0.5, labels)
        predictors = coefficients.T @ first[:k] / k**0.5
        test = ((predictors - TARGET) ** 2).sum(axis=1) + NOISE
        measured[k] = test, (residuals**2).mean(axis=0), *predict(k)
    return measured


runs = peer.timed("features", cell, SEEDS)
comparison = peer.Comparison()
for k in (10, 251, 1584):
    for index in (0, 5):
        rows = [row for row in peer.rows("more-is-better", panel="A", k=str(k)) if np.isclose(row["ridge"], RIDGES[index])]
        for place, quantity in enumerate(("test_mse", "train_mse")):
            values = [run[k][place][index] for run in runs]
            comparison.means(f"{quantity}, k = {k}, ridge {RIDGES[index]:.3g}", values, [row[quantity] for row in rows])
        for place, quantity in enumerate(("theory_test", "theory_train"), 2):
            value = runs[0][k][place][index]
            comparison.values(f"{quantity}, k = {k}, ridge {RIDGES[index]:.3g}", value, rows[0][quantity], 1e-6 * value)
comparison.end()
