"""Peer of wasserstein-dependency in PyTorch: CPC and WPC with nine characters, probed by ridge regression."""

import math

import peer

torch = peer.load("torch")
np = peer.load("numpy")

M, CLASSES, DIMS, PAIRS, HIDDEN, EMBED, BATCH, STEPS, RATE = 9, 10, 16, 3000, 64, 64, 64, 1200, 1e-3
LAMBDA, LIPSCHITZ, PROBE_TRAIN, PROBE_TEST, UNSEEN, FRESH, LAST = 10.0, 1.0, 3000, 2000, 500, 30, 100
SEEDS = range(4)


def characters():
    """Principal components of the digits, and the rows of each class: those to train on, and the unseen ones."""
    pixels = IMAGES.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) / 255
    _, vectors = np.linalg.eigh(np.cov(pixels[:10_000].T))
    scores = (pixels - pixels.mean(axis=0)) @ vectors[:, ::-1][:, :DIMS]
    of_class = [np.flatnonzero(LABELS == c) for c in range(CLASSES)]
    return (scores / scores.std()).astype(np.float32), [c[:-UNSEEN] for c in of_class], [c[-UNSEEN:] for c in of_class]


def draw(random, scores, pool, n):
    """Pairs of views, and the classes of the first."""
    z = random.integers(CLASSES, size=(n, M))
    sizes = np.array([len(rows) for rows in pool])
    table = np.zeros((CLASSES, sizes.max()), int)
    for c, rows in enumerate(pool):
        table[c, : len(rows)] = rows
    views = []
    for classes in (z, (z + 1) % CLASSES):
        rows = table[classes, (random.random(classes.shape) * sizes[classes]).astype(int)]
        views.append(torch.from_numpy(scores[rows].reshape(n, -1)))
    return *views, z


def encoder():
    first, second = torch.nn.Linear(M * DIMS, HIDDEN), torch.nn.Linear(HIDDEN, EMBED)
    for layer, factor in ((first, 1.0), (second, 0.5)):
        torch.nn.init.normal_(layer.weight, std=factor * math.sqrt(2 / layer.in_features))
        torch.nn.init.zeros_(layer.bias)
    return first, second


def contrast(x_outputs, y_outputs):
    similarities = x_outputs @ y_outputs.T / math.sqrt(EMBED)
    return torch.nn.functional.cross_entropy(similarities, torch.arange(BATCH))


def squares(outputs, activations, layers):
    """Squared norm of the critic's gradient by one view, from the output of the other encoder."""
    first, second = layers
    gated = (outputs @ second.weight) * (activations > 0)
    return ((gated @ first.weight) ** 2).sum(1) / EMBED


def training(penalised):
    def cell(seed):
        torch.manual_seed(seed)
        random = np.random.default_rng(seed)
        scores, train, unseen = characters()
        x, y, _ = draw(random, scores, train, PAIRS)
        f, g = encoder(), encoder()
        forward = lambda layers, views: (a := layers[0](views), layers[1](torch.relu(a)))
        optimizer = torch.optim.Adam([p for layer in (*f, *g) for p in layer.parameters()], RATE, foreach=True)
        last = []
        for step in range(STEPS):
            batch = torch.from_numpy(random.permutation(PAIRS)[:BATCH])
            (ax, fx), (ay, gy) = forward(f, x[batch]), forward(g, y[batch])
            loss = estimated = contrast(fx, gy)
            if penalised:
                for order in (torch.arange(BATCH), torch.from_numpy(random.permutation(BATCH))):
                    norms = (squares(gy[order], ax, f) + squares(fx, ay[order], g) + 1e-12).sqrt()
                    loss = loss + LAMBDA / 2 * ((norms - LIPSCHITZ) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if step >= STEPS - LAST:
                last.append(math.log(BATCH) - estimated.item())
        with torch.no_grad():
            x, y, _ = draw(random, scores, unseen, FRESH * BATCH)
            outputs = zip(forward(f, x)[1].split(BATCH), forward(g, y)[1].split(BATCH))
            fresh = [math.log(BATCH) - contrast(*batch).item() for batch in outputs]
            sets = [draw(random, scores, train, PROBE_TRAIN), draw(random, scores, unseen, PROBE_TEST)]
            features = [forward(f, x)[1].double().numpy() for x, _, _ in sets]
        mean, deviation = features[0].mean(axis=0), features[0].std(axis=0)
        known, tested = (np.hstack([(part - mean) / deviation, np.ones((len(part), 1))]) for part in features)
        one_hot = np.eye(CLASSES)[sets[0][2]].reshape(PROBE_TRAIN, -1)
        weights = np.linalg.solve(known.T @ known + np.eye(EMBED + 1), known.T @ one_hot)
        right = (tested @ weights).reshape(PROBE_TEST, M, CLASSES).argmax(axis=2) == sets[1][2]
        return {"probe_acc": right.mean(), "mi_train": np.mean(last), "mi_fresh": np.mean(fresh)}

    return cell


IMAGES, LABELS = peer.digits("train")
comparison = peer.Comparison()
# Three or four values tell little of the spread of estimates on fresh pairs: four standard errors of 24 runs of ours.
for method, spread in (("wpc", 0.09), ("cpc", 0.3)):
    runs = peer.timed(method, training(method == "wpc"), SEEDS)
    which = {"m": str(M), "n_pairs": str(PAIRS), "method": method}
    for quantity in ("probe_acc", "mi_train", "mi_fresh"):
        values = [run[quantity] for run in runs]
        ours = peer.column("wasserstein-dependency", quantity, **which)
        if quantity == "mi_fresh":
            comparison.values(f"{method}: {quantity}", np.mean(values), np.mean(ours), spread)
        else:
            comparison.means(f"{method}: {quantity}", values, ours)
comparison.end()
