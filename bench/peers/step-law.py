"""Peer of step-law in PyTorch: four trainings of the held-out language model, two learning rates with two batches."""

import gzip
import math
from pathlib import Path

import peer

torch = peer.load("torch")

SYMBOLS, CONTEXT, WIDTH, TOKENS, VALIDATION = 32, 8, 96, 262_144, 8192
RATES, BATCHES, FINAL_RATE, DECAY = (2**-6, 2**-5), (64, 512), 1e-5, 0.1
SEEDS = range(3)
NOUNS = Path(__file__).resolve().parents[2] / "data" / "wordnet" / "data.noun.gz"


def symbols():
    """The symbol of each byte."""
    table = torch.full((256,), 31, dtype=torch.uint8)
    for number, letter in enumerate(b"abcdefghijklmnopqrstuvwxyz", 1):
        table[letter] = number
    for number, some in ((27, b" "), (28, b"0123456789"), (29, b",;:."), (30, b"-'`\"")):
        table[list(some)] = number
    return table


def texts():
    """Symbols of the training and of the validation glosses."""
    lines = [line for line in gzip.decompress(NOUNS.read_bytes()).decode().splitlines() if not line.startswith("  ")]
    parts = [], []
    # A byte that no symbol stands for ends a gloss: it becomes symbol 0.
    for number, line in enumerate(lines):
        parts[number % 20 == 19].append(line.split(" | ", 1)[1].strip().lower().encode() + b"\0")
    table = symbols()
    table[0] = 0
    as_bytes = (torch.frombuffer(bytearray(b"".join(part)), dtype=torch.uint8) for part in parts)
    return [table[part.long()].long() for part in as_bytes]


def positions(text, count):
    """Random places in a text: the symbols before each, and the symbol there."""
    starts = torch.randint(len(text) - CONTEXT, (count,))
    return text[starts[:, None] + torch.arange(CONTEXT)], text[starts + CONTEXT]


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(SYMBOLS, WIDTH // 4)
        self.first = torch.nn.Linear(CONTEXT * WIDTH // 4, WIDTH)
        self.second, self.third = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, SYMBOLS)
        for layer, variance in ((self.first, 2), (self.second, 2), (self.third, 1)):
            torch.nn.init.normal_(layer.weight, std=(variance / layer.in_features) ** 0.5)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, before):
        first = torch.relu(self.first(self.embedding(before).flatten(1)))
        return self.third(first + torch.relu(self.second(first)))


def scheduled(step, steps, peak):
    warm_up = steps / 10
    if step < warm_up:
        return peak * min(1, (step + 1) / warm_up)
    return FINAL_RATE + (peak - FINAL_RATE) * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))) / 2


def trained_loss(model, tokens, judged, peak, batch):
    optimizer = torch.optim.AdamW(model.parameters(), peak, betas=(0.9, 0.95), weight_decay=DECAY, foreach=True)
    steps = TOKENS // batch
    for step, (before, following) in enumerate(zip(tokens[0].split(batch), tokens[1].split(batch))):
        for group in optimizer.param_groups:
            group["lr"] = scheduled(step, steps, peak)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(before), following).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
        optimizer.step()
    with torch.no_grad():
        return torch.nn.functional.cross_entropy(model(judged[0]), judged[1]).item()


def cell(seed):
    """The losses of the four runs, which share start and tokens."""
    torch.manual_seed(seed)
    tokens, judged, model = positions(TRAINING, TOKENS), positions(HELD_BACK, VALIDATION), Network()
    start = {name: value.clone() for name, value in model.state_dict().items()}
    losses = {}
    for rate in RATES:
        for batch in BATCHES:
            model.load_state_dict(start)
            losses[rate, batch] = trained_loss(model, tokens, judged, rate, batch)
    return losses


TRAINING, HELD_BACK = texts()
runs = peer.timed("trainings", cell, SEEDS)
comparison = peer.Comparison()
for rate in RATES:
    for batch in BATCHES:
        which = {"kind": "run", "role": "held-out", "lr": repr(rate), "b": f"{batch:.1f}"}
        ours = peer.column("step-law", "loss", **which)
        comparison.means(f"loss at rate {rate:.3g}, batch {batch}", [run[rate, batch] for run in runs], ours, one_draw=True)
comparison.end()
