"""Peer of transformers-as-svms in numpy: training one attention layer as W and as K Q', and both SVMs.

The SVMs are solved by the alternating direction method of multipliers with a factor that is computed once, so that
every round is a few products of whole matrices.
"""

import peer

np = peer.load("numpy")

N, TOKENS, D = 6, 8, 10
ITERATIONS, SHOWN, RATE, PENALTY, EVERY = 2000, 1000, 0.1, 2.2e-16, 10
ROUNDS, TOLERANCE = 3000, 1e-7
SEEDS = range(20)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def attend(problem, w):
    """Softmax probabilities, N x TOKENS."""
    tokens, queries, _, _ = problem
    logits = (tokens @ (queries @ w.T)[:, :, None])[:, :, 0]
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def gradient(problem, w):
    """Of the mean logistic loss by W."""
    tokens, queries, labels, values = problem
    probabilities = attend(problem, w)
    outputs = (probabilities * values).sum(axis=1)
    slopes = -labels / (1 + np.exp(labels * outputs)) / N
    logit_slopes = slopes[:, None] * probabilities * (values - outputs[:, None])
    return (logit_slopes[:, None, :] @ tokens)[:, 0].T @ queries


def normalised(slope):
    return RATE / (np.linalg.norm(slope) + np.finfo(float).eps) * slope


def train(problem, start, step):
    """The recorded weights with the mean largest probability, and the tokens that are selected in the end."""
    parameters, recorded = start, []
    for t in range(1, ITERATIONS + 1):
        parameters = step(problem, parameters)
        w = parameters[0] if len(parameters) == 1 else parameters[0] @ parameters[1].T
        if t == 1 or (t % EVERY == 0 and t <= SHOWN):
            recorded.append((w, attend(problem, w).max(axis=1).mean()))
    return recorded, attend(problem, w).argmax(axis=1)


def single_step(problem, parameters):
    (w,) = parameters
    return (w - normalised(gradient(problem, w)),)


def product_step(problem, parameters):
    key, query = parameters
    slope = gradient(problem, key @ query.T)
    return (
        key - normalised(slope @ query + 2 * PENALTY * key),
        query - normalised(slope.T @ key + 2 * PENALTY * query),
    )


def halve(w):
    """The proximal map of |W|^2 / 2."""
    return w / 2


def soften(w):
    """The proximal map of the nuclear norm."""
    u, values, vt = np.linalg.svd(w.reshape(D, D))
    return ((u * np.maximum(values - 1, 0)) @ vt).ravel()


def minimum_norm(constraints, proximal):
    """The least W with all margins at least 1; none if they cannot be met."""
    inverse = np.linalg.inv(np.eye(D * D) + constraints.T @ constraints)
    z, s = np.zeros(D * D), np.ones(len(constraints))
    u, v = np.zeros_like(z), np.zeros_like(s)
    for _ in range(ROUNDS):
        w = inverse @ (z - u + constraints.T @ (s - v))
        margins = constraints @ w
        before, z = z, proximal(w + u)
        s = np.maximum(margins + v, 1)
        u += w - z
        v += margins - s
        change = max(np.linalg.norm(w - z), np.linalg.norm(margins - s), np.linalg.norm(z - before))
        if change < TOLERANCE * np.linalg.norm(z):
            break
    return w if margins.min() > 1 - 1e-5 else None


def solve(problem, selected):
    """W_F and W_N for the selected tokens."""
    tokens, queries, _, _ = problem
    others = np.ones((N, TOKENS), bool)
    others[np.arange(N), selected] = False
    differences = (tokens[np.arange(N), selected][:, None] - tokens)[others].reshape(N, TOKENS - 1, D)
    constraints = (differences[:, :, :, None] * queries[:, None, None, :]).reshape(-1, D * D)
    return minimum_norm(constraints, halve), minimum_norm(constraints, soften)


def correlation(a, b):
    return a.ravel() @ b.ravel() / (np.linalg.norm(a) * np.linalg.norm(b))


def measure(problem, trained, solutions):
    """The curves, and what is measured of the last weights."""
    recorded, selected = trained
    curves = [(share, correlation(w, solutions[0]), correlation(w, solutions[1])) for w, share in recorded]
    values = np.linalg.svd(recorded[-1][0], compute_uv=False)
    _, _, labels, token_values = problem
    best = (labels[:, None] * token_values).argmax(axis=1)
    return {
        "softmax_max": curves[-1][0],
        "corr_fro": curves[-1][1],
        "corr_nuc": curves[-1][2],
        "svm_corr": correlation(*solutions),
        "frac_best": np.mean(best == selected),
        "eff_rank": values.sum() ** 2 / (values**2).sum(),
        "early": curves[2][1],
    }


def cell(seed):
    random = np.random.default_rng(seed)
    bound = D**-0.5
    while True:
        readout = unit(random.standard_normal(D))
        labels = random.choice([-1.0, 1.0], N)
        tokens, queries = unit(random.standard_normal((N, TOKENS, D))), unit(random.standard_normal((N, D)))
        problem = tokens, queries, labels, tokens @ readout
        w, key, query = random.uniform(-bound, bound, (3, D, D))
        trained = train(problem, (w,), single_step), train(problem, (key, query), product_step)
        solutions = [solve(problem, selected) for _, selected in trained]
        if all(solution is not None for pair in solutions for solution in pair):
            return [measure(problem, *pair) for pair in zip(trained, solutions)]


runs = peer.timed("attention", cell, SEEDS)
comparison = peer.Comparison()
for index, param in enumerate(("W", "KQ")):
    for quantity in ("softmax_max", "corr_fro", "corr_nuc", "svm_corr", "frac_best", "eff_rank"):
        ours = peer.column("transformers-as-svms", quantity, kind="final", param=param)
        comparison.means(f"{quantity} of {param}", [run[index][quantity] for run in runs], ours)
    ours = peer.column("transformers-as-svms", "corr_fro", kind="curve", param=param, iter="20")
    comparison.means(f"corr_fro of {param} after 20 steps", [run[index]["early"] for run in runs], ours)
comparison.end()
