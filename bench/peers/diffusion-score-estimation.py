"""Peer of diffusion-score-estimation in numpy: the widest networks, trained beside kernel regression.

A two-layer ReLU network learns where a noisy point came from by gradient descent on its first layer; at the recorded
steps its predictions are compared with those of its tangent kernel and with the true conditional mean.
"""

import peer

np = peer.load("numpy")

N, TESTS, WIDTH, ETA = 200, 2000, 4096, 1.5
T0, T1, S = 0.1, 1.0, 0.15
LONGEST, STEPS, RECORDS = 1000, 300, 40
CENTRES = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
SEEDS = range(6)


def sample(n, random):
    """Inputs, labels X_0, and the conditional mean of the labels."""
    labels = CENTRES[random.integers(0, 4, n)] + S * random.standard_normal((n, 2))
    t = random.uniform(T0, T1, (n, 1))
    a, h = np.exp(-t / 2), -np.expm1(-t)
    x = a * labels + np.sqrt(h) * random.standard_normal((n, 2))
    v = a**2 * S**2 + h
    weights = np.exp(-((x[:, None] - a[:, None] * CENTRES) ** 2).sum(axis=2) / (2 * v))
    weights /= weights.sum(axis=1, keepdims=True)
    truth = (S**2 * a * x + h * (weights @ CENTRES)) / v
    return np.hstack([x, t / T1, np.ones((n, 1))]), labels, truth


def tangent_kernel(points, others):
    inner = points @ others.T
    norms = np.linalg.norm(points, axis=1)[:, None] * np.linalg.norm(others, axis=1)
    return inner * (np.pi - np.arccos(np.clip(inner / norms, -1, 1))) / (2 * np.pi)


TEST = sample(TESTS, np.random.default_rng(1000))


def cell(seed):
    """What is measured at the recorded steps, by step."""
    random = np.random.default_rng(seed)
    inputs, labels, _ = sample(N, random)
    test_inputs, test_labels, truth = TEST
    kernel, test_kernel = tangent_kernel(inputs, inputs), tangent_kernel(test_inputs, inputs)
    residuals, coefficients = labels.copy(), np.zeros_like(labels)
    half = random.standard_normal((4, WIDTH // 2))
    signs = random.choice([-1.0, 1.0], (WIDTH // 2, 2)) / WIDTH**0.5
    start, output = np.hstack([half, half]), np.vstack([signs, -signs])
    weights = start.copy()
    spaced = np.rint(np.exp(np.linspace(0, np.log(LONGEST), RECORDS))).astype(int)
    recorded = {10, 30, 100, STEPS, *spaced[spaced <= STEPS]}
    measured = {}
    for tau in range(1, STEPS + 1):
        z = inputs @ weights
        gaps = np.maximum(z, 0) @ output - labels
        weights -= ETA / N * (inputs.T @ ((z > 0) * (gaps @ output.T)))
        coefficients += ETA / N * residuals
        residuals -= ETA / N * (kernel @ residuals)
        if tau in recorded:
            predicted = np.maximum(test_inputs @ weights, 0) @ output
            by_kernel = test_kernel @ coefficients
            fitted = np.maximum(inputs @ weights, 0) @ output
            measured[tau] = {
                "error": ((predicted - truth) ** 2).sum(axis=1).mean(),
                "train_loss": ((fitted - labels) ** 2).sum(axis=1).mean(),
                "dsm_test": ((predicted - test_labels) ** 2).sum(axis=1).mean(),
                "coupling": ((predicted - by_kernel) ** 2).sum(axis=1).mean() ** 0.5,
                "movement": np.linalg.norm(weights - start) / np.linalg.norm(start),
            }
    return measured


runs = peer.timed("training", cell, SEEDS)
comparison = peer.Comparison()
for tau in (1, 10, 100, STEPS):
    for quantity in ("error", "train_loss", "coupling", "movement"):
        ours = peer.column("diffusion-score-estimation", quantity, kind="net", width=str(WIDTH), tau=str(tau))
        comparison.means(f"{quantity} after {tau} steps", [run[tau][quantity] for run in runs], ours)
comparison.end()
