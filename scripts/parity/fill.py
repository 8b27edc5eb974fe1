"""Our names for a network's weights, and how an original takes the numbers that go with them."""

import json
import subprocess
from pathlib import Path

from formula import numbers


def our_weights(case):
    """[name, shape] of each of our weights, in the order in which the layers are made."""
    script = Path(__file__).with_name("listWeights.mjs")
    heads = ["--heads"] if case.get("heads") else []
    command = ["node", script, case["network"], case["variant"], str(case["size"]), *heads]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def fill(slots, weights):
    """Gives each weight's numbers to the slot that stands at the same place in the original's order.

    A slot is (part, shape in our layout, function that takes the numbers). Another part or shape means another order, and ends the script.
    """
    for (part, shape, assign), (name, ours) in zip(slots, weights):
        own = name.rsplit("/", 1)[1]
        if part not in (own, own.replace("pointwise_kernel", "kernel")) or list(shape) != list(ours):
            raise SystemExit(f"{name}: expected {own} {ours}, as ours, got {part} {list(shape)}")
        assign(numbers(name, ours))
    if len(slots) != len(weights):
        raise SystemExit(f"expected {len(weights)} tensors, as ours, got {len(slots)}")
