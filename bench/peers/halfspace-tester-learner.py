"""Peer of halfspace-tester-learner in numpy: Gaussian inputs with Massart noise of 0.3.

Descent on the smoothed step loss, logistic regression, averaging, and the tests at what was learnt.
"""

import math

import peer

np = peer.load("numpy")

D, N, TESTS = 10, 20_000, 40_000
ETA, SIGMA, STEPS, RATE, RESTARTS, CANDIDATES = 0.3, 0.05, 250, 0.3, 2, 8
WIDTH, BANDS = 0.1, 10
PENALTY = 1e-3
SEEDS = range(10)


def unit(vector):
    return vector / np.linalg.norm(vector)


def sample(count, normal, tilt, random):
    """Inputs as rows, and labels flipped with probability ETA where both inner products have the same sign."""
    inputs = random.standard_normal((count, D))
    signals = inputs @ normal
    labels = np.where(signals >= 0, 1.0, -1.0)
    labels[(random.random(count) < ETA) & (signals * (inputs @ tilt) > 0)] *= -1
    return inputs, labels


def error(inputs, labels, w):
    return np.mean(np.where(inputs @ w >= 0, 1, -1) != labels)


def learn(inputs, labels, random):
    """The best iterate, or negative of one, of projected gradient descent."""
    signed = inputs * labels[:, None]
    best = (np.inf, None)
    for _ in range(RESTARTS):
        w = unit(random.standard_normal(D))
        for step in range(1, STEPS + 1):
            # The derivative p (1 - p) of the sigmoid p is even: no exponential can overflow.
            e = np.exp(-np.minimum(np.abs(signed @ w) / SIGMA, 40))
            gradient = -(e / (1 + e) ** 2) @ signed / (SIGMA * N)
            gradient -= (gradient @ w) * w
            w = unit(w - RATE * gradient)
            if step in (k * STEPS // CANDIDATES for k in range(1, CANDIDATES + 1)):
                for candidate in (w, -w):
                    wrong = error(inputs, labels, candidate)
                    if wrong < best[0]:
                        best = (wrong, candidate)
    return best[1]


def logistic(inputs, labels):
    """Logistic regression without intercept, by Newton's method to the same gradient norm as ours."""
    w = np.zeros(D)
    while True:
        p = 1 / (1 + np.exp(-labels * (inputs @ w)))
        gradient = -(labels * (1 - p)) @ inputs + PENALTY * w
        if np.linalg.norm(gradient) < 1e-6 * N:
            return w
        hessian = inputs.T @ (inputs * (p * (1 - p))[:, None]) + PENALTY * np.eye(D)
        w = w - np.linalg.solve(hessian, gradient)


def eigenvalues(rows):
    values = np.linalg.eigvalsh(rows.T @ rows / len(rows))
    return values[0], values[-1]


def examine(inputs, w):
    """Extremes of the band ratios, and of the second and fourth moments inside the first band."""
    distances = np.abs(inputs @ w)
    counts, edges = np.histogram(distances, BANDS, (0, BANDS * WIDTH))
    cdf = np.array([0.5 * (1 + math.erf(edge / math.sqrt(2))) for edge in edges])
    ratios = counts / N / (2 * np.diff(cdf))
    basis, _ = np.linalg.qr(np.column_stack([w, np.eye(D)]))
    z = inputs[distances < WIDTH] @ basis[:, 1:]
    rows, columns = np.triu_indices(D - 1)
    features = z[:, rows] * z[:, columns]
    features[:, rows == columns] = (features[:, rows == columns] - 1) / math.sqrt(2)
    return ratios.min(), ratios.max(), *eigenvalues(z), *eigenvalues(features - features.mean(axis=0))


def moments_look_gaussian(inputs):
    third = max(np.abs((inputs * inputs[:, [a]]).T @ inputs).max() for a in range(D))
    second = np.abs(inputs.T @ inputs - N * np.eye(D)).max()
    return np.abs(inputs.sum(axis=0)).max() < 0.06 * N and second < 0.1 * N and third < 0.3 * N


QUANTITIES = (
    "opt", "excess_gd", "excess_logistic", "excess_average",
    "band_min", "band_max", "cov_min", "cov_max", "quad_min", "quad_max",
)  # fmt: skip


def cell(seed):
    """The quantities, and whether the moment test accepts."""
    random = np.random.default_rng(seed)
    directions, _ = np.linalg.qr(random.standard_normal((D, 2)))
    normal, tilt = directions.T
    train, test = sample(N, normal, tilt, random), sample(TESTS, normal, tilt, random)
    w = learn(*train, random)
    opt = error(*test, normal)
    found = (w, logistic(*train), train[1] @ train[0])
    excesses = [error(*test, candidate) - opt for candidate in found]
    return dict(zip(QUANTITIES, (opt, *excesses, *examine(train[0], w)))), moments_look_gaussian(train[0])


runs = peer.timed("tester-learner", cell, SEEDS)
comparison = peer.Comparison()
ours = peer.rows("halfspace-tester-learner", panel="massart", level=str(ETA))
for quantity in QUANTITIES:
    comparison.means(quantity, [found[quantity] for found, _ in runs], [row[quantity] for row in ours])
accepted = [row["accepted_moment3"] == "true" for row in ours]
comparison.means("share that the moment test accepts", [accepts for _, accepts in runs], accepted)
comparison.end()
