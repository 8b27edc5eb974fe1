"""The torch side of the proof: torchvision, timm, facenet-pytorch, pretrainedmodels, and Caffe's format written by hand.

Usage: python scripts/proof/torchSide.py write|check FOLDER
`write` saves filled networks as .pth, legacy .pth, .safetensors and .caffemodel, with what they make of a picture; `check` loads our state
dicts with strict=True and runs them.
"""

import sys
from pathlib import Path

import torch
from proof import CASES, Tally, difference, fill, load_outputs, picture, save_outputs
from safetensors.torch import load_file, save_file

from caffemodel import caffe_layers, write_caffemodel  # isort: skip
from tableOriginals import Table  # isort: skip
from torchOriginals import HEADS, NETWORKS, catch  # isort: skip
from torchSlots import slots_of, to_torch  # isort: skip


def network_of(case):
    network = NETWORKS[case["tool"]](case)[0].eval()
    if not case.get("heads") and case["tool"] == "torchvision":
        network.aux_logits = False
        for head, _ in HEADS[case["original"]].values():
            setattr(network, head, None)
    return network


def outputs_of(network, case, image):
    """Logits by our names of heads, and the picture."""
    heads = HEADS.get(case["original"], {}) if case.get("heads") else {}
    found = {}
    for name, (_, after) in heads.items():
        catch(network, after, name, found)
    with torch.no_grad():
        outputs = {"input": image, "main": network(to_torch(image))[0].numpy()}
        for name, (head, _) in heads.items():
            outputs[name] = network.get_submodule(head)(found[name])[0].numpy()
    return outputs


def write(case, folder):
    network = network_of(case)
    fill((name, slots_of(unit)) for name, unit in network.named_modules())
    state = network.state_dict()
    path = folder / case["name"]
    torch.save(state, f"{path}.pth")
    torch.save(state, f"{path}.legacy.pth", _use_new_zipfile_serialization=False)
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, f"{path}.safetensors")
    save_outputs(f"{path}.expected", outputs_of(network, case, picture(case["size"])))
    save_outputs(f"{path}.published.expected", outputs_of(network, case, picture(published_size(case))))


def published_size(case):
    """The input size of the networks that a file of weights is recognised as."""
    return 224 if case["network"] in ("googlenet", "inception-v2") else 299 if case["tool"] != "facenet-pytorch" else 160


def write_caffe(case, folder):
    path = folder / case["name"]
    layers = caffe_layers(case)
    write_caffemodel(f"{path}.caffemodel", layers)
    write_caffemodel(f"{path}.v1.caffemodel", layers, legacy=True)
    for suffix, size in (("", case["size"]), (".published", published_size(case))):
        image = picture(size)
        with torch.no_grad():
            main = Table({**case, "size": size}).run(to_torch(image), False)["main"][0].numpy()
        save_outputs(f"{path}{suffix}.expected", {"input": image, "main": main})


def check(case, folder):
    network = network_of(case)
    network.load_state_dict(load_file(folder / f"{case['name']}.safetensors"), strict=True)
    image, expected = load_outputs(folder / f"{case['name']}.ours")
    found = outputs_of(network, case, image)
    del found["input"]
    return difference(found, expected)


def main(action, folder):
    folder = Path(folder)
    torch.manual_seed(0)
    if action == "write":
        for case in CASES["theirs"]:
            if case["tool"] == "caffe":
                write_caffe(case, folder)
            elif case["tool"] != "keras":
                write(case, folder)
        return
    tally = Tally()
    for case in CASES["stateDicts"]:
        tally.check(f"our {case['network']}:{case['variant']}{' with heads' if case.get('heads') else ''} in {case['tool']}", lambda: check(case, folder / "stateDicts"))
    tally.end("torch")


main(*sys.argv[1:])
