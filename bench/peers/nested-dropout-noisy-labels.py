"""Peer of nested-dropout-noisy-labels in PyTorch: the four regressions of a seed, and nested networks with Co-teaching."""

import math

import peer

torch = peer.load("torch")
np = peer.load("numpy")
F = torch.nn.functional

POINTS, UNITS, TOY_FEATURES, TOY_SCALE, TOY_STEPS, TOY_RATE = 64, 64, 128, 100.0, 4000, 5e-3
KINDS = {"plain": None, "nested": "nested", "dropout50": 0.5, "dropout90": 0.9}
N, N_VAL, NOISE, HIDDEN, FEATURES, SCALE = 5000, 1000, 0.5, 128, 64, 10.0
EPOCHS, BATCH, RATE, MOMENTUM, CO_EPOCHS, CO_RATE, KEPT = 15, 50, 0.05, 0.9, 8, 0.01, 28
CUTS = (1, 2, 4, 6, 8, 10, 14, 20, 40, FEATURES)
TOY_SEEDS, SEEDS = range(3), range(8)


def read(part):
    """Levels from 0 to 1 of images averaged over squares of 2 x 2 pixels, an image a row, and labels."""
    images, labels = peer.digits(part)
    images = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
    return torch.from_numpy(images.reshape(-1, 196).astype(np.float32)), torch.from_numpy(labels)


def nested_masks(scale, features):
    """Masks of leading features, row k - 1 with k ones, and how probable each is."""
    k = torch.arange(1, features + 1)
    law = torch.exp(-((k / scale) ** 2))
    return torch.ones(features, features).tril(), (law / law.sum()).numpy()


def regression(kind, x, y):
    """Error to the truth, and to the data, of a network; of the first ten features if it is nested."""
    uniform = lambda *shape, bound: torch.empty(*shape).uniform_(-bound, bound)
    theta = [
        uniform(1, UNITS, bound=6**0.5),
        uniform(UNITS, bound=3.0),
        uniform(UNITS, TOY_FEATURES, bound=(3 / UNITS) ** 0.5),
        torch.zeros(TOY_FEATURES),
        uniform(TOY_FEATURES, 1, bound=(3 / TOY_FEATURES) ** 0.5),
        torch.zeros(1),
    ]
    for parameter in theta:
        parameter.requires_grad_()
    w0, b0, w1, b1, w2, b2 = theta
    features = lambda: torch.addmm(b1, torch.relu(torch.addmm(b0, x - 5, w0)), w1)
    adam = torch.optim.Adam(theta, TOY_RATE, foreach=True)
    masks, law = nested_masks(TOY_SCALE, TOY_FEATURES)
    ks = np.random.choice(TOY_FEATURES, TOY_STEPS, p=law)
    target = (y - 5) / 5
    for step in range(TOY_STEPS):
        if step == round(0.8 * TOY_STEPS):
            adam.param_groups[0]["lr"] = 0.1 * TOY_RATE
        h = features()
        if kind == "nested":
            h = h * masks[ks[step]]
        elif kind is not None:
            h = F.dropout(h, kind)
        adam.zero_grad()
        F.mse_loss(torch.addmm(b2, h, w2), target).backward()
        adam.step()
    with torch.no_grad():
        k = 10 if kind == "nested" else TOY_FEATURES
        output = 5 * (features()[:, :k] @ w2[:k] + b2) + 5
        return ((output - x) ** 2).mean().item(), ((output - y) ** 2).mean().item()


def toy(seed):
    torch.manual_seed(seed)
    np.random.seed(seed)
    x = torch.linspace(0, 10, POINTS).reshape(-1, 1)
    y = x + torch.randn(POINTS, 1)
    return {name: regression(kind, x, y) for name, kind in KINDS.items()}


class Student:
    """A network with its optimizer."""

    def __init__(self):
        layers = [torch.nn.Linear(*sizes) for sizes in ((196, HIDDEN), (HIDDEN, FEATURES), (FEATURES, 10))]
        for layer, variance in zip(layers, (2, 2, 1)):
            torch.nn.init.normal_(layer.weight, std=(variance / layer.in_features) ** 0.5)
            torch.nn.init.zeros_(layer.bias)
        self.body = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU())
        self.head = layers[2]
        self.masks, self.law = nested_masks(SCALE, FEATURES)
        self.rest(RATE)

    def rest(self, rate):
        parameters = [*self.body.parameters(), *self.head.parameters()]
        self.sgd = torch.optim.SGD(parameters, rate, momentum=MOMENTUM, foreach=True)

    def step(self, images, labels, k):
        self.sgd.zero_grad()
        F.cross_entropy(self.head(self.body(images) * self.masks[k]), labels).backward()
        self.sgd.step()

    def ks(self, count):
        return np.random.choice(FEATURES, count, p=self.law)

    @torch.no_grad()
    def predictions(self, images):
        """The classes by the first k features for each k of CUTS."""
        h = self.body(images)
        return [(h[:, :k] @ self.head.weight[:, :k].T + self.head.bias).argmax(1) for k in CUTS]


