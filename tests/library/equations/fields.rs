//! Fields of cells: how they begin, what they are called, and what happens when they are changed.

use super::{dense, weighted};
use crate::support::{assert_close_to, panic_of, random, rng};
use recurve::{Cell, Module, Param, Result, Tensor, recurrent, value_and_grad};

recurrent! {
    /// All kinds of fields and of initial values.
    pub(super) cell Fields(input: D, hidden: H) {
        param a: [H, D] = uniform(-1, 2);
        buffer mask: [H, H] = identity;
        /// How much is kept.
        hyper keep = 0.5;
        param b, c: [H] = normal(1 / H);
        param d: []? = constant(2 * H);
        param e: [H, H] = kaiming_normal;
        param g: [3 * H]? = zeros;
        state h: [H];

        step(x: [D]) -> (first: [H], []) {
            let driven = a @ x + b * c + d;
            h = keep * h + tanh((mask * e) @ driven + g[H..2 * H]);
            (h, sum(h) * d)
        }
    }
}

fn fields() -> Fields<f64> {
    Fields::with_dtype(2, 3, &mut rng(1))
}

#[test]
fn fields_begin_as_declared() {
    let cell = fields();
    assert!(cell.a.get().to_vec().iter().all(|a| (-1.0..2.0).contains(a)));
    assert_eq!(cell.mask.get(), Tensor::identity(3));
    assert_ne!(cell.b.get(), cell.c.get());
    assert_eq!(cell.d.as_ref().map(|d| d.get().item()), Some(6.0));
    assert_eq!((cell.keep, cell.input(), cell.hidden()), (0.5, 2, 3));
    let single = Fields::new(2, 3, &mut rng(1));
    assert_eq!(single.a.get().to_vec(), cell.a.get().cast::<f32>().to_vec());
}

#[test]
fn parameters_have_the_names_of_the_equations() -> Result<()> {
    let cell = fields();
    let paths: Vec<String> = cell.parameters()?.iter().map(|parameter| parameter.path().to_owned()).collect();
    assert_eq!(paths, ["a", "b", "c", "d", "e", "g"]);
    assert_eq!(cell.count(), 6 + 3 + 3 + 1 + 9 + 9);
    Ok(())
}

#[test]
fn debug_shows_shapes() {
    let expected = "Fields { a: Param<f64> [3, 2], mask: Buffer<f64> [3, 3], keep: 0.5, b: Param<f64> [3], \
                    c: Param<f64> [3], d: Some(Param<f64> []), e: Param<f64> [3, 3], g: None }";
    assert_eq!(format!("{:?}", Fields { g: None, ..fields() }), expected);
}

#[test]
fn sizes_must_not_be_zero() {
    let words = panic_of(|| Fields::new(2, 0, &mut rng(1)));
    assert_eq!(words, "Fields: sizes must not be 0, found input 2 and hidden 0");
}

/// Output, state and gradients of all parameters, in one vector.
fn all(cell: &Fields<f64>) -> Result<Vec<f64>> {
    let xs = random(&[3, 2, 2], 2);
    let (loss, gradients) = value_and_grad(cell, |cell| {
        let (ys, state) = cell.scan(&xs, None)?;
        let (first, second) = ys.data();
        Ok::<_, recurve::Error>(weighted(first, 3) + weighted(second, 4) + weighted(&state.h, 5))
    })?;
    let mut all = vec![loss.item()];
    for name in ["a", "b", "c", "e"] {
        all.extend(gradients.by_path(name)?.expect("a gradient").to_f64_vec());
    }
    Ok(all)
}

#[test]
fn rule_21_an_absent_parameter_counts_as_zeros() -> Result<()> {
    let with_zeros = || -> Result<Fields<f64>> {
        let mut cell = dense(&fields(), 6)?;
        cell.d = Some(Param::new(Tensor::zeros([])));
        cell.g = Some(Param::new(Tensor::zeros([9])));
        Ok(cell)
    };
    let expected = all(&with_zeros()?)?;
    for (d, g) in [(true, false), (false, true), (true, true)] {
        let mut cell = with_zeros()?;
        cell.d = cell.d.filter(|_| !d);
        cell.g = cell.g.filter(|_| !g);
        assert_close_to("absent", &all(&cell)?, &expected, 1e-12);
        assert_eq!(cell.count(), 31 - usize::from(d) - 9 * usize::from(g));
    }
    Ok(())
}

#[test]
fn rule_22_numbers_and_buffers_may_change() -> Result<()> {
    let mut cell = dense(&fields(), 7)?;
    let before = all(&cell)?;
    cell.keep = 0.25;
    let less = all(&cell)?;
    assert_ne!(before, less);
    cell.keep = 0.5;
    assert_eq!(all(&cell)?, before);
    cell.mask.set(Tensor::ones([3, 3]))?;
    assert_ne!(all(&cell)?, before);
    Ok(())
}

#[test]
fn rule_22_buffers_are_not_trained() -> Result<()> {
    let cell = fields();
    assert!(cell.parameters()?.iter().all(|parameter| parameter.path() != "mask"));
    let copy = cell.duplicate();
    assert_ne!(copy.mask.id(), cell.mask.id());
    assert_eq!(copy.mask.get(), cell.mask.get());
    Ok(())
}

#[test]
fn cells_are_shared_copied_cast_and_flattened() -> Result<()> {
    let mut cell = dense(&fields(), 8)?;
    let (shared, copy) = (cell.share(), cell.duplicate());
    let before = all(&cell)?;
    let twice = (cell.share(), cell.share());
    assert_eq!(twice.count(), cell.count());
    let (flat, restructure) = cell.flatten::<f64>()?;
    assert_eq!(all(&restructure.restructure(&flat)?)?, before);
    cell.b.set(Tensor::zeros([3]))?;
    assert_eq!(all(&shared)?, all(&cell)?);
    assert_eq!(all(&copy)?, before);
    let single: Fields<f32> = copy.cast::<f32>()?;
    let xs = random(&[3, 2, 2], 2);
    let (narrow, _) = single.scan(xs.cast::<f32>(), None)?;
    let (wide, _) = copy.scan(&xs, None)?;
    assert_close_to("cast", &narrow.data().0.cast::<f64>().to_vec(), &wide.data().0.to_vec(), 1e-5);
    assert_eq!(single.keep, 0.5);
    Ok(())
}

#[test]
fn tied_parameters_are_one() -> Result<()> {
    let mut cell = dense(&fields(), 9)?;
    cell.c = cell.b.share();
    assert_eq!(cell.count(), 28);
    let xs = random(&[2, 2, 2], 2);
    super::assert_gradients(&cell, |cell| Ok(weighted(&cell.scan(&xs, None)?.0.data().0, 3)))
}
