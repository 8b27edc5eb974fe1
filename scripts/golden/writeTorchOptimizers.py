"""Writes test/training/golden/torchOptimizers.json: six weights after 50 steps of torch's own optimizers, in double precision.

Usage: pip install torch==2.15.0 numpy && python scripts/golden/writeTorchOptimizers.py

The gradient of weight i at step t (both from 0) is 0.7 · w + 0.5 · sin(t · (i + 1)); the learning rate is 0.05.
"""

import json
from pathlib import Path

import torch

STEPS = 50
RATE = 0.05
START = [0.5, -1.25, 2.0, 1e-3, -0.125, 3.0]

CASES = [
    ({"kind": "sgd", "momentum": 0.8, "nesterov": True}, 0.01, torch.optim.SGD, {"momentum": 0.8, "nesterov": True}),
    ({"kind": "adam", "beta1": 0.8, "epsilon": 1e-8}, 0.01, torch.optim.Adam, {"betas": (0.8, 0.999), "eps": 1e-8}),
    ({"kind": "adamw"}, 0.01, torch.optim.AdamW, {"eps": 1e-7}),
    ({"kind": "adamw", "beta1": 0.85, "beta2": 0.99, "epsilon": 1e-6}, 0.3, torch.optim.AdamW, {"betas": (0.85, 0.99), "eps": 1e-6}),
]


def run(optimizer_class, weight_decay, options):
    weights = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = optimizer_class([weights], lr=RATE, weight_decay=weight_decay, **options)
    positions = torch.arange(1, len(START) + 1, dtype=torch.float64)
    for step in range(STEPS):
        weights.grad = 0.7 * weights.detach() + 0.5 * torch.sin(step * positions)
        optimizer.step()
    return weights.tolist()


golden = {
    "origin": f"python scripts/golden/writeTorchOptimizers.py, torch {torch.__version__}",
    "steps": STEPS,
    "learningRate": RATE,
    "start": START,
    "cases": [
        {"torch": optimizer_class.__name__, "settings": settings, "weightDecay": decay, "weights": run(optimizer_class, decay, options)}
        for settings, decay, optimizer_class, options in CASES
    ],
}
path = Path(__file__).parents[2] / "test" / "training" / "golden" / "torchOptimizers.json"
path.write_text(json.dumps(golden, indent=2) + "\n")
print(path.stat().st_size, "bytes")
