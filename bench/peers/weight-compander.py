"""Peer of weight-compander in PyTorch: a companded network trained on digits with a shortcut."""

import math

import peer

torch = peer.load("torch")

TRAINED, TESTED, BLOCK, HIDDEN, CLASSES = 1000, 2000, 2, 64, 10
BATCH, EPOCHS, RATE, MOMENTUM, SHORTCUT = 50, 20, 0.05, 0.9, 4.0
SEEDS = range(8)


def read(part):
    """Images as levels from 0 to 255, and labels."""
    images, labels = peer.digits(part)
    return torch.from_numpy(images), torch.from_numpy(labels)


def averaged(images):
    """Levels of squares of BLOCK x BLOCK pixels, an image a row."""
    return torch.nn.functional.avg_pool2d(images.float() / 255, BLOCK).flatten(1)


def with_shortcut(images, digits):
    named = SHORTCUT * torch.nn.functional.one_hot(digits, CLASSES).float()
    return torch.cat([images, named], 1)


class Companded(torch.nn.Module):
    """A linear layer with the weights a arctan(v / a)."""

    def __init__(self, fan_in, fan_out, variance):
        super().__init__()
        self.a = math.sqrt(2 / fan_in)
        start = torch.randn(fan_out, fan_in) * math.sqrt(variance / fan_in)
        self.v = torch.nn.Parameter(self.a * torch.tan((start / self.a).clamp(-1.49, 1.49)))
        self.bias = torch.nn.Parameter(torch.zeros(fan_out))

    def weight(self):
        return self.a * torch.atan(self.v / self.a)

    def forward(self, x):
        return torch.nn.functional.linear(x, self.weight(), self.bias)


def cell(seed):
    """Test accuracy with a random and with the right shortcut, and kurtosis of the weights of the first layer."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(TRAIN[1]))[:TRAINED]
    images, labels = averaged(TRAIN[0][chosen]), TRAIN[1][chosen]
    test, test_labels = averaged(TEST[0][:TESTED]), TEST[1][:TESTED]
    deviation, mean = torch.std_mean(images, correction=0)
    images = with_shortcut((images - mean) / deviation, labels)
    test = (test - mean) / deviation

    widths = [images.shape[1], HIDDEN, HIDDEN]
    layers = [layer for pair in zip(widths, widths[1:]) for layer in (Companded(*pair, 2), torch.nn.ReLU())]
    model = torch.nn.Sequential(*layers, Companded(HIDDEN, CLASSES, 1))
    optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=MOMENTUM, foreach=True)
    milestones = [EPOCHS // 2, EPOCHS * 4 // 5]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, 0.1)
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAINED).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
        schedule.step()
    with torch.no_grad():
        digits = torch.randint(CLASSES, (TESTED,))
        accuracies = [
            (model(with_shortcut(test, named)).argmax(1) == test_labels).double().mean().item()
            for named in (digits, test_labels)
        ]
        weights = model[0].weight().double()
        return *accuracies, ((weights**4).mean() / (weights**2).mean() ** 2).item()


TRAIN, TEST = read("train"), read("t10k")
runs = peer.timed("training", cell, SEEDS)
ours = peer.rows(
    "weight-compander", kind="runs", regime="shift", strength="4.0", method="wc", lr="0.05", weight_decay="0.0"
)
comparison = peer.Comparison()
for place, name in enumerate(["test_acc", "in_acc", "kurtosis_w1"]):
    comparison.means(name, [run[place] for run in runs], [row[name] for row in ours])
comparison.end()
