"""Peer of loss-landscape-degeneracy in numpy: Gibbs chains of a two-layer linear net, and volumes of toy valleys.

All chains of a cell advance together, in batched products and decompositions.
"""

import math

import peer

np = peer.load("numpy")

INPUTS, HIDDEN, OUTPUTS, RANK, B = 3, 3, 3, 1, 1e4
CHAINS, SWEEPS = 32, 1500
SAMPLES, LEVELS = 2_000_000, 30
SEEDS = range(6)


def conditional(layer, targets, random):
    """A draw of X of each chain from exp(-B |A'X - Y|^2 / 2 - |X|^2 / 2), A being `layer` and Y `targets`."""
    precision = B * layer @ layer.swapaxes(1, 2) + np.eye(HIDDEN)
    factor = np.linalg.cholesky(precision)
    noise = random.standard_normal((CHAINS, HIDDEN, targets.shape[1]))
    return np.linalg.solve(precision, B * layer @ targets + factor @ noise)


def chains(seed):
    """Effective parameters, 2 B times the mean loss: the mean over the chains."""
    random = np.random.default_rng(seed)
    kept = np.arange(INPUTS) < RANK
    truth = np.eye(OUTPUTS, INPUTS) * kept
    first = np.eye(HIDDEN, INPUTS) * kept + 0.01 * random.standard_normal((CHAINS, HIDDEN, INPUTS))
    total = np.zeros(CHAINS)
    for sweep in range(SWEEPS):
        second = conditional(first, truth.T, random)
        first = conditional(second, truth, random)
        if sweep >= SWEEPS // 5:
            total += np.sum((second.swapaxes(1, 2) @ first - truth) ** 2, axis=(1, 2)) / 2
    return np.mean(2 * B * total / (SWEEPS - SWEEPS // 5))


def levels():
    return 1e-6 * np.exp(np.arange(LEVELS) * math.log(1e5) / (LEVELS - 1))


def volume(seed):
    """Points of the box below each level of w1^2 w2^2 + w3^2."""
    w = np.random.default_rng(seed).uniform(-1, 1, (3, SAMPLES))
    w *= w
    loss = w[0] * w[1] + w[2]
    # Only what lies below the highest level needs its place among them.
    places = np.searchsorted(levels(), loss[loss < levels()[-1]], side="right")
    return np.cumsum(np.bincount(places, minlength=LEVELS))[:LEVELS]


comparison = peer.Comparison()
found = peer.timed("chains", chains, SEEDS)
ours = peer.column("loss-landscape-degeneracy", "neff", kind="linear", net="3-3-3", r=str(RANK), b=f"{B:.1f}")
comparison.means("effective parameters", found, ours)
counts = peer.timed("volume", volume, SEEDS)
table = peer.rows("loss-landscape-degeneracy", kind="volume", loss="w1^2 w2^2 + w3^2")
for level in (5, 15, 25, 29):
    ours = [row["hits"] for row in table if abs(math.log(row["eps"] / levels()[level])) < 1e-9]
    comparison.means(f"points below level {level}", [count[level] for count in counts], ours)
comparison.end()
