"""Times the four training steps of crates/networks/benches/steps.rs in PyTorch, on one thread.

    python3 bench/peers/networks.py [--seconds S] [mlp transformer convolution two-layer]

Prints the fastest step of each in milliseconds, a line each. Without PyTorch it says so and ends without error:
the comparison is an extra, and nothing else in this repository needs Python.
"""

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    print(f"PyTorch is not installed here ({error}): nothing to compare with")
    raise SystemExit(0)


def perceptron():
    """784-200-200-10, batch 128, cross-entropy, gradient descent."""
    model = nn.Sequential(
        nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)
    )
    x, labels = torch.randn(128, 784), torch.arange(128) % 10
    return model, lambda: functional.cross_entropy(model(x), labels), torch.optim.SGD(model.parameters(), 0.01)


class Block(nn.Module):
    """Normalization before attention and before a GELU perceptron."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.qkv(self.first(x)).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(functional.gelu(self.up(self.second(x))))


class Transformer(nn.Module):
    def __init__(self, vocabulary, length, width):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(0.02 * torch.randn(length, width))
        self.blocks = nn.Sequential(Block(width, 4), Block(width, 4))
        self.last, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary)

    def forward(self, tokens):
        return self.head(self.last(self.blocks(self.embedding(tokens) + self.positions)))


def transformer():
    """Two layers of width 64, four heads, vocabulary 128, sequence 64, batch 16, Adam."""
    model = Transformer(128, 64, 64)
    tokens, following = torch.randint(128, (16, 64)), torch.randint(128, (16, 64))

    def loss():
        return functional.cross_entropy(model(tokens).view(-1, 128), following.view(-1))

    return model, loss, torch.optim.Adam(model.parameters(), 1e-3, fused=True)


def convolution():
    """3 x 3 convolutions of 28 x 28 pixels to 16 and 32 channels with pooling, batch 64, gradient descent."""
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(7 * 7 * 32, 10),
    )
    x, labels = torch.randn(64, 1, 28, 28), torch.arange(64) % 10
    return model, lambda: functional.cross_entropy(model(x), labels), torch.optim.SGD(model.parameters(), 0.01)


def two_layer():
    """1000 inputs, 500 ReLU units, one output, 400 examples, double precision, gradient descent."""
    model = nn.Sequential(nn.Linear(1000, 500), nn.ReLU(), nn.Linear(500, 1)).double()
    x, target = torch.randn(400, 1000).double(), torch.randn(400, 1).double()
    return model, lambda: functional.mse_loss(model(x), target), torch.optim.SGD(model.parameters(), 0.01)


STEPS = {"mlp": perceptron, "transformer": transformer, "convolution": convolution, "two-layer": two_layer}


def fastest(build, seconds):
    """Milliseconds of the fastest step."""
    _, loss, optimizer = build()
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def main():
    parser = argparse.ArgumentParser(description="Times four training steps in PyTorch on one thread.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"some of {', '.join(STEPS)}; all without one")
    parser.add_argument("--seconds", type=float, default=2.0, help="time spent on each (default 2)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.steps if name not in STEPS]
    if unknown:
        parser.error(f"no step is called {unknown[0]}")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    for name in arguments.steps or STEPS:
        print(f"pytorch  {name:<12} {fastest(STEPS[name], arguments.seconds):8.3f} ms", flush=True)


if __name__ == "__main__":
    main()
