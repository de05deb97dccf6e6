"""The workloads of `scans` in PyTorch.

    pip install torch numpy
    python pytorch.py --threads 1,2

The peephole LSTM, which PyTorch does not have, is a loop over its steps with the input's product before the loop, run
eagerly and, as `compiled cell`, with the body of the loop through torch.compile, which needs a C++ compiler.
"""

import time

from protocol import (
    CALLED_STEPS,
    CLASSIFIED,
    LARGE,
    LEARNING_RATE,
    PRODUCT_SIZE,
    SINGLE,
    SMALL,
    Workload,
    main,
)


def make(threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(1)

    def peephole_step(gates, h, c, u, p):
        i, f, g, o = (gates + h @ u).chunk(4, 1)
        p_i, p_f, p_o = p
        i, f = torch.sigmoid(i + p_i * c), torch.sigmoid(f + p_f * c)
        c = f * c + i * torch.tanh(g)
        h = torch.sigmoid(o + p_o * c) * torch.tanh(c)
        return h, c

    class PeepholeLstm(nn.Module):
        def __init__(self, inputs, hidden, step):
            super().__init__()
            bound = hidden**-0.5
            self.input = nn.Linear(inputs, 4 * hidden)
            self.u = nn.Parameter(torch.empty(hidden, 4 * hidden).uniform_(-bound, bound))
            self.p = nn.Parameter(torch.empty(3, hidden).uniform_(-bound, bound))
            self.step = step

        def forward(self, xs):
            h = c = xs.new_zeros(xs.shape[1], self.u.shape[0])
            ys = []
            for gates in self.input(xs).unbind(0):
                h, c = self.step(gates, h, c, self.u, self.p)
                ys.append(h)
            return torch.stack(ys), (h, c)

    def training(model, batch, loss):
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)

        def call():
            xs, targets = batch()
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            value = loss(model, xs, targets)
            value.backward()
            optimizer.step()
            value.item()
            return time.perf_counter() - start

        return call

    def classification(cell):
        s = CLASSIFIED
        model = nn.ModuleList([cell, nn.Linear(s.H, s.outputs)])

        def batch():
            return torch.randn(s.T, s.B, s.D), torch.randint(s.outputs, (s.B,))

        def loss(model, xs, labels):
            cell, head = model
            return nn.functional.cross_entropy(head(cell(xs)[0][-1]), labels)

        return training(model, batch, loss)

    def regression(s):
        model = nn.ModuleList([nn.LSTM(s.D, s.H), nn.Linear(s.H, s.outputs)])

        def batch():
            return torch.randn(s.T, s.B, s.D), torch.randn(s.T, s.B, s.outputs)

        def loss(model, xs, targets):
            cell, head = model
            return nn.functional.mse_loss(head(cell(xs)[0]), targets)

        return training(model, batch, loss)

    def inference():
        s = CLASSIFIED
        cell = nn.GRU(s.D, s.H)

        @torch.inference_mode()
        def call():
            xs = torch.randn(s.T, s.B, s.D)
            start = time.perf_counter()
            cell(xs)
            return time.perf_counter() - start

        return call

    def stepping():
        s = SINGLE
        cell = nn.LSTMCell(s.D, s.H)
        state = [torch.zeros(s.B, s.H)] * 2

        @torch.inference_mode()
        def call():
            nonlocal state
            xs = torch.randn(CALLED_STEPS, s.B, s.D).unbind(0)
            start = time.perf_counter()
            for x in xs:
                state = cell(x, state)
            return (time.perf_counter() - start) / CALLED_STEPS

        return call

    left, right = torch.randn(2, PRODUCT_SIZE, PRODUCT_SIZE).unbind(0)

    @torch.inference_mode()
    def product():
        start = time.perf_counter()
        torch.mm(left, right)
        return time.perf_counter() - start

    def peephole(step):
        return classification(PeepholeLstm(CLASSIFIED.D, CLASSIFIED.H, step))

    workloads = [
        Workload("gru", "torch nn.GRU", lambda: classification(nn.GRU(CLASSIFIED.D, CLASSIFIED.H))),
        Workload("lstm", "torch nn.LSTM", lambda: regression(LARGE)),
        Workload("peephole-lstm", "torch loop", lambda: peephole(peephole_step)),
        Workload("peephole-lstm", "torch compiled cell", lambda: peephole(torch.compile(peephole_step))),
        Workload("small-lstm", "torch nn.LSTM", lambda: regression(SMALL)),
        Workload("gru-inference", "torch nn.GRU", inference),
        Workload("lstm-step", "torch nn.LSTMCell", stepping),
    ]
    return workloads, product


if __name__ == "__main__":
    main(make)
