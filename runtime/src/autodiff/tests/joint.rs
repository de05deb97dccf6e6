//! Computations with several results, against the same in tensor operations.

mod nested;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::{SeedableRng, rngs::StdRng};

use crate::array::Array;
use crate::autodiff::joint::{Joint, record_joint, tracked};
use crate::ops::tests::hooks::recorded_during;
use crate::{Error, ErrorKind, Float, Param, Result, Tensor, check_gradients, grad, value_and_grad};

/// `(a, b)` to `(a b, a + sin b, a)`, and how often its derivative was asked for, by input.
struct Toy<F: Float> {
    a: Tensor<F>,
    b: Tensor<F>,
    asked: [Arc<AtomicUsize>; 2],
}

impl<F: Float> Joint<F> for Toy<F> {
    fn name(&self) -> &str {
        "Toy::scan"
    }

    fn derive(&self, adjoints: &[Option<Tensor<F>>], wanted: &[bool]) -> Result<Vec<Option<Tensor<F>>>> {
        assert!(adjoints.iter().any(Option::is_some) && wanted.contains(&true));
        assert!(adjoints.iter().flatten().all(|adjoint| !adjoint.is_tracked()));
        let [product, sum, copy] = adjoints else { panic!("three results") };
        let zero = || Tensor::zeros(*self.a.shape_value());
        let or_zero = |adjoint: &Option<Tensor<F>>| adjoint.clone().unwrap_or_else(zero);
        for (asked, wanted) in self.asked.iter().zip(wanted) {
            asked.fetch_add((*wanted).into(), Ordering::Relaxed);
        }
        let a = || or_zero(product) * &self.b + or_zero(sum) + or_zero(copy);
        let b = || or_zero(product) * &self.a + or_zero(sum) * self.b.cos();
        Ok(vec![wanted[0].then(a), wanted[1].then(b)])
    }
}

/// Counts of the derivatives.
#[derive(Default)]
struct Asked([Arc<AtomicUsize>; 2]);

impl Asked {
    fn counts(&self) -> [usize; 2] {
        self.0.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    fn toy<F: Float>(&self, a: &Tensor<F>, b: &Tensor<F>) -> [Tensor<F>; 3] {
        let results = vec![(a.detach() * b.detach()).array, (a.detach() + b.detach().sin()).array, a.array.clone()];
        let joint = || -> Box<dyn Joint<F>> {
            let asked = self.0.each_ref().map(Arc::clone);
            Box::new(Toy { a: a.detach(), b: b.detach(), asked })
        };
        record_joint(joint, &[a, b], results).try_into().unwrap_or_else(|_| panic!("three results"))
    }
}

fn toy<F: Float>(a: &Tensor<F>, b: &Tensor<F>) -> [Tensor<F>; 3] {
    Asked::default().toy(a, b)
}

/// The same on the tape.
fn steps<F: Float>(a: &Tensor<F>, b: &Tensor<F>) -> [Tensor<F>; 3] {
    [a * b, a + b.sin(), a * F::ONE]
}

type Computation<F> = fn(&Tensor<F>, &Tensor<F>) -> [Tensor<F>; 3];
type Pair<F> = (Param<F>, Param<F>);

fn random(seed: u64) -> Tensor<f64> {
    Tensor::normal([2, 3], 0.0, 1.0, &mut StdRng::seed_from_u64(seed))
}

fn pair<F: Float>() -> Pair<F> {
    (Param::new(random(1).cast()), Param::new(random(2).cast()))
}

/// Uses some of the results.
fn mixed<F: Float>([product, sum, copy]: &[Tensor<F>; 3], used: [bool; 3]) -> Tensor<F> {
    let number = F::from_f64;
    let terms = [product.square().mean(), sum.tanh().sum() * number(0.5), (copy * sum.exp()).mean()];
    let terms = terms.into_iter().zip(used).filter(|(_, used)| *used).map(|(term, _)| term);
    terms.reduce(|sum, term| sum + term).expect("one result at least")
}

fn assert_close<F: Float>(found: &Tensor<F>, expected: &Tensor<F>, tolerance: f64) {
    assert_eq!(found.shape(), expected.shape());
    let (found, expected) = (found.cast::<f64>(), expected.cast::<f64>());
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance * (1.0 + b.abs());
    assert!(found.as_slice().iter().zip(expected.as_slice()).all(close), "{found:?} against {expected:?}");
}

/// The values and gradients of `loss` through the joint and through the tape.
fn compare<F: Float>(tolerance: f64, loss: impl Fn(&Pair<F>, Computation<F>) -> Tensor<F>) -> Result<()> {
    let model = pair();
    let (value, gradients) = value_and_grad(&model, |m| Ok::<_, Error>(loss(m, toy)))?;
    let (expected, on_tape) = value_and_grad(&model, |m| Ok::<_, Error>(loss(m, steps)))?;
    assert_close(&value, &expected, tolerance);
    for param in [&model.0, &model.1] {
        assert_eq!(gradients.get(param).is_some(), on_tape.get(param).is_some());
        if let (Some(found), Some(expected)) = (gradients.get(param), on_tape.get(param)) {
            assert!(!found.is_tracked());
            assert_close(&found, &expected, tolerance);
        }
    }
    Ok(())
}

#[test]
fn gradients_are_those_of_the_tape_whatever_results_are_used() -> Result<()> {
    for bits in 1..8 {
        let used = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0];
        compare::<f64>(1e-13, |(a, b), run| mixed(&run(&a.get(), &b.get()), used))?;
        compare::<f32>(1e-5, |(a, b), run| mixed(&run(&a.get(), &b.get()), used))?;
    }
    Ok(())
}

