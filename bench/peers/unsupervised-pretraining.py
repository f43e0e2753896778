"""Peer of unsupervised-pretraining in numpy: classification on a mixture of Gaussians, pretrained and supervised."""

import peer

np = peer.load("numpy")

K, D, SEPARATION = 8, 40, 4.5
UNLABELLED, LABELLED, TESTS = 2000, (8, 16, 32, 64, 128, 256, 512), 20_000
RESTARTS, ITERATIONS, TOLERANCE = 10, 60, 1e-6
INVERSE_PENALTIES = (0.01, 0.1, 1.0, 10.0)
SEEDS = range(8)


def seeds_of(x, random):
    """Rows by k-means++."""
    centers = x[random.integers(len(x))][None]
    nearest = ((x - centers[0]) ** 2).sum(axis=1)
    while len(centers) < K:
        new = x[random.choice(len(x), p=nearest / nearest.sum())]
        centers = np.vstack([centers, new])
        nearest = np.minimum(nearest, ((x - new) ** 2).sum(axis=1))
    return centers


def scores(x, weights, means):
    with np.errstate(divide="ignore"):
        return x @ means.T + np.log(weights) - (means**2).sum(axis=1) / 2


def fit_mixture(x, random):
    """The likeliest of some runs of expectation maximisation."""
    best, found = -np.inf, None
    for _ in range(RESTARTS):
        weights, means, before = np.full(K, 1 / K), seeds_of(x, random), -np.inf
        for _ in range(ITERATIONS):
            members = scores(x, weights, means)
            highest = members.max(axis=1, keepdims=True)
            members = np.exp(members - highest)
            sums = members.sum(axis=1, keepdims=True)
            likelihood = np.mean(highest + np.log(sums))
            members /= sums
            totals = members.sum(axis=0)
            weights, some = totals / len(x), totals > 1e-12
            means[some] = (members.T @ x)[some] / totals[some, None]
            if likelihood - before < TOLERANCE:
                break
            before = likelihood
        if likelihood > best:
            best, found = likelihood, (weights, means)
    return found


def fit_logistic(x, labels, penalty):
    """Weights and intercept, which has no penalty, by Newton's method."""
    x = np.column_stack([x, np.ones(len(x))])
    penalties = np.append(np.full(D, penalty), 0)
    theta = np.zeros(D + 1)
    for _ in range(50):
        shares = 1 / (1 + np.exp(-x @ theta))
        slope = x.T @ (shares - labels) + penalties * theta
        if np.abs(slope).max() < 1e-6:
            break
        theta -= np.linalg.solve((x.T * (shares * (1 - shares))) @ x + np.diag(penalties), slope)
    return theta[:D], theta[D]


def cell(seed):
    """Excess errors by the number of labelled points and the method."""
    random = np.random.default_rng(seed)
    means = random.standard_normal((K, D)) * SEPARATION / D**0.5
    table = random.permutation(np.arange(K) < K // 2)

    def points(count):
        components = random.integers(K, size=count)
        return random.standard_normal((count, D)) + means[components], table[components]

    def error_of_table(mixture, table):
        return np.mean(table[scores(test, *mixture).argmax(axis=1)] != test_labels)

    def error_of_mixture(mixture, x, labels):
        votes = np.bincount(scores(x, *mixture).argmax(axis=1), np.where(labels, 1, -1), K)
        return error_of_table(mixture, votes > 0)

    (unlabelled, _), (labelled, all_labels), (test, test_labels) = map(points, (UNLABELLED, LABELLED[-1], TESTS))
    pretrained = fit_mixture(unlabelled, random)
    least = error_of_table((np.full(K, 1 / K), means), table)
    excess = {}
    for n in LABELLED:
        x, labels = labelled[:n], all_labels[:n]
        excess[n, "pretrain"] = error_of_mixture(pretrained, x, labels) - least
        excess[n, "self"] = error_of_mixture(fit_mixture(x, random), x, labels) - least
        if labels.all() or not labels.any():
            errors = [np.mean(test_labels != labels[0])]
        else:
            fits = [fit_logistic(x, labels, 1 / inverse) for inverse in INVERSE_PENALTIES]
            errors = [np.mean((test @ weights + intercept > 0) != test_labels) for weights, intercept in fits]
        excess[n, "logistic"] = min(errors) - least
    return excess


runs = peer.timed("mixture", cell, SEEDS)
comparison = peer.Comparison()
for n in (8, 64, 512):
    for method in ("pretrain", "self", "logistic"):
        ours = peer.column("unsupervised-pretraining", "excess", model="gmm", n=str(n), method=method)
        comparison.means(f"excess of {method} with {n} labels", [run[n, method] for run in runs], ours)
comparison.end()
