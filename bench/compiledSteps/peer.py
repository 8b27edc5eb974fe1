"""What the programs of Keras and PyTorch share: the task they are given, and the lines they answer."""

import json
import sys
import time

LEARNING_RATE = 1e-3
MOMENTUM = 0.9


def task():
    """The task: what, spec, batch, threads, and for training on a folder its path as folder."""
    return json.loads(sys.argv[-1])


def both_sides(size):
    """A height and a width from a number or two."""
    return [size, size] if isinstance(size, int) else list(size)


def style_of(step, spec):
    """A convolution's order and whether it has a bias: its own, or else the network's."""
    style = spec["convolution"]
    return step.get("order", style["order"]), step.get("useBias", style["useBias"])


def answer(run, about):
    """Runs once, says what is known of the network, then runs as often as each line of the input asks."""

    def timed():
        start = time.perf_counter()
        run()
        return 1000 * (time.perf_counter() - start)

    print(json.dumps({**about, "firstMs": timed()}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"milliseconds": [timed() for _ in range(json.loads(line)["runs"])]}), flush=True)
