"""Peer of scalable-nn-kernels in numpy: the bundled network in closed form, and layers by tilted random features."""

import math

import peer

np = peer.load("numpy")

TRAIN, TEST, BUNDLED, LAMBDA = 20_000, 10_000, 1024, 1e-6
COUNT, D, RADIUS, M, TILTS = 64, 4, 1.25, 1024, (0.1, 0.2)
SEEDS, LAYER_SEEDS = range(4), range(100)


def images(part, count):
    """The first images of a part with norm 1, and their classes."""
    pixels, labels = (values[:count] for values in peer.digits(part))
    pixels = pixels.reshape(count, 784).astype(np.float32)
    return pixels / np.linalg.norm(pixels, axis=1, keepdims=True), labels


# Ours shares the files among cells as well.
(train, train_labels), (test, test_labels) = images("train", TRAIN), images("t10k", TEST)


def bundled(seed):
    """Test accuracy of ridge regression on ReLU random features."""
    g = np.random.default_rng(seed).standard_normal((BUNDLED, 784)).astype(np.float32)

    def features(x):
        return (np.maximum(x @ g.T, 0) / np.float32(math.sqrt(BUNDLED))).astype(np.float64)

    a, y = features(train), np.eye(10)[train_labels] - 0.1
    weights = np.linalg.solve(a.T @ a / TRAIN + LAMBDA * np.eye(BUNDLED), a.T @ y / TRAIN)
    return np.mean(np.argmax(features(test) @ weights, axis=1) == test_labels)


def sphere(random):
    """Vectors of random direction."""
    u = random.standard_normal((COUNT, D))
    return RADIUS * u / np.linalg.norm(u, axis=1, keepdims=True)


def layer(tilt):
    """A cell that estimates cos(w.x) for vectors of its own; gives the error over its expectation, squared."""

    def cell(seed):
        random = np.random.default_rng(1000 + seed)
        x, w = sphere(random), sphere(random)
        g = random.standard_normal((M, D))
        stretch = 1 + 4 * tilt
        size = stretch ** (D / 4) * np.exp(-tilt * np.sum(g**2, axis=1, keepdims=True))

        def features(u):
            root = math.sqrt(stretch / 2) * (1 + 1j)
            return size * np.exp(root * (g @ u.T) - 0.5j * RADIUS**2)

        inner = x @ w.T
        exact = np.cos(inner)
        estimate = (features(x).T @ features(w)).real / M
        squares = 2 * RADIUS**2 + 2 * inner
        c = stretch / (1 + 8 * tilt) * squares
        constant = (stretch**2 / (1 + 8 * tilt)) ** (D / 2)
        variance = constant * (np.exp(c) + np.cos(2 * c - 2 * RADIUS**2)) / 2 - exact**2
        return np.sum((estimate - exact) ** 2) / (np.sum(variance) / M)

    return cell


comparison = peer.Comparison()
accuracies = peer.timed("bundled", bundled, SEEDS)
ours = peer.column("scalable-nn-kernels", "accuracy", kind="bundled", m=str(BUNDLED))
# Ours has few seeds: their spread is that of the peer's.
spread = math.sqrt(peer.moments(accuracies)[1] * (1 / len(accuracies) + 1 / len(ours)))
comparison.values("accuracy of the bundled network", np.mean(accuracies), np.mean(ours), peer.LIMIT * spread)
for tilt in TILTS:
    errors = peer.timed(f"layer, tilt {tilt}", layer(tilt), LAYER_SEEDS)
    rows = peer.rows("scalable-nn-kernels", panel="C", kind="cos", d=str(D), tilt=str(tilt))
    ours = [(row["rel_error"] / row["theory"]) ** 2 for row in rows]
    comparison.means(f"squared error over theory, tilt {tilt}", errors, ours)
comparison.end()
