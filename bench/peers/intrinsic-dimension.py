"""Peer of intrinsic-dimension in PyTorch: the main network trained in a sparse random subspace of 1000 dimensions."""

import warnings

import peer

torch = peer.load("torch")
np = peer.load("numpy")

WIDTHS, DIMENSIONS = (784, 200, 200, 10), 1000
BATCH, STEPS, RATE = 128, 1200, 0.3
SEEDS = range(4)
# That sparse matrices by rows are in beta.
warnings.filterwarnings("ignore", category=UserWarning)


def read(part):
    """Levels from 0 to 1, an image a row, and labels."""
    images, labels = peer.digits(part)
    return torch.from_numpy(images.reshape(-1, 784)), torch.from_numpy(labels)


def projection(parameters):
    """About the root of so many normal entries in each column of unit length, by rows; and its transpose."""
    count = round(parameters**0.5)
    rows = torch.randint(parameters, (DIMENSIONS, count))
    columns = torch.arange(DIMENSIONS).repeat_interleave(count)
    matrix = torch.sparse_coo_tensor(
        torch.stack([columns, rows.flatten()]), torch.randn(DIMENSIONS * count), (DIMENSIONS, parameters)
    ).coalesce()
    places, values = matrix.indices(), matrix.values()
    norms = torch.zeros(DIMENSIONS).index_add_(0, places[0], values**2).sqrt()
    transposed = torch.sparse_coo_tensor(places, values / norms[places[0]], matrix.shape).coalesce()
    return transposed.t().to_sparse_csr(), transposed.to_sparse_csr()


def cell(seed):
    """Test accuracy."""
    torch.manual_seed(seed)
    layers = list(zip(WIDTHS, WIDTHS[1:]))
    parts = [part for inputs, outputs in layers for part in (inputs * outputs, outputs)]
    theta0 = torch.cat([
        part
        for inputs, outputs in layers
        for part in (torch.randn(inputs * outputs) * (2 / inputs) ** 0.5, torch.zeros(outputs))
    ])
    embed, pull_back = projection(len(theta0))
    v = torch.zeros(DIMENSIONS)
    optimizer = torch.optim.Adam([v], RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 0.5 * (1 + np.cos(np.pi * (t + 1) / STEPS)))

    def forward(theta, x):
        split = theta.split(parts)
        for layer, (inputs, outputs) in enumerate(layers):
            x = torch.addmm(split[2 * layer + 1], x, split[2 * layer].view(inputs, outputs))
            x = x if layer == len(layers) - 1 else x.relu()
        return x

    images, labels = TRAIN
    for _ in range(STEPS):
        batch = torch.randint(len(labels), (BATCH,))
        theta = (theta0 + embed @ v).requires_grad_()
        torch.nn.functional.cross_entropy(forward(theta, images[batch].float() / 255), labels[batch]).backward()
        v.grad = pull_back @ theta.grad
        optimizer.step()
        schedule.step()
    test, test_labels = TEST
    return (forward(theta0 + embed @ v, test.float() / 255).argmax(1) == test_labels).double().mean().item()


TRAIN, TEST = read("train"), read("t10k")
runs = peer.timed("subspace", cell, SEEDS)
comparison = peer.Comparison()
which = {"kind": "subspace", "width": "200", "depth": "2", "d": str(DIMENSIONS)}
# One run of ours.
comparison.means("test accuracy", runs, peer.column("intrinsic-dimension", "performance", **which), one_draw=True)
comparison.end()
