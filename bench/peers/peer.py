"""What the peers share: one thread, times of cells, and the comparison with the rows of ours.

A peer computes some cells of a paper as one would in numpy or PyTorch, with random numbers of its own, prints the
seconds that each cell took, and then compares what it found with figures/<slug>/table.csv. It ends with an error if
the two disagree. Without numpy or PyTorch it says so and ends without error.
"""

import csv
import gzip
import importlib
import math
import os
import time
from pathlib import Path

for library in ("OMP", "MKL", "OPENBLAS"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "figures"

# Means agree if their difference is at most this many of its standard errors. The random numbers on both sides are
# fixed, so a peer that agrees goes on to do so; by chance two equal means miss this once in thousands of comparisons.
LIMIT = 4.0


def load(name):
    """A module; the peer ends without error where it is absent."""
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        print(f"{name} is not installed here ({error}): nothing to compare with")
        raise SystemExit(0) from None
    if name == "torch":
        module.set_num_threads(1)
    return module


def digits(part):
    """MNIST's images and labels, as of `images`; the part is train or t10k."""
    return images("mnist", f"{part}-")


def clothes():
    """Fashion-MNIST's images and labels, as of `images`."""
    return images("fashion-mnist", "")


def images(folder, prefix):
    """Images as N x 28 x 28 levels from 0 to 255, and labels."""
    np = load("numpy")

    def numbers(name, head):
        file = ROOT / "data" / folder / f"{prefix}{name}-ubyte.gz"
        return np.frombuffer(gzip.decompress(file.read_bytes())[head:], np.uint8)

    return numbers("images-idx3", 16).reshape(-1, 28, 28).copy(), numbers("labels-idx1", 8).astype(np.int64)


def timed(name, cell, seeds):
    """The results of `cell` for each seed; prints the seconds that each took after the name of the cells."""
    # What is loaded and allocated once is not the cell's.
    cell(seeds[0])
    results, seconds = [], []
    for seed in seeds:
        start = time.perf_counter()
        results.append(cell(seed))
        seconds.append(time.perf_counter() - start)
    print("seconds", name, *(f"{second:.6f}" for second in seconds), flush=True)
    return results


def rows(slug, **which):
    """The rows of a paper's table with these texts in these columns, numbers read as such."""

    def value(text):
        try:
            return float(text)
        except ValueError:
            return text

    with open(FIGURES / slug / "table.csv", newline="") as file:
        chosen = [row for row in csv.DictReader(file) if all(row[key] == text for key, text in which.items())]
    if not chosen:
        raise SystemExit(f"no row of figures/{slug}/table.csv has {which}")
    return [{key: value(text) for key, text in row.items()} for row in chosen]


def column(slug, name, **which):
    """One column of the same."""
    return [row[name] for row in rows(slug, **which)]


def moments(values):
    """Mean and variance; the variance of one value is 0."""
    values = [float(value) for value in values]
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1)


class Comparison:
    """Compares quantities one by one and remembers whether all agree."""

    def __init__(self):
        self.agree = True

    def means(self, what, peer, ours, one_draw=False):
        """Whether the means of independent values agree within LIMIT standard errors of their difference.

        With `one_draw` all values of ours share a random part that the peer draws for each of its own: then ours is
        one draw from the distribution of the peer's.
        """
        (peer_mean, peer_variance), (our_mean, our_variance) = moments(peer), moments(ours)
        if one_draw:
            error = math.sqrt(peer_variance * (1 + 1 / len(peer)))
        else:
            error = math.sqrt(peer_variance / len(peer) + our_variance / len(ours))
        self._judge(what, peer_mean, our_mean, LIMIT * error + 1e-9 * abs(our_mean))

    def values(self, what, peer, ours, tolerance):
        """Whether two values agree within a tolerance."""
        self._judge(what, peer, ours, tolerance)

    def _judge(self, what, peer, ours, tolerance):
        same = abs(peer - ours) <= tolerance
        self.agree &= same
        verdict = "agrees" if same else "DIFFERS"
        print(f"{verdict:<8} {what:<44} peer {peer:<12.6g} ours {ours:<12.6g} allowed {tolerance:.2g}", flush=True)

    def end(self):
        """Ends with an error if anything differs."""
        if not self.agree:
            raise SystemExit("the peer does not compute the same quantity")
