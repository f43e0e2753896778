"""Peer of in-context-meta-learning in PyTorch: a transformer trained on 4096 tasks, and judged on new ones."""

import math

import peer

torch = peer.load("torch")
nn, functional = torch.nn, torch.nn.functional

TASKS, LENGTH, CLASSES, PIXELS = 4096, 16, 4, 49
WIDTH, HEADS, HIDDEN = 32, 4, 64
BATCH, STEPS, RATE, WARM_UP = 16, 1200, 5e-3, 50
JUDGED = 768
SEEDS = range(3)


def read(pixels, labels):
    """Pooled images of the first classes, centred and scaled to a mean squared norm of 49, and their labels."""
    labels = torch.from_numpy(labels)
    pixels = torch.from_numpy(pixels)[labels < CLASSES, None].float() / 255
    x = functional.avg_pool2d(pixels, 4).flatten(1)
    x = x - x.mean(0)
    return x * (PIXELS / x.square().sum(1).mean()).sqrt(), labels[labels < CLASSES]


class Tasks:
    """Random projections and orders of the labels."""

    def __init__(self, count):
        self.projections = torch.randn(count, PIXELS, PIXELS) / math.sqrt(PIXELS)
        self.orders = torch.rand(count, CLASSES).argsort(1)

    def sequences(self, chosen, images):
        """A sequence of each of the chosen tasks: inputs and labels."""
        x, y = images
        index = torch.randint(len(y), (len(chosen), LENGTH))
        inputs = x[index] @ self.projections[chosen].transpose(1, 2)
        return inputs, self.orders[chosen].gather(1, y[index])


class Transformer(nn.Module):
    """One block; example tokens get a key and a value only."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(PIXELS + CLASSES, WIDTH)
        self.first, self.second, self.last = (nn.LayerNorm(WIDTH) for _ in range(3))
        self.query, self.output = nn.Linear(WIDTH, WIDTH, False), nn.Linear(WIDTH, WIDTH, False)
        self.key_value = nn.Linear(WIDTH, 2 * WIDTH, False)
        self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.logits = nn.Linear(WIDTH, CLASSES)
        earlier, own = torch.ones(LENGTH, LENGTH).tril(-1), torch.eye(LENGTH)
        self.mask = torch.cat([earlier, own], 1).bool()

    def forward(self, inputs, labels):
        batch = len(inputs)
        weight = self.embed.weight
        queries = functional.linear(inputs, weight[:, :PIXELS], self.embed.bias)
        examples = queries + functional.embedding(labels, weight[:, PIXELS:].T)
        normalized = self.first(torch.cat([examples, queries], 1))

        def heads(x):
            return x.view(batch, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        key, value = self.key_value(normalized).chunk(2, 2)
        query = self.query(normalized[:, LENGTH:])
        read = functional.scaled_dot_product_attention(heads(query), heads(key), heads(value), attn_mask=self.mask)
        u = queries + self.output(read.transpose(1, 2).reshape(batch, LENGTH, WIDTH))
        u = u + self.down(functional.relu(self.up(self.second(u))))
        return self.logits(self.last(u))


def rate(step):
    """Factor of the rate at a step, counted from 0."""
    step += 1
    return min(1, step / WARM_UP) * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * step / STEPS)))


def judge(model, tasks, images):
    """Accuracy on the last three positions of a sequence of each task."""
    with torch.no_grad():
        inputs, labels = tasks.sequences(torch.arange(JUDGED), images)
        right = model(inputs, labels).argmax(2) == labels
        return right[:, -3:].double().mean().item()


def cell(seed):
    """Accuracy on new tasks of MNIST and of Fashion-MNIST."""
    torch.manual_seed(seed)
    tasks, model = Tasks(TASKS), Transformer()
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for _ in range(STEPS):
        inputs, labels = tasks.sequences(torch.randint(TASKS, (BATCH,)), TRAIN)
        optimizer.zero_grad()
        functional.cross_entropy(model(inputs, labels).view(-1, CLASSES), labels.view(-1)).backward()
        optimizer.step()
        schedule.step()
    fresh = Tasks(JUDGED)
    # All three sets are judged, as in ours.
    judge(model, tasks, TRAIN)
    return judge(model, fresh, TEST), judge(model, fresh, FASHION)


TRAIN = read(*peer.digits("train"))
TEST = read(*peer.digits("t10k"))
FASHION = read(*peer.clothes())
results = peer.timed("training", cell, SEEDS)
comparison = peer.Comparison()
for series, accuracies in zip(("new_mnist", "new_fashion"), zip(*results)):
    ours = {}
    for row in peer.rows("in-context-meta-learning", n_tasks=str(TASKS), series=series):
        if row["position"] > LENGTH - 3:
            ours.setdefault(row["seed"], []).append(row["accuracy"])
    ours = [sum(values) / len(values) for values in ours.values()]
    comparison.means(f"accuracy at the end, {series}", accuracies, ours)
comparison.end()
