//! Whole trainings: the same on every run and thread, frozen in parts, stepped in parts, interrupted by bad input.

use recurve::nn::{Dropout, Embedding, LayerNorm, Linear, Mode, Reduction, loss::cross_entropy};
use recurve::optim::{Adam, ClipGlobalNorm, Optimizer, Rule, Sgd};
use recurve::{
    Cell, Error, Forward, Gradients, Gru, GruState, Module, Param, Result, Sequence, Tensor, value_and_grad,
};

use super::{bits, dense};
use crate::support::{assert_close_to, random, rng};

#[derive(Module)]
struct Model {
    embedding: Embedding<f64>,
    norm: LayerNorm<f64>,
    cell: Gru<f64>,
    dropout: Dropout,
    output: Linear<f64>,
}

fn model(seed: u64) -> Model {
    let rng = &mut rng(seed);
    Model {
        embedding: Embedding::with_dtype(7, 3, rng),
        norm: LayerNorm::with_dtype(3),
        cell: Gru::with_dtype(3, 4, rng),
        dropout: Dropout::new(0.3),
        output: Linear::with_dtype(4, 5, rng),
    }
}

fn tokens(seed: usize) -> Tensor<usize> {
    Tensor::from_vec((0..8).map(|at| (at * 5 + seed) % 7).collect(), [4, 2]).expect("eight")
}

fn loss(m: &Model, tokens: &Tensor<usize>, labels: &Tensor<usize>, mode: Mode<'_>) -> Result<Tensor<f64>> {
    let xs = Sequence::time_major(tokens.clone()).lengths(&[4, 3])?;
    let xs = xs.map(|tokens| m.norm.forward(&m.embedding.forward(tokens)?))?;
    let (ys, _) = m.cell.scan(xs, None)?;
    cross_entropy(&m.output.forward(&m.dropout.forward(&ys.mean()?, mode)?)?, labels, Reduction::Mean)
}

/// All bits that a training leaves behind, its losses too.
fn trained(seed: u64) -> Vec<u64> {
    let (mut model, mut generator) = (model(seed), rng(seed + 1));
    let mut opt = (ClipGlobalNorm::new(0.5), Adam::new(0.05)).setup(&model).unwrap();
    let mut seen = Vec::new();
    for step in 0..8 {
        let (tokens, labels) = (tokens(step), Tensor::from([step % 5, (step + 2) % 5]));
        let run = |m: &Model| loss(m, &tokens, &labels, Mode::Train(&mut generator));
        let (value, gradients) = value_and_grad(&model, run).unwrap();
        opt.update(&mut model, &gradients).unwrap();
        seen.push(value.item().to_bits());
    }
    seen.extend(bits(&model));
    seen
}

#[test]
fn the_same_seed_gives_the_same_bits_alone_and_beside_other_threads() {
    let expected = trained(1);
    assert_eq!(trained(1), expected);
    assert_ne!(trained(2), expected);
    let threads: Vec<_> = (0..6).map(|at| std::thread::spawn(move || trained(1 + at % 2))).collect();
    for (at, thread) in threads.into_iter().enumerate() {
        assert_eq!(thread.join().unwrap() == expected, at % 2 == 0, "thread {at}");
    }
}

fn step<R: Rule>(model: &mut Model, opt: &mut Optimizer<R>, seed: usize) -> Result<()> {
    let (_, gradients) = value_and_grad(model, |m| loss(m, &tokens(seed), &Tensor::from([1_usize, 3]), Mode::Eval))?;
    opt.update(model, &gradients)
}

/// Every kind of bad input in mid-training: an error that names the place, and the training goes on as if without it.
#[test]
fn bad_input_in_mid_training_leaves_no_trace() -> Result<()> {
    let (mut tried, mut control) = (model(3), model(3));
    let rule = Adam::new(0.05);
    let (mut opt, mut other) = (rule.setup(&tried)?, rule.setup(&control)?);
    let good = Tensor::from([1_usize, 3]);
    for at in 0..3 {
        step(&mut tried, &mut opt, at)?;
        step(&mut control, &mut other, at)?;
        let before = bits(&tried);
        for (attempt, words) in BAD {
            let message = attempt(&tried, &good).map(drop).unwrap_err().to_string();
            assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
        }
        let bad = Gradients::from_flat(&tried, &Tensor::full([tried.count()], f64::NAN))?;
        let message = opt.update(&mut tried, &bad).unwrap_err().to_string();
        assert!(message.starts_with("embedding.weight: "), "{message}");
        assert_eq!(bits(&tried), before);
    }
    assert_eq!(bits(&tried), bits(&control));
    Ok(())
}

type Attempt = fn(&Model, &Tensor<usize>) -> Result<()>;

fn run(m: &Model, tokens: &Tensor<usize>, labels: &Tensor<usize>) -> Result<()> {
    value_and_grad(m, |m| loss(m, tokens, labels, Mode::Eval)).map(drop)
}

