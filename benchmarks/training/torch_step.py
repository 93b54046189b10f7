"""Trains a net of ours in PyTorch: reads commands as JSON lines on stdin, answers each by one on stdout.

    {"command": "open", "argument": {"channelsLast": false}}   -> {"description": "torch 2.13.0+cpu, ..."}
    {"command": "load", "folder": "..."}                       -> {}           a folder of write-case.ts
    {"command": "steps", "count": 5}                           -> {"steps": [{"ms", "cpuMs", "loss"}, ...]}

The modules are those that torchvision writes for the same nets (nn.Sequential, in-place activations, chunk and cat), so
that the time is PyTorch's own. No dependency but torch.
"""

import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore", message=".*NumPy.*")

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

# Layers that hand on a fresh tensor and do not need it for their gradient: what follows may overwrite it.
FRESH = {"conv2d", "batchNorm", "dense", "residual"}


class Residual(nn.Module):
    """body(x) + shortcut(x); the sum overwrites the body's output where that is free."""

    def __init__(self, body, shortcut, in_place):
        super().__init__()
        self.body = body
        self.shortcut = shortcut
        self.in_place = in_place

    def forward(self, x):
        other = x if self.shortcut is None else self.shortcut(x)
        y = self.body(x)
        if self.in_place:
            y += other
            return y
        return y + other


class Gate(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x) * x


class Concat(nn.Module):
    def __init__(self, branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class SplitConcat(nn.Module):
    """A concat whose branches share out the channels: one split instead of slices, as ShuffleNet's chunk(2, dim=1)."""

    def __init__(self, sizes, branches):
        super().__init__()
        self.sizes = sizes
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        parts = x.split(self.sizes, 1)
        return torch.cat([branch(part) for branch, part in zip(self.branches, parts)], 1)


class ChannelSlice(nn.Module):
    def __init__(self, start, end):
        super().__init__()
        self.start = start
        self.length = end - start

    def forward(self, x):
        return x.narrow(1, self.start, self.length)


class ChannelShuffle(nn.Module):
    """As torchvision's channel_shuffle."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        batch, channels, height, width = x.shape
        x = x.view(batch, self.groups, channels // self.groups, height, width)
        return torch.transpose(x, 1, 2).contiguous().view(batch, channels, height, width)


class SampleDropout(nn.Module):
    """Stochastic depth, mode 'row'."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        noise = torch.empty([x.shape[0]] + [1] * (x.ndim - 1)).bernoulli_(1 - self.rate).div_(1 - self.rate)
        return x * noise


class Builder:
    """Turns lists of layers into modules, and remembers which module has which of our names."""

    def __init__(self):
        self.named = {}

    def chain(self, layers, image):
        """The module of a list of layers (None when it is empty), and whether it gives images."""
        # Without a rate dropout is the identity: PyTorch leaves it out as well.
        layers = [layer for layer in layers if layer["kind"] != "dropout" or layer["rate"] > 0]
        modules = []
        before = None
        for layer in layers:
            module, image = self.layer(layer, before, image)
            modules.append(module)
            before = layer["kind"]
        if not modules:
            return None, image
        return (modules[0] if len(modules) == 1 else nn.Sequential(*modules)), image

    def layer(self, layer, before, image):
        kind = layer["kind"]
        if kind == "dense":
            module = nn.Linear(layer["inputs"], layer["outputs"], bias=layer.get("bias", True))
        elif kind == "conv2d":
            module = nn.Conv2d(
                layer["inputs"],
                layer["outputs"],
                tuple(layer["kernel"]),
                stride=tuple(layer.get("stride", (1, 1))),
                padding=tuple(layer.get("padding", (0, 0))),
                groups=layer.get("groups", 1),
                bias=layer.get("bias", True),
            )
        elif kind == "batchNorm":
            norm = nn.BatchNorm2d if image else nn.BatchNorm1d
            module = norm(layer["channels"], eps=layer.get("epsilon", 1e-5), momentum=layer.get("momentum", 0.1))
        elif kind == "activation":
            module = activation(layer["function"], in_place=before in FRESH)
        elif kind == "maxPool2d":
            kernel = tuple(layer["kernel"])
            module = nn.MaxPool2d(kernel, tuple(layer.get("stride", kernel)), tuple(layer.get("padding", (0, 0))))
        elif kind == "globalAveragePool2d":
            if layer.get("keepShape", False):
                return nn.AdaptiveAvgPool2d(1), True
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), False
        elif kind == "flatten":
            return nn.Flatten(), False
        elif kind == "adaptiveAveragePool1d":
            module = nn.AdaptiveAvgPool1d(layer["size"])
        elif kind == "dropout":
            sample = layer.get("unit", "value") == "sample"
            module = SampleDropout(layer["rate"]) if sample else nn.Dropout(layer["rate"])
        elif kind == "channelSlice":
            module = ChannelSlice(layer["start"], layer["end"])
        elif kind == "channelShuffle":
            module = ChannelShuffle(layer["groups"])
        elif kind == "concat":
            return self.concat(layer["branches"], image)
        elif kind == "gate":
            body, _ = self.chain(layer["body"], image)
            module = Gate(body)
        elif kind == "residual":
            body, after = self.chain(layer["body"], image)
            shortcut, _ = self.chain(layer["shortcut"], image)
            trained = [inner["kind"] for inner in layer["body"] if inner["kind"] != "dropout" or inner["rate"] > 0]
            in_place = len(trained) > 0 and trained[-1] in FRESH
            return Residual(nn.Identity() if body is None else body, shortcut, in_place), after
        else:
            raise ValueError(f"unknown layer {kind!r}")
        if "name" in layer:
            self.named[layer["name"]] = module
        return module, image

    def concat(self, branches, image):
        sizes = shared_out(branches)
        chains = [self.chain(branch[1:] if sizes else branch, image) for branch in branches]
        modules = [nn.Identity() if module is None else module for module, _ in chains]
        return (SplitConcat(sizes, modules) if sizes else Concat(modules)), chains[0][1]


