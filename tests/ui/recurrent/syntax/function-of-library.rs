use recurve::recurrent;

recurrent! {
    /// Doc.
    pub cell Broken(input: D) {
        step(x: [D]) -> [D] {
            let y = torch.tanh(x);
            y
        }
    }
}

fn main() {}
