//! Layers as functions of one input, and tuples of them as chains.

use crate::array::element::Float;
use crate::error::Result;
use crate::tensor::Tensor;

/// A layer that maps an input of type `X` to an output; tensors are taken by reference.
///
/// A tuple of up to 8 layers is a chain: each takes the output of the one before it. Besides layers, an
/// [`Activation`](super::Activation) or a `fn(&Tensor<F>) -> Tensor<F>` can stand in a chain. A `Vec` of layers of one
/// type from tensors to tensors is a chain too, and an empty one returns its input.
///
/// ```
/// use recurve::nn::Linear;
/// use recurve::{Forward, Module, Result, Tensor, rand::{SeedableRng, rngs::StdRng}};
///
/// #[derive(Module)]
/// struct Residual {
///     inner: Linear,
/// }
///
/// impl Forward<&Tensor> for Residual {
///     type Output = Tensor;
///
///     fn forward(&self, x: &Tensor) -> Result<Tensor> {
///         Ok(x + self.inner.forward(x).map_err(|error| error.within("inner"))?)
///     }
/// }
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let chain = (Residual { inner: Linear::new(3, 3, &mut rng) }, Linear::new(3, 2, &mut rng));
/// assert_eq!(chain.forward(&Tensor::ones([4, 3]))?.shape(), [4, 2]);
///
/// let deep: Vec<Linear> = (0..5).map(|_| Linear::new(3, 3, &mut rng)).collect();
/// assert_eq!(deep.forward(&Tensor::ones([4, 3]))?.shape(), [4, 3]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "call")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer for an input of type `{X}`",
    label = "no `Forward<{X}>`",
    note = "layers take tensors by reference: write `&x`, and `impl Forward<&Tensor<F>>` for a layer of your own",
    note = "in a chain each layer takes a reference to the output of the layer before it, of the same element type"
)]
pub trait Forward<X> {
    /// What the layer returns.
    type Output;

    /// The layer's output for `x`.
    ///
    /// # Errors
    ///
    /// When the input does not fit the layer; in a chain the error begins with the layer's number, from 0.
    fn forward(&self, x: X) -> Result<Self::Output>;
}

impl<F: Float, Y> Forward<&Tensor<F>> for fn(&Tensor<F>) -> Y {
    type Output = Y;

    fn forward(&self, x: &Tensor<F>) -> Result<Y> {
        Ok(self(x))
    }
}

impl<F: Float, L> Forward<&Tensor<F>> for Vec<L>
where
    L: for<'a> Forward<&'a Tensor<F>, Output = Tensor<F>>,
{
    type Output = Tensor<F>;

    fn forward(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        let mut y = x.clone();
        for (at, layer) in self.iter().enumerate() {
            y = layer.forward(&y).map_err(|error| error.within(&at.to_string()))?;
        }
        Ok(y)
    }
}

/// Each entry is a layer, the name of its output's type, and its place.
macro_rules! chain {
    ($first:ident $y:ident 0 $(, $input:ident $layer:ident $output:ident $at:tt)* => $last:ident) => {
        impl<X, $first, $y, $($layer, $output),*> Forward<X> for ($first, $($layer,)*)
        where
            $first: Forward<X, Output = $y>,
            $($layer: for<'a> Forward<&'a $input, Output = $output>,)*
        {
            type Output = $last;

            fn forward(&self, x: X) -> Result<$last> {
                let y = self.0.forward(x).map_err(|error| error.within("0"))?;
                $(let y = self.$at.forward(&y).map_err(|error| error.within(stringify!($at)))?;)*
                Ok(y)
            }
        }
    };
}

chain!(A Y0 0 => Y0);
chain!(A Y0 0, Y0 B Y1 1 => Y1);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2 => Y2);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2, Y2 D Y3 3 => Y3);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2, Y2 D Y3 3, Y3 E Y4 4 => Y4);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2, Y2 D Y3 3, Y3 E Y4 4, Y4 G Y5 5 => Y5);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2, Y2 D Y3 3, Y3 E Y4 4, Y4 G Y5 5, Y5 H Y6 6 => Y6);
chain!(A Y0 0, Y0 B Y1 1, Y1 C Y2 2, Y2 D Y3 3, Y3 E Y4 4, Y4 G Y5 5, Y5 H Y6 6, Y6 I Y7 7 => Y7);
