"""What of a torch network takes numbers, in the order in which its modules were registered; see fill.py for what a slot is."""

import numpy as np
import torch
from torch import nn


def torch_slots(named_modules, flattened={}):
    """The slots of modules, one after the other.

    `flattened` has the [height, width, channels] of which a linear layer's input is made, by the layer's name: torch lays channels first.
    """
    return [slot for name, unit in named_modules for slot in slots_of(unit, flattened.get(name))]


def slots_of(unit, flattened=None):
    """The slots of one module; none for those without weights, and for those that only hold others."""
    if isinstance(unit, nn.Conv2d):
        return [depthwise_slot(unit) if unit.groups > 1 else convolution_slot(unit), *bias_slots(unit)]
    if isinstance(unit, nn.Linear):
        arrange = lambda values: channels_first(values, flattened).T
        return [("kernel", [unit.in_features, unit.out_features], setter(unit.weight, arrange)), *bias_slots(unit)]
    if isinstance(unit, (nn.BatchNorm1d, nn.BatchNorm2d)):
        parts = [("gamma", unit.weight), ("beta", unit.bias), ("moving_mean", unit.running_mean), ("moving_variance", unit.running_var)]
        return [(part, list(tensor.shape), setter(tensor)) for part, tensor in parts if tensor is not None]
    return []


def convolution_slot(unit):
    shape = [*unit.kernel_size, unit.in_channels, unit.out_channels]
    return "kernel", shape, setter(unit.weight, lambda values: values.transpose(3, 2, 0, 1))


def depthwise_slot(unit):
    shape = [*unit.kernel_size, unit.in_channels, unit.out_channels // unit.in_channels]
    arrange = lambda values: values.transpose(2, 3, 0, 1).reshape(unit.weight.shape)
    return "depthwise_kernel", shape, setter(unit.weight, arrange)


def bias_slots(unit):
    return [] if unit.bias is None else [("bias", list(unit.bias.shape), setter(unit.bias))]


def channels_first(kernel, flattened):
    if flattened is None:
        return kernel
    return kernel.reshape(*flattened, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


def setter(tensor, arrange=lambda values: values):
    def assign(values):
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(arrange(values))))

    return assign


def to_torch(picture):
    """[height, width, channels] numbers as a batch of one."""
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32))


def to_numpy(tensor):
    """The one of a batch: a map with its channels last, or a vector."""
    values = tensor.detach().numpy()[0]
    return np.ascontiguousarray(values.transpose(1, 2, 0) if values.ndim == 3 else values)
