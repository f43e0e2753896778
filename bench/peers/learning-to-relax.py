"""Peer of learning-to-relax in numpy: 5000 systems solved at a fixed parameter, and as a bandit chooses it.

At a fixed parameter a sweep goes over the points of the grid and takes all systems of the sequence at once. A bandit
has to see one solve before the next, so that each is a loop of products with one matrix, which maps residuals to
residuals.
"""

import peer

np = peer.load("numpy")

SIDE, EPS, SYSTEMS = 10, 1e-8, 5000
N = SIDE**2
LOW, HIGH, SHAPES = -0.15, 0.45, (2, 6)
FIXED = 1.8
OMEGAS = np.round(np.arange(1, 2, 0.05), 2)
SEEDS = range(4)


def sequence(random):
    """Shifts, and targets of a norm of at most the root of N."""
    shifts = LOW + (HIGH - LOW) * random.beta(*SHAPES, SYSTEMS)
    targets = random.standard_normal((SYSTEMS, N))
    while len(long := np.flatnonzero((targets**2).sum(axis=1) > N)):
        targets[long] = random.standard_normal((len(long), N))
    return shifts, targets


def fixed(seed):
    """Mean iterations, all systems side by side; those that are solved leave."""
    shifts, targets = sequence(np.random.default_rng(seed))
    b = np.zeros((SIDE + 2, SIDE + 2, SYSTEMS))
    b[1:-1, 1:-1] = targets.T.reshape(SIDE, SIDE, SYSTEMS)
    enough = EPS**2 * (b**2).sum(axis=(0, 1))
    x, diagonal, iterations, left = np.zeros_like(b), 4 + shifts, np.zeros(SYSTEMS, int), np.arange(SYSTEMS)
    k = 0
    while len(left):
        k += 1
        gain = FIXED / diagonal
        for i in range(1, SIDE + 1):
            for j in range(1, SIDE + 1):
                around = b[i, j] + x[i - 1, j] + x[i, j - 1] + x[i + 1, j] + x[i, j + 1]
                x[i, j] = (1 - FIXED) * x[i, j] + gain * around
        neighbours = x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:]
        residuals = b[1:-1, 1:-1] + neighbours - diagonal * x[1:-1, 1:-1]
        solved = (residuals**2).sum(axis=(0, 1)) < enough
        iterations[left[solved & (iterations[left] == 0)]] = k
        keep = iterations[left] == 0
        # To copy what is left costs as much as some sweeps.
        if np.mean(keep) < 0.8:
            b, x, diagonal, enough, left = b[:, :, keep], x[:, :, keep], diagonal[keep], enough[keep], left[keep]
    return iterations.mean()


def probabilities(estimates, rounds, scale):
    """What Tsallis-INF plays with: those of follow-the-regularised-leader, by Newton's method."""
    half_eta = 1 / (rounds + 1) ** 0.5
    gaps = (estimates - estimates.min()) / scale
    y = 1 / half_eta
    while True:
        roots = 1 / (half_eta * (gaps + y))
        squares = roots**2
        total = squares.sum()
        if total - 1 <= 1e-12:
            return squares / total
        y += (total - 1) / (2 * half_eta * (squares @ roots))


def bandit(seed):
    """Mean iterations with the parameters that Tsallis-INF chooses."""
    random = np.random.default_rng(seed)
    shifts, targets = sequence(random)
    line = np.eye(SIDE, k=-1)
    below = -np.kron(np.eye(SIDE), line) - np.kron(line, np.eye(SIDE))
    beside, identity = below + below.T, np.eye(N)
    estimates, played, total = np.zeros(len(OMEGAS)), np.full(len(OMEGAS), 1 / len(OMEGAS)), 0
    for t, (shift, target, draw) in enumerate(zip(shifts, targets, random.random(SYSTEMS)), 1):
        arm = min(np.searchsorted(np.cumsum(played), draw), len(OMEGAS) - 1)
        # The residual after a sweep is (I - A M^-1) times that before.
        sweep = np.linalg.inv((4 + shift) / OMEGAS[arm] * identity + below)
        step = identity - (beside @ sweep + (4 + shift) * sweep)
        residual, enough, k = target, EPS**2 * (target @ target), 0
        while residual @ residual >= enough:
            residual = step @ residual
            k += 1
        total += k
        estimates[arm] += (k - 1) / played[arm]
        played = probabilities(estimates, t, (total - t) / t if total > t else 1)
    return total / SYSTEMS


runs = {"fixed": peer.timed("fixed", fixed, SEEDS), "bandit": peer.timed("bandit", bandit, SEEDS)}
comparison = peer.Comparison()
for name, method in (("fixed", f"fixed_{FIXED:.2f}"), ("bandit", "tsallis_inf")):
    which = {"kind": "run", "dist": "low", "method": method, "instance": str(SYSTEMS)}
    comparison.means(f"iterations of {method}", runs[name], peer.column("learning-to-relax", "mean_iters", **which))
comparison.end()
