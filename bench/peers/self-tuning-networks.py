"""Peer of self-tuning-networks in PyTorch: a perceptron that tunes its two dropout rates during one training run."""

import math

import peer

torch = peer.load("torch")

TRAIN, VALIDATION, TEST, POOL, HIDDEN, CLASSES = 500, 500, 2000, 2, 48, 10
PIXELS = (28 // POOL) ** 2
STEPS, BATCH, RATE, MOMENTUM, CLIP, EVERY = 2000, 32, 0.02, 0.9, 5.0, 100
SIGMA, HYPER_RATE, WARM_UP, TRAIN_STEPS, HIGHEST = 1.0, 0.02, 200, 2, 0.97
START = 0.2
SEEDS = range(8)


def read(part):
    """Images as levels from 0 to 1, averaged over squares, an image a row; and labels."""
    images, labels = peer.digits(part)
    images = torch.from_numpy(images)
    pooled = torch.nn.functional.avg_pool2d(images.float() / 255, POOL).flatten(1)
    return pooled, torch.from_numpy(labels)


class GatedLayer(torch.nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.plain = torch.nn.Linear(inputs, units)
        self.response = torch.nn.Linear(inputs, units)
        for linear in (self.plain, self.response):
            for values in linear.parameters():
                torch.nn.init.uniform_(values, -(inputs**-0.5), inputs**-0.5)
        self.scales = torch.nn.Linear(2, 2 * units, bias=False)
        torch.nn.init.normal_(self.scales.weight, std=0.01)

    def forward(self, x, h):
        scale_weight, scale_bias = self.scales(h).chunk(2, -1)
        by_weight = torch.nn.functional.linear(x, self.response.weight)
        return self.plain(x) + scale_weight * by_weight + scale_bias * self.response.bias


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = GatedLayer(PIXELS, HIDDEN), GatedLayer(HIDDEN, CLASSES)

    def forward(self, x, h, rates=None):
        if rates is not None:
            x = dropped(x, rates[:, :1])
        units = torch.relu(self.first(x, h))
        if rates is not None:
            units = dropped(units, rates[:, 1:])
        return self.second(units, h)


def dropped(x, rate):
    return x * ((torch.rand_like(x) >= rate) / (1 - rate))


def cell(seed):
    """The tuned rates of inputs and hidden units, validation loss and test accuracy at the end."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(ALL[1]))[: TRAIN + VALIDATION]
    deviation, mean = torch.std_mean(ALL[0][chosen[:TRAIN]])
    parts = [(ALL[0][part], ALL[1][part]) for part in chosen.split([TRAIN, VALIDATION])]
    parts.append((OTHERS[0][:TEST], OTHERS[1][:TEST]))
    parts = [((images - mean) / deviation, labels) for images, labels in parts]
    network = Network()
    lambda_ = torch.full((2,), math.log(START / (1 - START)), requires_grad=True)
    weights = list(network.parameters())
    sgd = torch.optim.SGD(weights, RATE, momentum=MOMENTUM, foreach=True)
    adam = torch.optim.Adam([lambda_], HYPER_RATE)
    loss_of = torch.nn.functional.cross_entropy
    for step in range(1, STEPS + 1):
        batch = torch.randint(TRAIN, (BATCH,))
        h = lambda_.detach() + SIGMA * torch.randn(BATCH, 2)
        sgd.zero_grad()
        logits = network(parts[0][0][batch], h, torch.sigmoid(h).clamp(max=HIGHEST))
        loss_of(logits, parts[0][1][batch]).backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP, foreach=True)
        sgd.step()
        if step > WARM_UP and step % TRAIN_STEPS == 0:
            batch = torch.randint(VALIDATION, (BATCH,))
            loss = loss_of(network(parts[1][0][batch], lambda_), parts[1][1][batch])
            (lambda_.grad,) = torch.autograd.grad(loss, lambda_)
            adam.step()
        if step % EVERY == 0:
            with torch.no_grad():
                logits = [network(images, lambda_) for images, _ in parts]
                losses = [loss_of(part, labels).item() for part, (_, labels) in zip(logits, parts, strict=True)]
                accuracy = (logits[2].argmax(1) == parts[2][1]).double().mean().item()
    p_in, p_hid = torch.sigmoid(lambda_).tolist()
    return p_in, p_hid, losses[1], accuracy


ALL, OTHERS = read("train"), read("t10k")
runs = peer.timed("self-tuning", cell, SEEDS)
comparison = peer.Comparison()
for index, name in enumerate(("p_in", "p_hid", "val_ce", "test_acc")):
    ours = peer.column("self-tuning-networks", name, method="stn", start=str(START), step=str(STEPS))
    comparison.means(name, [run[index] for run in runs], ours)
comparison.end()
