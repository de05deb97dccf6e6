"""The workloads of `scans` in JAX, by hand and with the cells of Flax and Equinox.

    pip install jax flax equinox optax
    python jax_flax.py --threads 1,2

By hand there are two forms: `hoisted` projects the inputs of all steps before the scan, `inside` in each step. Which
one is faster depends on the workload. The number of threads is that of the processors that the process may use, which
can be set on Linux.
"""

import os
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
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])  # before the import, which counts them

    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax
    from flax import linen

    numbers = np.random.default_rng(1)

    def normal(*shape):
        return jnp.asarray(numbers.standard_normal(shape, dtype=np.float32))

    def uniform(bound, *shape):
        return jnp.asarray(numbers.uniform(-bound, bound, shape).astype(np.float32))

    # Cells by hand: from the projected input and the state to the next state, the output first.

    def gru_step(p, state, projected):
        (h,) = state
        x_r, x_z, x_n = jnp.split(projected, 3, axis=-1)
        h_r, h_z, h_n = jnp.split(h @ p["u"], 3, axis=-1)
        r, z = jax.nn.sigmoid(x_r + h_r), jax.nn.sigmoid(x_z + h_z)
        n = jnp.tanh(x_n + r * (h_n + p["c"]))
        return ((1 - z) * n + z * h,)

    def lstm_step(p, state, projected):
        h, c = state
        i, f, g, o = jnp.split(projected + h @ p["u"], 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(c), c

    def peephole_step(p, state, projected):
        h, c = state
        i, f, g, o = jnp.split(projected + h @ p["u"], 4, axis=-1)
        p_i, p_f, p_o = p["p"]
        c = jax.nn.sigmoid(f + p_f * c) * c + jax.nn.sigmoid(i + p_i * c) * jnp.tanh(g)
        return jax.nn.sigmoid(o + p_o * c) * jnp.tanh(c), c

    def weights(step, s):
        gates, bound = (3 if step is gru_step else 4), s.H**-0.5
        return {
            "w": uniform(bound, s.D, gates * s.H),
            "u": uniform(bound, s.H, gates * s.H),
            "b": jnp.zeros(gates * s.H),
            "c": jnp.zeros(s.H),
            "p": uniform(bound, 3, s.H),
        }

    def project(p, x):
        return x @ p["w"] + p["b"]

    def by_hand(step, s, hoisted):
        """Parameters, and a function from them and [T, B, D] to [T, B, H]."""
        states = 1 if step is gru_step else 2

        def scan(p, xs):
            def body(state, x):
                state = step(p, state, x if hoisted else project(p, x))
                return state, state[0]

            start = (jnp.zeros((xs.shape[1], s.H)),) * states
            return jax.lax.scan(body, start, project(p, xs) if hoisted else xs)[1]

        return weights(step, s), scan

    def by_flax(cell, s):
        layer = linen.RNN(cell(s.H), time_major=True)
        return layer.init(jax.random.key(1), jnp.zeros((s.T, s.B, s.D))), layer.apply

    def by_equinox(cell, s, states):
        def scan(cell, xs):
            def body(state, x):
                state = jax.vmap(cell)(x, state)
                return state, state if states == 1 else state[0]

            zeros = jnp.zeros((xs.shape[1], s.H))
            return jax.lax.scan(body, zeros if states == 1 else (zeros,) * states, xs)[1]

        return cell(s.D, s.H, key=jax.random.key(1)), scan

    def training(s, layer, batch, loss_of_outputs):
        parameters, scan = layer
        head = {"w": uniform(s.H**-0.5, s.H, s.outputs), "b": jnp.zeros(s.outputs)}
        parameters, fixed = eqx.partition((parameters, head), eqx.is_inexact_array)
        optimizer = optax.adam(LEARNING_RATE)
        moments = optimizer.init(parameters)

        def loss(parameters, xs, targets):
            layer, head = eqx.combine(parameters, fixed)
            return loss_of_outputs(scan(layer, xs), head, targets)

        @jax.jit
        def update(parameters, moments, xs, targets):
            value, gradients = jax.value_and_grad(loss)(parameters, xs, targets)
            steps, moments = optimizer.update(gradients, moments, parameters)
            return optax.apply_updates(parameters, steps), moments, value

        def call():
            nonlocal parameters, moments
            xs, targets = jax.block_until_ready(batch())
            start = time.perf_counter()
            parameters, moments, value = jax.block_until_ready(update(parameters, moments, xs, targets))
            value.item()
            return time.perf_counter() - start

        return call

    def classification(layer):
        s = CLASSIFIED

        def batch():
            return normal(s.T, s.B, s.D), jnp.asarray(numbers.integers(s.outputs, size=s.B))

        def loss(ys, head, labels):
            logits = ys[-1] @ head["w"] + head["b"]
            return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

        return training(s, layer, batch, loss)

    def regression(s, layer):
        def batch():
            return normal(s.T, s.B, s.D), normal(s.T, s.B, s.outputs)

        def loss(ys, head, targets):
            return jnp.mean((ys @ head["w"] + head["b"] - targets) ** 2)

        return training(s, layer, batch, loss)

    def inference(layer):
        s = CLASSIFIED
        parameters, fixed = eqx.partition(layer[0], eqx.is_inexact_array)
        run = jax.jit(lambda parameters, xs: layer[1](eqx.combine(parameters, fixed), xs))

        def call():
            xs = jax.block_until_ready(normal(s.T, s.B, s.D))
            start = time.perf_counter()
            jax.block_until_ready(run(parameters, xs))
            return time.perf_counter() - start

        return call

    def stepping():
        s = SINGLE
        p = weights(lstm_step, s)
        state = (jnp.zeros((s.B, s.H)),) * 2
        step = jax.jit(lambda p, state, x: lstm_step(p, state, project(p, x)))

        def call():
            nonlocal state
            xs = [jax.block_until_ready(normal(s.B, s.D)) for _ in range(CALLED_STEPS)]
            start = time.perf_counter()
            for x in xs:
                state = jax.block_until_ready(step(p, state, x))  # a caller that steps wants to see each output
            return (time.perf_counter() - start) / CALLED_STEPS

        return call

    left, right = normal(PRODUCT_SIZE, PRODUCT_SIZE), normal(PRODUCT_SIZE, PRODUCT_SIZE)
    multiply = jax.jit(jnp.matmul)

    def product():
        start = time.perf_counter()
        jax.block_until_ready(multiply(left, right))
        return time.perf_counter() - start

    # Each framework's layer of a kind and size: a list of (variant, function that makes it).

    def grus(s):
        return [
            ("jax hoisted", lambda: by_hand(gru_step, s, True)),
            ("jax inside", lambda: by_hand(gru_step, s, False)),
            ("flax GRUCell", lambda: by_flax(linen.GRUCell, s)),
            ("equinox GRUCell", lambda: by_equinox(eqx.nn.GRUCell, s, 1)),
        ]

    def lstms(s):
        return [
            ("jax hoisted", lambda: by_hand(lstm_step, s, True)),
            ("jax inside", lambda: by_hand(lstm_step, s, False)),
            ("flax OptimizedLSTMCell", lambda: by_flax(linen.OptimizedLSTMCell, s)),
            ("equinox LSTMCell", lambda: by_equinox(eqx.nn.LSTMCell, s, 2)),
        ]

    def peepholes(s):
        return [
            ("jax hoisted", lambda: by_hand(peephole_step, s, True)),
            ("jax inside", lambda: by_hand(peephole_step, s, False)),
        ]

    def workloads(name, layers, start):
        return [Workload(name, variant, lambda new=new: start(new())) for variant, new in layers]

    return (
        workloads("gru", grus(CLASSIFIED), classification)
        + workloads("lstm", lstms(LARGE), lambda layer: regression(LARGE, layer))
        + workloads("peephole-lstm", peepholes(CLASSIFIED), classification)
        + workloads("small-lstm", lstms(SMALL), lambda layer: regression(SMALL, layer))
        + workloads("gru-inference", grus(CLASSIFIED), inference)
        + [Workload("lstm-step", "jax", stepping)]
    ), product


if __name__ == "__main__":
    main(make)
