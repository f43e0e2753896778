"""Peer of concept-vectors in PyTorch: the memory is trained, its concept vectors are located, and concepts unlearned."""

import peer

torch = peer.load("torch")

C, R, NAMES, T, D, M, K = 30, 8, 2, 4, 48, 96, 8
L1, STEPS, BATCH, RATE, DECAY = 0.1, 2500, 128, 3e-3, 0.03
MOST, UNLEARN_RATE, UNLEARN_STEPS, BETA, RETAIN, NOISE = 10, 1e-3, 200, 0.1, 64, 8.0
SEEDS = range(4)

grid = torch.cartesian_prod(*(torch.arange(n) for n in (C, NAMES, R, T)))
CONCEPT, NAME, RELATION, TEMPLATE = grid.T
ANSWER = CONCEPT * R + RELATION


def start():
    normal = torch.randn
    parts = [normal(C * NAMES, D), normal(R, D), normal(T, D), normal(D, M) / D**0.5, torch.zeros(M),
             normal(M, D) / M**0.5, normal(D, C * R) / D**0.5]
    return [part.requires_grad_() for part in parts]


def forward(model, rows):
    subjects, relations, templates, keys, bias, values, words = model
    h = subjects[CONCEPT[rows] * NAMES + NAME[rows]] + relations[RELATION[rows]] + templates[TEMPLATE[rows]] / 2
    z = torch.relu(h @ keys + bias)
    return z @ values @ words, z


def train():
    model = start()
    optimizer = torch.optim.AdamW(model, lr=RATE, weight_decay=DECAY)
    for step in range(STEPS):
        rows = torch.randint(len(grid), (BATCH,))
        logits, z = forward(model, rows)
        loss = torch.nn.functional.cross_entropy(logits, ANSWER[rows]) + L1 * z.sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / STEPS) + 1e-4
        optimizer.step()
    return [part.detach() for part in model]


def ask(model):
    with torch.no_grad():
        logits, z = forward(model, torch.arange(len(grid)))
    return (logits.argmax(1) == ANSWER).double(), z


def locate(model, z):
    top = (model[5] @ model[6]).topk(K, dim=1).indices // R
    located = []
    for c in range(C):
        mine = z[CONCEPT == c]
        pure = (top == c).all(1) & ((mine > 0).double().mean(0) >= 0.9)
        if pure.any():
            strength = mine.mean(0) * model[5].norm(dim=1)
            located.append((c, int(strength.where(pure, -torch.ones(M)).argmax())))
    return located


def unlearn(trained, c, method):
    model = [part.clone().requires_grad_() for part in trained]
    forget = torch.nonzero((CONCEPT == c) & (NAME == 0) & (TEMPLATE < T // 2)).flatten()
    others = torch.nonzero(CONCEPT != c).flatten()
    optimizer = torch.optim.Adam(model, lr=UNLEARN_RATE)
    for _ in range(UNLEARN_STEPS):
        rows = forget
        if method != "ga":
            rows = torch.cat([forget, others[torch.randint(len(others), (RETAIN,))]])
        logp = forward(model, rows)[0].log_softmax(1)
        mine = logp[: len(forget)].gather(1, ANSWER[forget, None])[:, 0]
        if method == "npo_kl":
            with torch.no_grad():
                before = forward(trained, rows)[0].log_softmax(1)
            gap = mine - before[: len(forget)].gather(1, ANSWER[forget, None])[:, 0]
            loss = -2 / BETA * torch.nn.functional.logsigmoid(-BETA * gap).mean()
            loss = loss + (before[len(forget) :].exp() * (before - logp)[len(forget) :]).sum(1).mean()
        else:
            loss = mine.mean()
            if method == "gd":
                loss = loss + torch.nn.functional.nll_loss(logp[len(forget) :], ANSWER[rows[len(forget) :]])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right = (logp[: len(forget)].argmax(1) == ANSWER[forget]).any()
        if not right and mine.exp().mean() < 0.02:
            break
    return [part.detach() for part in model]


def cell(seed):
    """Means over a seed's concepts: located ones, jailbreak after gd, held-out and jailbreak after noise."""
    torch.manual_seed(seed)
    trained = train()
    right, z = ask(trained)
    located = locate(trained, z)
    jailbreak, erased = [], []
    for c, unit in located[:MOST]:
        for method in ("ga", "gd", "npo_kl", "needle", "random_unit"):
            if method in ("ga", "gd", "npo_kl"):
                model = unlearn(trained, c, method)
            else:
                model = [part.clone() for part in trained]
                if method == "needle":
                    value = model[5][unit]
                    value += NOISE * value.norm() * torch.randn(D) / D**0.5
                else:
                    model[5][(unit + 1) % M] = 0
            right, _ = ask(model)
            other_name = right[(CONCEPT == c) & (NAME > 0)].mean().item()
            if method == "gd":
                jailbreak.append(other_name)
            if method == "needle":
                erased.append(other_name)
    mean = lambda values: sum(values) / len(values)
    return len(located), mean(jailbreak), mean(erased)


results = peer.timed("unlearning", cell, SEEDS)
rows = peer.rows("concept-vectors", kind="unlearning")
of_seed = lambda seed, method: [row for row in rows if row["seed"] == seed and row["method"] == method]
mean = lambda values: sum(values) / len(values)
jailbreak = lambda method: [mean([row["acc_jailbreak"] for row in of_seed(seed, method)]) for seed in SEEDS]
comparison = peer.Comparison()
comparison.means("concepts located", [r[0] for r in results], [of_seed(seed, "ga")[0]["n_located"] for seed in SEEDS])
comparison.means("accuracy under another name after gd", [r[1] for r in results], jailbreak("gd"))
comparison.means("the same after noise", [r[2] for r in results], jailbreak("needle"))
comparison.end()
