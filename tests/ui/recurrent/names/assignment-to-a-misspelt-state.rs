use recurve::recurrent;

recurrent! {
    /// A cell.
    pub cell Broken(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        state hidden_state: [H];

        step(x: [D]) -> [H] {
            hiden_state = tanh(w @ x + hidden_state);
            hidden_state
        }
    }
}

fn main() {}