#[test]
fn gradients_agree_with_differences() -> Result<()> {
    let chain = |(a, b): &Pair<f64>| {
        let [product, sum, copy] = toy(&a.get(), &b.get());
        let [first, second, _] = toy(&(product.tanh() + a.get()), &sum);
        Ok(mixed(&toy(&first, &(second * copy).tanh()), [true; 3]))
    };
    check_gradients(&pair(), chain, &mut StdRng::seed_from_u64(3))?;
    Ok(())
}

#[test]
fn joints_follow_each_other() -> Result<()> {
    compare::<f64>(1e-13, |(a, b), run| {
        let (mut x, mut y) = (a.get(), b.get());
        for _ in 0..5 {
            let [product, sum, copy] = run(&x, &y);
            (x, y) = (product.tanh(), sum + copy * 0.5);
        }
        mixed(&run(&x, &y), [true; 3])
    })
}

#[test]
fn contributions_to_one_input_are_summed() -> Result<()> {
    compare::<f64>(1e-13, |(a, b), run| {
        let same = a.get() * b.get();
        mixed(&run(&same, &same), [true; 3]) + mixed(&run(&a.get(), &a.get()), [true; 3]) + same.sum()
    })
}

#[test]
fn a_result_can_be_the_loss() -> Result<()> {
    compare::<f64>(0.0, |(a, b), run| {
        let [product, _, _] = run(&a.get().sum(), &b.get().max());
        product
    })
}

#[test]
fn only_inputs_that_are_asked_about_are_derived() -> Result<()> {
    let (a, b) = pair::<f64>();
    let asked = Asked::default();
    let gradients = grad(&a, |a| Ok::<_, Error>(mixed(&asked.toy(&a.get(), &b.get()), [true; 3])))?;
    let expected = grad(&a, |a| Ok::<_, Error>(mixed(&steps(&a.get(), &b.get()), [true; 3])))?;
    assert_close(&gradients.get(&a).unwrap(), &expected.get(&a).unwrap(), 1e-13);
    assert_eq!(asked.counts(), [1, 0]);
    // Frozen is as untracked; and what belongs to a surrounding scope alone is not asked about inside.
    let mut model = (a, b);
    model.0.set_frozen(true);
    grad(&model, |(a, b)| Ok::<_, Error>(mixed(&asked.toy(&a.get(), &b.get()), [true; 3])))?;
    assert_eq!(asked.counts(), [1, 1]);
    model.0.set_frozen(false);
    grad(&model.0, |a| {
        let a = a.get();
        let inner = grad(&model.1, |b| Ok::<_, Error>(mixed(&asked.toy(&a, &b.get()), [true; 3])))?;
        assert_eq!(asked.counts(), [1, 2]);
        Ok::<_, Error>(a.sum() + inner.get(&model.1).unwrap().detach().sum())
    })?;
    assert_eq!(asked.counts(), [1, 2]);
    Ok(())
}

#[test]
fn results_that_nobody_uses_cost_nothing() -> Result<()> {
    let model = pair::<f64>();
    let asked = Asked::default();
    let gradients = grad(&model, |(a, b)| {
        let [unused, _, _] = asked.toy(&a.get(), &b.get());
        let none = record_joint(|| Box::new(Wrong(|| panic!("not reached"))), &[&a.get()], Vec::new());
        assert!(unused.is_tracked() && none.is_empty());
        Ok::<_, Error>(a.get().sum() + unused.detach().sum())
    })?;
    assert_eq!(asked.counts(), [0, 0]);
    assert!(gradients.get(&model.0).is_some() && gradients.get(&model.1).is_none());
    Ok(())
}

