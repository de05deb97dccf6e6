//! What other libraries call the things of this language.

/// Functions, with what to write instead.
pub(super) const FUNCTIONS: &[(&str, &str)] = &[
    ("T", "`transpose(w)`"),
    ("absolute", "`abs(v)`"),
    ("add", "`a + b`"),
    ("addmm", "`w @ x + b`"),
    ("amax", "`max(v)`"),
    ("amin", "`min(v)`"),
    ("average", "`mean(v)`"),
    ("bmm", "`w @ x`"),
    ("cat", "`concat(a, b)`"),
    ("ceil", "`-floor(-v)`"),
    ("chunk", "`let (a, b) = split(v, 2);`"),
    ("clip", "`clamp(v, low, high)`"),
    ("concatenate", "`concat(a, b)`"),
    ("cond", "`select(mask, a, b)`"),
    ("cosh", "`(exp(v) + exp(-v)) / 2`"),
    ("cube", "`pow(v, 3)`"),
    ("detach", "`stop_gradient(v)`"),
    ("div", "`a / b`"),
    ("divide", "`a / b`"),
    ("einsum", "`w @ x`, `dot(a, b)` or `outer(a, b)`"),
    ("erfc", "`1 - erf(v)`"),
    ("exp2", "`pow(2, v)`"),
    ("expit", "`sigmoid(v)`"),
    ("eye", "`identity(H)`"),
    ("fabs", "`abs(v)`"),
    ("fma", "`a * b + c`"),
    ("fmod", "`rem(a, b)`"),
    ("ger", "`outer(a, b)`"),
    ("hadamard", "`a * b`"),
    ("hardsigmoid", "`hard_sigmoid(v)`"),
    ("hardswish", "`v * hard_sigmoid(v)`"),
    ("hardtanh", "`hard_tanh(v)`"),
    ("heaviside", "`select(v > 0, 1, 0)`"),
    ("hstack", "`concat(a, b)`"),
    ("if_else", "`select(mask, a, b)`"),
    ("ifelse", "`select(mask, a, b)`"),
    ("inner", "`dot(a, b)`"),
    ("inv", "`recip(v)`"),
    ("layernorm", "`layer_norm(v)`"),
    ("leakyrelu", "`leaky_relu(v)`"),
    ("len", "the dimension itself, as in `1 / sqrt(H)`"),
    ("length", "the dimension itself for a size, or `norm(v)`"),
    ("lerp", "`a + t * (b - a)`"),
    ("linear", "`w @ x + b`"),
    ("log", "`ln(v)`"),
    ("log10", "`ln(v) / ln(10)`"),
    ("log2", "`ln(v) / ln(2)`"),
    ("log_sum_exp", "`logsumexp(v)`"),
    ("logistic", "`sigmoid(v)`"),
    ("logsigmoid", "`log_sigmoid(v)`"),
    ("logsoftmax", "`log_softmax(v)`"),
    ("lrelu", "`leaky_relu(v)`"),
    ("magnitude", "`norm(v)`"),
    ("matmul", "`w @ x`"),
    ("mm", "`w @ x`"),
    ("mod", "`rem(a, b)`"),
    ("modulo", "`rem(a, b)`"),
    ("mul", "`a * b`"),
    ("multiply", "`a * b`"),
    ("mv", "`w @ x`"),
    ("narrow", "`v[a..b]`"),
    ("neg", "`-v`"),
    ("negative", "`-v`"),
    ("numel", "the dimension itself, as in `1 / sqrt(H)`"),
    ("permute", "`transpose(w)`"),
    ("power", "`pow(base, exponent)`"),
    ("powf", "`pow(base, exponent)`"),
    ("powi", "`pow(base, exponent)`"),
    ("reciprocal", "`recip(v)`"),
    ("reduce_max", "`max(v)`"),
    ("reduce_mean", "`mean(v)`"),
    ("reduce_min", "`min(v)`"),
    ("reduce_sum", "`sum(v)`"),
    ("relu6", "`clamp(v, 0, 6)`"),
    ("rem_euclid", "`rem(a, b)`"),
    ("remainder", "`rem(a, b)`"),
    ("rms_norm", "`v / sqrt(mean(square(v)) + 0.00001)`"),
    ("round", "`floor(v + 0.5)`"),
    ("rsqrt", "`1 / sqrt(v)`"),
    ("sgn", "`sign(v)`"),
    ("shape", "the dimension itself, as in `1 / sqrt(H)`"),
    ("sigm", "`sigmoid(v)`"),
    ("signum", "`sign(v)`"),
    ("sinh", "`(exp(v) - exp(-v)) / 2`"),
    ("size", "the dimension itself, as in `1 / sqrt(H)`"),
    ("slice", "`v[a..b]`"),
    ("sqr", "`square(v)`"),
    ("square_root", "`sqrt(v)`"),
    ("stack", "`concat(a, b)`"),
    ("std", "`sqrt(mean(square(v - mean(v))))`"),
    ("stop_grad", "`stop_gradient(v)`"),
    ("stopgradient", "`stop_gradient(v)`"),
    ("sub", "`a - b`"),
    ("subtract", "`a - b`"),
    ("swish", "`silu(v)`"),
    ("t", "`transpose(w)`"),
    ("tan", "`sin(v) / cos(v)`"),
    ("tensordot", "`w @ x`, `dot(a, b)` or `outer(a, b)`"),
    ("var", "`mean(square(v - mean(v)))`"),
    ("variance", "`mean(square(v - mean(v)))`"),
    ("vcat", "`concat(a, b)`"),
    ("vdot", "`dot(a, b)`"),
    ("where", "`select(mask, a, b)`"),
    ("σ", "`sigmoid(v)`"),
];

