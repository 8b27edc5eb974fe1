"""Networks that no library runs any more, built in torch from the tables in tables/, copied from the sources that each table names.

They share nothing with this package's own specs: filters, kernels, strides and padding are the tables', the arithmetic is torch's.
"""

import json
import re
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fill import fill, our_weights
from torchSlots import slots_of, to_numpy, to_torch

SYMMETRIC = lambda picture: picture / 127.5 - 1
MEAN = np.array([123, 117, 104])

NORMALIZED = {"norm": "beta", "bias": False, "lrn": False, "preprocess": SYMMETRIC}
BIASED = {"norm": None, "bias": True, "lrn": True, "preprocess": lambda picture: picture - MEAN}

# What the sources do around the table's steps. `replace` changes steps, by a pattern.
STYLES = {
    ("googlenet", "batchnorm"): {**NORMALIZED, "norm": "gamma, beta"},
    ("googlenet", "paper"): BIASED,
    # Pads 7x7/2 alike on all sides, pools in ceil mode, takes BGR.
    ("googlenet", "caffe"): {**BIASED, "caffe": True, "preprocess": lambda picture: (picture - MEAN)[..., ::-1]},
    # nets/inception_v1.py: 3x3 for 5x5, and 2x2 for the last of the pools of stride 2.
    ("googlenet", "slim"): {**NORMALIZED, "replace": {r"5x5$": "3x3", "pool4/3x3_s2": "maxpool 2x2/2"}},
    ("inception-v2", "slim"): NORMALIZED,
    ("inception-v3", "slim"): NORMALIZED,
    ("inception-v4", "slim"): NORMALIZED,
    ("inception-resnet-v1", "paper"): {**NORMALIZED, "norm": "gamma, beta"},
    ("inception-resnet-v2", "slim"): NORMALIZED,
}

EPSILON = 1e-3


