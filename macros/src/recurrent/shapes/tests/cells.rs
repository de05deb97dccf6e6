//! Complete cells and what they become.

use super::typed;

#[track_caller]
fn assert_typed(source: &str, expected: &str) {
    let found = typed(source).to_string();
    assert_eq!(found, expected, "found:\n{found}");
}

#[test]
fn the_gated_recurrent_unit() {
    assert_typed(GRU, include_str!("expected/gru.txt"));
}

#[test]
fn parts_of_one_product() {
    assert_typed(LSTM, include_str!("expected/lstm.txt"));
}

#[test]
fn inlined_helpers_with_layer_norm() {
    assert_typed(NORMED, include_str!("expected/normed.txt"));
}

#[test]
fn a_matrix_made_of_parameters_and_hyper_parameters() {
    assert_typed(ANTISYMMETRIC, include_str!("expected/antisymmetric.txt"));
}

#[test]
fn a_context_whose_size_is_known_at_a_call() {
    assert_typed(ATTENTION, include_str!("expected/attention.txt"));
}

#[test]
fn two_outputs_and_two_states() {
    assert_typed(TWO, include_str!("expected/two.txt"));
}

#[test]
fn a_learned_start_among_the_parameters() {
    assert_typed(LEARNED, include_str!("expected/learned.txt"));
}

#[test]
fn names_lose_the_mark_of_raw_names() {
    let cell = typed(
        "cell Raw(r#in: r#D) {
            fn r#do(r#as) = 2 * r#as;
            param r#type: [D] = zeros;
            state r#loop: [D] = learned;
            step(r#ref: [D]) -> (r#out: [D]) {
                let r#use = r#do(r#ref);
                r#loop = r#use + r#type * r#loop;
                r#loop
            }
        }",
    );
    assert!(!cell.to_string().contains('#'), "{cell}");
    assert_eq!(cell.parameters[1].name, "initial_loop");
}

const GRU: &str = "cell Gru(input: D, hidden: H) {
    param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
    param u_r, u_z, u_n: [H, H] = orthogonal;
    param b_r, b_z, b_n, c_n: [H]? = zeros;
    state h: [H];

    step(x: [D]) -> [H] {
        let r = sigmoid(w_r @ x + u_r @ h + b_r);
        let z = sigmoid(w_z @ x + u_z @ h + b_z);
        let n = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
        h = (1 - z) * n + z * h;
        h
    }
}";

const LSTM: &str = "cell Lstm(input: D, hidden: H) {
    param w: [4 * H, D] = glorot_uniform;
    param u: [4 * H, H] = orthogonal;
    param b: [4 * H] = zeros;
    state h: [H];
    state c: [H];

    step(x: [D]) -> [H] {
        let (i, f, g, o) = split(w @ x + u @ h + b, 4);
        c = sigmoid(f) * c + sigmoid(i) * tanh(g);
        h = sigmoid(o) * tanh(c);
        h
    }
}";

const NORMED: &str = "cell Normed(input: D, hidden: H) {
    param w_f, w_g: [H, D] = glorot_uniform;
    param gain_f, gain_g: [H] = ones;
    fn gate(w, gain, v) = gain * layer_norm(w @ v);
    state c: [H];

    step(x: [D]) -> [H] {
        let f = sigmoid(gate(w_f, gain_f, x) + 1);
        c = f * c + (1 - f) * tanh(gate(w_g, gain_g, x));
        layer_norm(c, 0.001)
    }
}";

const ANTISYMMETRIC: &str = "cell Antisymmetric(input: D, hidden: H) {
    param w: [H, H] = normal(1 / sqrt(H));
    param v: [H, D] = kaiming_normal;
    hyper step_size = 0.01;
    hyper damping = 1 / 8;
    state h: [H];

    step(x: [D]) -> [H] {
        let a = w - transpose(w) - damping * identity(H);
        h = h + step_size * tanh(a @ h + v @ x);
        h
    }
}";

const ATTENTION: &str = "cell Attention(input: D, hidden: H) {
    param w: [H, D + H] = glorot_normal;
    state h: [H];
    context scores: [K];
    context temperature: [];

    step(x: [D], dt: []) -> [H] {
        let p: [K] = softmax(scores / temperature);
        let top = select(max(p) > 1 / K, dt, 0);
        h = h + top * tanh(w @ concat(x, h));
        h
    }
}";

const TWO: &str = "cell Two(input: D) {
    buffer mask: [D] = ones;
    state total: [D] = ones;
    state count: [] = constant(1 / 2);

    step(x: [D]) -> (mean: [D], last: []) {
        let old = total;
        count = count + 1;
        total = old + mask * x;
        (total / count, sum(x[..1]))
    }
}";

const LEARNED: &str = "cell Learned(input: D, hidden: H) {
    param w: [H, D] = zeros;
    state h: [H] = learned(uniform(-1, 1));
    param a: [] = ones;

    step(x: [D]) -> [H] {
        h = a * (h + w @ x);
        h
    }
}";
