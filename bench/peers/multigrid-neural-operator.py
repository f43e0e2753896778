"""Peer of multigrid-neural-operator in PyTorch: MgNO of three grids, and the Fourier neural operator, on Darcy flow.

Samples are drawn and solved with scipy; layers are torch's convolutions and Fourier transforms.
"""

import math

import peer

np = peer.load("numpy")
scipy_fft = peer.load("scipy.fft")
sparse = peer.load("scipy.sparse")
solvers = peer.load("scipy.sparse.linalg")
torch = peer.load("torch")

N, TRAIN, TEST, EPOCHS, BATCH = 15, 150, 100, 20, 10
LAYERS, CHANNELS, LEVELS = 3, 6, 3
WIDTH, MODES, PADDING, PROJECTION = 8, 5, 3, 32
SEEDS = range(4)


def solve(a):
    """u of -div(a grad u) = 1 by the five-point scheme with harmonic means."""
    down = 2 * a[1:, 1:-1] * a[:-1, 1:-1] / (a[1:, 1:-1] + a[:-1, 1:-1])
    across = 2 * a[1:-1, 1:] * a[1:-1, :-1] / (a[1:-1, 1:] + a[1:-1, :-1])
    diagonal = down[1:] + down[:-1] + across[:, 1:] + across[:, :-1]
    right = across[:, 1:].copy()
    right[:, -1] = 0
    right, below = right.ravel()[:-1], down[1:-1].ravel()
    matrix = sparse.diags([diagonal.ravel(), -right, -right, -below, -below], [0, 1, -1, N, -N], format="csc")
    return solvers.spsolve(matrix, np.full(N * N, 1 / (N + 1) ** 2)).reshape(N, N)


def samples(count, random):
    k = np.arange(N + 2)
    deviations = 3 / (math.pi**2 * (k[:, None] ** 2 + k**2) + 9)
    deviations[0, 0] = 0
    field = scipy_fft.idctn(deviations * random.standard_normal((count, N + 2, N + 2)), axes=(1, 2), norm="ortho")
    a = np.where(field >= 0, 12.0, 3.0)
    tensor = lambda x: torch.tensor(x, dtype=torch.float32)[:, None]
    return tensor(a[:, 1:-1, 1:-1]), tensor(np.stack([solve(one) for one in a]))


def convolution(inputs, outputs, stride=1):
    return torch.nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1 if stride == 1 else 0, bias=False)


class VCycle(torch.nn.Module):
    def __init__(self, inputs):
        super().__init__()
        modules = lambda make, count: torch.nn.ModuleList(make() for _ in range(count))
        self.S = modules(lambda: convolution(inputs, CHANNELS), LEVELS)
        self.A = modules(lambda: convolution(CHANNELS, inputs), LEVELS - 1)
        self.R = modules(lambda: convolution(inputs, inputs, 2), LEVELS - 1)
        self.Pi = modules(lambda: convolution(CHANNELS, CHANNELS, 2), LEVELS - 1)
        self.P = modules(lambda: torch.nn.ConvTranspose2d(CHANNELS, CHANNELS, 3, stride=2, bias=False), LEVELS - 1)
        self.local = torch.nn.Conv2d(inputs, CHANNELS, 1)

    def forward(self, x):
        f, us = x, [self.S[0](x)]
        for S, A, R, Pi in zip(self.S[1:], self.A, self.R, self.Pi):
            f, u = R(f), Pi(us[-1])
            us.append(u + S(f - A(u)))
        u = us[-1]
        for finer, P in zip(us[-2::-1], reversed(self.P)):
            u = finer + P(u)
        return torch.nn.functional.gelu(u + self.local(x))


def multigrid():
    layers = [VCycle(1 if layer == 0 else CHANNELS) for layer in range(LAYERS)]
    return torch.nn.Sequential(*layers, torch.nn.Conv2d(CHANNELS, 1, 1, bias=False))


class Fourier(torch.nn.Module):
    def __init__(self):
        super().__init__()
        weights = lambda: torch.nn.Parameter(
            torch.randn(2, WIDTH, WIDTH, 2 * MODES, MODES) / WIDTH**2)
        self.K = torch.nn.ParameterList(weights() for _ in range(LAYERS))
        self.local = torch.nn.ModuleList(torch.nn.Conv2d(WIDTH, WIDTH, 1) for _ in range(LAYERS))
        self.lift = torch.nn.Conv2d(3, WIDTH, 1)
        self.project = torch.nn.Conv2d(WIDTH, PROJECTION, 1)
        self.last = torch.nn.Conv2d(PROJECTION, 1, 1)
        line = torch.linspace(-1, 1, N)
        self.coordinates = torch.stack(torch.meshgrid(line, line, indexing="ij"))

    def spectral(self, x, weights):
        side = x.shape[-1]
        z = torch.fft.rfft2(x)
        kept = torch.cat([z[:, :, :MODES, :MODES], z[:, :, -MODES:, :MODES]], 2)
        product = torch.einsum("bixy,ioxy->boxy", kept, torch.complex(weights[0], weights[1]))
        out = torch.zeros(len(x), WIDTH, side, side // 2 + 1, dtype=torch.cfloat)
        out[:, :, :MODES, :MODES] = product[:, :, :MODES]
        out[:, :, -MODES:, :MODES] = product[:, :, MODES:]
        return torch.fft.irfft2(out, s=(side, side))

    def forward(self, x):
        x = self.lift(torch.cat([x, self.coordinates.expand(len(x), -1, -1, -1)], 1))
        x = torch.nn.functional.pad(x, (0, PADDING, 0, PADDING))
        for layer, (weights, local) in enumerate(zip(self.K, self.local)):
            x = self.spectral(x, weights) + local(x)
            if layer + 1 < LAYERS:
                x = torch.nn.functional.gelu(x)
        x = x[:, :, :N, :N]
        return self.last(torch.nn.functional.gelu(self.project(x)))


def train(network, rate, seed):
    """The mean relative error on test samples after the last epoch."""
    random = np.random.default_rng(seed)
    (a, u), (test_a, test_u) = samples(TRAIN, random), samples(TEST, random)
    torch.manual_seed(seed)
    network = network()
    standardise = lambda x: (x - a.mean()) / a.std()
    error = lambda a, u_true: (
        (u.mean() + u.std() * network(standardise(a)) - u_true).flatten(1).norm(dim=1) / u_true.flatten(1).norm(dim=1)
    ).mean()
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    steps = EPOCHS * (TRAIN // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, cycle_momentum=False)
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAIN).split(BATCH):
            optimizer.zero_grad()
            error(a[batch], u[batch]).backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            test = np.mean([error(*part).item() for part in zip(test_a.split(BATCH), test_u.split(BATCH))])
    return test


comparison = peer.Comparison()
for arch, network, rate in [("mgno3", multigrid, 1e-2), ("fno", Fourier, 2e-2)]:
    found = peer.timed(arch, lambda seed: train(network, rate, seed), SEEDS)
    ours = peer.column("multigrid-neural-operator", "test_err", arch=arch, epoch=str(EPOCHS))
    comparison.means(f"test error of {arch}", found, ours)
comparison.end()
