"""How the peers are measured: as `scans` measures this library, with the same sizes, options and columns.

The process that is started measures nothing: it starts one process for each number of threads and asks them in turn.
Each repetition is preceded by an untimed one, and by a product of the framework itself, G: f32, 1024 x 1024 x 1024.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Callable

PRODUCT = "gemm"
PRODUCT_SIZE = 1024
PRODUCT_FLOPS = 2 * PRODUCT_SIZE**3

CALLED_STEPS = 1000  # steps in one call of lstm-step, which tells the time of one
LEARNING_RATE = 1e-5


@dataclass
class Sizes:
    """Steps, batch, inputs, hidden units, and what the linear layer gives."""

    T: int
    B: int
    D: int
    H: int
    outputs: int

    def inference_flops(self, gates):
        return 2 * self.T * self.B * gates * self.H * (self.D + self.H)

    def training_flops(self, gates, head_rows):
        rows = 2 * self.T * self.B * gates * self.H
        return 2 * rows * self.D + 3 * rows * self.H + 6 * head_rows * self.H * self.outputs


CLASSIFIED = Sizes(T=100, B=32, D=128, H=128, outputs=10)
LARGE = Sizes(T=128, B=64, D=256, H=512, outputs=256)
SMALL = Sizes(T=1000, B=1, D=8, H=32, outputs=1)
SINGLE = Sizes(T=1, B=1, D=128, H=128, outputs=0)

FLOPS = {
    "gru": CLASSIFIED.training_flops(3, CLASSIFIED.B),
    "lstm": LARGE.training_flops(4, LARGE.T * LARGE.B),
    "peephole-lstm": CLASSIFIED.training_flops(4, CLASSIFIED.B),
    "small-lstm": SMALL.training_flops(4, SMALL.T * SMALL.B),
    "gru-inference": CLASSIFIED.inference_flops(3),
    "lstm-step": SINGLE.inference_flops(4),
}


@dataclass
class Workload:
    """`name`: a key of FLOPS; `variant`: what of the framework is used; `start` makes a function that gives seconds."""

    name: str
    variant: str
    start: Callable[[], Callable[[], float]]


class Process:
    """A process that measures with so many threads."""

    def __init__(self, threads):
        environment = dict(os.environ)
        for library in ("OMP", "MKL", "OPENBLAS"):
            environment[f"{library}_NUM_THREADS"] = str(threads)
        command = [sys.executable, sys.argv[0], "--serve", str(threads)]
        pipe = subprocess.PIPE
        self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.threads, self.workloads = threads, json.loads(self.answer())

    def answer(self):
        line = self.child.stdout.readline()
        if not line:
            sys.exit("a measuring process ended early")
        return line

    def seconds(self, request):
        print(request, file=self.child.stdin, flush=True)
        return float(self.answer())

    def end(self):
        self.child.stdin.close()
        self.child.wait()


def serve(threads, make):
    """Answers each name on the standard input with seconds. `make` gives the workloads and the product's function."""
    workloads, product = make(threads)  # imports the framework, here only
    calls = {PRODUCT: product}
    print(json.dumps([[workload.name, workload.variant] for workload in workloads]), flush=True)
    for request in map(str.strip, sys.stdin):
        if request not in calls:
            calls[request] = workloads[int(request)].start()
        calls[request]()
        print(calls[request](), flush=True)


def measure(processes, chosen, repetitions):
    samples = {(at, process.threads): ([], []) for at in chosen for process in processes}
    for repetition in range(repetitions):
        print(f"repetition {repetition + 1} of {repetitions}", file=sys.stderr)
        for at in chosen:
            for process in processes:
                calls, products = samples[at, process.threads]
                products.append(process.seconds(PRODUCT))
                calls.append(process.seconds(at))
    return samples


def row(name, variant, threads, calls, products, single):
    time, rate = statistics.median(calls), PRODUCT_FLOPS / statistics.median(products)
    achieved = FLOPS[name] / time
    gain = f"{single / time:.2f}" if single and threads > 1 else ""
    figures = f"{time * 1e3:.4g} | {min(calls) * 1e3:.4g} | {achieved / 1e9:.1f} | {rate / 1e9:.1f}"
    return f"| {name}: {variant} | {threads} | {figures} | {achieved / rate:.2f} | {gain} |"


def main(make):
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", help="these workloads alone: " + ", ".join(FLOPS))
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--threads", default="1", help="numbers of threads, as in 1,2")
    parser.add_argument("--quick", action="store_true", help="2 repetitions, to see that it works")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, make)
        return
    names = options.only.split(",") if options.only else list(FLOPS)
    unknown = [name for name in names if name not in FLOPS]
    if unknown:
        parser.error(f"unknown workload {unknown[0]!r}, expected {', '.join(FLOPS)}")
    repetitions = 2 if options.quick else options.repetitions
    processes = [Process(int(threads)) for threads in options.threads.split(",")]
    workloads = processes[0].workloads
    chosen = [at for at, (name, _) in enumerate(workloads) if name in names]
    samples = measure(processes, chosen, repetitions)
    print(f"medians of {repetitions} repetitions\n")
    print("| workload | threads | median ms | min ms | GFLOP/s | G | ratio to G | speed-up |")
    print("|---|---|---|---|---|---|---|---|")
    for at in chosen:
        single = samples.get((at, 1))
        for process in processes:
            calls, products = samples[at, process.threads]
            print(row(*workloads[at], process.threads, calls, products, single and statistics.median(single[0])))
    for process in processes:
        process.end()
