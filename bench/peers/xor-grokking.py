"""Peer of xor-grokking in numpy: the runs of the middle step size.

A two-layer ReLU network on noisy XOR clusters, trained by gradient descent in the coordinates of the training points.
"""

import peer

np = peer.load("numpy")

N, TESTS, P, M = 200, 200, 40_000, 1000
MU, ETA, OMEGA = 2.5 * (P / N) ** 0.5, 0.05, 1e-15
ALPHA, STEPS, RECORDS = 1e-14, 100, 60
GRADIENT_FACTOR = 2
SEEDS = range(8)


def draw(random):
    """Points in the basis of the Bartlett factor, their labels, and which of the training labels are flipped."""
    count = N + TESTS
    labels, ends = random.choice([-1.0, 1.0], (2, count))
    flipped = random.random(N) < ETA
    points = np.zeros((count, count + 2))
    points[:, :2] = random.standard_normal((count, 2))
    points[np.arange(count), np.where(labels > 0, 0, 1)] += ends * MU
    points[:, 2:] = np.tril(random.standard_normal((count, count)), -1)
    np.fill_diagonal(points[:, 2:], np.sqrt(random.chisquare(P - 2 - np.arange(count))))
    return points, np.where(flipped, -labels[:N], labels[:N]), labels[N:], flipped


def cell(seed):
    """What is measured at the recorded times, by time."""
    random = np.random.default_rng(seed)
    points, labels, test_labels, flipped = draw(random)
    initial = OMEGA * random.standard_normal((N + TESTS + 2, M))
    output = random.choice([-1.0, 1.0], M) / M**0.5
    train, test = points[:N], points[N:]
    z, test_z = train @ initial, test @ initial
    kernel, test_kernel = train @ train.T, test @ train.T
    linear = np.where(test_kernel @ labels >= 0, 1, -1)
    coefficients = np.zeros((N, M))
    positive = output > 0
    recorded = {0, 1, *np.rint(np.exp(np.linspace(0, np.log(STEPS), RECORDS))).astype(int)}
    measured = {}
    for t in range(STEPS + 1):
        if t > 0:
            slopes = labels / (1 + np.exp(labels * (np.maximum(z, 0) @ output)))
            update = (z > 0) * np.outer(GRADIENT_FACTOR * ALPHA / N * slopes, output)
            coefficients += update
            z += kernel @ update
        if t in recorded:
            predictions = np.where(np.maximum(z, 0) @ output >= 0, 1, -1)
            tests = np.where(np.maximum(test_z + test_kernel @ coefficients, 0) @ output >= 0, 1, -1)
            along = (initial[:2] + train[:, :2].T @ coefficients)[:, positive]
            sizes = np.abs(along).mean(axis=1)
            measured[t] = {
                "train_acc": np.mean(predictions == labels),
                "flipped_acc": np.mean((predictions == labels)[flipped]) if flipped.any() else np.nan,
                "test_acc": np.mean(tests == test_labels),
                "linear_agree": np.mean(tests == linear),
                "align_pos": sizes[0] / sizes[1],
                "mean_h1": sizes[0] * MU / (ALPHA * MU**2),
                "share_plus": np.mean(along[0] > 0),
            }
    return measured


runs = peer.timed("training", cell, SEEDS)
comparison = peer.Comparison()
for t in (1, 10, STEPS):
    for quantity in ("train_acc", "test_acc", "linear_agree", "align_pos", "mean_h1", "share_plus"):
        ours = peer.column("xor-grokking", quantity, kind="time", setting="mid", t=str(t))
        comparison.means(f"{quantity} after {t} steps", [run[t][quantity] for run in runs], ours)
comparison.end()
