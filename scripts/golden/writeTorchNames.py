"""Writes test/io/names/golden/torch.json: every tensor of the state dicts of torchvision, timm, facenet-pytorch and pretrainedmodels.

Usage: with scripts/parity/requirements/torch.txt installed, python scripts/golden/writeTorchNames.py

A line is a module: its name, then its tensors' own names, then the shape that they share, but for num_batches_tracked, which is a scalar.
"""

import json
from importlib.metadata import version
from pathlib import Path

import facenet_pytorch
import timm
import torchvision
from pretrainedmodels.models.bninception import BNInception
from pretrainedmodels.models.inceptionresnetv2 import InceptionResNetV2

NETWORKS = {
    "torchvision googlenet": lambda: torchvision.models.googlenet(weights=None, init_weights=False, aux_logits=True),
    "torchvision inception-v3": lambda: torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=True),
    "timm inception-v3": lambda: timm.create_model("inception_v3"),
    "timm inception-v4": lambda: timm.create_model("inception_v4"),
    "timm inception-resnet-v2": lambda: timm.create_model("inception_resnet_v2"),
    "timm xception": lambda: timm.create_model("legacy_xception"),
    "facenet inception-resnet-v1": lambda: facenet_pytorch.InceptionResnetV1(classify=True, num_classes=8631),
    "cadene inception-v2": BNInception,
    "cadene inception-resnet-v2": InceptionResNetV2,
}


def lines(state):
    """Tensors of one module and shape that follow each other share a line."""
    grouped = []
    for name, tensor in state.items():
        module, part = name.rsplit(".", 1)
        shape = "x".join(map(str, tensor.shape)) or grouped[-1][2]
        if grouped and (grouped[-1][0], grouped[-1][2]) == (module, shape):
            grouped[-1][1] += f",{part}"
        else:
            grouped.append([module, part, shape])
    return [" ".join(group) for group in grouped]


tools = ", ".join(f"{name} {version(name)}" for name in ("torch", "torchvision", "timm", "facenet-pytorch", "pretrainedmodels"))
manifests = {name: lines(build().state_dict()) for name, build in NETWORKS.items()}
path = Path(__file__).parents[2] / "test" / "io" / "names" / "golden" / "torch.json"
path.write_text(json.dumps({"origin": f"python scripts/golden/writeTorchNames.py, {tools}", "manifests": manifests}, indent=1) + "\n")
