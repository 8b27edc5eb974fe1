"""Networks of torchvision, timm, facenet-pytorch and pretrainedmodels (Cadene), filled and run as these libraries define them."""

from importlib.metadata import version

import numpy as np
import torch
import torchvision

from fill import fill, our_weights
from torchSlots import to_numpy, to_torch, torch_slots


def torchvision_network(case):
    network = getattr(torchvision.models, case["original"])(weights=None, init_weights=False, aux_logits=True, transform_input=False)
    # Torchvision's transform_input turns its own normalisation into exactly this.
    return network, torchvision.__version__, lambda picture: picture / 127.5 - 1


def timm_network(case):
    import timm

    network = timm.create_model(case["original"], pretrained=False)
    mean, std = (np.array(network.pretrained_cfg[key]) for key in ("mean", "std"))
    return network, timm.__version__, lambda picture: (picture / 255 - mean) / std


def facenet_network(case):
    import facenet_pytorch

    network = getattr(facenet_pytorch, case["original"])(classify=True, num_classes=1000)
    return network, version("facenet-pytorch"), facenet_pytorch.fixed_image_standardization


def cadene_network(case):
    from pretrainedmodels.models.bninception import BNInception, pretrained_settings

    settings = pretrained_settings[case["original"]]["imagenet"]
    order = [settings["input_space"].index(colour) for colour in "RGB"]
    scale = settings["input_range"][1] / 255
    preprocess = lambda picture: (picture[..., np.argsort(order)] * scale - settings["mean"]) / settings["std"]
    network = BNInception()
    # Its own takes a mean over 7x7, which is the whole map at 224 pixels and no map at others.
    network.global_pool = torch.nn.AdaptiveAvgPool2d(1)
    return network, version("pretrainedmodels"), preprocess


NETWORKS = {
    "torchvision": torchvision_network,
    "timm": timm_network,
    "facenet-pytorch": facenet_network,
    "pretrainedmodels": cadene_network,
}

# Auxiliary heads by our names: the module, and the one whose output it reads.
HEADS = {
    "googlenet": {"auxiliary_4a": ("aux1", "inception4a"), "auxiliary_4d": ("aux2", "inception4d")},
    "inception_v3": {"auxiliary_6e": ("AuxLogits", "Mixed_6e")},
}

# The map that a head's first linear layer takes as a vector.
FLATTENED = {"aux1.fc1": (4, 4, 128), "aux2.fc1": (4, 4, 128)}


def run_torch(case, picture):
    """What the original makes of a picture (its endpoints and logits by our names), and which version of what it is."""
    network, tool_version, preprocess = NETWORKS[case["tool"]](case)
    network.eval()
    heads = HEADS.get(case["original"], {})
    fill(slots_in_our_order(network, heads, case), our_weights(case))
    wanted = {**case["endpoints"], **{name: after for name, (_, after) in heads.items()}}
    found = {}
    for ours, theirs in wanted.items():
        catch(network, theirs, ours, found)
    with torch.no_grad():
        logits = network(to_torch(preprocess(picture.astype(np.float64))))
        outputs = {name: found[name] for name in case["endpoints"]} | {"main_logits": logits}
        for name, (head, _) in heads.items():
            if case.get("heads"):
                outputs[f"{name}_logits"] = network.get_submodule(head)(found[name])
    return {name: to_numpy(tensor) for name, tensor in outputs.items()}, f"{case['tool']} {tool_version}, torch {torch.__version__}"


def slots_in_our_order(network, heads, case):
    """The trunk's and the classifier's as registered, then each head's where the case has them."""
    modules = [head for head, _ in heads.values()]
    trunk = [(name, unit) for name, unit in network.named_modules() if name.split(".")[0] not in modules]
    wanted = modules if case.get("heads") else []
    own = [(name, unit) for head in wanted for name, unit in network.named_modules() if name.split(".")[0] == head]
    return torch_slots(trunk + own, FLATTENED)


def catch(network, theirs, ours, found):
    """Keeps a module's output, or with '>' before its name its input, before a later ReLU works in its place."""
    if theirs.startswith(">"):
        network.get_submodule(theirs[1:]).register_forward_pre_hook(lambda unit, inputs: found.update({ours: inputs[0].clone()}))
    else:
        network.get_submodule(theirs).register_forward_hook(lambda unit, inputs, output: found.update({ours: output.clone()}))
