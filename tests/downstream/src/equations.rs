//! Cells made from their equations, in a file that has other meanings for the names of the prelude.

#[allow(unused_imports)]
use crate::taken::{Module, Ok, Option, Result, Some};

neural::recurrent! {
    /// Follows its input, as fast as the context says.
    pub cell Follower(input: D, hidden: H) {
        /// From input to target.
        param w: [H, D] = glorot_uniform;
        param b: [H]? = zeros;
        /// How much of the target counts.
        hyper share = 0.75;
        state h: [H] = learned;
        context speed: [];

        step(x: [D]) -> (state: [H], mean: []) {
            let target = tanh(w @ x + b) * share;
            h = h + speed * (target - h);
            (h, mean(h))
        }
    }

    /// Without states and parameters.
    pub cell Doubled(input: D) {
        step(x: [D]) -> [D] {
            2 * x
        }
    }
}

/// A memory that a formula of the user renews: `$state` is its name there, `$drive` what comes in.
macro_rules! memory {
    ($(#[$attribute:meta])* $visibility:vis $name:ident($drive:ident, $state:ident) = $formula:expr, $size:ty) => {
        neural::recurrent! {
            $(#[$attribute])*
            $visibility cell $name(input: D, hidden: $size) {
                /// From the input.
                param w: [$size, D] = uniform(1 / sqrt($size));
                state $state: [$size];

                step(x: [D]) -> [$size] {
                    let $drive = w @ x;
                    $state = $formula;
                    $state
                }
            }
        }
    };
}

memory! {
    /// Forgets half of what it knows.
    pub Halved(drive, h) = 0.5 * h + tanh(drive) / 2, N
}

/// The lengths of a wave and of its double, by cells that nobody else can name.
///
/// # Errors
///
/// None, as the shapes fit.
pub fn lengths(x: &neural::Tensor) -> std::result::Result<(f32, f32), neural::Error> {
    use neural::Cell as _;

    neural::recurrent! {
        cell Length(input: D) {
            step(x: [D]) -> [] {
                norm(x)
            }
        }
    }

    memory!(Sum(drive, total) = total + 2 * drive, N);

    let mut random: neural::rand::rngs::StdRng = neural::rand::SeedableRng::seed_from_u64(1);
    let (length, mut sum) = (Length::new(2, &mut random), Sum::new(2, 2, &mut random));
    neural::Param::set(&mut sum.w, neural::Tensor::identity(2))?;
    let (once, _) = length.step(x, length.initial_state(1)?)?;
    let (double, SumState { total: _ }) = sum.step(x, sum.initial_state(1)?)?;
    let (twice, LengthState { .. }) = length.step(&double, length.initial_state(1)?)?;
    std::result::Result::Ok((once.item(), twice.item()))
}
