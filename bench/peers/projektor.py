"""Peer of projektor in numpy: nearest neighbours and Sinkhorn distances of all mixtures at all sizes, and the descent."""

import peer

np = peer.load("numpy")

COMPONENTS, FIRST, DIVISIONS = 20, 10_000, 10
SIZES = {150: 3, 600: 2, 2400: 2, 4800: 2}
N0, N1 = 150, 600
VALIDATION, TEST = 200, 1000
LABEL_COST, EPSILON, ITERATIONS = 1.0, 0.05, 100
PILOT, STEPS, STEP_SIZE = 80, 60, 0.3
OWN = [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
TARGET = np.array([2, 2, 2, 2, 1, 1, 1, 0.5, 0.5, 0.5]) / 12.5
SEEDS = range(4)

TRAIN_IMAGES, TRAIN_LABELS = peer.digits("train")
TEST_IMAGES, TEST_LABELS = peer.digits("t10k")


def features():
    """Scores of all images, by the components of the first ones, on one scale."""

    def rows(images):
        pooled = images[:, ::2, ::2].astype(np.float64)
        for down, right in ((0, 1), (1, 0), (1, 1)):
            pooled += images[:, down::2, right::2]
        pooled /= 4 * 255
        return pooled.reshape(len(images), -1)

    train, test = rows(TRAIN_IMAGES), rows(TEST_IMAGES)
    mean = train[:FIRST].mean(axis=0)
    centred = train[:FIRST] - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    components = vectors[:, ::-1][:, :COMPONENTS]
    train, test = (train - mean) @ components, (test - mean) @ components
    scale = train.std()
    return train / scale, test / scale


BY_CLASS = [np.flatnonzero(TRAIN_LABELS == c) for c in range(10)]


def draw(source, count, random):
    weights = np.full(10, 0.05)
    weights[OWN[source]] += 1
    counts = random.multinomial(count, weights / weights.sum())
    return [random.choice(images, n, replace=False) for images, n in zip(BY_CLASS, counts)]


def mixture(n, p, random):
    counts = np.floor(p * n + 1e-9).astype(int)
    counts[p.argmax()] += n - counts.sum()
    return np.concatenate([part for source in range(3) for part in draw(source, counts[source], random)])


def target(half, count, random):
    parts = [random.choice(half[TEST_LABELS[half] == c], round(count * TARGET[c]), replace=False) for c in range(10)]
    return np.concatenate(parts)


def squares(x, y):
    return (x * x).sum(1)[:, None] + (y * y).sum(1) - 2 * (x @ y.T)


def ground_cost(x, x_labels, y, y_labels):
    return squares(x, y) / COMPONENTS + LABEL_COST * (x_labels[:, None] != y_labels)


def sinkhorn(cost, a, iterations):
    """Kernel and factors; double precision holds exp(-200)."""
    kernel = np.exp(-cost / EPSILON)
    transposed = np.ascontiguousarray(kernel.T)
    b = np.full(cost.shape[1], 1 / cost.shape[1])
    v = np.ones(cost.shape[1])
    for _ in range(iterations):
        u = a / (kernel @ v)
        v = b / (transposed @ u)
    return kernel, u, v


def distance(cost):
    kernel, u, v = sinkhorn(cost, np.full(len(cost), 1 / len(cost)), ITERATIONS)
    return u @ ((kernel * cost) @ v)


def descend(cost):
    p = np.full(3, 1 / 3)
    for _ in range(STEPS):
        a = np.repeat(p / PILOT, PILOT)
        _, u, _ = sinkhorn(cost, a, ITERATIONS + ITERATIONS // 2)
        gradient = (EPSILON * np.log(u / a)).reshape(3, PILOT).mean(axis=1)
        p = p * np.exp(-STEP_SIZE * (gradient - gradient @ p))
        p = np.maximum(p / p.sum(), 1e-6)
        p /= p.sum()
    return p


def cell(seed):
    """Means over mixtures of accuracy and distance by size, error of the projection to the largest, selected shares."""
    random = np.random.default_rng(seed)
    train, test = features()
    grid = [np.array([i, j, DIVISIONS - i - j]) / DIVISIONS for i in range(11) for j in range(11 - i)]
    halves = np.split(np.arange(len(test)), 2)
    queries = target(halves[0], TEST, random)
    validation = target(halves[1], VALIDATION, random)
    x, labels = test[queries], TEST_LABELS[queries]
    y, y_labels = test[validation], TEST_LABELS[validation]
    accuracy, distances = {}, {}
    for n, repetitions in SIZES.items():
        found = np.zeros((len(grid), repetitions))
        ots = np.zeros((len(grid), repetitions))
        for index, p in enumerate(grid):
            for repetition in range(repetitions):
                drawn = mixture(n, p, random)
                points, classes = train[drawn], TRAIN_LABELS[drawn]
                nearest = ((points * points).sum(1) / 2 - x @ points.T).argmin(axis=1)
                found[index, repetition] = (classes[nearest] == labels).mean()
                if n <= N1:
                    ots[index, repetition] = distance(ground_cost(points, classes, y, y_labels))
        accuracy[n], distances[n] = found.mean(axis=1), ots.mean(axis=1)
    l0, l1 = np.log(1 - accuracy[N0]), np.log(1 - accuracy[N1])
    n = max(SIZES)
    line = (np.log(n / N0) * l1 - np.log(n / N1) * l0) / np.log(N1 / N0)
    mae = np.abs(1 - np.exp(line) - accuracy[n]).mean()
    pilot = np.concatenate([part for source in range(3) for part in draw(source, PILOT, random)])
    selected = descend(ground_cost(train[pilot], TRAIN_LABELS[pilot], y, y_labels))
    return accuracy, distances, mae, selected


def by_seed(name, **which):
    """Means of a column over the rows of each seed."""
    found = {}
    for row in peer.rows("projektor", **which):
        found.setdefault(row["seed"], []).append(row[name])
    return [sum(values) / len(values) for values in found.values()]


comparison = peer.Comparison()
found = peer.timed("mixtures", cell, SEEDS)
for n in SIZES:
    ours = by_seed("acc", kind="mixture", n=str(n))
    comparison.means(f"accuracy at {n}, mean over mixtures", [run[0][n].mean() for run in found], ours)
for n in (N0, N1):
    ours = by_seed("ot", kind="mixture", n=str(n))
    comparison.means(f"distance at {n}, mean over mixtures", [run[1][n].mean() for run in found], ours)
ours = peer.column("projektor", "mae_proj", kind="projection", n=str(max(SIZES)), model="raw", transform="logerr")
comparison.means("error of the projection", [run[2] for run in found], ours)
for source in range(3):
    ours = peer.column("projektor", f"p{source + 1}", kind="select")
    comparison.means(f"selected share {source + 1}", [run[3][source] for run in found], ours)
comparison.end()
