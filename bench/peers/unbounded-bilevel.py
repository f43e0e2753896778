"""Peer of unbounded-bilevel in numpy: the longest run of the rate study.

BO-REP on the controlled bilevel problem. Every step depends on the one before and works on ten numbers, so there is
nothing to vectorise over: a loop in Python.
"""

import peer

np = peer.load("numpy")

DIM, KAPPA, SIGMA, X_MAX = 10, 2.0, 0.5, 2.0
HORIZON, RATE_HORIZON = 32_000, 1000
ETA = 0.03 * (HORIZON / RATE_HORIZON) ** -0.75
BETA = 1 - 0.1 * (HORIZON / RATE_HORIZON) ** -0.5
GAMMA, NU, PERIOD, INNER, REFINE = 0.2, 0.1, 10, 5, 200
SEEDS = range(4)


def cell(seed):
    """Means over the run of the gradient norm and of the lower error; final gradient norm."""
    random = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(random.standard_normal((DIM, DIM)))
    hessian = (basis * np.linspace(0.5, 2.0, DIM)) @ basis.T
    a = random.standard_normal((DIM, DIM)) * 0.5 / DIM**0.5
    target = random.standard_normal(DIM)
    x = np.linspace(1.0, X_MAX, DIM) * np.where(np.arange(DIM) % 2 == 0, -1, 1)
    y, z, momentum = np.zeros((3, DIM))
    # All noise at once: draws of ten numbers would cost more than the rest.
    refinement = SIGMA * random.standard_normal((REFINE, DIM))
    lower_noise = SIGMA * random.standard_normal((HORIZON // PERIOD, INNER, DIM))
    noise = SIGMA * random.standard_normal((HORIZON, 4, DIM))
    solution = a @ x
    for j in range(REFINE):
        y = y - GAMMA / (1 + 0.02 * j) * (hessian @ (y - solution) + refinement[j])
    norms, errors = np.empty(HORIZON + 1), np.empty(HORIZON + 1)
    for t in range(HORIZON + 1):
        upper = np.sinh(KAPPA * x) / KAPPA - np.sin(2 * x)
        gradient = upper + a.T @ (solution - target)
        norms[t] = (gradient @ gradient) ** 0.5
        gap = y - solution
        errors[t] = (gap @ gap) ** 0.5
        if t == HORIZON:
            break
        if t % PERIOD == 0:
            average = np.zeros(DIM)
            for k in range(INNER):
                y = y - GAMMA * (hessian @ (y - solution) + lower_noise[t // PERIOD, k])
                average += y
            y = average / INNER
        relative, additive, curvature, slope = noise[t]
        curved = hessian @ z
        estimate = upper * (1 + 0.2 * relative) + additive + a.T @ curved
        spread = 0.1 * ((z @ z) / DIM) ** 0.5
        z = z - NU * (curved + spread * curvature - (y - target + slope))
        momentum = BETA * momentum + (1 - BETA) * estimate
        x = x - ETA / ((momentum @ momentum) ** 0.5 + 1e-12) * momentum
        solution = a @ x
    return norms[:-1].mean(), errors[:-1].mean(), norms[-HORIZON // 10 :].mean()


runs = peer.timed("rate", cell, SEEDS)
comparison = peer.Comparison()
# All seeds of ours share one problem; here each has its own.
for quantity, values in zip(("avg_grad", "avg_lower_err", "final_grad"), zip(*runs)):
    ours = peer.column("unbounded-bilevel", quantity, panel="rate", horizon=str(HORIZON))
    comparison.means(quantity, values, ours, one_draw=True)
comparison.end()
