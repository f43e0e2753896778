"""Peer of parameter-efficient-retrieval: the same encoder and modules in PyTorch, on random texts with planted pairs.

The texts of ours come from a dictionary; what is compared is the number of trained parameters and the time of the same
steps at the same sizes: 300 of pre-training, 250 of fine-tuning for each of four methods, and the rankings between.
"""

import peer

torch = peer.load("torch")

D, H, DEPTH, B, TAU = 40, 80, 10, 64, 0.05
RANKS = {"adapter": 5, "iaa": 4, "lora": 3}
PRETRAIN, FINETUNE, EVALS = 300, 250, (0, 25, 50, 100, 200, 250)
DOCUMENTS, QUERIES, TESTS, HALVES = 193, 12699, 2000, 37714
SEEDS = range(3)


def uniform(rows, columns, bound):
    return (torch.rand(rows, columns) * 2 - 1) * bound


def network():
    return [
        {
            "w1": uniform(D, H, 1.7 / D**0.5), "b1": torch.zeros(H), "w2": uniform(H, D, 1.7 / H**0.5),
            "b2": torch.zeros(D), "gain": torch.ones(D), "offset": torch.zeros(D),
        }
        for _ in range(DEPTH)
    ]


def modules(method):
    if method == "full":
        return []
    r = RANKS[method]
    out = H if method == "lora" else D
    layers = [{"down": uniform(D, r, D**-0.5), "up": torch.zeros(r, out)} for _ in range(DEPTH)]
    if method == "iaa":
        for layer in layers:
            layer["across"] = torch.zeros(r, r)
        layers.append({"into": uniform(D, r, D**-0.5), "out": torch.zeros(r, D)})
    return layers


def encode(x, layers, added, method):
    h = x
    state = x @ added[-1]["into"] if method == "iaa" else None
    for l, layer in enumerate(layers):
        inner = h @ layer["w1"] + layer["b1"]
        if method == "lora":
            inner = inner + (h @ added[l]["down"]) @ added[l]["up"]
        z = torch.relu(inner) @ layer["w2"] + layer["b2"]
        if method in ("adapter", "iaa"):
            a = z @ added[l]["down"]
            if method == "iaa":
                a = a + state @ added[l]["across"]
            a = torch.relu(a)
            if method == "iaa":
                state = state + a
            z = z + a @ added[l]["up"]
        h = torch.nn.functional.layer_norm(z, (D,), layer["gain"], layer["offset"])
    if method == "iaa":
        h = h + state @ added[-1]["out"]
    return h / h.norm(dim=1, keepdim=True)


def loss_of(u, v, keys):
    scores = u @ v.T / TAU
    same = (keys[:, None] == keys[None]) & ~torch.eye(B, dtype=torch.bool)
    return torch.nn.functional.cross_entropy(scores.masked_fill(same, -1e9), torch.arange(B))


def tune(layers, method, texts, rate, steps, evals, pairs):
    added = modules(method)
    trained = [part for layer in (layers if method == "full" else added) for part in layer.values()]
    for part in trained:
        part.requires_grad_()
    optimizer = torch.optim.Adam(trained, lr=rate)
    for step in range(steps + 1):
        if step in evals:
            with torch.no_grad():
                documents = encode(texts["documents"], layers, added, method)
                queries = encode(texts["queries"][:TESTS], layers, added, method)
                scores = queries @ documents.T
                right = scores.gather(1, texts["relevant"][:TESTS, None])
                rank = 1 + (scores > right).sum(1)
                (1 / rank).where(rank <= 10, torch.zeros(TESTS)).mean().item()
        if step == steps:
            break
        first, second, keys = pairs()
        loss = loss_of(encode(first, layers, added, method), encode(second, layers, added, method), keys)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return sum(part.numel() for part in trained)


def cell(seed):
    """Numbers of trained parameters, after pre-training and all tunings."""
    torch.manual_seed(seed)
    documents = torch.randn(DOCUMENTS, D)
    relevant = torch.randint(DOCUMENTS, (QUERIES,))
    texts = {"documents": documents, "relevant": relevant, "queries": documents[relevant] + torch.randn(QUERIES, D)}
    core = torch.randn(HALVES, D)
    halves = [core + torch.randn(HALVES, D) for _ in range(2)]

    def halves_of():
        rows = torch.randint(HALVES, (B,))
        return halves[0][rows], halves[1][rows], rows

    def queries_of():
        rows = TESTS + torch.randint(QUERIES - TESTS, (B,))
        return texts["queries"][rows], documents[relevant[rows]], relevant[rows]

    base = network()
    tune(base, "full", texts, 1e-3, PRETRAIN, (), halves_of)
    counts = {}
    for method in ("full", "adapter", "iaa", "lora"):
        layers = [{name: part.detach().clone() for name, part in layer.items()} for layer in base]
        rate = 1e-3 if method == "full" else 1e-2
        counts[method] = tune(layers, method, texts, rate, FINETUNE, EVALS, queries_of)
    return counts


results = peer.timed("tuning", cell, SEEDS)
comparison = peer.Comparison()
for method, count in results[0].items():
    ours = peer.column("parameter-efficient-retrieval", "n_params", depth=str(DEPTH), method=method)
    comparison.values(f"trained parameters, {method}", count, ours[0], 0)
comparison.end()
