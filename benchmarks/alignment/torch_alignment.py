"""The released alignment in PyTorch, written from its description (README.md): time, peak memory and result as JSON.

    python torch_alignment.py '{"file": "input.f32", "classes": 10, "dim": 512, "passes": 500, "calls": 3}'

All differences of all pairs stand in memory, as [C, C, d] float32, as in the release. The first call is not timed: its peak
memory is measured. No dependency but torch.
"""

import json
import resource
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore", message=".*NumPy.*")

import torch

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

RATE, MOMENTUM, DECAY, DECAY_EVERY, WATCH_FROM, REPEATS = 0.1, 0.9, 0.95, 10, 10, 10


def align(prototypes, most_passes, times):
    """Unit rows after the passes made; `times` gets the processor time at the end of each."""
    points = prototypes / prototypes.norm(dim=1, keepdim=True)
    velocity = torch.zeros_like(points)
    rate, last, repeated = RATE, None, 0
    for index in range(most_passes):
        differences = points.unsqueeze(1) - points.unsqueeze(0)
        distances = differences.norm(dim=2, keepdim=True)
        forces = (differences / (distances**2 + 1e-10)).sum(dim=1)
        velocity = MOMENTUM * velocity + rate * forces
        points = points + velocity
        points = points / points.norm(dim=1, keepdim=True)
        del differences
        if index % DECAY_EVERY == 0:
            rate *= DECAY
        mean_force = round(forces.norm(dim=1).mean().item(), 4)
        times.append(time.process_time())
        if index >= WATCH_FROM:
            repeated = repeated + 1 if mean_force == last else 0
            last = mean_force
            if repeated == REPEATS:
                break
    return points


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def main(case):
    with open(case["file"], "rb") as file:
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    prototypes = values.reshape(case["classes"], case["dim"])
    align(torch.randn(12, 40, generator=torch.Generator().manual_seed(1)), 30, [])
    peak = peak_bytes()
    ballast = torch.ones(max(0, peak - resident_bytes()), dtype=torch.uint8)  # growth below the old peak would not be seen
    align(prototypes, min(case["passes"], 2), [])
    extra = peak_bytes() - peak
    del ballast
    wall, cpu, passes = [], [], []
    for _ in range(case["calls"]):
        times = []
        start, cpu_start = time.perf_counter(), time.process_time()
        points = align(prototypes, case["passes"], times)
        cpu.append((time.process_time() - cpu_start) * 1e3)
        wall.append((time.perf_counter() - start) * 1e3)
        passes += [(b - a) * 1e3 for a, b in zip(times, times[1:])]
    cosines = points.double() @ points.double().T
    cosines.fill_diagonal_(-1)
    figures = {
        "on": f"torch {torch.__version__}",
        "passes": len(times),
        "passCpuMs": statistics.median(passes),
        "ms": statistics.median(wall),
        "cpuMs": statistics.median(cpu),
        "extraMB": extra / 1e6,
        "maxCosine": cosines.max().item(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
