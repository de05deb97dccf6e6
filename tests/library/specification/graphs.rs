//! Graphs of 100 000 operations, long and wide, in threads with a small stack, swept or dropped without a sweep.

use std::sync::Mutex;

use recurve::{Error, ErrorKind, Param, Result, Tensor, concat, grad, stack, value_and_grad};

const OPERATIONS: usize = 100_000;

/// Runs in a thread whose stack would overflow by any recursion over the graph.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(128 * 1024).spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

fn start() -> Param<f64> {
    Param::new(Tensor::from([0.5, -0.25]))
}

fn chain(x: &Tensor<f64>) -> Tensor<f64> {
    (0..OPERATIONS).fold(x.clone(), |y, _| y + 1e-5)
}

/// Every value depends on the two before it, so that every node has several users.
fn ladder(x: &Tensor<f64>) -> Tensor<f64> {
    let pair = (0..OPERATIONS / 3).fold((x.clone(), x * 0.5), |(a, b), _| {
        let next = (&a + &b) * 0.5;
        (b, next)
    });
    pair.1
}

fn wide(x: &Tensor<f64>) -> Tensor<f64> {
    let parts: Vec<Tensor<f64>> = (0..OPERATIONS / 2).map(|at| x * (at % 3) as f64).collect();
    parts.into_iter().reduce(|sum, part| sum + part).expect("many parts")
}

/// Long on both sides of each operation.
fn two_chains(x: &Tensor<f64>) -> Tensor<f64> {
    let chain = |scale: f64| (0..OPERATIONS / 2).fold(x * scale, |y, _| y + 1e-5);
    chain(1.0) * chain(2.0)
}

type Graph = fn(&Tensor<f64>) -> Tensor<f64>;
const GRAPHS: [(&str, Graph); 4] = [("chain", chain), ("ladder", ladder), ("wide", wide), ("two chains", two_chains)];

#[test]
fn sweeps_need_no_stack() {
    on_a_small_stack(|| {
        for (name, graph) in GRAPHS {
            let x = start();
            let gradient = grad(&x, |x| Ok::<_, Error>(graph(&x.get()).sum())).unwrap().get(&x).unwrap();
            let (at, h) = (x.get(), 1e-3);
            for place in 0..2 {
                let moved = |by: f64| {
                    let mut moved = at.clone();
                    moved.as_mut_slice()[place] += by;
                    graph(&moved).sum().item()
                };
                let expected = (moved(h) - moved(-h)) / (2.0 * h);
                let found = gradient.at([place]);
                assert!((found - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "{name}: {found}, {expected}");
            }
        }
    });
}

#[test]
fn graphs_are_dropped_without_a_sweep_when_the_closure_fails() {
    on_a_small_stack(|| {
        for (name, graph) in GRAPHS {
            let failed = grad(&start(), |x| {
                let y = graph(&x.get());
                assert!(y.is_tracked(), "{name}");
                Err::<Tensor<f64>, _>(Error::new(ErrorKind::Value, "closure", "changed its mind"))
            });
            assert_eq!(failed.unwrap_err().to_string(), "closure: changed its mind");
        }
    });
}

#[test]
fn graphs_are_dropped_without_a_sweep_when_the_loss_is_refused() {
    on_a_small_stack(|| {
        for (name, graph) in GRAPHS {
            assert!(grad(&start(), |x| Ok::<_, Error>(graph(&x.get()))).is_err(), "{name} has axes");
            let aside = start();
            let independent = grad(&start(), |x| {
                let _unused = graph(&x.get());
                Ok::<_, Error>(aside.get().sum())
            });
            assert!(independent.is_err(), "{name} is not used");
            let detached = grad(&start(), |x| Ok::<_, Error>(graph(&x.get()).detach().sum()));
            assert!(detached.is_err(), "{name} is detached");
        }
    });
}

#[test]
fn graphs_are_dropped_late_by_whoever_kept_them() {
    on_a_small_stack(|| {
        for (name, graph) in GRAPHS {
            let kept = Mutex::new(Vec::new());
            grad(&start(), |x| {
                let x = x.get();
                let y = graph(&x);
                // Several handles into one graph: its end, and values which hang off it.
                kept.lock().unwrap().extend([y.clone(), &y * 2.0, y.reshape([2, 1])]);
                Ok::<_, Error>((y * x).sum())
            })
            .unwrap();
            let mut kept = kept.into_inner().unwrap();
            assert!(kept.iter().all(Tensor::is_tracked), "{name}");
            while let Some(tensor) = kept.pop() {
                drop(tensor);
            }
        }
    });
}

#[test]
fn graphs_are_dropped_while_a_panic_unwinds() {
    let thread = std::thread::Builder::new().stack_size(128 * 1024);
    let panicking = thread.spawn(|| {
        drop(grad(&start(), |x| {
            let _graph = chain(&x.get());
            if x.get().count() == 2 {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            Ok::<_, Error>(x.get().sum())
        }));
    });
    let panic = panicking.unwrap().join().unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
}

#[test]
fn nested_sweeps_over_long_graphs_need_no_stack() {
    on_a_small_stack(|| {
        let x = start();
        let cubes = |x: &Param<f64>| {
            let x = x.get();
            Ok::<_, Error>((0..OPERATIONS / 10).fold(x.powf(3.0), |y, _| y * 1.0).sum())
        };
        let gradients = grad(&x, |x| Ok::<_, Error>(grad(x, cubes)?.get(x).unwrap().square().sum())).unwrap();
        // (3 x²)² has the derivative 36 x³.
        let expected: Vec<f64> = x.get().to_vec().iter().map(|x| 36.0 * x.powi(3)).collect();
        crate::support::assert_close_to("36 x³", gradients.get(&x).unwrap().as_slice(), &expected, 1e-12);
    });
}

#[test]
fn one_operation_can_have_many_inputs() -> Result<()> {
    let count = 20_000;
    let model: Vec<Param<f64>> = (0..count).map(|at| Param::new(Tensor::from([at as f64]))).collect();
    let weights = Tensor::from((0..count).map(|at| (at % 7) as f64 - 3.0).collect::<Vec<_>>());
    let (_, gradients) = value_and_grad(&model, |model| {
        let parts: Vec<Tensor<f64>> = model.iter().map(Param::get).collect();
        let parts: Vec<&Tensor<f64>> = parts.iter().collect();
        let joined = concat(&parts, 0)? * &weights;
        Ok::<_, Error>(joined.sum() + (stack(&parts, 0)?.flatten() * &weights).sum())
    })?;
    assert_eq!(gradients.flatten::<f64>()?, weights * 2.0);
    Ok(())
}

#[test]
fn one_value_can_have_many_uses() -> Result<()> {
    let x = start();
    let (_, gradients) = value_and_grad(&x, |x| {
        let x = x.get();
        let parts: Vec<Tensor<f64>> = (0..OPERATIONS).map(|_| x.clone()).collect();
        Ok::<_, Error>((concat(&parts.iter().collect::<Vec<_>>(), 0)?).sum())
    })?;
    assert_eq!(gradients.get(&x), Some(Tensor::full([2], OPERATIONS as f64)));
    Ok(())
}
