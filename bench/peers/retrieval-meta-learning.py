"""Peer of retrieval-meta-learning in PyTorch: one network with attention to 20 passages, trained and tested.

The texts are read, retrieved and embedded once, before the clock runs, as the cells of the paper share them.
"""

import gzip
import re
import warnings
from collections import Counter
from pathlib import Path

import peer

torch = peer.load("torch")
np = peer.load("numpy")
F = torch.nn.functional
torch.set_default_dtype(torch.float64)
warnings.filterwarnings("ignore", message="Sparse")

MIN_CHILDREN, MAX_PER_CLASS, CORPUS, DIM, LEAST_TEXTS = 60, 60, 60_000, 64, 30
WAY, SHOTS, QUERY, PASSAGES = 5, 5, 5, 20
TRAIN, TEST, RATE, Q_FACTOR = 600, 400, 1e-3, 10
SEEDS = range(6)
STOP = set(
    "a an the of or and in to for with that is by on from as at it its be are used having usually especially which who"
    .split()
)
NOUNS = Path(__file__).resolve().parents[2] / "data" / "wordnet" / "data.noun.gz"


def words(text):
    return [word for word in re.findall("[a-z]+", text.lower()) if word not in STOP]


def read():
    """Labelled texts class by class, the sizes of the classes, and passages."""
    nouns, children = {}, {}
    for line in gzip.decompress(NOUNS.read_bytes()).decode().splitlines():
        if line.startswith("  "):
            continue
        head, gloss = line.split(" | ", 1)
        fields = head.split()
        end = 4 + 2 * int(fields[3], 16)
        pointers = fields[end + 1 :]
        parent = next(
            (pointers[i + 1] for i in range(0, len(pointers), 4) if pointers[i] in ("@", "@i") and pointers[i + 2] == "n"), None
        )
        names = [word for lemma in fields[4:end:2] for word in words(lemma)]
        nouns[fields[0]] = names, words(gloss.split('; "')[0]), parent
        children.setdefault(parent, []).append(fields[0])
    children.pop(None)
    texts, sizes = [], []
    classes = {parent for parent, those in children.items() if len(those) >= MIN_CHILDREN}
    for parent in sorted(classes):
        names = set(nouns[parent][0])
        own = [[word for word in nouns[child][1] if word not in names] for child in children[parent]]
        own = [text for text in own if len(text) >= 3][:MAX_PER_CLASS]
        if len(own) >= LEAST_TEXTS:
            texts += own
            sizes.append(len(own))
    passages = [names + text for names, text, parent in nouns.values() if parent not in classes]
    passages = [text for text in passages if len(text) >= 4]
    order = np.random.default_rng(7).permutation(len(passages))[:CORPUS]
    return texts, sizes, [passages[i] for i in order]


def embed(texts, passages):
    """Vectors of both, and the nearest passages of each text."""
    frequency = Counter(word for text in texts + passages for word in set(text))
    known = {word: place for place, word in enumerate(sorted(word for word, df in frequency.items() if df >= 2))}
    count = len(texts) + len(passages)

    def rows(texts):
        starts, columns, values = [0], [], []
        for text in texts:
            weights = {known[w]: (1 + np.log(n)) * np.log(count / frequency[w]) for w, n in Counter(text).items() if w in known}
            length = np.sqrt(sum(weight**2 for weight in weights.values()))
            for column in sorted(weights):
                columns.append(column)
                values.append(weights[column] / length)
            starts.append(len(columns))
        return torch.sparse_csr_tensor(starts, columns, torch.tensor(values), (len(texts), len(known)))

    sparse_texts, sparse_passages = rows(texts), rows(passages)
    across = sparse_passages.to_sparse_coo().t().to_sparse_csr()
    basis = torch.linalg.qr(sparse_passages @ torch.randn(len(known), DIM + 8)).Q
    for _ in range(3):
        basis = torch.linalg.qr(sparse_passages @ torch.linalg.qr(across @ basis).Q).Q
    directions = torch.linalg.svd(across @ basis, full_matrices=False).U[:, :DIM].contiguous()
    nearest = []
    dense = sparse_texts.to_sparse_coo()
    for first in range(0, len(texts), 256):
        some = torch.arange(first, min(first + 256, len(texts)))
        scores = sparse_passages @ dense.index_select(0, some).to_dense().t().contiguous()
        best = scores.topk(PASSAGES, 0)
        nearest.append(torch.where(best.values > 0, best.indices, 0).t())
    return F.normalize(sparse_texts @ directions), F.normalize(sparse_passages @ directions), torch.cat(nearest)


def episode(generator, classes):
    chosen = generator.choice(len(classes), WAY, replace=False)
    return torch.from_numpy(np.stack([generator.choice(classes[k], SHOTS + QUERY, replace=False) for k in chosen]))


def distances(outputs):
    prototypes = outputs[:, :SHOTS].mean(1)
    queries = outputs[:, SHOTS:].flatten(0, 1)
    return (queries[:, None] - prototypes).square().sum(-1)


def cell(seed):
    """Accuracy before and after meta-training, and the gate."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(CLASSES))
    half, rest = len(order) // 2, len(order) // 2 + len(order) // 8
    train, test = ([CLASSES[k] for k in part] for part in (order[:half], order[rest:]))
    w, u = torch.eye(DIM).requires_grad_(), torch.eye(DIM).requires_grad_()
    q, g, t = torch.zeros(DIM, DIM).requires_grad_(), torch.zeros(()).requires_grad_(), torch.tensor(2.0).requires_grad_()
    optimizer = torch.optim.Adam([{"params": [w, u, g, t]}, {"params": [q], "lr": RATE * Q_FACTOR}], RATE, foreach=True)
    labels = torch.arange(WAY).repeat_interleave(QUERY)

    def outputs(chosen):
        texts, passages = TEXTS[chosen], CORPUS_VECTORS[NEAREST[chosen]]
        alpha = torch.einsum("nd,nmd->nm", texts @ q, passages).softmax(-1)
        mixed = torch.einsum("nm,nmd->nd", alpha, passages)
        return F.normalize(texts @ w + 2 * g.sigmoid() * mixed @ u, dim=-1)

    def accuracy():
        right, draws = 0, np.random.default_rng(1000 + seed)
        with torch.no_grad():
            everything = outputs(torch.cat([torch.from_numpy(rows) for rows in test]))
            places = np.split(np.arange(len(everything)), np.cumsum([len(rows) for rows in test])[:-1])
            for _ in range(TEST):
                right += (distances(everything[episode(draws, places)]).argmin(-1) == labels).sum().item()
        return right / (TEST * len(labels))

    before = accuracy()
    for _ in range(TRAIN):
        chosen = episode(generator, train)
        optimizer.zero_grad()
        out = outputs(chosen.flatten()).view(WAY, SHOTS + QUERY, DIM)
        F.cross_entropy(-t.exp() * distances(out), labels).backward()
        optimizer.step()
    return {"acc_before": before, "acc_after": accuracy(), "gate": 2 * g.sigmoid().item()}


texts, sizes, passages = read()
TEXTS, CORPUS_VECTORS, NEAREST = embed(texts, passages)
CLASSES = np.split(np.arange(len(texts)), np.cumsum(sizes)[:-1])
runs = peer.timed("attention", cell, SEEDS)
comparison = peer.Comparison()
for quantity in runs[0]:
    ours = peer.column("retrieval-meta-learning", quantity, method="attention", n_passages=str(PASSAGES), shots=str(SHOTS))
    comparison.means(quantity, [run[quantity] for run in runs], ours)
comparison.end()
