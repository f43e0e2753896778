"""Peer of random-search-sparse in PyTorch: 200 random sub-networks judged untrained, then four trainings."""

import peer

torch = peer.load("torch")

IMAGES, SCORED, BLOCK, WIDTHS = 6000, 500, 2, [196, 256, 256, 10]
SPARSITY, CANDIDATES, RANDOM = 0.25, 200, 3
EPOCHS, BATCH, RATE, MOMENTUM = 6, 50, 0.02, 0.9
SEEDS = range(6)


def read(part):
    """Images as levels from 0 to 255, and labels."""
    images, labels = peer.digits(part)
    return torch.from_numpy(images), torch.from_numpy(labels)


def averaged(images):
    """Levels of squares of BLOCK x BLOCK pixels, an image a row."""
    return torch.nn.functional.avg_pool2d(images.float() / 255, BLOCK).flatten(1)


def mask():
    """The nodes that stay of each layer: all inputs, a random subset of hidden ones, all classes."""
    hidden = [torch.randperm(width)[: round(width * (1 - SPARSITY))].sort().values for width in WIDTHS[1:-1]]
    return [torch.arange(WIDTHS[0]), *hidden, torch.arange(WIDTHS[-1])]


def inherited(parent, kept):
    """Weights (inputs x units) and biases of the compact network."""
    return [(w[before][:, after], b[after]) for (w, b), before, after in zip(parent, kept, kept[1:])]


def logits(layers, x):
    for w, b in layers[:-1]:
        x = torch.addmm(b, x, w).relu_()
    w, b = layers[-1]
    return torch.addmm(b, x, w)


def accuracy(layers, pool, labels, test, test_labels):
    """Test accuracy after EPOCHS epochs; it is taken after each."""
    parameters = [part.clone().requires_grad_() for layer in layers for part in layer]
    layers = list(zip(parameters[::2], parameters[1::2]))
    optimizer = torch.optim.SGD(parameters, RATE, momentum=MOMENTUM, foreach=True)
    for _ in range(EPOCHS):
        for batch in torch.randperm(IMAGES)[: IMAGES // BATCH * BATCH].split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(logits(layers, pool[batch]), labels[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            right = (logits(layers, test).argmax(1) == test_labels).double().mean().item()
    return right


def cell(seed):
    """Mean and deviation of the losses before training, the gain of the best, and accuracies of the best and others."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(TRAIN[1]))[:IMAGES]
    pool, labels, test = averaged(TRAIN[0][chosen]), TRAIN[1][chosen], averaged(TEST[0])
    deviation, mean = torch.std_mean(pool, correction=0)
    pool, test = (pool - mean) / deviation, (test - mean) / deviation
    parent = [(torch.randn(p, q) * (2 / p) ** 0.5, torch.zeros(q)) for p, q in zip(WIDTHS, WIDTHS[1:])]
    candidates, others = [mask() for _ in range(CANDIDATES)], [mask() for _ in range(RANDOM)]
    with torch.no_grad():
        losses = torch.tensor(
            [
                torch.nn.functional.cross_entropy(logits(inherited(parent, kept), pool[:SCORED]), labels[:SCORED])
                for kept in candidates
            ]
        )
    winner = candidates[losses.argmin()]
    accuracies = [accuracy(inherited(parent, kept), pool, labels, test, TEST[1]) for kept in [winner, *others]]
    spread, center = torch.std_mean(losses.double(), correction=0)
    gain = ((center - losses.min()) / spread).item()
    return center.item(), gain, accuracies[0], sum(accuracies[1:]) / RANDOM


TRAIN, TEST = read("train"), read("t10k")
losses, gains, searched, random = zip(*peer.timed("search", cell, SEEDS))
sparsity = str(SPARSITY)


def ours(kind):
    """Final accuracies, one mean for each seed."""
    rows = peer.rows("random-search-sparse", kind=kind, sparsity=sparsity, epoch=str(EPOCHS))
    seeds = sorted({row["seed"] for row in rows})
    return [peer.moments([row["test_acc"] for row in rows if row["seed"] == seed])[0] for seed in seeds]


comparison = peer.Comparison()
for name, values in (("loss_mean", losses), ("z_gain", gains)):
    found = peer.column("random-search-sparse", name, kind="candidates", sparsity=sparsity)
    comparison.means(name, values, found)
comparison.means("test accuracy, search", searched, ours("search"))
comparison.means("test accuracy, random", random, ours("random"))
comparison.end()
