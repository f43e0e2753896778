"""Peer of limiting-confidence in PyTorch: a bag-of-words network trained for 16 epochs, with its coverage."""

import gzip
import re
from collections import Counter, defaultdict
from pathlib import Path

import peer

torch = peer.load("torch")

MIN_CHILDREN, MIN_LEFT, TRAIN, TEST = 20, 10, 4000, 2000
WIDTH, EPOCHS, BATCH, RATE, ORDER = 48, 16, 32, 3e-3, 256
SEEDS = range(3)
NOUNS = Path(__file__).resolve().parents[2] / "data" / "wordnet" / "data.noun.gz"


def words(text):
    return re.findall("[a-z]+", text.lower())


def questions():
    """Words and answer of each question."""
    names, children = {}, defaultdict(list)
    for line in gzip.decompress(NOUNS.read_bytes()).decode().splitlines():
        if line.startswith("  "):
            continue
        head, gloss = line.split(" | ", 1)
        head = head.split()
        count = int(head[3], 16)
        names[head[0]] = [set(words(lemma)) for lemma in head[4 : 4 + 2 * count : 2]]
        pointers = head[5 + 2 * count :]
        pointers = zip(pointers[::4], pointers[1::4], pointers[2::4])
        parent = next((target for symbol, target, kind in pointers if symbol in ("@", "@i") and kind == "n"), None)
        children[parent].append(words(gloss.strip().split('; "')[0]))
    asked, concepts = [], 0
    for parent, definitions in children.items():
        if parent is None or len(definitions) < MIN_CHILDREN:
            continue
        kept = [d for d in definitions if len(d) >= 3 and not any(name <= set(d) for name in names[parent])]
        if len(kept) >= MIN_LEFT:
            asked += [(definition, concepts) for definition in kept]
            concepts += 1
    return asked, concepts


def bags(part, number):
    """Numbers of known words of all texts in one vector, where each begins, answers."""
    unknown = len(number)
    texts = [torch.tensor([number[word] for word in text if word in number] or [unknown]) for text, _ in part]
    return texts, torch.tensor([answer for _, answer in part])


def flat(texts):
    lengths = torch.tensor([0] + [len(text) for text in texts[:-1]])
    return torch.cat(texts), lengths.cumsum(0)


class Network(torch.nn.Module):
    def __init__(self, vocabulary, concepts):
        super().__init__()
        self.words = torch.nn.EmbeddingBag(vocabulary + 1, WIDTH, mode="mean")
        self.hidden, self.last = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, concepts)

    def forward(self, bag):
        return self.last(torch.relu(self.hidden(self.words(*bag))))


def loss(logits, answers, order):
    """Cross-entropy of each question times the detached factor N (1-p)^(N-1) p / (1 - (1-p)^N)."""
    cross_entropy = torch.nn.functional.cross_entropy(logits, answers, reduction="none")
    p = torch.exp(-cross_entropy.detach().double())
    covered = -torch.expm1(order * torch.log1p(-p))
    factor = order * torch.exp((order - 1) * torch.log1p(-p)) * p / covered
    factor = torch.where(order * p < 1e-3, 1 - (order - 1) * p / 2, factor)
    return (factor.float() * cross_entropy).mean()


def cell(seed):
    """pass@1 and pass@ORDER on the test questions after each epoch."""
    torch.manual_seed(seed)
    chosen = [QUESTIONS[index] for index in torch.randperm(len(QUESTIONS))[: TRAIN + TEST]]
    seen = Counter(word for text, _ in chosen[:TRAIN] for word in set(text))
    number = {word: index for index, word in enumerate(sorted(word for word in seen if seen[word] >= 2))}
    texts, answers = bags(chosen[:TRAIN], number)
    test, test_answers = bags(chosen[TRAIN:], number)
    test = flat(test)
    model = Network(len(number), CONCEPTS)
    optimizer = torch.optim.Adam(model.parameters(), RATE, foreach=True)
    covered = []
    for _ in range(EPOCHS):
        for batch in torch.randperm(TRAIN).split(BATCH):
            optimizer.zero_grad()
            loss(model(flat([texts[index] for index in batch])), answers[batch], ORDER).backward()
            optimizer.step()
        with torch.no_grad():
            p = torch.softmax(model(test), 1)[torch.arange(TEST), test_answers].double()
        covered.append([p.mean().item(), -torch.expm1(ORDER * torch.log1p(-p)).mean().item()])
    return covered


QUESTIONS, CONCEPTS = questions()
runs = peer.timed("training", cell, SEEDS)
comparison = peer.Comparison()
for column, test_n in enumerate(["1", str(ORDER)]):
    for epoch in (1, EPOCHS):
        ours = peer.column("limiting-confidence", "coverage", train_n=str(ORDER), test_n=test_n, epoch=str(epoch))
        comparison.means(f"pass@{test_n} after epoch {epoch}", [run[epoch - 1][column] for run in runs], ours)
comparison.end()