class Table:
    """Runs a table's steps over a map, filling each step's weights as it comes to it: its order is the table's."""

    def __init__(self, case):
        self.table = json.loads((Path(__file__).parent / "tables" / f"{case['network']}.json").read_text())
        self.style = STYLES[case["network"], case["variant"]]
        self.weights = iter(our_weights(case))
        self.outputs = {}

    def run(self, x, heads):
        for layer in self.table["layers"]:
            for count in range(layer.get("repeat", 1)):
                x = self.step(x, layer)
                self.outputs[layer["name"] if "repeat" not in layer else f"{layer['name']}_{count + 1}"] = x
        self.outputs["main"] = x
        for index, head in enumerate(self.table["auxiliaryHeads"] if heads else []):
            x = self.outputs[head["after"]]
            for step in head["layers"]:
                x = self.step(x, step)
            self.outputs[f"head {index}"] = x
        return self.outputs

    def step(self, x, step):
        if isinstance(step, dict) and "branches" in step:
            joined = torch.cat([self.branch(x, branch) for branch in step["branches"]], 1)
            return joined if "residual" not in step else self.residual(x, joined, step)
        name, text = (step["name"], step["step"]) if isinstance(step, dict) else ("", step)
        return self.operation(x, self.replaced(name, text))

    def branch(self, x, steps):
        for step in steps:
            x = self.step(x, step)
        return x

    def replaced(self, name, text):
        for pattern, by in self.style.get("replace", {}).items():
            text = by if name == pattern else re.sub(pattern, by, text)
        return text

    def residual(self, x, joined, step):
        total = x + step["residual"] * self.filled(nn.Conv2d(joined.shape[1], step["filters"], 1))(joined)
        return functional.relu(total) if step["activation"] == "relu" else total

    def operation(self, x, text):
        op, *words = text.split()
        if op in ("conv", "sepconv"):
            return self.convolution(x, op, words)
        if op in ("maxpool", "avgpool"):
            return self.pool(x, op, *window(words[0]), "valid" in words)
        if op == "lrn":
            size, alpha, beta, k = map(float, words)
            return functional.local_response_norm(x, int(size), alpha, beta, k) if self.style["lrn"] else x
        if op == "gap":
            return x.mean((2, 3))
        if op == "flatten":
            return x.permute(0, 2, 3, 1).flatten(1)
        assert op == "dense", text
        y = self.filled(nn.Linear(x.shape[1], int(words[0])))(x)
        return functional.relu(y) if "relu" in words else y

    def convolution(self, x, op, words):
        filters, (kernel, stride) = int(words[0]), window(words[1])
        kernel = [min(kernel[axis], x.shape[2 + axis]) if "shrinks" in words else kernel[axis] for axis in (0, 1)]
        padded = x if "valid" in words else functional.pad(x, self.padding(x, kernel, stride))
        channels = x.shape[1]
        if op == "sepconv":
            # Slim's: outside of the scope that normalises, so with a bias and without batch normalisation.
            between = channels * int(words[-1][1:])
            depthwise = nn.Conv2d(channels, between, kernel, stride, groups=channels, bias=False)
            pointwise = nn.Conv2d(between, filters, 1)
            self.fill([*slots_of(depthwise), *slots_of(pointwise)])
            return functional.relu(pointwise(depthwise(padded)))
        y = self.filled(nn.Conv2d(channels, filters, kernel, stride, bias=self.style["bias"]))(padded)
        return functional.relu(self.normalize(y))

    def normalize(self, x):
        if self.style["norm"] is None:
            return x
        norm = nn.BatchNorm2d(x.shape[1], eps=EPSILON).eval()
        self.fill([slot for slot in slots_of(norm) if slot[0] != "gamma" or "gamma" in self.style["norm"]])
        return norm(x)

    def padding(self, x, kernel, stride):
        """Left, right, top, bottom: TensorFlow's SAME, or for Caffe half a kernel on every side."""
        if self.style.get("caffe"):
            return [kernel[1] // 2, kernel[1] // 2, kernel[0] // 2, kernel[0] // 2]
        (top, bottom), (left, right) = (same_padding(x.shape[2 + axis], kernel[axis], stride) for axis in (0, 1))
        return [left, right, top, bottom]

    def pool(self, x, op, kernel, stride, valid):
        if op == "maxpool" and self.style.get("caffe") and stride > 1:
            return functional.max_pool2d(x, kernel, stride, ceil_mode=True)
        padding = [0, 0, 0, 0] if valid else self.padding(x, kernel, stride)
        if op == "maxpool":
            return functional.max_pool2d(functional.pad(x, padding, value=-np.inf), kernel, stride)
        # The mean of what is there: sums over sums of ones.
        summed, counted = (functional.avg_pool2d(functional.pad(y, padding), kernel, stride) for y in (x, torch.ones_like(x)))
        return summed / counted

    def filled(self, unit):
        self.fill(slots_of(unit))
        return unit

    def fill(self, slots):
        fill(slots, [next(self.weights) for _ in slots])


def window(text):
    """'7x7/2' is a kernel of [7, 7] and a stride of 2."""
    kernel, _, stride = text.partition("/")
    return [int(side) for side in kernel.split("x")], int(stride or 1)


def same_padding(length, kernel, stride):
    total = max(0, (-(-length // stride) - 1) * stride + kernel - length)
    return total // 2, total - total // 2


def run_table(case, picture):
    """What the table's network makes of a picture (its endpoints and logits by our names), and what it is."""
    table = Table(case)
    with torch.no_grad():
        outputs = table.run(to_torch(table.style["preprocess"](picture.astype(np.float64))), case.get("heads"))
    assert next(table.weights, None) is None, "weights of ours that the table has no place for"
    wanted = {**case["endpoints"], "main_logits": "main"}
    wanted |= {f"{name}_logits": f"head {index}" for index, name in enumerate(case.get("heads", []))}
    sources = "; ".join(table.table["sources"])
    built = f"no library: torch {torch.__version__} built from scripts/parity/tables/{case['network']}.json ({sources})"
    return {ours: to_numpy(outputs[theirs]) for ours, theirs in wanted.items()}, built
