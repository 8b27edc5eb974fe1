"""Writes .caffemodel files: Caffe's NetParameter, in the wire format of protocol buffers, field numbers from BVLC/caffe@9b89154 caffe.proto."""

import numpy as np
from fill import our_weights
from formula import numbers

# NetParameter.layer and .layers, LayerParameter and V1LayerParameter: name, type, blobs.
CURRENT = {"layer": 100, "name": 1, "type": 2, "blobs": 7}
LEGACY = {"layer": 2, "name": 4, "type": 5, "blobs": 6}
# V1LayerParameter.LayerType
V1_TYPES = {"Convolution": 4, "InnerProduct": 14}

BRANCHES = ["1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj"]


def caffe_layers(case):
    """[name, type, blobs] of bvlc_googlenet's layers, filled as `Table` fills its own."""
    weights = our_weights(case)
    stem = ["conv1/7x7_s2", "conv2/3x3_reduce", "conv2/3x3"]
    modules = [f"inception_{name}/{branch}" for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b") for branch in BRANCHES]
    names = [*stem, *modules, "loss3/classifier"]
    assert len(weights) == 2 * len(names), f"{len(weights)} weights for {len(names)} layers"
    return [layer(name, *weights[2 * index : 2 * index + 2]) for index, name in enumerate(names)]


def layer(name, kernel, bias):
    values = numbers(*kernel)
    is_dense = values.ndim == 2
    return name, "InnerProduct" if is_dense else "Convolution", [values.T if is_dense else values.transpose(3, 2, 0, 1), numbers(*bias)]


def write_caffemodel(path, layers, legacy=False):
    fields = LEGACY if legacy else CURRENT
    with open(path, "wb") as file:
        file.write(field(1, b"GoogleNet"))
        for name, kind, blobs in layers:
            kind_field = tag(fields["type"], 0) + varint(V1_TYPES[kind]) if legacy else field(fields["type"], kind.encode())
            content = field(fields["name"], name.encode()) + kind_field + b"".join(field(fields["blobs"], blob(values, legacy)) for values in blobs)
            file.write(field(fields["layer"], content))


def blob(values, legacy):
    if legacy:
        # num, channels, height, width
        sides = [1] * (4 - values.ndim) + list(values.shape)
        shape = b"".join(tag(index + 1, 0) + varint(side) for index, side in enumerate(sides))
    else:
        shape = field(7, field(1, b"".join(map(varint, values.shape))))
    return shape + field(5, np.ascontiguousarray(values, dtype="<f4").tobytes())


def field(number, content):
    return tag(number, 2) + varint(len(content)) + content


def tag(number, wire_type):
    return varint(number << 3 | wire_type)


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
