"""Peer of alp-gmm in numpy: ALP-GMM in a space with four useless dimensions.

Every 250 episodes mixtures of 2 to 10 Gaussians are fitted by expectation maximisation, all points and components of
one at once. The nearest earlier task is sought among all of them.
"""

import peer

np = peer.load("numpy")

DIMS, CUBES, USELESS, EPISODES = 2, 10, 4, 12_000
FIT_RATE, COMPONENTS, UNIFORM = 250, range(2, 11), 0.2
REGULARIZATION, TOLERANCE, ITERATIONS, MIN_HISTORY = 1e-6, 1e-3, 100, 6
UNLOCKING, FULL = 75, 100
SEEDS = range(6)


def distances(x, centers):
    return (x**2).sum(axis=1)[:, None] - 2 * x @ centers.T + (centers**2).sum(axis=1)


def clusters(x, k, random):
    """Labels by Lloyd's iteration from k-means++ seeds."""
    centers = x[random.integers(len(x))][None]
    nearest = ((x - centers[0]) ** 2).sum(axis=1)
    while len(centers) < k:
        centers = np.vstack([centers, x[random.choice(len(x), p=nearest / nearest.sum())]])
        nearest = np.minimum(nearest, ((x - centers[-1]) ** 2).sum(axis=1))
    labels = distances(x, centers).argmin(axis=1)
    for _ in range(300):
        members = np.eye(k)[labels]
        counts = members.sum(axis=0)
        centers = (members.T @ x) / np.maximum(counts, 1)[:, None]
        if (counts == 0).any():
            centers[counts == 0] = x[distances(x, centers)[np.arange(len(x)), labels].argmax()]
        moved = distances(x, centers).argmin(axis=1)
        if (moved == labels).all():
            break
        labels = moved
    return labels


def fit(x, k, random):
    """AIC, means and Cholesky factors of a mixture; an error if a component collapses."""
    (n, d), before = x.shape, -np.inf
    members = np.eye(k)[clusters(x, k, random)]
    for _ in range(ITERATIONS):
        totals = members.sum(axis=0)
        if totals.min() <= 1e-14:
            raise np.linalg.LinAlgError
        means = (members.T @ x) / totals[:, None]
        deviations = x - means[:, None]
        weighted = deviations * members.T[:, :, None]
        covariances = weighted.mT @ deviations / totals[:, None, None] + REGULARIZATION * np.eye(d)
        factors = np.linalg.cholesky(covariances)
        scaled = deviations @ np.linalg.inv(factors).mT
        logarithms = np.log(factors.diagonal(axis1=1, axis2=2)).sum(axis=1)
        terms = np.log(totals / n) - logarithms - d / 2 * np.log(2 * np.pi) - (scaled**2).sum(axis=2).T / 2
        highest = terms.max(axis=1, keepdims=True)
        members = np.exp(terms - highest)
        sums = members.sum(axis=1, keepdims=True)
        members /= sums
        likelihood = (highest + np.log(sums)).sum()
        if abs(likelihood / n - before) < TOLERANCE:
            break
        before = likelihood / n
    return 2 * (k * d + k * d * (d + 1) // 2 + k - 1) - 2 * likelihood, means, factors


def cell(seed):
    """Percentage of mastered cubes half-way and in the end, share of useful episodes, and first mastery."""
    random = np.random.default_rng(seed)
    dimension = DIMS + USELESS
    competence = np.zeros((CUBES + 1, CUBES + 1), int)
    tasks, rewards, progress = np.empty((EPISODES, dimension)), np.empty(EPISODES), np.zeros(EPISODES)
    mixture, useful, first, half = None, 0, -1, None
    for t in range(EPISODES):
        if mixture is None or random.random() < UNIFORM:
            task = random.random(dimension)
        else:
            means, factors, chances = mixture
            arm = min(np.searchsorted(chances, random.random()), len(means) - 1)
            task = (means[arm] + factors[arm] @ random.standard_normal(dimension + 1))[:-1].clip(0, 1)
        # Cubes have a locked border, so that the corner is 1, 1.
        i, j = np.minimum(task[:DIMS] * CUBES, CUBES - 1).astype(int) + 1
        below = max(competence[i - 1, j], competence[i, j - 1], competence[i - 1, j - 1])
        reward = 0.0
        if (i, j) == (1, 1) or below >= UNLOCKING:
            if competence[i, j] < FULL:
                competence[i, j] += 1
                useful += 1
                if first < 0 and competence[i, j] > UNLOCKING:
                    first = t + 1
            reward = competence[i, j] / FULL
        if t >= MIN_HISTORY:
            progress[t] = abs(reward - rewards[((tasks[:t] - task) ** 2).sum(axis=1).argmin()])
        tasks[t], rewards[t] = task, reward
        if (t + 1) % FIT_RATE == 0:
            batch = slice(t + 1 - FIT_RATE, t + 1)
            points, fits = np.column_stack([tasks[batch], progress[batch]]), []
            for k in COMPONENTS:
                try:
                    fits.append(fit(points, k, random))
                except np.linalg.LinAlgError:
                    continue
            if fits:
                _, means, factors = min(fits, key=lambda found: found[0])
                interest = np.maximum(means[:, -1], 0)
                interest = interest if interest.any() else np.ones(len(means))
                mixture = means, factors, np.cumsum(interest / interest.sum())
        if t + 1 == EPISODES // 2:
            half = 100 * np.mean(competence[1:, 1:] > UNLOCKING)
    return half, 100 * np.mean(competence[1:, 1:] > UNLOCKING), useful / EPISODES, first


runs = peer.timed("lesson", cell, SEEDS)
comparison = peer.Comparison()
ends = [(quantity, EPISODES) for quantity in ("mastered_pct", "useful_share", "first_mastery")]
for (quantity, episode), values in zip([("mastered_pct", EPISODES // 2), *ends], zip(*runs)):
    which = {"teacher": "alp_gmm", "useless": str(USELESS), "episode": str(episode)}
    comparison.means(f"{quantity} at episode {episode}", values, peer.column("alp-gmm", quantity, **which))
comparison.end()
