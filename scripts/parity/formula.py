"""The numbers that the networks of the parity tests are filled with, a function of a tensor's name and shape.

The same in TypeScript is test/networks/parity/formula.ts; test/networks/parity/golden/formula.safetensors pins the two to each other. Every tensor
has its own numbers, so that one in another's place shows. Their ranges keep values near 1 through two hundred layers.
"""

import math

import numpy as np

SEED = 5


def hash_text(text):
    """FNV-1a over the UTF-8 of a text, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def uniform(name, count):
    """`count` numbers from 0 up to but without 1, multiples of 2^-24: murmur3's finaliser over steps from the name's hash."""
    bits = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(hash_text(f"{SEED}/{name}"))
    bits ^= bits >> np.uint32(16)
    bits *= np.uint32(0x85EBCA6B)
    bits ^= bits >> np.uint32(13)
    bits *= np.uint32(0xC2B2AE35)
    bits ^= bits >> np.uint32(16)
    return (bits >> np.uint32(8)).astype(np.float64) / 2**24


def limits(name, shape):
    """The least and the largest value: a variance kept by a ReLU's layer for kernels, by a linear one for depthwise kernels."""
    part = name.rsplit("/", 1)[1]
    if part == "depthwise_kernel":
        bound = math.sqrt(3 / (shape[0] * shape[1]))
        return -bound, bound
    if part in ("kernel", "pointwise_kernel"):
        bound = math.sqrt(6 / math.prod(shape[:-1]))
        return -bound, bound
    return {"gamma": (0.6, 1.4), "moving_variance": (0.5, 1.5)}.get(part, (-0.2, 0.2))


def numbers(name, shape):
    """A tensor's values as float32, in the layout of Keras (HWIO kernels)."""
    low, high = limits(name, shape)
    values = low + (high - low) * uniform(name, math.prod(shape))
    return values.astype(np.float32).reshape(shape)


def picture(size, contrast):
    """A square RGB picture of bytes: waves of another length and direction for each colour, and noise.

    A contrast of 1 fills the range; less suits networks that take means off and no more, whose biases would else be lost beside the values.
    """
    down, across = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
    waves = [np.sin(0.11 * down + 0.05 * across), np.sin(0.07 * across - 0.13 * down + 1), np.cos(0.19 * across + 0.03 * down)]
    noise = uniform(f"picture {size}", size * size * 3).reshape(size, size, 3)
    return np.clip(115 + contrast * (70 * np.stack(waves, -1) + 110 * (noise - 0.5)), 0, 255).astype(np.uint8)
