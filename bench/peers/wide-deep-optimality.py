"""Peer of wide-deep-optimality in numpy: kernel machines of growing depth, and the limit classifier.

Both for the activation with dual (z^7 + z) / 2 on the circle. Values near 1 are kept as their distance from 1, which
every layer multiplies.
"""

import math

import peer

np = peer.load("numpy")

PRIOR, N, TESTS, JITTER = 0.4, 400, 1500, 1e-10
DEPTHS = (1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 60, 100)
LIMIT_N, LIMIT_TESTS, ROWS = 4000, 2000, 50
# Below this, a layer multiplies by 1/2 to twelve digits.
SETTLED = 0.01
MACHINE_SEEDS, LIMIT_SEEDS = range(6), range(3)


def draw(count, random):
    """Points on the circle, labels, and the probability of +1 at each point."""
    labels = np.where(random.random(count) < PRIOR, 1, -1)
    points = random.standard_gamma(np.where(labels[:, None] > 0, [1.0, 2.0], [2.0, 1.0]))
    points /= points.sum(axis=1, keepdims=True)
    eta = PRIOR * points[:, 1] / (PRIOR * points[:, 1] + (1 - PRIOR) * points[:, 0])
    return points / np.linalg.norm(points, axis=1, keepdims=True), labels, eta


def squared_distances(a, b):
    """By coordinate differences: inner products would lose small distances."""
    return (a[:, None, 0] - b[None, :, 0]) ** 2 + (a[:, None, 1] - b[None, :, 1]) ** 2


def dual(z):
    square = z * z
    return 0.5 * z * (1 + square * square * square)


def dual_complement(e):
    """1 - dual(1 - e): e (1 + (1 + z + ... + z^6)) / 2."""
    z = 1 - e
    quotient = 1 + z
    for _ in range(5):
        quotient *= z
        quotient += 1
    quotient += 1
    quotient *= 0.5 * e
    return quotient


class Kernel:
    """Kernel values for an array of squared distances, layer by layer."""

    def __init__(self, squares):
        self.shape = squares.shape
        self.values = 1 - squares.ravel() / 2
        self.near = np.flatnonzero(self.values > 0.5)
        self.far = np.flatnonzero(self.values <= 0.5)
        self.complements = squares.ravel()[self.near] / 2

    def deepen(self):
        """Values only fall, so a far one stays far."""
        self.values[self.far] = dual(self.values[self.far])
        self.complements = dual_complement(self.complements)
        self.values[self.near] = 1 - self.complements
        gone = self.complements >= 0.5
        if gone.any():
            self.far = np.concatenate([self.far, self.near[gone]])
            self.near, self.complements = self.near[~gone], self.complements[~gone]

    def matrix(self):
        return self.values.reshape(self.shape)


def sign(scores):
    return np.where(scores > 0, 1, -1)


def machines(seed):
    """Accuracy, and agreement with the limit, the nearest neighbour and the majority, by depth."""
    random = np.random.default_rng(seed)
    (train, labels, _), (test, test_labels, _) = draw(N, random), draw(TESTS, random)
    across = squared_distances(test, train)
    nearest = labels[across.argmin(axis=1)]
    hilbert = sign((1 / np.sqrt(across)) @ labels)
    majority = sign(labels.sum())
    among, across = Kernel(squared_distances(train, train)), Kernel(across)
    found, depth = {}, 0
    for wanted in DEPTHS:
        for _ in range(wanted - depth):
            among.deepen()
            across.deepen()
        depth = wanted
        coefficients = np.linalg.solve(among.matrix() + JITTER * np.eye(N), labels)
        predictions = sign(across.matrix() @ coefficients)
        against = (test_labels, hilbert, nearest, majority)
        found[depth] = [np.mean(predictions == other) for other in against]
    return found


def ln_limit(squares):
    """Logarithm of the limit kernel."""
    e = np.maximum(squares.ravel() / 2, 1e-15)
    layers = np.zeros(e.shape)
    index = np.flatnonzero(e < 0.5)
    moving = e[index]
    while index.size:
        moving = dual_complement(moving)
        layers[index] += 1
        e[index] = moving
        kept = moving < 0.5
        index, moving = index[kept], moving[kept]
    z = 1 - e
    index = np.flatnonzero(z > SETTLED)
    moving = z[index]
    while index.size:
        moving = dual(moving)
        layers[index] += 1
        z[index] = moving
        kept = moving > SETTLED
        index, moving = index[kept], moving[kept]
    return (np.log(z) + layers * math.log(2)).reshape(squares.shape)


def limit(seed):
    """Expected accuracies of limit, nearest neighbour, majority, Hilbert, Bayes and Cover-Hart; agreement."""
    random = np.random.default_rng(seed)
    (train, labels, _), (test, _, eta) = draw(LIMIT_N, random), draw(LIMIT_TESTS, random)
    singular, nearest, hilbert = (np.empty(LIMIT_TESTS) for _ in range(3))
    # Some rows at a time, which stay in the cache.
    for start in range(0, LIMIT_TESTS, ROWS):
        part = slice(start, start + ROWS)
        squares = squared_distances(test[part], train)
        nearest[part] = labels[squares.argmin(axis=1)]
        hilbert[part] = sign((1 / np.sqrt(squares)) @ labels)
        logarithms = ln_limit(squares)
        singular[part] = sign(np.exp(logarithms - logarithms.max(axis=1, keepdims=True)) @ labels)
    majority = np.full(LIMIT_TESTS, sign(labels.sum()))
    found = [np.mean(np.where(p > 0, eta, 1 - eta)) for p in (singular, nearest, majority, hilbert)]
    return [*found, np.mean(np.maximum(eta, 1 - eta)), np.mean(1 - 2 * eta * (1 - eta)), np.mean(singular == hilbert)]


comparison = peer.Comparison()
found = peer.timed("machines", machines, MACHINE_SEEDS)
for depth in (1, 8, 20, 40, 100):
    ours = peer.rows("wide-deep-optimality", panel="A", activation="p7", depth=str(depth))
    for index, quantity in enumerate(("value", "agree_hilbert", "agree_nn", "agree_majority")):
        values = [run[depth][index] for run in found]
        comparison.means(f"{quantity} at depth {depth}", values, [row[quantity] for row in ours])
found = peer.timed("limit", limit, LIMIT_SEEDS)
for index, name in enumerate(("p7", "1nn", "majority", "hilbert", "bayes", "cover_hart")):
    ours = peer.rows("wide-deep-optimality", panel="C", activation=name, n=str(LIMIT_N))
    comparison.means(f"accuracy of {name}", [run[index] for run in found], [row["value"] for row in ours])
    if name == "p7":
        agree = [row["agree_limit"] for row in ours]
        comparison.means("agreement of p7 with hilbert", [run[-1] for run in found], agree)
comparison.end()
