use super::typed;

#[test]
fn print_it() {
    println!(
        "{}",
        typed(
            "cell Gru(input: D, hidden: H) {
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        param b_r, b_z, b_n, c_n: [H]? = zeros;
        state h: [H];

        step(x: [D]) -> [H] {
            let r = sigmoid(w_r @ x + u_r @ h + b_r);
            let z = sigmoid(w_z @ x + u_z @ h + b_z);
            let n = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
            h = (1 - z) * n + z * h;
            h
        }
    }"
        )
    );
    println!(
        "{}",
        typed(
            "cell Lstm(input: D, hidden: H) {
        param w: [4 * H, D] = uniform(1 / sqrt(H));
        hyper forget = 1 / 2;
        param u: [4 * H, H] = orthogonal;
        fn gate(a, b) = sigmoid(layer_norm(a) + b);
        state h: [H] = learned;
        state c: [H];
        context m: [K];

        step(x: [D]) -> ([H], cell: [H]) {
            let (i, f, g, o) = split(w @ x + u @ h, 4);
            c = gate(f, forget) * c + gate(i, mean(m)) * tanh(g);
            h = gate(o, -1) * tanh(c);
            (h, c)
        }
    }"
        )
    );
}
