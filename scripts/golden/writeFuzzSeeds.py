"""Writes the sound files that the fuzz test damages (test/io/fuzz/seeds), as the tools themselves write them.

Usage: KERAS_BACKEND=jax python scripts/golden/writeFuzzSeeds.py keras     (Keras 3.15.1, scripts/parity/requirements/keras.txt)
       python scripts/golden/writeFuzzSeeds.py torch                       (torch 1.13.1, Debian's python3-torchvision)
Weights are drawn with seed 0; nothing is compared with them. Of PyTorch the names and shapes are those of the tfjs model that seedFiles.ts
loads them into.
"""

import sys
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "test" / "io" / "fuzz" / "seeds"
SHAPES = {
    "conv/kernel": [3, 3, 3, 4],
    "conv/bias": [4],
    "norm/gamma": [4],
    "norm/beta": [4],
    "norm/moving_mean": [4],
    "norm/moving_variance": [4],
    "classes/kernel": [4, 3],
    "classes/bias": [3],
}


def write_keras():
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    picture = keras.Input((8, 8, 3), name="picture")
    convolved = layers.Conv2D(4, 3, name="conv")(picture)
    pooled = layers.AveragePooling2D(2, name="pool")(layers.BatchNormalization(name="norm")(convolved))
    joined = layers.Concatenate(name="join")([pooled, layers.SeparableConv2D(2, 3, padding="same", name="separable")(pooled)])
    classes = layers.Dense(3, activation="softmax", name="classes")(layers.GlobalAveragePooling2D(name="mean")(joined))
    network = keras.Model(picture, classes, name="theirs")
    network.save(SEEDS / "theirs.keras")
    network.save(SEEDS / "theirs.h5")
    network.save_weights(SEEDS / "theirs.weights.h5")


def write_torch():
    import torch

    torch.manual_seed(0)
    state = {name: torch.rand(shape) for name, shape in SHAPES.items()}
    torch.save(state, SEEDS / "theirs.pth")
    torch.save(state, SEEDS / "theirs.legacy.pth", _use_new_zipfile_serialization=False)


{"keras": write_keras, "torch": write_torch}[sys.argv[1]]()
