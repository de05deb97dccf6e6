//! Tensors as text: shape, element type, and values (the middle of long axes left out).

use std::fmt;

use super::Tensor;
use crate::array::element::Element;

/// Like `Debug`, with each value in its `Display` form; a precision applies to each value.
impl<E: Element> fmt::Display for Tensor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor<{}> {:?} ", E::DTYPE, self.shape())?;
        match f.precision() {
            Some(precision) => write!(f, "{:.*}", precision, self.view()),
            None => write!(f, "{}", self.view()),
        }
    }
}

/// `Tensor<f32> [2, 2] [[1.0, 2.0],\n [3.0, 4.0]]`, with `tracked` in front of tracked tensors.
impl<E: Element> fmt::Debug for Tensor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_tracked() {
            f.write_str("tracked ")?;
        }
        write!(f, "Tensor<{}> {:?} ", E::DTYPE, self.shape())?;
        // ndarray's Debug adds strides and layout; its Display of Debug-formatted elements does not.
        let values = self.view();
        write!(f, "{}", values.map(|value| format!("{value:?}")))
    }
}

#[cfg(test)]
mod tests {
    use crate::Tensor;

    #[test]
    fn shows_shape_type_and_values() {
        let x = Tensor::from([[1.0_f32, 2.5], [3.0, 4.0]]);
        assert_eq!(format!("{x:?}"), "Tensor<f32> [2, 2] [[1.0, 2.5],\n [3.0, 4.0]]");
        assert_eq!(format!("{x:.2}"), "Tensor<f32> [2, 2] [[1.00, 2.50],\n [3.00, 4.00]]");
        assert_eq!(format!("{:?}", Tensor::scalar(true)), "Tensor<bool> [] true");
    }
}
