"""Peer of infinite-width-feature-learning in numpy: first-order MAML on linear networks of all widths and their limit.

It keeps the weights of ours, those of few hidden units that stand for any width.
"""

import peer

np = peer.load("numpy")

WAYS, SIDE, PER_CLASS, META_TRAINED = 5, 14, 400, 7
WIDTHS = (2, 8, 32, 128, 512, 2048, 8192)
STEPS, BATCH, TEST_TASKS, LONG = 300, 32, 400, 20
INNER, OUTER, CLIP = 0.4, 0.05, 0.5
SIGMA_U, SIGMA_V = 1.0, 2.0**-5
SEEDS = range(4)
ONE_HOT = np.eye(WAYS, dtype=np.float32)


def classes(numbers):
    """Inputs of these classes of both sets in four rotations: class x image x (pixels and bias)."""
    found = []
    for images, labels in (peer.digits("train"), peer.clothes()):
        for number in numbers:
            chosen = images[labels == number][:PER_CLASS] / np.float32(255)
            pooled = chosen.reshape(-1, SIDE, 28 // SIDE, SIDE, 28 // SIDE).mean((2, 4))
            for turns in range(4):
                turned = np.rot90(pooled, turns, (1, 2)).reshape(PER_CLASS, -1)
                found.append(np.hstack([turned, np.ones((PER_CLASS, 1), np.float32)]))
    return np.array(found, np.float32)


def draw(pool, count, random):
    """Supports and queries of tasks, one image a label each."""
    chosen = random.permuted(np.tile(np.arange(len(pool)), (count, 1)), axis=1)[:, :WAYS]
    support = random.integers(PER_CLASS, size=chosen.shape)
    query = (support + random.integers(1, PER_CLASS, size=chosen.shape)) % PER_CLASS
    return pool[chosen, support], pool[chosen, query]


def slopes(logits):
    """Derivatives of the mean cross-entropy of each task in its logits."""
    p = np.exp(logits - logits.max(-1, keepdims=True))
    return (p / p.sum(-1, keepdims=True) - ONE_HOT) / WAYS


def adapted(u, v, support, query, steps):
    """Second layers, hidden features of the queries and their logits after steps on the supports."""
    hidden, hidden_query = support @ u.T, query @ u.T
    products, products_query = support @ support.swapaxes(1, 2), query @ support.swapaxes(1, 2)
    v = np.broadcast_to(v, (len(support), *v.shape))
    for _ in range(steps):
        slope = INNER * slopes(hidden @ v.swapaxes(1, 2))
        moves = slope @ v
        v = v - slope.swapaxes(1, 2) @ hidden
        hidden = hidden - products @ moves
        hidden_query = hidden_query - products_query @ moves
    return v, hidden_query, hidden_query @ v.swapaxes(1, 2)


def frame(width, size, random):
    """The hidden units that stand for a width, all of them where it is None."""
    if width is None:
        return np.eye(size)
    if width <= size:
        return random.standard_normal((width, size)) / width**0.5
    triangle = np.triu(random.standard_normal((size, size)), 1)
    triangle[np.diag_indices(size)] = np.sqrt(random.chisquare(width - np.arange(size)))
    return triangle / width**0.5


def run(width, training, test, tasks, random):
    """Logits of the test after one step, accuracies after one and many, and how far the feature kernel moved."""
    pixels = SIDE * SIDE
    start = frame(width, pixels + WAYS, random)
    u = np.hstack([SIGMA_U * start[:, :pixels], np.zeros((len(start), 1))]).astype(np.float32)
    v = (SIGMA_V * start[:, pixels:].T).astype(np.float32)
    before = u.T @ u
    for step in range(STEPS):
        support, query = draw(training, BATCH, tasks)
        vs, hidden, logits = adapted(u, v, support, query, 1)
        slope = slopes(logits) / BATCH
        gradient_u = (slope @ vs).reshape(-1, len(u)).T @ query.reshape(-1, pixels + 1)
        gradient_v = slope.reshape(-1, WAYS).T @ hidden.reshape(-1, len(u))
        norm = np.sqrt((gradient_u**2).sum() + (gradient_v**2).sum())
        factor = 1 if step < STEPS // 2 else 0.3 if step < 4 * STEPS // 5 else 0.1
        rate = np.float32(OUTER * factor * min(1, CLIP / norm))
        u = u - rate * gradient_u
        v = v - rate * gradient_v
    logits, logits_long = (adapted(u, v, *test, steps)[2] for steps in (1, LONG))
    accuracies = [(z.argmax(-1) == np.arange(WAYS)).mean() for z in (logits, logits_long)]
    return logits, *accuracies, np.linalg.norm(u.T @ u - before) / np.linalg.norm(before)


def cell(seed):
    """What is recorded of the limit, under None, and of each width."""
    random = np.random.default_rng(seed)
    training, testing = classes(range(META_TRAINED)), classes(range(META_TRAINED, 10))
    test = draw(testing, TEST_TASKS, random)
    found = {}
    for width in (None, *WIDTHS):
        tasks = np.random.default_rng([seed, 1])
        logits, accuracy, accuracy_long, change = run(width, training, test, tasks, random)
        if width is None:
            limit = logits
        distance = np.linalg.norm(logits - limit) / np.linalg.norm(limit)
        found[width] = {
            "accuracy": accuracy,
            "accuracy_long": accuracy_long,
            "logit_distance": distance,
            "kernel_change": change,
        }
    return found


runs = peer.timed("meta-learning", cell, SEEDS)
comparison = peer.Comparison()
for width in (None, 2, 32, 8192):
    which = {"param": "mup_limit"} if width is None else {"param": "mup", "width": str(width)}
    for name in ("accuracy", "accuracy_long", "logit_distance", "kernel_change"):
        if width is None and name == "logit_distance":
            continue
        ours = peer.column("infinite-width-feature-learning", name, **which)
        # All runs of ours have the same test tasks, which the peer draws for each.
        one_draw = name != "kernel_change"
        comparison.means(f"{name}, width {width or 'infinite'}", [run[width][name] for run in runs], ours, one_draw)
comparison.end()
