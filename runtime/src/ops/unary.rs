//! Operations on one tensor, element by element, with PyTorch's meaning. Not-a-number passes through all of them.

use crate::array::element::Float;
use crate::array::kernels::Unary;
use crate::tensor::Tensor;

impl<F: Float> Tensor<F> {
    /// eˣ, element by element. Derivative: `exp(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).exp().item(), 1.0);
    /// ```
    pub fn exp(&self) -> Self {
        self.unary(Unary::Exp)
    }

    /// eˣ - 1, accurate near 0. Derivative: `exp(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).expm1().item(), 0.0);
    /// ```
    #[doc(alias = "exp_m1")]
    pub fn expm1(&self) -> Self {
        self.unary(Unary::Expm1)
    }

    /// The natural logarithm. Derivative: `1 / x`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(1.0_f32).ln().item(), 0.0);
    /// ```
    #[doc(alias = "log")]
    pub fn ln(&self) -> Self {
        self.unary(Unary::Ln)
    }

    /// ln(1 + x), accurate near 0. Derivative: `1 / (1 + x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).log1p().item(), 0.0);
    /// ```
    #[doc(alias = "ln_1p")]
    pub fn log1p(&self) -> Self {
        self.unary(Unary::Log1p)
    }

    /// The square root. Derivative: `1 / (2 sqrt(x))`, infinite at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(9.0_f32).sqrt().item(), 3.0);
    /// ```
    pub fn sqrt(&self) -> Self {
        self.unary(Unary::Sqrt)
    }

    /// x². Derivative: `2 x`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(3.0_f32).square().item(), 9.0);
    /// ```
    pub fn square(&self) -> Self {
        self.unary(Unary::Square)
    }

    /// 1 / x. Derivative: `-1 / x²`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(4.0_f32).recip().item(), 0.25);
    /// ```
    #[doc(alias = "reciprocal")]
    pub fn recip(&self) -> Self {
        self.unary(Unary::Recip)
    }

    /// The absolute value. Derivative: `sign(x)`, 0 at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-2.0_f32).abs().item(), 2.0);
    /// ```
    pub fn abs(&self) -> Self {
        self.unary(Unary::Abs)
    }

    /// 1, -1, or 0 at 0. Has no derivative: asking for one is an error; write `x.detach().sign()`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-2.0_f32).sign().item(), -1.0);
    /// ```
    pub fn sign(&self) -> Self {
        self.unary(Unary::Sign)
    }

    /// The largest whole number not above x. Has no derivative: asking for one is an error; write `x.detach().floor()`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-1.5_f32).floor().item(), -2.0);
    /// ```
    pub fn floor(&self) -> Self {
        self.unary(Unary::Floor)
    }

    /// The sine of an angle in radians. Derivative: `cos(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).sin().item(), 0.0);
    /// ```
    pub fn sin(&self) -> Self {
        self.unary(Unary::Sin)
    }

    /// The cosine of an angle in radians. Derivative: `-sin(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).cos().item(), 1.0);
    /// ```
    pub fn cos(&self) -> Self {
        self.unary(Unary::Cos)
    }

    /// The error function. Derivative: `2 exp(-x²) / sqrt(π)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).erf().item(), 0.0);
    /// ```
    pub fn erf(&self) -> Self {
        self.unary(Unary::Erf)
    }

    /// The hyperbolic tangent. Derivative: `1 - tanh(x)²`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).tanh().item(), 0.0);
    /// ```
    pub fn tanh(&self) -> Self {
        self.unary(Unary::Tanh)
    }

    /// 1 / (1 + e⁻ˣ), without overflow. Derivative: `y (1 - y)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).sigmoid().item(), 0.5);
    /// ```
    pub fn sigmoid(&self) -> Self {
        self.unary(Unary::Sigmoid)
    }

    /// max(x, 0). Derivative: 1 above 0, otherwise 0, also at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-1.0_f32).relu().item(), 0.0);
    /// ```
    pub fn relu(&self) -> Self {
        self.unary(Unary::Relu)
    }

    /// x Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016, <https://arxiv.org/abs/1606.08415>).
    /// Derivative: `Φ(x) + x φ(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).gelu().item(), 0.0);
    /// ```
    pub fn gelu(&self) -> Self {
        self.unary(Unary::Gelu)
    }

