"""Peer of coherent-gradients in PyTorch (training, coherence) and numpy (winsorized descent on dense inputs)."""

import peer

torch = peer.load("torch")
np = peer.load("numpy")

N, TESTS, CLASSES, RATE, NOISE = 1000, 2000, 10, 0.1, 0.5
HIDDEN, BATCH, STEPS, MARKS = 128, 48, 6000, 22
RARE, PROBABILITY, VALUE = 1000, 0.01, 2.0
ROBUST_HIDDEN, ROBUST_BATCH, ROBUST_STEPS, LEVEL = 32, 100, 800, 2
SEEDS, ROBUST_SEEDS = range(6), range(2)


def read(part):
    """Digits averaged over squares of 2 x 2 pixels, one a row, with levels from 0 to 1, and labels."""
    images, labels = peer.digits(part)
    images = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
    return images.reshape(-1, 196).astype(np.float32), labels


def draw(random, noise):
    """Training images, the labels given to them, which are wrong, which were kept."""
    chosen = random.permutation(len(TRAIN[1]))[:N]
    images, truth = TRAIN[0][chosen], TRAIN[1][chosen]
    given, kept = truth.copy(), np.ones(N, bool)
    anew = random.permutation(N)[: round(noise * N)]
    given[anew], kept[anew] = random.integers(CLASSES, size=len(anew)), False
    return images, given, given != truth, kept


def batches(random, size):
    while True:
        order = random.permutation(N)
        yield from (order[start : start + size] for start in range(0, N - size + 1, size))


def m_coherence(first, second, images, labels):
    """m |mean g|^2 / mean |g|^2, the norms from the derivatives by what leaves the layers."""
    with torch.no_grad():
        hidden = torch.relu(first(images))
        d2 = torch.softmax(second(hidden), 1)
        d2[torch.arange(N), labels] -= 1
        d1 = (d2 @ second.weight) * (hidden > 0)
        norms = 0.0
        of_mean = 0.0
        for inputs, d in ((images, d1), (hidden, d2)):
            norms += (((inputs**2).sum(1) + 1) * (d**2).sum(1)).double().mean()
            of_mean += ((d.T @ inputs / N) ** 2).sum().double() + (d.mean(0) ** 2).sum().double()
    return (N * of_mean / norms).item()