/// Numbers, with what to write instead.
pub(super) const NUMBERS: &[(&str, &str)] = &[
    ("INF", "`inf`"),
    ("INFINITY", "`inf`"),
    ("Inf", "`inf`"),
    ("PI", "`pi`"),
    ("infinity", "`inf`"),
    ("tau", "`2 * pi`"),
    ("π", "`pi`"),
];

/// Functions that give random numbers.
pub(super) const RANDOM: &[&str] =
    &["bernoulli", "dropout", "gumbel", "noise", "normal", "rand", "randn", "random", "uniform"];

/// Initialisers that somebody may expect to be functions, with a number that does the same.
pub(super) const INITIALISERS_WITH_NUMBER: &[(&str, &str)] = &[
    ("constant", "the number itself"),
    ("fill", "the number itself"),
    ("full", "the number itself"),
    ("ones", "`1`"),
    ("ones_like", "`1`"),
    ("zeros", "`0`"),
    ("zeros_like", "`0`"),
];

/// Initialisers, with the name that they have here.
pub(super) const INITIALISERS: &[(&str, &str)] = &[
    ("const", "constant"),
    ("constants", "constant"),
    ("eye", "identity"),
    ("fill", "constant"),
    ("full", "constant"),
    ("gaussian", "normal"),
    ("glorot", "glorot_uniform"),
    ("he", "kaiming_normal"),
    ("he_normal", "kaiming_normal"),
    ("he_uniform", "kaiming_uniform"),
    ("kaiming", "kaiming_uniform"),
    ("one", "ones"),
    ("rand", "uniform"),
    ("randn", "normal"),
    ("random", "uniform"),
    ("xavier", "glorot_uniform"),
    ("xavier_normal", "glorot_normal"),
    ("xavier_uniform", "glorot_uniform"),
    ("zero", "zeros"),
];

/// What to write for a function of another library, with or without the `_` of functions that change their argument.
pub(super) fn function(word: &str) -> Option<&'static str> {
    look_up(FUNCTIONS, word).or_else(|| look_up(FUNCTIONS, word.strip_suffix('_')?))
}

/// What to write for a number of another library.
pub(super) fn number(word: &str) -> Option<&'static str> {
    look_up(NUMBERS, word)
}

/// What is written in values instead of this initialiser.
pub(super) fn number_of_initialiser(word: &str) -> Option<&'static str> {
    look_up(INITIALISERS_WITH_NUMBER, word)
}

pub(super) fn is_random(word: &str) -> bool {
    RANDOM.contains(&word)
}

/// The name that this initialiser of another library has here.
pub(super) fn initialiser(word: &str) -> Option<&'static str> {
    look_up(INITIALISERS, word)
}

fn look_up(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == word).map(|(_, instead)| *instead)
}