    /// The tanh form of gelu, `x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³)))` (same paper).
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).gelu_tanh().item(), 0.0);
    /// ```
    pub fn gelu_tanh(&self) -> Self {
        self.unary(Unary::GeluTanh)
    }

    /// x sigmoid(x), also called swish (Elfwing et al. 2017, <https://arxiv.org/abs/1702.03118>).
    /// Derivative: `s (1 + x (1 - s))` with `s = sigmoid(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).silu().item(), 0.0);
    /// ```
    #[doc(alias = "swish")]
    pub fn silu(&self) -> Self {
        self.unary(Unary::Silu)
    }

    /// ln(1 + eˣ), exactly and without overflow. Derivative: `sigmoid(x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(1000.0_f32).softplus().item(), 1000.0);
    /// ```
    pub fn softplus(&self) -> Self {
        self.unary(Unary::Softplus)
    }

    /// λ x above 0, λ α (eˣ - 1) below (Klambauer et al. 2017, <https://arxiv.org/abs/1706.02515>).
    /// Derivative: λ above 0, otherwise `λ α eˣ`, which is λ α at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).selu().item(), 0.0);
    /// ```
    pub fn selu(&self) -> Self {
        self.unary(Unary::Selu)
    }

    /// x tanh(softplus(x)) (Misra 2019, <https://arxiv.org/abs/1908.08681>).
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(0.0_f32).mish().item(), 0.0);
    /// ```
    pub fn mish(&self) -> Self {
        self.unary(Unary::Mish)
    }

    /// x / (1 + |x|). Derivative: `1 / (1 + |x|)²`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(1.0_f32).softsign().item(), 0.5);
    /// ```
    pub fn softsign(&self) -> Self {
        self.unary(Unary::Softsign)
    }

    /// clamp(x/6 + 1/2, 0, 1), PyTorch's form. Derivative: 1/6 inside, 0 at the corners ±3 and outside.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(4.0_f32).hard_sigmoid().item(), 1.0);
    /// ```
    pub fn hard_sigmoid(&self) -> Self {
        self.unary(Unary::HardSigmoid)
    }

    /// clamp(x, -1, 1). Derivative: 1 inside, 0 at the corners ±1 and outside.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-3.0_f32).hard_tanh().item(), -1.0);
    /// ```
    pub fn hard_tanh(&self) -> Self {
        self.unary(Unary::HardTanh)
    }

    /// ln(sigmoid(x)), without overflow. Derivative: `sigmoid(-x)`.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-1000.0_f32).log_sigmoid().item(), -1000.0);
    /// ```
    pub fn log_sigmoid(&self) -> Self {
        self.unary(Unary::LogSigmoid)
    }

    /// x above 0, `alpha (eˣ - 1)` below (Clevert et al. 2015, <https://arxiv.org/abs/1511.07289>).
    /// Derivative: 1 above 0, otherwise `alpha eˣ`, which is `alpha` at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(2.0_f32).elu(1.0).item(), 2.0);
    /// ```
    pub fn elu(&self, alpha: f64) -> Self {
        self.unary(Unary::Elu { alpha })
    }

    /// x above 0, `slope x` below. Derivative: 1 above 0, otherwise `slope`, also at 0.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(-2.0_f32).leaky_relu(0.5).item(), -1.0);
    /// ```
    pub fn leaky_relu(&self, slope: f64) -> Self {
        self.unary(Unary::LeakyRelu { slope })
    }

    /// x to the power of `exponent`. Derivative: `exponent x^(exponent - 1)`; 0 for the exponent 0.
    ///
    /// Negative x give not-a-number unless `exponent` is whole. See [`pow`](Self::pow) for a tensor of exponents.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(2.0_f32).powf(3.0).item(), 8.0);
    /// ```
    pub fn powf(&self, exponent: f64) -> Self {
        self.unary(Unary::Powf { exponent })
    }

    /// x, or the bound that it passes. Derivative: 1 from `low` to `high`, both included, 0 outside.
    ///
    /// # Panics
    ///
    /// When `low` is above `high` or one of them is not a number.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::scalar(7.0_f32).clamp(-1.0, 2.0).item(), 2.0);
    /// ```
    #[doc(alias = "clip")]
    #[track_caller]
    pub fn clamp(&self, low: f64, high: f64) -> Self {
        assert!(low <= high, "clamp: expected low <= high, found {low} and {high}");
        self.unary(Unary::Clamp { low, high })
    }
}
