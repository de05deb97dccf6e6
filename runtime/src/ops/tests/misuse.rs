//! Misuse: what says so as an error, and what panics, with both shapes.

use std::cell::RefCell;
use std::panic::{self, UnwindSafe, catch_unwind};

use crate::{MAX_RANK, Tensor, concat, stack};

type Misuse = fn(&Tensor<f64>);

thread_local! {
    /// The file in which this thread panicked last.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

fn record_places() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        PLACE.set(panic.location().map_or_else(String::new, |place| place.file().to_owned()));
        report(panic);
    }));
}

fn message_of(misuse: impl FnOnce() + UnwindSafe) -> String {
    let panic = catch_unwind(misuse).unwrap_err();
    panic.downcast::<String>().map_or_else(|panic| (*panic.downcast::<&str>().unwrap()).to_owned(), |message| *message)
}

fn ones(shape: &[usize]) -> Tensor<f64> {
    Tensor::ones(shape)
}

#[test]
fn what_returns_results_never_panics() {
    let (x, deep) = (ones(&[2, 3]), ones(&[1; MAX_RANK]));
    let table = [
        (x.index_select(2, &Tensor::from([0])), "index_select: axis 2 is outside of shape [2, 3]"),
        (x.index_select(-1, &Tensor::from([0, 3])), "index_select: index 3 is outside of axis 1 of shape [2, 3]"),
        (
            deep.index_select(0, &Tensor::from([[0, 0]])),
            "index_select: shape [1, 1, 1, 1, 1, 1, 1, 1] and indices of shape [1, 2] make more than 8 axes",
        ),
        (concat::<f64>(&[], 0), "concat: expected at least one tensor, found none"),
        (concat(&[&x], 2), "concat: axis 2 is outside of shape [2, 3]"),
        (concat(&[&x, &ones(&[2, 4])], 0), "concat: shapes [2, 3] and [2, 4] differ outside of axis 0"),
        (concat(&[&x, &ones(&[3])], 0), "concat: shapes [2, 3] and [3] differ outside of axis 0"),
        (stack::<f64>(&[], 0), "stack: expected at least one tensor, found none"),
        (stack(&[&x], 3), "stack: axis 3 is outside of 2 axes and one more"),
        (stack(&[&x, &ones(&[3, 2])], 0), "stack: shapes [2, 3] and [3, 2] differ"),
        (stack(&[&deep], 0), "stack: expected at most 7 axes, found shape [1, 1, 1, 1, 1, 1, 1, 1]"),
        (x.try_reshape([4]), "reshape: shape [2, 3] has 6 elements, shape [4] has 4"),
        (x.try_matmul(&ones(&[2])), "matmul: expected two matrices or stacks of them, found shapes [2, 3] and [2]"),
        (x.try_matmul(&x), "matmul: shapes [2, 3] and [2, 3] do not multiply: 3 columns meet 2 rows"),
        (
            ones(&[2, 5, 3]).try_matmul(&ones(&[4, 3, 2])),
            "matmul: leading axes of shapes [2, 5, 3] and [4, 3, 2] do not broadcast",
        ),
        // The product of these sizes is 6 in the arithmetic of addresses.
        (
            x.try_reshape([usize::MAX / 2 + 4, 2]),
            "reshape: shape [2, 3] has 6 elements, shape [9223372036854775811, 2] has 18446744073709551615",
        ),
    ];
    for (result, message) in table {
        assert_eq!(result.unwrap_err().to_string(), message);
    }
}

#[test]
fn panics_name_the_operation_the_shapes_and_the_line_of_the_caller() {
    let table: [(Misuse, &str); 23] = [
        (|x| drop(x + ones(&[2])), "add: shapes [2, 3] and [2] do not broadcast"),
        (|x| drop(x.maximum(&ones(&[4, 1, 2]))), "maximum: shapes [2, 3] and [4, 1, 2] do not broadcast"),
        (|x| drop(x.less(&ones(&[2]))), "less: shapes [2, 3] and [2] do not broadcast"),
        (|x| drop(x.select(&Tensor::from([true, false]), x)), "select: shapes [2, 3] and [2] do not broadcast"),
        (|x| drop(x.pow(&ones(&[2]))), "pow: shapes [2, 3] and [2] do not broadcast"),
        (|x| drop(x.less(x).and(&Tensor::from([true, false]))), "and: shapes [2, 3] and [2] do not broadcast"),
        (|x| drop(x.norm_axes(2)), "norm: axes must be distinct and inside of shape [2, 3]"),
        (|x| drop(x.dot(&ones(&[2, 1]))), "dot: expected last axes of one size, found shapes [2, 3] and [2, 1]"),
        (|x| drop(x.dot(&ones(&[5, 3]))), "dot: shapes [2, 3] and [5, 3] do not broadcast"),
        (|x| drop(x.outer(&ones(&[5, 3]))), "outer: leading axes of shapes [2, 3] and [5, 3] do not broadcast"),
        (|x| drop(x.outer(&ones(&[]))), "outer: expected two vectors or stacks of them, found shapes [2, 3] and []"),
        (|x| drop(x.sum().diag()), "diag: expected a vector or a stack of them, found shape []"),
        (|x| drop(x.matmul(x)), "matmul: shapes [2, 3] and [2, 3] do not multiply: 3 columns meet 2 rows"),
        (
            |x| drop(x.matmul_transposed(&ones(&[1, 2]))),
            "matmul: shapes [2, 3] and [1, 2] do not multiply: 3 columns meet 2 rows (the second is transposed)",
        ),
        (|x| drop(x.reshape([4])), "reshape: shape [2, 3] has 6 elements, shape [4] has 4"),
        (|x| drop(x.sum_axes([0, 0])), "sum: axes must be distinct and inside of shape [2, 3]"),
        (|x| drop(x.softmax(2)), "softmax: axis 2 is outside of shape [2, 3]"),
        (|x| drop(x.permute([0, 0])), "permute: [0, 0] is not an order of the axes of shape [2, 3]"),
        (|x| drop(x.slice(1, 2..4)), "slice: 2..4 leaves axis 1 of shape [2, 3]"),
        (|x| drop(x.split(1, 2)), "split: 2 parts do not divide axis 1 of shape [2, 3]"),
        (|x| drop(x.squeeze(0)), "squeeze: axis 0 of shape [2, 3] has not size 1"),
        (|x| drop(x.broadcast_to([3, 3])), "broadcast_to: shape [2, 3] does not stretch to [3, 3]"),
        (|x| drop(x.clamp(1.0, f64::NAN)), "clamp: expected low <= high, found 1 and NaN"),
    ];
    record_places();
    for (misuse, message) in table {
        assert_eq!(message_of(|| misuse(&ones(&[2, 3]))), message);
        assert_eq!(PLACE.take(), file!(), "{message}");
    }
}

#[test]
fn a_shape_beyond_the_address_space_says_so() {
    assert_eq!(message_of(|| drop(ones(&[usize::MAX, 2]))), "a tensor of this shape does not fit the address space");
}
