"""Peer of learned-active-learning in numpy: five query policies trained by the policy gradient, and nine judged.

Histories of all episodes of a batch, or of an evaluation on all instances, are arrays; the gradient of the network,
which has one hidden layer, is written out.
"""

import peer

np = peer.load("numpy")

ITEMS, QUERIES, LEVELS, EPISODES = 10, 8, (1.0, 0.6, 0.3), 3000
HIDDEN, UPDATES, UPDATES_ROBUST, BATCH, RATE, LAST_RATE, BONUS = 32, 600, 1200, 128, 0.01, 0.1, 0.01
STEP, FORGETTING, LOWEST, UNIFORM, MEMORY = 0.1, 0.995, -6.0, 0.3, 0.05
UNIT = 4.0
SEEDS = range(4)

# The instances: noise levels and thresholds, class after class.
H, K = (array.ravel() for array in np.meshgrid(LEVELS, np.arange(ITEMS + 1), indexing="ij"))


def draw(probabilities, random):
    """An index for each row."""
    reached = probabilities.cumsum(axis=1) <= random.random((len(probabilities), 1))
    return np.minimum(reached.sum(axis=1), ITEMS - 1)


def play(choose, instances, random):
    """Losses of an episode on each instance; `choose` gives items for the state after so many queries."""
    h, k = H[instances], K[instances]
    each = np.arange(len(h))
    counts, sums = np.zeros((2, len(h), ITEMS))
    gaps = np.zeros((len(h), ITEMS + 1))
    for step in range(QUERIES):
        items = choose(step, counts, sums, gaps)
        right = random.random(len(h)) < 0.5 * (1 + h)
        counts[each, items] += 1
        sums[each, items] += np.where(right == (items < k), 1, -1)
        scores = np.pad(sums.cumsum(axis=1), ((0, 0), (1, 0)))
        gaps = scores.max(axis=1, keepdims=True) - scores
    # The median of the most likely hypotheses; of two each half of the time.
    best = gaps == 0
    rank, count = best.cumsum(axis=1), best.sum(axis=1)
    lower = (rank > ((count - 1) // 2)[:, None]).argmax(axis=1)
    upper = (rank > (count // 2)[:, None]).argmax(axis=1)
    return 0.5 * h * (abs(lower - k) + abs(upper - k))


class Network:
    def __init__(self, random):
        self.random, inputs = random, 3 * ITEMS + 2
        first, second = (2 / inputs) ** 0.5, (0.01 / HIDDEN) ** 0.5
        self.parts = [
            first * random.standard_normal((inputs, HIDDEN)), np.zeros(HIDDEN),
            second * random.standard_normal((HIDDEN, ITEMS)), np.zeros(ITEMS),
        ]
        self.moments = [(np.zeros_like(part), np.zeros_like(part)) for part in self.parts]
        self.steps, self.seen = 0, []

    def choose(self, step, counts, sums, gaps):
        first, bias, second, shift = self.parts
        time = np.full((len(counts), 1), step / QUERIES)
        x = np.hstack([counts / UNIT, sums / UNIT, time, np.minimum(gaps / UNIT, 1)])
        neurons = np.tanh(x @ first + bias)
        logits = neurons @ second + shift
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        items = draw(shares, self.random)
        self.seen = [*self.seen, (x, neurons, shares, items)] if step else [(x, neurons, shares, items)]
        return items

    def learn(self, advantages, bonus, rate):
        """A step of Adam down advantage . ln p(item) - bonus . entropy, summed over the steps of the last batch."""
        x, neurons, shares, items = (np.concatenate(parts) for parts in zip(*self.seen))
        logarithms = np.log(shares)
        entropies = -(shares * logarithms).sum(axis=1, keepdims=True)
        slopes = shares * bonus * (logarithms + entropies)
        weights = np.tile(advantages, QUERIES)[:, None]
        slopes -= weights * shares
        slopes[np.arange(len(items)), items] += weights[:, 0]
        slopes /= len(advantages)
        back = (slopes @ self.parts[2].T) * (1 - neurons**2)
        gradient = x.T @ back, back.sum(axis=0), neurons.T @ slopes, slopes.sum(axis=0)
        self.steps += 1
        for part, slope, (mean, square) in zip(self.parts, gradient, self.moments):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            size = (square / (1 - 0.999**self.steps)) ** 0.5 + 1e-8
            part -= rate / (1 - 0.9**self.steps) * mean / size


def train(arms, stars, step, updates, random):
    """A network trained on some instances, against an adversary who weighs them."""
    network, count = Network(random), len(arms)
    logs, weights, running = np.zeros(count), np.full(count, 1 / count), np.full(count, np.nan)
    for update in range(updates):
        uniform = (np.arange(BATCH) + random.random(BATCH)) / BATCH
        batch = np.minimum(np.searchsorted(weights.cumsum(), uniform, side="right"), count - 1)
        losses = play(network.choose, arms[batch], random)
        counts, sums = np.bincount(batch, minlength=count), np.bincount(batch, losses, count)
        means = sums / np.maximum(counts, 1)
        running = np.where(np.isnan(running) & (counts > 0), means, running)
        advantages = losses - running[batch]
        running += np.minimum(MEMORY * counts, 1) * (means - running)
        logs += np.where(np.isnan(running), 0, step * (running - stars))
        logs = np.maximum(FORGETTING * (logs - logs.max()), LOWEST)
        weights = np.exp(logs)
        weights = (1 - UNIFORM) * weights / weights.sum() + UNIFORM / count
        left = 1 - update / updates
        network.learn(advantages, BONUS * left, RATE * (LAST_RATE + (1 - LAST_RATE) * left))
    return network


def search(h, random):
    """Binary search by the posterior of an assumed noise level, ties at random."""
    ratio = (1 - min(h, 0.999)) / (1 + min(h, 0.999))

    def choose(step, counts, sums, gaps):
        tails = (ratio**gaps)[:, ::-1].cumsum(axis=1)[:, ::-1]
        distances = abs(tails[:, 1:] / tails[:, :1] - 0.5)
        tied = distances < distances.min(axis=1, keepdims=True) + 1e-9
        return np.where(tied, random.random(tied.shape), -1).argmax(axis=1)

    return choose


def cell(seed):
    """Mean losses of each policy on all instances."""
    random, losses = np.random.default_rng(seed), {}

    def judge(name, choose):
        # One instance at a time: its arrays stay in the cache.
        played = [play(choose, np.full(EPISODES, instance), random) for instance in range(len(H))]
        losses[name] = np.mean(played, axis=1)

    stars = np.empty(len(H))
    for h in LEVELS:
        (arms,) = np.nonzero(H == h)
        judge(f"spec_{h:.2f}", train(arms, np.zeros(len(arms)), STEP, UPDATES, random).choose)
        stars[arms] = losses[f"spec_{h:.2f}"][arms].max()
    judge("robust", train(np.arange(len(H)), stars, STEP, UPDATES_ROBUST, random).choose)
    judge("average", train(np.arange(len(H)), stars, 0.0, UPDATES, random).choose)
    judge("random", lambda step, counts, *_: random.integers(ITEMS, size=len(counts)))
    for h in LEVELS:
        judge(f"sgbs_{h:.2f}", search(h, random))
    return losses


runs = peer.timed("study", cell, SEEDS)
comparison = peer.Comparison()
for name in runs[0]:
    for h in LEVELS:
        rows = peer.rows("learned-active-learning", policy=name, h=str(h))
        by_seed = {row["seed"]: [] for row in rows}
        for row in rows:
            by_seed[row["seed"]].append(row["loss"])
        for what, over in (("mean", np.mean), ("worst", np.max)):
            # The worst case counts where a policy is made for it; elsewhere few seeds say little of it.
            if what == "mean" or name in ("robust", f"spec_{h:.2f}"):
                values = [over(run[name][h == H]) for run in runs]
                comparison.means(f"{what} loss of {name}, h = {h}", values, [over(losses) for losses in by_seed.values()])
comparison.end()
