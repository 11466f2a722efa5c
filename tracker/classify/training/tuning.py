"""Tuning: the base model learns what an act is, and which. The only place that needs torch.

Two passes over the project's own headlines teach the ten kinds; two more, over the entries of real
feeds and a part of the headlines, teach how rare an act is there. Word pieces stay as they are.
"""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tracker.classify.encoder.run import END, START
from tracker.classify.kinds import Kind
from tracker.classify.training.base_weights import Base

log = logging.getLogger(__name__)
PASSES, BATCH, WARM_STEPS = 2, 32, 50
HEAD_RATE = 1e-3
DROPOUT, SMOOTHING, DECAY = 0.1, 0.05, 0.01
LENGTH = 96  # word pieces of a text that are read in tuning
NO_KIND = -100  # torch's own mark for "not to be learned from"


@dataclass(frozen=True)
class Row:
    """A text as the encoder reads it; `kind` is the place in Kind, NO_KIND for no act."""

    text: str
    is_act: bool
    kind: int
    weight: float = 1.0


class Layer(nn.Module):
    """One transformer layer (post-norm), with the base model's weights."""

    def __init__(self, base: Base, number: int) -> None:
        super().__init__()
        self.heads = base.heads
        width, inner = base.width, base.inner
        self.q, self.k, self.v, self.ao = (
            _linear(base, f"l{number}.{name}", width, width) for name in ("q", "k", "v", "ao")
        )
        self.fi = _linear(base, f"l{number}.fi", inner, width)
        self.fo = _linear(base, f"l{number}.fo", width, inner)
        self.after_attention = _norm(base, f"l{number}.aln")
        self.after_inner = _norm(base, f"l{number}.oln")

    def forward(self, x: Any, bias: Any) -> Any:
        """`x` is texts x pieces x width; `bias` is added to the attention, very low for padding."""
        texts, length, width = x.shape
        q, k, v = (
            part(x).view(texts, length, self.heads, width // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        scores = q @ k.transpose(2, 3) * (width // self.heads) ** -0.5 + bias
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(texts, length, width)
        x = self.after_attention(x + functional.dropout(self.ao(mixed), DROPOUT, self.training))
        grown = self.fo(functional.gelu(self.fi(x)))
        return self.after_inner(x + functional.dropout(grown, DROPOUT, self.training))


class Net(nn.Module):
    """Vectors of word pieces -> (log-odds of an act, log-probabilities of the kinds)."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.norm = _norm(base, "emb.ln")
        self.layers = nn.ModuleList(Layer(base, number) for number in range(base.layers))
        self.event = nn.Linear(base.width, 1)
        self.kind = nn.Linear(base.width, len(Kind))

    def forward(self, vectors: Any, mask: Any) -> tuple[Any, Any]:
        """`mask` is 1 for a piece of the text, 0 for padding."""
        x = functional.dropout(self.norm(vectors), DROPOUT, self.training)
        bias = (1.0 - mask[:, None, None, :]) * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        weights = mask[..., None]
        mean = (x * weights).sum(1) / weights.sum(1)
        return self.event(mean)[:, 0], torch.log_softmax(self.kind(mean), -1)


def _linear(base: Base, name: str, rows: int, columns: int) -> nn.Linear:
    layer = nn.Linear(columns, rows)
    layer.weight.data = torch.from_numpy(base.matrix(f"{name}.w", rows, columns))
    layer.bias.data = torch.from_numpy(base.floats(f"{name}.b", rows))
    return layer


def _norm(base: Base, name: str) -> nn.LayerNorm:
    layer = nn.LayerNorm(base.width, eps=base.epsilon)
    layer.weight.data = torch.from_numpy(base.floats(f"{name}.w", base.width))
    layer.bias.data = torch.from_numpy(base.floats(f"{name}.b", base.width))
    return layer


class Vectors:
    """Texts -> vectors of their word pieces, from the packed table."""

    def __init__(self, tokenizer: Any, table: Any, places: Any) -> None:
        self.tokenizer = tokenizer
        self.table = torch.from_numpy(table)
        self.places = torch.from_numpy(places.astype("float32"))

    def ids(self, text: str) -> list[int]:
        """Return the pieces of a text between the marks of its start and end."""
        return [START, *self.tokenizer.encode(text)[:LENGTH], END]

    def batch(self, rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        """Return (vectors, mask) of several texts, padded to the longest."""
        longest = max(map(len, rows))
        vectors = torch.zeros(len(rows), longest, self.table.shape[1])
        mask = torch.zeros(len(rows), longest)
        for number, ids in enumerate(rows):
            vectors[number, : len(ids)] = self.table[list(ids)] + self.places[: len(ids)]
            mask[number, : len(ids)] = 1.0
        return vectors, mask


def tune(
    net: Net,
    vectors: Vectors,
    rows: Sequence[Row],
    rate: float,
    seed: int,
    *,
    passes: int = PASSES,
) -> None:
    """Tune the net on the rows in place; `rate` is the layers' learning rate."""
    torch.manual_seed(seed)
    order_by = random.Random(seed)  # noqa: S311 - no secret
    ids = [vectors.ids(row.text) for row in rows]
    body = [p for name, p in net.named_parameters() if not name.startswith(("event.", "kind."))]
    heads = [*net.event.parameters(), *net.kind.parameters()]
    rates = (rate, HEAD_RATE)
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": heads, "lr": HEAD_RATE}], weight_decay=DECAY
    )
    steps, step = len(rows) * passes // BATCH, 0
    net.train()
    while step < steps:
        for places in _batches([len(pieces) for pieces in ids], order_by):
            if step >= steps:
                break
            factor = min(1.0, (step + 1) / WARM_STEPS) * max(0.02, 1 - step / steps)
            for group, highest in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = highest * factor
            loss = _loss(net, vectors.batch([ids[i] for i in places]), [rows[i] for i in places])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            step += 1
            if step % WARM_STEPS == 0:
                fields = {"step": step, "steps": steps, "loss": round(loss.item(), 3)}
                log.info("trained a step", extra=fields)
    net.eval()


def _batches(lengths: Sequence[int], order_by: random.Random) -> list[list[int]]:
    """Put the rows in random order, texts of like length together."""
    order = list(range(len(lengths)))
    order_by.shuffle(order)
    # Sorted in spans, not as a whole, so that a text meets other ones in each pass.
    span = BATCH * 16
    sorted_spans = [
        place
        for start in range(0, len(order), span)
        for place in sorted(order[start : start + span], key=lambda i: lengths[i])
    ]
    batches = [sorted_spans[i : i + BATCH] for i in range(0, len(order), BATCH)]
    order_by.shuffle(batches)
    return batches


def _loss(net: Net, batch: tuple[Any, Any], rows: Sequence[Row]) -> Any:
    with torch.autocast("cpu", torch.bfloat16):
        event, kinds = net(*batch)
    is_act = torch.tensor([float(row.is_act) for row in rows])
    weight = torch.tensor([row.weight for row in rows])
    each = functional.binary_cross_entropy_with_logits(event.float(), is_act, reduction="none")
    loss = (each * weight).mean()
    kind = torch.tensor([row.kind for row in rows])
    if bool((kind >= 0).any()):
        loss = loss + functional.cross_entropy(kinds.float(), kind, label_smoothing=SMOOTHING)
    return loss


def predict(net: Net, vectors: Vectors, texts: Sequence[str]) -> tuple[Any, Any]:
    """Return (log-odds, log-probabilities of the kinds) of texts, as arrays in their order."""
    ids = [vectors.ids(text) for text in texts]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    event, kinds = np.zeros(len(ids)), np.zeros((len(ids), len(Kind)))
    net.eval()
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            scores, rows = net(*vectors.batch([ids[i] for i in places]))
            event[places], kinds[places] = scores.numpy(), rows.numpy()
    return event, kinds
