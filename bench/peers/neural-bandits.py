"""Peer of neural-bandits in numpy: 4000 rounds of NeuFastCB with perturbed outputs, and of NeuralUCB, on digits."""

import peer

np = peer.load("numpy")

ARMS, WIDTH, SIDE, ROUNDS, POOL = 10, 100, 14, 4000, 20_000
FAST_RATE, GAMMA, PERTURB, COPIES, OPTIMISM, LEAST = 6.0, 100.0, 3e-4, 4, 2.0, 1e-4
UCB_RATE, NU = 1.0, 0.1
SEEDS = range(6)


def contexts(random):
    """Averaged images of unit length, and their classes."""
    chosen = random.choice(POOL, ROUNDS, replace=False)
    blocks = IMAGES[chosen].reshape(ROUNDS, SIDE, 28 // SIDE, SIDE, 28 // SIDE).astype(np.float32)
    images = blocks.mean(axis=(2, 4)).reshape(ROUNDS, -1)
    return images / np.linalg.norm(images, axis=1, keepdims=True), LABELS[chosen]


def network(random):
    """First layers of all arms, and output weights; the second half of the units cancels the first."""
    half = random.standard_normal((ARMS, WIDTH // 2, SIDE**2), np.float32) * np.float32(2**0.5)
    signs = random.choice(np.float32([-1, 1]), WIDTH // 2) / np.float32(WIDTH**0.5)
    return np.concatenate([half, half], axis=1), np.concatenate([signs, -signs])


def fast(seed):
    """Regret after half of the rounds and in the end, and exploration of the last tenth."""
    random = np.random.default_rng(seed)
    images, right = contexts(random)
    weights, output = network(random)
    flat = weights.reshape(-1)
    signs = random.choice(np.float32([-1, 1]), (COPIES, flat.size))
    start, factor = signs @ flat, PERTURB / WIDTH**0.25
    wrong, explored = np.empty(ROUNDS, bool), np.empty(ROUNDS)
    for t, image in enumerate(images):
        hidden = weights @ image
        outputs = np.maximum(hidden, 0) @ output
        losses = (1 / (1 + np.exp(OPTIMISM - outputs.astype(float)))).clip(LEAST, 1)
        best = losses.argmin()
        chances = 1 / (ARMS + GAMMA / losses[best] * (losses - losses[best]))
        chances[best] = 0
        explored[t] = chances.sum()
        chances[best] = max(1 - explored[t], 0)
        arm = min(np.searchsorted(np.cumsum(chances), random.random()), ARMS - 1)
        wrong[t] = arm != right[t]
        shifts = factor * (signs @ flat - start)
        slopes = 1 / (1 + np.exp(OPTIMISM - outputs[arm] - shifts)) - wrong[t]
        along = (-FAST_RATE * factor / COPIES) * slopes
        moves = (hidden[arm] > 0) * output * np.float32(-FAST_RATE * slopes.mean())
        flat += along.astype(np.float32) @ signs
        weights[arm] += np.outer(moves, image)
    return wrong[: ROUNDS // 2].sum(), wrong.sum(), explored[-ROUNDS // 10 :].mean()


def ucb(seed):
    """Regret after half of the rounds and in the end."""
    random = np.random.default_rng(seed)
    images, right = contexts(random)
    weights, output = network(random)
    inverse = np.ones_like(weights)
    wrong = np.empty(ROUNDS, bool)
    for t, image in enumerate(images):
        hidden = weights @ image
        outputs = np.maximum(hidden, 0) @ output
        squares = image**2 / WIDTH
        widths = ((inverse @ squares) * (hidden > 0)).sum(axis=1) ** 0.5
        arm = (outputs - NU * widths).argmin()
        wrong[t] = arm != right[t]
        active = hidden[arm] > 0
        inverse[arm, active] /= 1 + inverse[arm, active] * squares
        weights[arm] += np.outer(active * output * (-UCB_RATE * (outputs[arm] - wrong[t])), image)
    return wrong[: ROUNDS // 2].sum(), wrong.sum()


IMAGES, LABELS = peer.digits("train")

runs = {"fast": peer.timed("fast", fast, SEEDS), "ucb": peer.timed("ucb", ucb, SEEDS)}
comparison = peer.Comparison()
for method, perturb in (("fast", str(PERTURB)), ("ucb", "0.0")):
    which = {"dataset": "mnist", "method": method, "perturb": perturb}
    for place, (quantity, t) in enumerate((("regret", ROUNDS // 2), ("regret", ROUNDS), ("explore", ROUNDS))):
        if place < len(runs[method][0]):
            ours = peer.column("neural-bandits", quantity, round=str(t), **which)
            comparison.means(f"{quantity} of {method} after {t} rounds", [run[place] for run in runs[method]], ours)
comparison.end()
