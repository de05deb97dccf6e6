//! The entrance to `recurrent!`.

/// Recurrent cells written as their equations.
///
/// A cell is declared with its sizes, its parameters, its states and one step, in the notation of a paper and for one
/// example at a time:
///
/// ```
/// use recurve::rand::{SeedableRng, rngs::StdRng};
/// use recurve::{Cell, Result, Tensor, recurrent};
///
/// recurrent! {
///     /// Gated recurrent unit; the reset gate acts after the hidden product (PyTorch, cuDNN).
///     /// Cho et al. 2014, <https://arxiv.org/abs/1406.1078>.
///     pub cell Gru(input: D, hidden: H) {
///         param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
///         param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
///         param b_r, b_z, b_n, c_n: [H]? = zeros;
///         state h: [H];
///
///         step(x: [D]) -> [H] {
///             let r = sigmoid(w_r @ x + u_r @ h + b_r);
///             let z = sigmoid(w_z @ x + u_z @ h + b_z);
///             let n = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
///             h = (1 - z) * n + z * h; // the new state
///             h // the output
///         }
///     }
/// }
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let mut gru = Gru::new(3, 4, &mut rng);
/// gru.b_r = None; // counts as zeros
/// let xs = Tensor::normal([5, 2, 3], 0.0, 1.0, &mut rng); // [T, B, D]
/// let (ys, state) = gru.scan(&xs, None)?;
/// assert_eq!(ys.data().shape(), [5, 2, 4]); // [T, B, H]
/// assert_eq!(state.h, ys.last()?);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// Shapes are checked by the compiler, as formulas of the sizes: a mistake is an error at its place in the equations, with
/// both shapes and what to write instead.
///
/// # What there is afterwards
///
/// - the struct `Gru<F: Float = f32>` with one public field for each `param` ([`Param`](crate::Param), in an `Option` if
///   it ends with `?`), `buffer` ([`Buffer`](crate::Buffer)) and `hyper` (`f64`), and `initial_h` for a state that is
///   `learned`;
/// - `Gru::new(input, hidden, &mut rng)` for `f32`, `Gru::<F>::with_dtype(…)` for any element type; they panic on a size
///   of 0. A getter for each size: `gru.hidden()`;
/// - the struct `GruState<F: Float = f32>` with one tensor `[B, …]` for each state;
/// - [`Module`](crate::Module), [`Cast`](crate::Cast), [`Cell`](crate::Cell), [`CompiledCell`](crate::CompiledCell) and
///   `Debug`, which shows shapes.
///
/// All of it has the visibility of the cell, and documentation: the lines above the cell and above declarations, and the
/// equations. Fields may be replaced: their shapes are checked at each call.
///
/// The input of a step is a tensor `[B, …]`, or a tuple of them in the order of declaration, contexts last; the output
/// is a tensor, or a tuple. In a scan the time stands in front: `[T, B, …]`. A value without axes is `[B]` or `[T, B]`.
/// Contexts stay `[B, …]`.
///
/// # Declarations
///
/// They stand before `step`.
///
/// | line | meaning |
/// |---|---|
/// | `param w: [H, D] = glorot_uniform;` | trained; `[H]?` makes it optional, and `None` counts as zeros |
/// | `buffer m: [H, H] = identity;` | saved and cast, not trained |
/// | `hyper rate = 0.5;` | a number that may be changed at any time |
/// | `state h: [H];` | starts at zeros, or `= ones`, `= constant(c)`, `= learned`, `= learned(normal(0.1))` |
/// | `context m: [K];` | an input that is the same at all steps; a size that is no argument of the cell is known at the call |
/// | `fn gate(a, b) = sigmoid(a + b);` | a helper for values of any shape |
///
/// Initial values: `zeros`, `ones`, `constant(c)`, `uniform(a)` from -a to a, `uniform(a, b)`, `normal(deviation)`,
/// `glorot_uniform`, `glorot_normal`, `kaiming_uniform`, `kaiming_normal`, `orthogonal`, `identity`;
/// [`Init`](crate::nn::Init) says what they are.
///
/// # Equations
///
/// - A shape is `[]`, `[D]` or `[H, D]`; each axis is a sum or product of sizes and whole numbers: `[4 * H]`, `[D + 1]`.
///   A number `[]` stretches over anything; nothing else stretches.
/// - `w @ x` is the product of a matrix and a vector and binds tighter than `*`: `r * u @ h` is `r * (u @ h)`, which NumPy
///   groups the other way. It groups to the right: `u @ v @ h` is two products with a vector.
/// - A state is its old value until the one line that assigns it, and its new value after that.
/// - Names have one meaning in the whole cell. Numbers are real: `1 / 2` is 0.5. Sizes are numbers too: `1 / sqrt(H)`.
/// - `v[a..b]` is a part of a vector, `let (i, f) = split(v, 2);` its equal parts, `concat(a, b)` the way back.
/// - Functions mean what they mean on [`Tensor`](crate::Tensor), and have the same derivatives at kinks:
///
/// | | |
/// |---|---|
/// | of one number | `exp expm1 ln log1p sqrt square recip abs sin cos erf tanh sigmoid relu gelu gelu_tanh silu softplus elu leaky_relu selu mish softsign hard_sigmoid hard_tanh log_sigmoid clamp` |
/// | of two | `pow minimum maximum rem`, and `+ - * /` |
/// | without derivative | `floor sign`, and `< <= > >= == != && \|\| !` inside of `stop_gradient(…)` or as the mask of `select(mask, a, b)` |
/// | over the last axis | `sum mean min max norm logsumexp softmax log_softmax layer_norm`, and `dot(a, b)` |
/// | of matrices | `transpose identity diag outer` |
/// | numbers | `pi inf` |
///
/// # Looking at a cell
///
/// `RECURVE_DEBUG=Gru cargo build` prints the checked equations, the step on tensors and the generated code of the cell
/// `Gru` when it is compiled.
#[macro_export]
macro_rules! recurrent {
    ($($cells:tt)*) => {
        $crate::__private::recurrent! { [$crate] $($cells)* }
    };
}
