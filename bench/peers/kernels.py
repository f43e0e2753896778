"""Matrix products in numpy and PyTorch: the sizes of crates/numerics/benches/matrix.rs, as arguments.

An argument is a line of that benchmark without its times: "784 x 128 x 200 (A transposed) f32". For each it prints
"kernel", the rate of numpy and of PyTorch in GFLOP/s, and the argument; NaN stands for a library that is not there.
"""

import importlib.util
import sys
import time

import peer

# Seconds spent on each product and library.
BUDGET = 0.35


def rate(work, operations):
    """GFLOP/s of the fastest of many calls."""
    repeats = max(1, 4_000_000 // operations)
    least, begin = float("inf"), time.perf_counter()
    while time.perf_counter() - begin < BUDGET:
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        least = min(least, (time.perf_counter() - start) / repeats)
    return operations / least / 1e9


np = peer.load("numpy")
torch = peer.load("torch") if importlib.util.find_spec("torch") else None
for line in sys.argv[1:]:
    words = line.split()
    m, k, n = (int(words[place]) for place in (0, 2, 4))
    dtype = {"f32": np.float32, "f64": np.float64}[words[-1]]

    def fill(rows, columns):
        return (np.arange(rows * columns) % 17 / 16 - 0.5).astype(dtype).reshape(rows, columns)

    a = fill(k, m).T if "(A" in words else fill(m, k)
    b = fill(n, k).T if "(B" in words else fill(k, n)
    c = np.empty((m, n), dtype)
    rates = [rate(lambda: np.matmul(a, b, out=c), 2 * m * k * n)]
    if torch is None:
        rates.append(float("nan"))
    else:
        left, right, out = (torch.from_numpy(array) for array in (a, b, c))
        rates.append(rate(lambda: torch.mm(left, right, out=out), 2 * m * k * n))
    print("kernel", *(f"{value:.1f}" for value in rates), line, flush=True)
