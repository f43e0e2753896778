"""Peer of long-tail-memorization in numpy: nearest neighbours on Gaussian clusters with a Zipf prior."""

import peer

np = peer.load("numpy")

N, TESTS, D, SIGMA, CLASSES = 2000, 4000, 32, 0.1, 10
KS = (1, 3, 5, 9, 15)
SEEDS = range(10)


def neighbour_labels(queries, train, labels):
    """Labels of the nearest training points of each query, nearest first."""
    squares = (queries**2).sum(axis=1)[:, None] - 2 * queries @ train.T + (train**2).sum(axis=1)
    nearest = np.argpartition(squares, KS[-1], axis=1)[:, : KS[-1]]
    order = np.argsort(np.take_along_axis(squares, nearest, axis=1), axis=1)
    return labels[np.take_along_axis(nearest, order, axis=1)]


def majority(votes):
    """The most frequent label of each row; of several the one that comes first."""
    counts = (votes[:, :, None] == votes[:, None, :]).sum(axis=2)
    return votes[np.arange(len(votes)), counts.argmax(axis=1)]


def expected_frequencies(frequencies, largest):
    """Mean frequency of a point that N draws show l times, for l up to `largest`."""
    counts = np.arange(largest + 1)
    factorials = np.concatenate([[0], np.cumsum(np.log(np.arange(1, N + 1)))])
    binomials = factorials[N] - factorials[counts] - factorials[N - counts]
    f = frequencies[:, None]
    probabilities = np.exp(binomials + counts * np.log(f) + (N - counts) * np.log1p(-f))
    return (f * probabilities).sum(axis=0) / probabilities.sum(axis=0)


def cell(seed):
    """Share of singletons, and measured and predicted excess error by number of neighbours."""
    random = np.random.default_rng(seed)
    frequencies = 1 / random.integers(1, N + 1, N)
    frequencies /= frequencies.sum()
    labels = random.integers(CLASSES, size=N)
    centres = random.standard_normal((N, D))

    def points(count):
        clusters = random.choice(N, count, p=frequencies)
        return centres[clusters] + SIGMA * random.standard_normal((count, D)), clusters

    (train, clusters), (test, test_clusters) = points(N), points(TESTS)
    counts = np.bincount(clusters, minlength=N)
    tau = expected_frequencies(frequencies, counts.max())
    train_votes = neighbour_labels(train, train, labels[clusters])
    test_votes = neighbour_labels(test, train, labels[clusters])
    errors, predicted = {}, {}
    for k in KS:
        errors[k] = np.mean(majority(test_votes[:, :k]) != labels[test_clusters])
        missed = counts[clusters[majority(train_votes[:, :k]) != labels[clusters]]]
        predicted[k] = np.sum(tau[missed] / missed)
    excesses = {k: (errors[k] - errors[1], predicted[k]) for k in KS}
    return np.mean(counts[clusters] == 1), excesses


runs = peer.timed("neighbours", cell, SEEDS)
comparison = peer.Comparison()
for k in KS:
    ours = peer.rows("long-tail-memorization", panel="knn", setting=f"{k}.0")
    for index, quantity in enumerate(("measured", "predicted")):
        values = [excesses[k][index] for _, excesses in runs]
        comparison.means(f"{quantity} excess error of {k} neighbours", values, [row[quantity] for row in ours])
    if k > 1:
        # Much of the spread is that of the frequencies, which both errors share.
        ratios = [excesses[k][0] / excesses[k][1] for _, excesses in runs]
        our_ratios = [row["measured"] / row["predicted"] for row in ours]
        comparison.means(f"measured over predicted, {k} neighbours", ratios, our_ratios)
        shares = [excesses[k][1] / share for share, excesses in runs]
        our_shares = [row["predicted"] / row["singleton_fraction"] for row in ours]
        comparison.means(f"predicted over singletons, {k} neighbours", shares, our_shares)
comparison.means("share of singletons", [share for share, _ in runs], [row["singleton_fraction"] for row in ours])
comparison.end()