/// What goes wrong, and the words that the message must have.
const BAD: [(Attempt, &[&str]); 11] = [
    (|m, _| run(m, &tokens(0), &Tensor::from([1_usize, 5])), &["cross_entropy", "5", "position [1]"]),
    (|m, _| run(m, &tokens(0), &Tensor::from([1_usize, 2, 3])), &["cross_entropy", "[2]", "[3]"]),
    (|m, y| run(m, &Tensor::full([4, 2], 7), y), &["Embedding", "vocabulary of 7", "found 7"]),
    (|m, y| run(m, &Tensor::full([4], 1), y), &["Sequence", "[T, B, ..]", "[4]"]),
    (|m, y| run(m, &Tensor::full([2, 2], 1), y), &["lengths", "4"]),
    (|m, _| m.output.forward(&random(&[2, 3], 1)).map(drop), &["Linear", "[.., 4]", "[2, 3]"]),
    (|m, _| m.norm.forward(&random(&[2, 4], 1)).map(drop), &["LayerNorm", "[.., 3]", "[2, 4]"]),
    (|m, _| m.cell.scan(random(&[4, 2, 5], 1), None).map(drop), &["Gru", "`x`", "3", "5"]),
    (
        |m, _| m.cell.scan(random(&[4, 2, 3], 1), GruState { h: Tensor::zeros([3, 4]) }).map(drop),
        &["state", "[2, ", "[3, 4]"],
    ),
    (
        |m, _| m.flatten::<f64>()?.1.restructure(&Tensor::<f64>::zeros([m.count() + 1])).map(drop),
        &["restructure", "trainable elements"],
    ),
    (
        |m, _| value_and_grad(m, |_| Ok::<_, Error>(Tensor::scalar(1.0_f64))).map(drop),
        &["does not depend on a trainable parameter"],
    ),
];

/// A frozen part stands still and costs no gradient; the rest moves as if the part were constant; states survive.
#[test]
fn freezing_in_mid_training_equals_training_the_rest_alone() -> Result<()> {
    let mut whole = (Param::new(random(&[3], 1)), Param::new(random(&[3], 2)));
    let mut opt = Adam::new(0.1).setup(&whole)?;
    let loss = |m: &(Param<f64>, Param<f64>)| Ok::<_, Error>((m.0.get() * m.1.get()).sin().sum());
    // By hand: two optimisers, one for each parameter, which are stepped or not.
    let mut apart = (Param::new(random(&[3], 1)), Param::new(random(&[3], 2)));
    let mut first = Adam::new(0.1).setup(&apart.0)?;
    let mut second = Adam::new(0.1).setup(&apart.1)?;
    for at in 0..12 {
        let frozen = (4..8).contains(&at);
        match at {
            4 => assert_eq!(whole.freeze("1")?, 1),
            8 => assert_eq!(whole.thaw("1")?, 1),
            _ => {}
        }
        let (_, gradients) = value_and_grad(&whole, loss)?;
        assert_eq!(gradients.get(&whole.1).is_none(), frozen);
        opt.update(&mut whole, &gradients)?;
        let (_, gradients) = value_and_grad(&apart, loss)?;
        let of = |param: &Param<f64>| Gradients::from_flat(param, &gradients.get(param).expect("used"));
        let (of_first, of_second) = (of(&apart.0)?, of(&apart.1)?);
        first.update(&mut apart.0, &of_first)?;
        if !frozen {
            second.update(&mut apart.1, &of_second)?;
        }
        assert_eq!(bits(&whole), bits(&apart), "step {at}");
    }
    Ok(())
}

/// A step in parts: what has no gradient keeps value and state, and is reported by its path.
#[test]
fn partial_steps_equal_steps_of_the_parts_alone() -> Result<()> {
    let mut whole = vec![Param::new(random(&[2], 1)), Param::new(random(&[2], 2)), Param::new(random(&[2], 3))];
    let mut alone = whole.duplicate();
    let rule = Sgd::new(0.1).momentum(0.9);
    let mut opt = rule.setup(&whole)?;
    let mut single: Vec<_> = alone.iter().map(|param| rule.setup(param)).collect::<Result<_>>()?;
    for (at, used) in
        [[true, true, true], [true, false, true], [false, true, false], [true, true, false]].into_iter().enumerate()
    {
        let gradient = |place: usize| random(&[2], (10 * at + place) as u64);
        let list = (0..3).map(|place| used[place].then(|| gradient(place).into()));
        let gradients = Gradients::from_list(&whole, list)?;
        if used.contains(&false) {
            let before = bits(&whole);
            assert!(opt.update(&mut whole, &gradients).is_err(), "a strict step wants all gradients");
            assert_eq!(bits(&whole), before);
        }
        let skipped: Vec<String> = (0..3).filter(|&place| !used[place]).map(|place| place.to_string()).collect();
        assert_eq!(opt.update_partial(&mut whole, &gradients)?.skipped(), skipped);
        for place in (0..3).filter(|&place| used[place]) {
            let own = Gradients::from_flat(&alone[place], &gradient(place))?;
            single[place].update(&mut alone[place], &own)?;
        }
        assert_eq!(bits(&whole), bits(&alone), "step {at}");
    }
    Ok(())
}

/// The order of the batch does not matter, and a sum over the batch is the sum of its sequences.
#[test]
fn the_order_of_the_batch_does_not_matter() -> Result<()> {
    let model = dense(&model(5), 6)?;
    let gradient = |order: [usize; 2]| -> Result<Tensor<f64>> {
        let tokens = tokens(1).index_select(1, &Tensor::from(order))?;
        let lengths = order.map(|at| [4, 3][at]);
        let labels = Tensor::from(order.map(|at| [1_usize, 3][at]));
        let (_, gradients) = value_and_grad(&model, |m| {
            let xs = Sequence::time_major(tokens.clone()).lengths(&lengths)?;
            let (ys, _) = m.cell.scan(xs.map(|x| m.norm.forward(&m.embedding.forward(x)?))?, None)?;
            cross_entropy(&m.output.forward(&ys.last()?)?, &labels, Reduction::Sum)
        })?;
        gradients.flatten::<f64>()
    };
    assert_close_to("gradients", gradient([1, 0])?.as_slice(), gradient([0, 1])?.as_slice(), 1e-13);
    Ok(())
}