def training(seed):
    """Early coherence, final accuracies, and what is fitted at the mark closest to step 330."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    images, labels, wrong, kept = draw(random, NOISE)
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    first, second = torch.nn.Linear(196, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
    for layer, variance in ((first, 2), (second, 1)):
        torch.nn.init.normal_(layer.weight, std=(variance / layer.in_features) ** 0.5)
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], RATE, foreach=True)
    marks = {0, 1, *np.rint(np.geomspace(1, STEPS, MARKS)).astype(int)}
    early, fits = [], {}
    order = batches(random, BATCH)
    for step in range(STEPS + 1):
        if step > 0:
            batch = next(order)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(second(torch.relu(first(images[batch]))), labels[batch]).backward()
            optimizer.step()
        if step in marks:
            coherence = m_coherence(first, second, images, labels)
            if 10 <= step <= 100:
                early.append(coherence)
            with torch.no_grad():
                right = (second(torch.relu(first(images))).argmax(1) == labels).numpy()
                test = (second(torch.relu(first(TEST_IMAGES))).argmax(1) == TEST_LABELS).double().mean().item()
            fits[step] = (right.mean(), test, right[kept].mean(), right[wrong].mean())
    different = min(fits, key=lambda step: abs(step - 330))
    return {
        "early": np.mean(early),
        "train_acc": fits[STEPS][0],
        "test_acc": fits[STEPS][1],
        "pristine_fit": fits[different][2],
        "corrupt_fit": fits[different][3],
    }, different


def winsorized_mean(values):
    """The mean over the first axis of values of which the LEVEL least and greatest are replaced by the next ones."""
    ordered = np.partition(values, [LEVEL, len(values) - 1 - LEVEL], axis=0)
    return np.clip(values, ordered[LEVEL], ordered[len(values) - 1 - LEVEL]).mean(axis=0)


def winsorized(seed):
    """Final fits and test accuracy of winsorized descent on digits with rare inputs."""
    random = np.random.default_rng(seed)
    images, labels, wrong, kept = draw(random, NOISE)
    rare = lambda rows: VALUE * (random.random((rows, RARE)) < PROBABILITY)
    with_one = lambda x: np.hstack([x, rare(len(x)), np.ones((len(x), 1))]).astype(np.float32)
    train, test = with_one(images), with_one(TEST[0][:TESTS])
    inputs = train.shape[1] - 1
    normal = lambda rows, columns, variance: random.standard_normal((rows, columns)) * (variance / rows) ** 0.5
    first = np.vstack([normal(inputs, ROBUST_HIDDEN, 2), np.zeros(ROBUST_HIDDEN)]).astype(np.float32)
    second = np.vstack([normal(ROBUST_HIDDEN, CLASSES, 1), np.zeros(CLASSES)]).astype(np.float32)

    def forward(x):
        hidden = np.hstack([np.maximum(x @ first, 0), np.ones((len(x), 1), np.float32)])
        return hidden, hidden @ second

    order = batches(random, ROBUST_BATCH)
    for _ in range(ROBUST_STEPS):
        batch = next(order)
        a = train[batch]
        hidden, outputs = forward(a)
        d2 = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        d2 /= d2.sum(axis=1, keepdims=True)
        d2[np.arange(ROBUST_BATCH), labels[batch]] -= 1
        d1 = (d2 @ second[:-1].T) * (hidden[:, :-1] > 0)
        # An input that is on for few is averaged to zero.
        on = np.count_nonzero(a, axis=0) > LEVEL
        second -= RATE * winsorized_mean(hidden[:, :, None] * d2[:, None, :])
        first[on] -= RATE * winsorized_mean(a[:, on, None] * d1[:, None, :])
    right = forward(train)[1].argmax(axis=1) == labels
    accuracy = np.mean(forward(test)[1].argmax(axis=1) == TEST[1][:TESTS])
    return {"pristine_fit": right[kept].mean(), "corrupt_fit": right[wrong].mean(), "test_acc": accuracy}


TRAIN, TEST = read("train"), read("t10k")
TEST_IMAGES, TEST_LABELS = torch.from_numpy(TEST[0][:TESTS]), torch.from_numpy(TEST[1][:TESTS])
runs = peer.timed("training", training, SEEDS)
robust = peer.timed("winsorized", winsorized, ROBUST_SEEDS)
comparison = peer.Comparison()
ours = {"experiment": "train", "noise": str(NOISE)}
early = {}
for row in peer.rows("coherent-gradients", **ours):
    if 10 <= row["step"] <= 100:
        early.setdefault(row["seed"], []).append(row["coherence"])
early = [sum(values) / len(values) for values in early.values()]
comparison.means("m-coherence, steps 10 to 100", [run["early"] for run, _ in runs], early)
for quantity in ("train_acc", "test_acc", "pristine_fit", "corrupt_fit"):
    step = runs[0][1] if quantity.endswith("fit") else STEPS
    values = peer.column("coherent-gradients", quantity, step=str(step), **ours)
    comparison.means(f"{quantity} after {step} steps", [run[quantity] for run, _ in runs], values)
for quantity in ("pristine_fit", "corrupt_fit", "test_acc"):
    which = {"experiment": "robust", "noise": str(NOISE), "rule": "winsor", "c": str(LEVEL), "step": str(ROBUST_STEPS)}
    values = peer.column("coherent-gradients", quantity, **which)
    # Two values tell no spread.
    mean = sum(run[quantity] for run in robust) / len(robust)
    comparison.values(f"winsorized {quantity} at the end", mean, sum(values) / len(values), 0.06)
comparison.end()