def batches(epochs):
    for _ in range(epochs):
        order = torch.randperm(N)
        yield from (order[start : start + BATCH] for start in range(0, N - BATCH + 1, BATCH))


def nested(seed):
    """Test accuracies at the best k and with all features, alone and after Co-teaching; wrong labels predicted; precision."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    chosen = torch.randperm(len(TRAIN[1]))[: N + N_VAL]
    images, truth = TRAIN[0][chosen], TRAIN[1][chosen]
    deviation, mean = torch.std_mean(images)
    images, test = (images - mean) / deviation, (TEST[0] - mean) / deviation
    (images, validation), (truth, truth_validation) = images.split((N, N_VAL)), truth.split((N, N_VAL))
    labels = torch.where(torch.rand(N) < NOISE, torch.randint(10, (N,)), truth)
    right = lambda predicted, truth: (predicted == truth).double().mean().item()

    def report(student):
        by_k = [right(predicted, truth_validation) for predicted in student.predictions(validation)]
        on_test = [right(predicted, TEST[1]) for predicted in student.predictions(test)]
        wrong = labels != truth
        memorised = right(student.predictions(images)[-1][wrong], labels[wrong])
        return {"best": on_test[by_k.index(max(by_k))], "all": on_test[-1], "memorised": memorised}

    students = [Student(), Student()]
    steps = EPOCHS * (N // BATCH)
    for student in students:
        for step, (k, batch) in enumerate(zip(student.ks(steps), batches(EPOCHS))):
            if step == round(0.7 * steps):
                student.sgd.param_groups[0]["lr"] = 0.1 * RATE
            student.step(images[batch], labels[batch], k)
    alone = report(students[0])
    for student in students:
        student.rest(CO_RATE)
    steps = CO_EPOCHS * (N // BATCH)
    ks = [student.ks(steps) for student in students]
    clean = 0
    for step, batch in enumerate(batches(CO_EPOCHS)):
        selected = []
        for student in students:
            with torch.no_grad():
                losses = F.cross_entropy(student.head(student.body(images[batch])), labels[batch], reduction="none")
            selected.append(batch[losses.argsort()[:KEPT]])
        for student, chosen, k in zip(students, reversed(selected), ks):
            student.step(images[chosen], labels[chosen], k[step])
        if step >= steps - N // BATCH:
            clean += sum((labels[chosen] == truth[chosen]).sum().item() for chosen in selected)
    return alone, {**report(students[0]), "select_precision": clean / (2 * KEPT * (N // BATCH))}


TRAIN, TEST = read("train"), read("t10k")
SLUG = "nested-dropout-noisy-labels"
toys = peer.timed("regressions", toy, TOY_SEEDS)
pairs = peer.timed("nested", nested, SEEDS)
comparison = peer.Comparison()
for kind, k in (("plain", "128"), ("nested", "10"), ("dropout50", "128"), ("dropout90", "128")):
    for place, column in enumerate(("mse_truth", "mse_train")):
        # Errors are spread over a factor.
        ours = [math.log(error) for error in peer.column(SLUG, column, experiment="toy", kind=kind, k=k)]
        comparison.means(f"ln {column}, {kind}", [math.log(run[kind][place]) for run in toys], ours)
for place, kind in enumerate(("nested", "nested_co")):
    which = {"best": {"best_k": "true"}, "all": {"k": str(FEATURES)}}
    for name, row in which.items():
        ours = peer.column(SLUG, "test_acc", experiment="noisy", kind=kind, **row)
        comparison.means(f"test accuracy, {kind}, {name}", [pair[place][name] for pair in pairs], ours)
    for name in ("memorised", "select_precision")[: place + 1]:
        ours = peer.column(SLUG, name, experiment="noisy", kind=kind, k=str(FEATURES))
        comparison.means(f"{name}, {kind}", [pair[place][name] for pair in pairs], ours)
comparison.end()
