"""A network spec built, trained and run by PyTorch, channels last; the program of a Contender of compiledSteps.mjs."""

import torch
import torch.nn.functional as F
from peer import LEARNING_RATE, MOMENTUM, answer, both_sides, style_of, task
from torch import nn


class Normalization(nn.Module):
    """Batch normalization with or without a gamma (`scale`) and a beta (`center`)."""

    def __init__(self, channels, style):
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))
        self.gamma = nn.Parameter(torch.ones(channels)) if style["scale"] else None
        self.beta = nn.Parameter(torch.zeros(channels)) if style["center"] else None
        self.share, self.epsilon = 1 - style["momentum"], style["epsilon"]

    def forward(self, x):
        return F.batch_norm(x, self.mean, self.variance, self.gamma, self.beta, self.training, self.share, self.epsilon)


class Module(nn.Module):
    """Branches side by side."""

    def __init__(self, branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class Preprocessing(nn.Module):
    """Values 0–255 as the network wants them."""

    def __init__(self, scale, offset, **_):
        super().__init__()
        self.scale = scale
        self.register_buffer("offset", torch.tensor(offset, dtype=torch.float32).reshape(1, -1, 1, 1), persistent=False)

    def forward(self, pictures):
        return pictures * self.scale + self.offset


class Builder:
    """Makes layers, following the channels and the map's height and width."""

    def __init__(self, spec):
        self.spec = spec

    def windowed(self, shape, window, strides, padding):
        """Padding as PyTorch has it, and the height and width that come out.

        TensorFlow's SAME may pad one pixel more below and right; PyTorch would have to copy the map for that. The same number of pixels
        all round gives as many windows, hence the same work.
        """
        window, strides = both_sides(window), both_sides(strides)
        if padding == "same":
            around = [(side - 1) // 2 if stride == 1 else side // 2 for side, stride in zip(window, strides)]
            expected = [-(-length // stride) for length, stride in zip(shape[1:], strides)]
        else:
            around = [0, 0] if padding == "valid" else both_sides(padding["zeros"])
            expected = None
        out = [(length + 2 * pad - side) // stride + 1 for length, pad, side, stride in zip(shape[1:], around, window, strides)]
        if expected not in (None, out):
            raise ValueError(f"expected maps of {expected} from {shape[1:]} by windows of {window}, got {out}")
        return {"stride": strides, "padding": around}, window, out

    def convolution(self, shape, step):
        order, use_bias = style_of(step, self.spec)
        settings, window, out = self.windowed(shape, step["kernelSize"], step.get("strides", 1), step.get("padding", "same"))
        made = [nn.Conv2d(shape[0], step["filters"], window, **settings, bias=use_bias)]
        if order != "conv-relu":
            made.append(Normalization(step["filters"], self.spec["convolution"]["batchNormalization"]))
        if step.get("activation", "relu") == "relu":
            made.insert(1 if order == "conv-relu-bn" else len(made), nn.ReLU(inplace=True))
        return nn.Sequential(*made), [step["filters"], *out]

    def pool(self, shape, step):
        settings, window, out = self.windowed(shape, step["poolSize"], step.get("strides", 1), step.get("padding", "same"))
        if step["op"] == "maxPool":
            return nn.MaxPool2d(window, **settings), [shape[0], *out]
        counts_zeros = isinstance(step.get("padding"), dict)
        return nn.AvgPool2d(window, **settings, count_include_pad=counts_zeros), [shape[0], *out]

    def module(self, shape, step):
        if step.get("merge", "concat") != "concat":
            raise ValueError(f"{step['name']}: expected branches to concatenate, got {step['merge']}")
        branches, shapes = zip(*(self.chain(shape, branch) for branch in step["branches"]))
        return Module(branches), [sum(channels for channels, *_ in shapes), *shapes[0][1:]]

    def step(self, shape, step):
        op = step["op"]
        if op == "convolution":
            return self.convolution(shape, step)
        if op in ("maxPool", "averagePool"):
            return self.pool(shape, step)
        if op == "module":
            return self.module(shape, step)
        if op == "globalAveragePool":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), shape[:1]
        if op == "dropout":
            return nn.Dropout(step["rate"]), shape
        if op == "localResponseNormalization":
            channels = 2 * step["depthRadius"] + 1
            return nn.LocalResponseNorm(channels, step["alpha"] * channels, step["beta"], step["bias"]), shape
        raise ValueError(f"{step['name']}: expected an operation that this program knows, got {op}")

    def chain(self, shape, steps):
        made = []
        for each in steps:
            layer, shape = self.step(shape, each)
            made.append(layer)
        return nn.Sequential(*made), shape

    def network(self):
        """Pictures 0–255 in, logits out."""
        height, width, channels = self.spec["inputShape"]
        trunk, shape = self.chain([channels, height, width], [*self.spec["trunk"], *self.spec["top"]])
        preprocessing = Preprocessing(**self.spec["preprocessing"])
        return nn.Sequential(preprocessing, trunk, nn.Linear(shape[0], self.spec["classes"]))


def about(model, spec):
    counts = []

    def count(layer, _, output):
        counts.append(layer.weight.numel() * output.shape[2:].numel())

    hooks = [layer.register_forward_hook(count) for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    height, width, channels = spec["inputShape"]
    with torch.inference_mode():
        model.eval()(torch.zeros(1, channels, height, width))
    for hook in hooks:
        hook.remove()
    trainable = sum(parameter.numel() for parameter in model.parameters())
    moving = sum(value.numel() for name, value in model.named_buffers() if name.endswith(("mean", "variance")))
    return {
        "parameters": {"trainable": trainable, "total": trainable + moving},
        "multiplyAdds": sum(counts),
        "version": f"PyTorch {torch.__version__}",
    }


def random_pictures(given):
    height, width, channels = given["spec"]["inputShape"]
    pictures = torch.rand(given["batch"], channels, height, width) * 255
    return pictures.to(memory_format=torch.channels_last)


def step_of(model):
    """Forward, backward, update; the loss as a number."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE, MOMENTUM)

    def step(pictures, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(pictures), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def training(model, given):
    pictures = random_pictures(given)
    labels = torch.arange(given["batch"]) % given["spec"]["classes"]
    step = step_of(model)
    return lambda: step(pictures, labels)


def forward(model, given):
    pictures = random_pictures(given)
    model.eval()

    def run():
        with torch.inference_mode():
            return F.softmax(model(pictures), 1).numpy()

    return run


def folder(model, given):
    """One epoch with random crops of 8 to 100 % of the area, sides 3:4 to 4:3, as torchvision's references decode and crop.

    A process that reads for each core: on two of them faster than with one such process.
    """
    from torchvision import datasets, transforms

    crop = transforms.RandomResizedCrop(given["spec"]["inputShape"][0], scale=(0.08, 1), ratio=(3 / 4, 4 / 3))
    transform = transforms.Compose([crop, transforms.RandomHorizontalFlip(), transforms.PILToTensor()])
    loader = torch.utils.data.DataLoader(
        datasets.ImageFolder(given["folder"], transform),
        batch_size=given["batch"],
        shuffle=True,
        num_workers=given["threads"],
        persistent_workers=True,
    )
    step = step_of(model)

    def epoch():
        for pictures, labels in loader:
            step(pictures.to(memory_format=torch.channels_last).float(), labels)

    return epoch


def main():
    given = task()
    torch.set_num_threads(given["threads"])
    model = Builder(given["spec"]).network().to(memory_format=torch.channels_last)
    known = about(model, given["spec"])
    answer({"training": training, "forward": forward, "folder": folder}[given["what"]](model, given), known)


if __name__ == "__main__":
    main()
