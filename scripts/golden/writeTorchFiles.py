"""Writes test/io/golden/torch/*.pth with PyTorch itself: every kind of number, views of all sorts, nested checkpoints, in both layouts; and
test/io/golden/safetensors/*.safetensors with the reference implementation. Beside each lies a .json of what they read from it: shape, dtype,
the values as the bits of float32.

Usage: pip install torch==1.13.1 numpy==1.24.4 safetensors==0.8.0 && python scripts/golden/writeTorchFiles.py
(Debian's python3-torch 1.13.0a0 wrote those that are there.)
"""

import argparse
import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn

GOLDEN = Path(__file__).parents[2] / "test" / "io" / "golden"
FOLDER = GOLDEN / "torch"
ORIGIN = f"python scripts/golden/writeTorchFiles.py, torch {torch.__version__}, safetensors {safetensors.__version__}, seed 1"
FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
WHOLE = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
SPECIAL = [0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 6e-8, -6.1e-5, float("inf"), -float("inf"), float("nan"), 3e38]


def small_network():
    torch.manual_seed(1)
    return nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 4, 3), bn=nn.BatchNorm2d(4), fc=nn.Linear(4, 2)))


def kinds():
    values = {f"typed.{str(kind)[6:]}": torch.tensor(SPECIAL).to(kind) for kind in FLOATS}
    values |= {f"typed.{str(kind)[6:]}": torch.tensor([0, 1, 2, 127, 100]).to(kind) * (1 if kind == torch.uint8 else -1) for kind in WHOLE}
    values["typed.int64.large"] = torch.tensor([2**62 + 1, -(2**53) - 1, 2**31])
    values["typed.bool"] = torch.tensor([True, False, True])
    return values


def views():
    base = torch.arange(24, dtype=torch.float32)
    return {
        "base": base,
        "shared": base[4:10],
        "transposed": base.view(4, 6).t(),
        "permuted": base.view(2, 3, 4).permute(2, 0, 1),
        "stepped": base.view(4, 6)[::2, 1::3],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
        "channels_last": base.view(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "scalar": torch.tensor(0.1),
        "empty": torch.zeros(0, 4),
        "empty.view": base[7:7],
        "one": torch.ones(1, 1, 1),
        "half.view": torch.arange(6).to(torch.float16).view(2, 3).t(),
        "parameter": nn.Parameter(torch.tensor([1.5, -1.5])),
        "frozen": nn.Parameter(torch.tensor([3, 4]), requires_grad=False),
    }


def checkpoint(key):
    network = small_network()
    optimizer = torch.optim.Adam(network.parameters())
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return {
        "epoch": 7,
        "best": np.float64(0.75),
        "arch": "small",
        "history": [(1, 0.5), (2, 0.25), {"done": True, "left": None, "device": torch.device("cpu"), "sizes": torch.Size([2, 3])}],
        "large": 2**70,
        "names": {"a", "b"},
        key: OrderedDict((f"module.{name}", value) for name, value in network.state_dict().items()),
        "optimizer": optimizer.state_dict(),
    }


def bits(tensor):
    if isinstance(tensor, torch.Tensor):
        values = tensor.detach().to(torch.float32).contiguous().numpy().reshape(-1)
    else:
        values = tensor.astype(np.float32).reshape(-1)
    return {"shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch."), "bits": values.view(np.uint32).tolist()}


def describe(path, tensors):
    expected = {key: bits(tensor) for key, tensor in tensors.items()}
    path.with_suffix(".json").write_text(json.dumps({"origin": ORIGIN, "tensors": expected}))
    print(path.name, path.stat().st_size, "bytes")


def write(name, value, tensors, **options):
    torch.save(value, FOLDER / name, **options)
    describe(FOLDER / name, tensors(torch.load(FOLDER / name)))


def unwrapped(key):
    return lambda value: {name.removeprefix("module."): tensor for name, tensor in value[key].items()}


FOLDER.mkdir(exist_ok=True, parents=True)
for layout, options in {"zip": {}, "legacy": {"_use_new_zipfile_serialization": False}}.items():
    write(f"kinds-{layout}.pth", kinds(), lambda value: value, **options)
    write(f"views-{layout}.pth", views(), lambda value: value, **options)
    write(f"tiny-{layout}.pth", OrderedDict(a=torch.tensor([1.5, -2.0]), b=torch.ones(2, 3, dtype=torch.int8).t()), lambda value: value, **options)
    write(f"network-{layout}.pth", small_network().state_dict(), lambda value: value, **options)
    write(f"checkpoint-{layout}.pth", checkpoint("state_dict"), unwrapped("state_dict"), **options)
write("model-protocol4.pth", checkpoint("model"), unwrapped("model"), pickle_protocol=4)

(GOLDEN / "safetensors").mkdir(exist_ok=True)
path = GOLDEN / "safetensors" / "torch.safetensors"
whole = {name: tensor.contiguous().clone() for name, tensor in {**kinds(), **views()}.items()}
safetensors.torch.save_file(whole, path, {"origin": ORIGIN})
describe(path, safetensors.torch.load_file(path))
path = GOLDEN / "safetensors" / "numpy.safetensors"
types = ["bool", "uint8", "int8", "uint16", "int16", "float16", "uint32", "int32", "float32", "uint64", "int64", "float64"]
safetensors.numpy.save_file({name: np.array([[0, 1, 100], [3, 5, 127]]).astype(name) for name in types}, path)
describe(path, safetensors.numpy.load_file(path))

# What must be refused.
torch.save(small_network(), FOLDER / "refused-module.pth")
torch.save({"weight": torch.quantize_per_tensor(torch.ones(2), 0.5, 0, torch.qint8)}, FOLDER / "refused-quantised.pth")
torch.save({"weight": torch.eye(2).to_sparse()}, FOLDER / "refused-sparse.pth")
torch.save({"weight": torch.ones(2), "args": argparse.Namespace(rate=0.1)}, FOLDER / "refused-namespace.pth")
torch.jit.script(nn.Sequential(nn.Linear(2, 2))).save(str(FOLDER / "refused-script.pth"))
