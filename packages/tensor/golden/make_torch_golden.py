"""Makes torch-golden.json: a small net with every kind of layer, trained by PyTorch in float64.

    pip install torch==2.13.0 && python make_torch_golden.py > torch-golden.json && npx prettier --write torch-golden.json

Weights and data come from one mulberry32 stream; the net is that of src/testkit/oracle/torch-golden.test.ts.
"""
import json

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def mulberry32(seed):
    state = seed & 0xFFFFFFFF
    mask = 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ (state >> 15)) * (1 | state)) & mask
        t = (t + (((t ^ (t >> 7)) * (61 | t)) & mask) & mask) ^ t
        return ((t ^ (t >> 14)) & mask) / 4294967296

    return draw


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 1), groups=2)
        self.bn = nn.BatchNorm2d(4, momentum=0.2, eps=1e-3)
        self.pool = nn.MaxPool2d((2, 3), stride=(1, 2), padding=(1, 1))
        self.body_conv = nn.Conv2d(4, 3, 3, padding=1, bias=False)
        self.body_bn = nn.BatchNorm2d(3)
        self.shortcut_conv = nn.Conv2d(4, 3, 1)
        self.fc = nn.Linear(36, 5)
        self.head = nn.Linear(7, 3)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        x = F.silu(self.body_bn(self.body_conv(x))) + self.shortcut_conv(x)
        x = torch.tanh(self.fc(torch.flatten(x, 1)))
        z = F.adaptive_avg_pool1d(x.unsqueeze(1), 7).squeeze(1)
        return z, self.head(z)


def run(make_optimiser, clip):
    draw = mulberry32(5)
    net = Net()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.tensor([draw() - 0.5 for _ in range(p.numel())]).float().double().view(p.shape))
    # Inputs are drawn as [B, h, w, c].
    x = torch.tensor([draw() * 2 - 1 for _ in range(4 * 5 * 4 * 2)]).float().double().view(4, 5, 4, 2).permute(0, 3, 1, 2)
    y = torch.tensor([0, 2, 1, 2])
    table = torch.tensor([draw() for _ in range(3 * 7)]).float().double().view(3, 7)
    optimiser = make_optimiser(net.parameters())
    net.train()
    losses, grad_norms = [], []
    for _ in range(4):
        optimiser.zero_grad()
        z, o = net(x)
        loss = F.cross_entropy(o, y) + 0.5 * F.mse_loss(z, 2 * table[y])
        loss.backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in net.parameters()))
        grad_norms.append(norm.item())
        if clip is not None:  # exact, without the 1e-6 of clip_grad_norm_
            for p in net.parameters():
                p.grad.mul_(min(1.0, clip / norm.item()))
        losses.append(loss.item())
        optimiser.step()
    net.eval()
    z, o = net(x)
    named = dict(net.named_parameters())
    return {
        "losses": losses,
        "gradNorms": grad_norms,
        "features": z.flatten().tolist(),
        "logits": o.flatten().tolist(),
        "parameterSums": {k: v.sum().item() for k, v in named.items()},
        "buffers": {k: v.tolist() for k, v in net.named_buffers() if "num_batches" not in k},
    }


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "sgd": run(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01), None),
            "adam": run(lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.01), 0.5),
        },
        indent=1,
    )
)
