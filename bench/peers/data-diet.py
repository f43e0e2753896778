"""Peer of data-diet in PyTorch: two trainings of a small network on the whole pool of digits."""

import peer

torch = peer.load("torch")

POOL, BLOCK, HIDDEN, CLASSES = 20_000, 2, 64, 10
BATCH, STEPS, RATE, MOMENTUM, DECAY = 100, 1200, 0.05, 0.9, 5e-4
RUNS = 2
SEEDS = range(3)


def read(part):
    """Images as levels from 0 to 1, and labels."""
    images, labels = peer.digits(part)
    return torch.from_numpy(images), torch.from_numpy(labels)


def averaged(images):
    """Levels of squares of BLOCK x BLOCK pixels, an image a row."""
    return torch.nn.functional.avg_pool2d(images.float() / 255, BLOCK).flatten(1)


def network():
    model = torch.nn.Sequential(
        torch.nn.Linear((28 // BLOCK) ** 2, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES)
    )
    for layer, variance in ((model[0], 2), (model[2], 1)):
        torch.nn.init.normal_(layer.weight, std=(variance / layer.in_features) ** 0.5)
        torch.nn.init.zeros_(layer.bias)
    return model


def accuracy_of_training(pool, labels, test, test_labels):
    model = network()
    optimizer = torch.optim.SGD(
        model.parameters(), RATE, momentum=MOMENTUM, nesterov=True, weight_decay=DECAY, foreach=True
    )
    milestones = [round(0.6 * STEPS), round(0.85 * STEPS)]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, 0.2)
    for step in range(STEPS):
        start = step * BATCH % POOL
        if start == 0:
            order = torch.randperm(POOL)
        batch = order[start : start + BATCH]
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(pool[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        return (model(test).argmax(1) == test_labels).double().mean().item()


def cell(seed):
    """Test accuracy, the mean of RUNS trainings."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(TRAIN[1]))[:POOL]
    pool, test = averaged(TRAIN[0][chosen]), averaged(TEST[0])
    deviation, mean = torch.std_mean(pool)
    pool, test = (pool - mean) / deviation, (test - mean) / deviation
    accuracies = [accuracy_of_training(pool, TRAIN[1][chosen], test, TEST[1]) for _ in range(RUNS)]
    return sum(accuracies) / RUNS


TRAIN, TEST = read("train"), read("t10k")
runs = peer.timed("training", cell, SEEDS)
comparison = peer.Comparison()
comparison.means("test accuracy", runs, peer.column("data-diet", "test_acc", panel="prune", series="full"))
comparison.end()
