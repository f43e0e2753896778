"""Peer of prune-retrain in PyTorch: a network trained, pruned at six sparsities, and retrained in eight ways each."""

import peer

torch = peer.load("torch")
F = torch.nn.functional

PIXELS, WIDTH, TRAINED, TESTED = 196, 128, 10_000, 5000
STEPS, BATCH, RATE = 1500, 64, 0.001
SPARSITIES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
RETRAINED, RETRAIN_BATCH, LOW_RANK, FACTOR = 150, 32, 4, 2.0
RATE_OF_VECTORS, RATE_OF_MATRICES = 0.01, 0.005
HIDDEN, BIASES, NORMS, HEAD = ("w0", "w1"), ("b0", "b1", "bo"), ("g0", "s0", "g1", "s1"), ("wo",)
PERP = BIASES + NORMS + HEAD
METHODS = {
    "bias": BIASES, "norm": NORMS, "bias+norm": BIASES + NORMS, "perp": PERP,
    "masklora": PERP, "lora-prune": PERP, "scalelora": PERP, "full": HIDDEN + PERP,
}
SEEDS = range(8)


def read(part):
    """Pooled levels, an image a row, and labels."""
    images, labels = peer.digits(part)
    return torch.from_numpy(images), torch.from_numpy(labels)


def pooled(images):
    return F.avg_pool2d(images.float() / 255, 2).flatten(1)


def logits(model, weights, x):
    for layer, weight in enumerate(weights):
        sums = torch.addmm(model[f"b{layer}"], x, weight)
        x = F.layer_norm(sums, (WIDTH,), model[f"g{layer}"], model[f"s{layer}"]).relu()
    return torch.addmm(model["bo"], x, model["wo"])


def train(parameters, loss, images, labels, batch, rates):
    """Adam on some parameters, on batches drawn with replacement."""
    optimizer = torch.optim.Adam(parameters, fused=True)
    for rate in rates:
        chosen = torch.randint(len(labels), (batch,))
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss(images[chosen], labels[chosen]).backward()
        optimizer.step()


def retrain(method, model, masks, images, labels):
    """The model with retrained parts, adapters multiplied out."""
    names = METHODS[method]
    new = {name: value.clone().requires_grad_(name in names) for name, value in model.items()}
    pairs = []
    if "lora" in method:
        for name in HIDDEN:
            inputs = len(model[name])
            if method == "scalelora":
                down, up = torch.full((inputs, LOW_RANK), 0.5), torch.full((LOW_RANK, WIDTH), 0.5)
            else:
                down = torch.empty(inputs, LOW_RANK).uniform_(-(inputs**-0.5), inputs**-0.5)
                up = torch.zeros(LOW_RANK, WIDTH)
            pairs.append((down.requires_grad_(), up.requires_grad_()))

    def weights():
        for index, (name, mask) in enumerate(zip(HIDDEN, masks)):
            if method == "masklora":
                yield new[name] + FACTOR * (pairs[index][0] @ pairs[index][1] * mask)
            elif method == "lora-prune":
                yield torch.addmm(new[name], *pairs[index], alpha=FACTOR)
            elif method == "scalelora":
                yield new[name] * (pairs[index][0] @ pairs[index][1])
            else:
                yield new[name] * mask if method == "full" else new[name]

    rate = RATE_OF_VECTORS if method in ("bias", "norm", "bias+norm") else RATE_OF_MATRICES
    rates = [rate * (1 - step / RETRAINED) for step in range(RETRAINED)]
    trained = [new[name] for name in names] + [factor for pair in pairs for factor in pair]
    train(trained, lambda x, y: F.cross_entropy(logits(new, weights(), x), y), images, labels, RETRAIN_BATCH, rates)
    with torch.no_grad():
        return {name: value.detach() for name, value in new.items()} | dict(zip(HIDDEN, list(weights())))


def cell(seed):
    """Accuracy and cross-entropy by sparsity and method."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(TRAIN[1]))[:TRAINED]
    images, labels = pooled(TRAIN[0][chosen]), TRAIN[1][chosen]
    deviation, mean = torch.std_mean(images)
    images, test, test_labels = (images - mean) / deviation, pooled(TEST[0][:TESTED]), TEST[1][:TESTED]
    test = (test - mean) / deviation
    model = {}
    for layer, inputs in enumerate((PIXELS, WIDTH)):
        model[f"w{layer}"] = torch.randn(inputs, WIDTH) * (2 / inputs) ** 0.5
        model |= {f"{part}{layer}": torch.zeros(WIDTH) for part in "bs"} | {f"g{layer}": torch.ones(WIDTH)}
    model["wo"], model["bo"] = torch.randn(WIDTH, 10) / WIDTH**0.5, torch.zeros(10)

    @torch.no_grad()
    def score(model):
        outputs = logits(model, [model[name] for name in HIDDEN], test)
        return (outputs.argmax(1) == test_labels).double().mean().item(), F.cross_entropy(outputs, test_labels).item()

    def loss(x, y):
        return F.cross_entropy(logits(model, (model["w0"], model["w1"]), x), y)

    parameters = [value.requires_grad_() for value in model.values()]
    train(parameters, loss, images, labels, BATCH, [RATE] * STEPS)
    model = {name: value.detach() for name, value in model.items()}
    scores = {(0.0, "dense"): score(model)}
    for sparsity in SPARSITIES:
        masks, pruned = [], dict(model)
        for name in HIDDEN:
            order = model[name].abs().flatten().argsort()
            mask = torch.ones(len(order))
            mask[order[: round(sparsity * len(order))]] = 0
            masks.append(mask.view_as(model[name]))
            pruned[name] = model[name] * masks[-1]
        scores[sparsity, "none"] = score(pruned)
        for method in METHODS:
            new = retrain(method, pruned, masks, images, labels)
            if method == "lora-prune":
                scores[sparsity, "lora-unmerged"] = score(new)
            masked = {name: new[name] * mask for name, mask in zip(HIDDEN, masks)}
            scores[sparsity, method] = score(new | masked)
    return scores


TRAIN, TEST = read("train"), read("t10k")
runs = peer.timed("pruning", cell, SEEDS)
comparison = peer.Comparison()
for sparsity, method in ((0.0, "dense"), *((0.9, method) for method in ("none", "lora-unmerged", *METHODS))):
    rows = peer.rows("prune-retrain", sparsity=str(sparsity), method=method)
    for place, quantity in enumerate(("test_acc", "test_ce")):
        values = [run[sparsity, method][place] for run in runs]
        comparison.means(f"{quantity} of {method}", values, [row[quantity] for row in rows])
comparison.end()