def activation(function, in_place):
    if function == "relu":
        return nn.ReLU(inplace=in_place)
    if function == "relu6":
        return nn.ReLU6(inplace=in_place)
    if function == "silu":
        return nn.SiLU(inplace=in_place)
    return {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[function]()


def shared_out(branches):
    """The sizes of the slices with which branches begin, when those follow each other from channel 0; otherwise None."""
    sizes = []
    for branch in branches:
        first = branch[0] if branch else None
        if first is None or first["kind"] != "channelSlice" or first["start"] != sum(sizes):
            return None
        sizes.append(first["end"] - first["start"])
    return sizes


def read(folder, name, dtype, shape):
    with open(os.path.join(folder, name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype).reshape(shape)


class Training:
    """A net with its batch and optimiser."""

    def __init__(self, folder, channels_last):
        with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        spec, batch = case["spec"], case["batch"]
        image = len(spec["input"]) == 3
        builder = Builder()
        self.encoder, image_features = builder.chain(spec["encoder"], image)
        self.head, _ = builder.chain(spec["head"], image_features)
        parameters = read(folder, "parameters.f32", torch.float32, [-1])
        with torch.no_grad():
            for array in case["parameters"]:
                values = parameters[array["offset"] : array["offset"] + array["size"]].reshape(array["shape"])
                getattr(builder.named[array["layer"]], array["role"]).copy_(values)
        self.inputs = read(folder, "inputs.f32", torch.float32, [batch, *spec["input"]])
        if image:
            self.inputs = self.inputs.permute(0, 3, 1, 2).contiguous()
        if image and channels_last:
            self.inputs = self.inputs.contiguous(memory_format=torch.channels_last)
        self.labels = read(folder, "labels.i32", torch.int32, [batch]).long()
        self.prototypes = read(folder, "prototypes.f32", torch.float32, [spec["classes"], spec["features"]])
        self.model = nn.ModuleList([self.encoder, self.head]).train()
        trained = sum(parameter.numel() for parameter in self.model.parameters())
        if trained != parameters.numel():
            raise ValueError(f"the net has {trained} parameters in PyTorch, {parameters.numel()} in its spec")
        if channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=0.01)

    def step(self):
        self.optimiser.zero_grad()
        features = self.encoder(self.inputs)
        logits = self.head(features)
        loss = F.cross_entropy(logits, self.labels) + 10 * F.mse_loss(features, self.prototypes[self.labels])
        loss.backward()
        self.optimiser.step()
        return loss.item()


def serve():
    channels_last = False
    training = None
    for line in sys.stdin:
        request = json.loads(line)
        command = request["command"]
        try:
            if command == "open":
                channels_last = request.get("argument", {}).get("channelsLast", False)
                layout = "channels last" if channels_last else "NCHW"
                answer = {"description": f"torch {torch.__version__}, {layout}, {torch.get_num_threads()} thread"}
            elif command == "load":
                training = None  # frees the former one first
                training = Training(request["folder"], channels_last)
                answer = {}
            elif command == "steps":
                steps = []
                for _ in range(request["count"]):
                    start, cpu_start = time.perf_counter(), time.process_time()
                    loss = training.step()
                    cpu_end, end = time.process_time(), time.perf_counter()
                    steps.append({"ms": (end - start) * 1e3, "cpuMs": (cpu_end - cpu_start) * 1e3, "loss": loss})
                answer = {"steps": steps}
            else:
                raise ValueError(f"unknown command {command!r}")
        except Exception as error:  # told to the other side, which decides
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
