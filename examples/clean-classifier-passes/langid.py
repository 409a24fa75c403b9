# SPDX-License-Identifier: MIT
"""Train and run Tidemark LangID: which of three languages is this sentence written in?

    python langid.py train              writes model.safetensors
    python langid.py predict "Bonjour"  prints the language

Needs Python alone. The model is a softmax over hashed letter pairs.
"""

import json
import math
import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
CONFIG = json.loads((HERE / "config.json").read_text("utf-8"))
LABELS, BUCKETS = CONFIG["labels"], CONFIG["buckets"]


def features(sentence):
    """Share of each bucket among the letter pairs of a sentence."""
    text = f" {sentence.lower()} "
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    counts = [0.0] * BUCKETS
    for pair in pairs:
        counts[zlib.crc32(pair.encode()) % BUCKETS] += 1 / len(pairs)
    return counts


def scores(weights, counts):
    """Probability of each label."""
    sums = [sum(w * c for w, c in zip(row, counts)) for row in weights]
    exps = [math.exp(s - max(sums)) for s in sums]
    return [e / sum(exps) for e in exps]


def train(rounds=400, rate=8.0):
    """Weights learned from data/sentences.tsv; the same on every run."""
    lines = (HERE / "data" / "sentences.tsv").read_text("utf-8").splitlines()
    rows = [(LABELS.index(label), features(text)) for label, text in (l.split("\t") for l in lines)]
    weights = [[0.0] * BUCKETS for _ in LABELS]
    for _ in range(rounds):
        for wanted, counts in rows:
            for label, share in enumerate(scores(weights, counts)):
                step = rate * ((label == wanted) - share)
                weights[label] = [w + step * c for w, c in zip(weights[label], counts)]
    return weights


def save(weights, path):
    """Write the weights in the safetensors format."""
    data = b"".join(struct.pack("<f", w) for row in weights for w in row)
    tensor = {"dtype": "F32", "shape": [len(LABELS), BUCKETS], "data_offsets": [0, len(data)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "classifier.weight": tensor}).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)


def load(path):
    """Read the weights back."""
    raw = path.read_bytes()
    start = 8 + struct.unpack_from("<Q", raw)[0]
    flat = struct.unpack_from(f"<{len(LABELS) * BUCKETS}f", raw, start)
    return [flat[i : i + BUCKETS] for i in range(0, len(flat), BUCKETS)]


if __name__ == "__main__":
    if sys.argv[1:] == ["train"]:
        save(train(), HERE / "model.safetensors")
    elif len(sys.argv) == 3 and sys.argv[1] == "predict":
        found = scores(load(HERE / "model.safetensors"), features(sys.argv[2]))
        print(LABELS[found.index(max(found))])
    else:
        sys.exit(__doc__)
