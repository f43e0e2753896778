"""Peer of rich-features in PyTorch: all networks of a seed, each trained on all examples at once."""

import peer

torch = peer.load("torch")
F = torch.nn.functional

BLOCK, N_ENV, N_TEST, NOISE, ENVIRONMENTS, E_TEST = 4, 3000, 4000, 0.25, (0.1, 0.2), 0.9
HIDDEN, RATE, L2 = 32, 0.005, 0.001
ERM_STEPS, RFC_STEPS, SYN_STEPS, OOD_STEPS, CF_STEPS, ANNEAL_STEPS = 15, 250, 150, 250, 500, 100
LAMBDA = 1e4
SEEDS = range(6)


def read():
    """The training images, averaged over squares, and whether their digits are small."""
    images, digits = map(torch.from_numpy, peer.digits("train"))
    return F.avg_pool2d(images.float() / 255, BLOCK).flatten(1), digits < 5


def environment(grey, small, e):
    """Coloured images, and labels with noise."""
    labels = small ^ (torch.rand(len(small)) < NOISE)
    colours = (labels ^ (torch.rand(len(small)) < e)).float()[:, None]
    return torch.cat([grey * (1 - colours), grey * colours], 1), labels.float()


def perceptron(outputs):
    layers = []
    for fan_in, fan_out in ((2 * (28 // BLOCK) ** 2, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, outputs)):
        linear = torch.nn.Linear(fan_in, fan_out)
        torch.nn.init.xavier_uniform_(linear.weight)
        torch.nn.init.zeros_(linear.bias)
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def losses(z, y, groups):
    return torch.stack([F.binary_cross_entropy_with_logits(z[group], y[group]) for group in groups])


def erm(z, y, groups):
    return losses(z, y, groups).sum()


def worst(z, y, groups):
    return losses(z, y, groups).max()


def vrex(z, y, groups):
    each = losses(z, y, groups)
    return (each.sum() + LAMBDA * each.var()) / LAMBDA


def irm(z, y, groups):
    slopes = (z.sigmoid() - y) * z
    slopes = torch.stack([slopes[group].mean() for group in groups])
    return (losses(z, y, groups).sum() + LAMBDA / 2 * slopes.square().sum()) / LAMBDA


def train(model, x, y, groups, steps, objective, plain=0):
    optimizer = torch.optim.Adam(model.parameters(), RATE, foreach=True)
    for step in range(steps):
        optimizer.zero_grad()
        now = erm if step < plain else objective
        penalty = sum(parameter.square().sum() for parameter in model.parameters())
        scale = LAMBDA if now in (vrex, irm) else 1
        (now(model(x).squeeze(1), y, groups) + L2 / scale * penalty).backward()
        optimizer.step()
    return model


def cell(seed):
    """Test accuracies by method and start."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(SMALL))[: 2 * N_ENV + N_TEST]
    grey, small = GREY[chosen], SMALL[chosen]
    halves = [slice(0, N_ENV), slice(N_ENV, 2 * N_ENV)]
    x, y = (torch.cat(parts) for parts in zip(*(environment(grey[h], small[h], e) for h, e in zip(halves, ENVIRONMENTS))))
    everything = [slice(0, 2 * N_ENV)]
    test, labels = environment(grey[2 * N_ENV :], small[2 * N_ENV :], E_TEST)
    results = {}

    def judge(name, model, inputs):
        with torch.no_grad():
            results[name] = ((model(inputs).squeeze(1) > 0) == (labels > 0.5)).double().mean().item()

    random = perceptron(1).state_dict()

    def start(state):
        model = perceptron(1)
        model.load_state_dict(state)
        return model

    grey_x, grey_y = environment(grey[everything[0]], small[everything[0]], 0.5)
    judge(("oracle", "rand"), train(start(random), grey_x, grey_y, everything, OOD_STEPS, erm), test)
    judge(("erm", "rand"), train(start(random), x, y, halves, OOD_STEPS, erm), test)
    for name, objective in (("vrex", vrex), ("irm", irm)):
        judge((name, "rand"), train(start(random), x, y, halves, OOD_STEPS, objective), test)
        judge((name, "erm"), train(start(random), x, y, halves, OOD_STEPS, objective, ANNEAL_STEPS), test)

    def predictions(model):
        with torch.no_grad():
            return model(x).squeeze(1) > 0

    first = train(perceptron(1), x, y, halves, ERM_STEPS, erm)
    judge(("round0", "rand"), first, test)
    right = predictions(first) == (y > 0.5)
    order = torch.cat([right.nonzero(), (~right).nonzero()]).squeeze(1)
    groups = [slice(0, right.sum()), slice(right.sum(), None)]
    second = train(perceptron(1), x[order], y[order], groups, RFC_STEPS, worst)
    judge(("round1", "rand"), second, test)
    pseudo = torch.stack([predictions(first), predictions(second)], 1)
    agree = pseudo[:, 0] == pseudo[:, 1]
    pools = [agree.nonzero().squeeze(1), (~agree).nonzero().squeeze(1)]
    drawn = torch.cat([pool[torch.randint(len(pool), (N_ENV,))] for pool in pools])
    synthesis = train(perceptron(2), x[drawn], pseudo[drawn].float(), everything, SYN_STEPS, erm)

    rich = synthesis.state_dict()
    for name in ("4.weight", "4.bias"):
        rich[name] = rich[name].mean(0, keepdim=True)
    for name, objective in (("vrex", vrex), ("irm", irm)):
        judge((name, "rfc"), train(start(rich), x, y, halves, OOD_STEPS, objective), test)
    with torch.no_grad():
        features, test_features = synthesis[:-1](x), synthesis[:-1](test)
    for name, objective in (("erm", erm), ("vrex", vrex), ("irm", irm)):
        head = train(start(rich)[-1:], features, y, halves, CF_STEPS, objective)
        judge((name, "rfc_frozen"), head, test_features)
    return results


GREY, SMALL = read()
runs = peer.timed("seed", cell, SEEDS)
comparison = peer.Comparison()
for method, init in runs[0]:
    ours = peer.column("rich-features", "test_acc", kind="results", method=method, init=init)
    comparison.means(f"test accuracy, {method} {init}", [run[method, init] for run in runs], ours)
comparison.end()