#[test]
fn one_node_is_recorded_and_only_for_tracked_inputs() -> Result<()> {
    let (a, b) = (random(1), random(2));
    assert!(!tracked(&[&a, &b]).any(|tracked| tracked));
    let never = || -> Box<dyn Joint<f64>> { panic!("nothing is recorded") };
    let results = record_joint(never, &[&a, &b], vec![a.array.clone()]);
    assert!(!results[0].is_tracked() && results[0] == a);

    let model = pair::<f64>();
    let mut run = Ok(());
    let recorded = recorded_during(|| {
        run = value_and_grad(&model.0, |p| {
            let flags: Vec<bool> = tracked(&[&p.get(), &b]).collect();
            assert_eq!(flags, [true, false]);
            let results = toy(&p.get(), &b);
            assert!(results.iter().all(Tensor::is_tracked));
            Ok::<_, Error>(toy(&results[0], &results[1])[1].sum())
        })
        .map(drop);
    });
    run?;
    assert_eq!((recorded["joint"].times, recorded["joint"].inputs), (2, 2));
    Ok(())
}

#[test]
fn long_chains_are_swept_and_dropped_without_recursion() -> Result<()> {
    let model = pair::<f64>();
    let long = |x: Tensor<f64>| {
        (0..100_000).fold(x, |x, _| {
            let [_, sum, _] = toy(&x, &Tensor::zeros([2, 3]));
            sum
        })
    };
    let gradients = grad(&model.0, |a| Ok::<_, Error>(long(a.get()).sum()))?;
    assert_eq!(gradients.get(&model.0).unwrap(), Tensor::ones([2, 3]));
    let error = grad(&model.0, |a| {
        drop(long(a.get()));
        Err::<Tensor<f64>, _>(Error::new(ErrorKind::Value, "here", "dropped without a sweep"))
    });
    assert!(error.is_err());
    Ok(())
}

#[test]
fn a_joint_is_recorded_and_swept_on_any_thread() -> Result<()> {
    let model = pair::<f64>();
    let part = |(a, b): &Pair<f64>, run: Computation<f64>| mixed(&run(&a.get(), &b.get()), [true; 3]);
    let elsewhere = grad(&model, |m| {
        let results = std::thread::scope(|scope| scope.spawn(|| part(m, toy)).join().unwrap());
        Ok::<_, Error>(results)
    })?;
    let swept = std::thread::scope(|scope| scope.spawn(|| grad(&model, |m| Ok(part(m, toy)))).join().unwrap());
    let swept: Result<_> = swept;
    let expected = grad(&model, |m| Ok::<_, Error>(part(m, steps)))?.flatten::<f64>()?;
    assert_close(&elsewhere.flatten()?, &expected, 1e-13);
    assert_close(&swept?.flatten()?, &expected, 1e-13);
    Ok(())
}

/// A joint whose derivative is not what it should be.
struct Wrong(fn() -> Result<Vec<Option<Tensor<f64>>>>);

impl Joint<f64> for Wrong {
    fn name(&self) -> &str {
        "Wrong::scan"
    }

    fn derive(&self, _: &[Option<Tensor<f64>>], _: &[bool]) -> Result<Vec<Option<Tensor<f64>>>> {
        (self.0)()
    }
}

fn through(wrong: fn() -> Result<Vec<Option<Tensor<f64>>>>) -> Result<()> {
    grad(&pair::<f64>().0, |a| {
        let results: Vec<Array<f64>> = vec![a.get().array];
        Ok::<_, Error>(record_joint(|| Box::new(Wrong(wrong)), &[&a.get()], results)[0].sum())
    })
    .map(drop)
}

#[test]
fn errors_of_a_derivative_are_returned() {
    let error = through(|| Err(Error::new(ErrorKind::Gradient, "Wrong", "has none"))).unwrap_err();
    assert_eq!(error.to_string(), "Wrong: has none");
}

#[test]
#[should_panic(expected = "Wrong::scan: no derivative of input 0")]
fn a_derivative_that_is_wanted_must_be_there() {
    through(|| Ok(vec![None])).unwrap();
}

#[test]
#[should_panic(expected = "Wrong::scan: the shape of the derivative of input 0")]
fn a_derivative_has_the_shape_of_its_input() {
    through(|| Ok(vec![Some(Tensor::zeros([3, 2]))])).unwrap();
}
