//! The table of all rules, which other tests go through, and what holds for each of them: losses fall, ties live on,
//! and a slice of several parameters is stepped as each of them alone.

use recurve::optim::{
    Accumulate, AdaBelief, AdaMax, Adadelta, Adagrad, Adam, AdamW, Adan, AmsGrad, Centralise, ClipGlobalNorm, ClipNorm,
    ClipValue, Either, Lamb, Lion, Muon, NAdam, RAdam, RmsProp, Rprop, Rule, Scope, Sgd, WeightDecay,
};
use recurve::{Flat, Float, Gradients, Module, Param, Result, Shape, Tensor, value_and_grad};

use crate::support::{assert_close_to, random};

/// What is done with each rule.
trait Use {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R);
}

/// Each rule with a learning rate that suits the problems below.
fn each_rule(user: &mut impl Use) {
    user.with("Sgd", Sgd::new(0.02));
    user.with("Sgd, momentum", Sgd::new(0.005).momentum(0.8));
    user.with("Sgd, dampening", Sgd::new(0.02).momentum(0.8).dampening(0.5));
    user.with("Sgd, Nesterov", Sgd::new(0.005).nesterov(0.8));
    user.with("Sgd, decay", Sgd::new(0.02).weight_decay(1e-3));
    user.with("Adam", Adam::new(0.02));
    user.with("Adam, decay", Adam::new(0.02).weight_decay(1e-3));
    user.with("AdamW", AdamW::new(0.02));
    user.with("AmsGrad", AmsGrad::new(0.02));
    user.with("AdaMax", AdaMax::new(0.02));
    user.with("NAdam", NAdam::new(0.02));
    user.with("RAdam", RAdam::new(0.02));
    user.with("AdaBelief", AdaBelief::new(0.02));
    user.with("Adan", Adan::new(0.02).weight_decay(1e-3));
    user.with("RmsProp", RmsProp::new(0.01));
    user.with("RmsProp, momentum", RmsProp::new(0.004).momentum(0.5));
    user.with("RmsProp, centred", RmsProp::new(0.004).centred());
    user.with("Adagrad", Adagrad::new(0.1));
    user.with("Adadelta", Adadelta::new(5.0));
    user.with("Rprop", Rprop::new(0.01));
    user.with("Lion", Lion::new(0.005).weight_decay(1e-3));
    user.with("Lamb", Lamb::new(0.02).weight_decay(1e-3));
    user.with("Muon", Muon::new(0.01));
    user.with("ClipValue", (ClipValue::new(0.5), Sgd::new(0.05)));
    user.with("ClipNorm", (ClipNorm::new(0.5), Sgd::new(0.05)));
    user.with("ClipGlobalNorm", (ClipGlobalNorm::new(0.5), Adam::new(0.02)));
    user.with("WeightDecay", (WeightDecay::new(1e-3), Sgd::new(0.02), WeightDecay::new(1e-5)));
    user.with("Centralise", (Centralise, Adam::new(0.02)));
    user.with("Accumulate", (Accumulate::new(2), ClipGlobalNorm::new(1.0), Sgd::new(0.04)));
    user.with("Either", Either::<Sgd, _>::Second((ClipValue::new(1.0), RmsProp::new(0.01))));
}

const SIDE: usize = 4;

/// Two matrices of one shape, which may be one.
#[derive(Module)]
struct Pair<F: Float> {
    first: Param<F>,
    second: Param<F>,
}

impl<F: Float> Pair<F> {
    fn untied(start: &Tensor<f64>) -> Self {
        Self { first: Param::new(start.cast()), second: Param::new(start.cast()) }
    }

    fn tied(start: &Tensor<f64>) -> Self {
        let first = Param::new(start.cast());
        Self { second: first.share(), first }
    }
}

/// A loss of two matrices, which has no lowest value below 0.
#[derive(Clone, Copy, Debug)]
enum Problem {
    /// Two bowls around one point, ten times as steep along some elements as along others.
    Quadratic,
    /// Rosenbrock's valley through the elements, half as steep as usual in one matrix, in reverse in the other.
    Rosenbrock,
    /// Two layers of tanh and a mean squared error.
    Perceptron,
    /// The sum of the squares of the products of both with inputs: tied, it is of the fourth degree.
    Product,
}

const PROBLEMS: [Problem; 4] = [Problem::Quadratic, Problem::Rosenbrock, Problem::Perceptron, Problem::Product];

impl Problem {
    fn start(self) -> Tensor<f64> {
        let scale = if matches!(self, Self::Rosenbrock) { 0.3 } else { 0.6 };
        random(&[SIDE, SIDE], 70) * scale
    }

    fn loss<F: Float>(self, model: &Pair<F>) -> Result<Tensor<F>> {
        let (first, second) = (model.first.get(), model.second.get());
        let made_up = |shape: &[usize], seed| random(shape, seed).cast::<F>();
        Ok(match self {
            Self::Quadratic => {
                let steep = Tensor::from([1.0, 2.0, 5.0, 10.0]).cast::<F>();
                let goal = made_up(&[SIDE, SIDE], 71);
                let bowl = |x: &Tensor<F>| ((x - &goal).square() * &steep).sum();
                (bowl(&first) + bowl(&second.transpose(0, 1).transpose(0, 1))) * F::from_f64(0.5)
            }
            Self::Rosenbrock => {
                let valley = |x: Tensor<F>, steep: f64| {
                    let (here, next) = (x.slice(0, 0..SIDE * SIDE - 1), x.slice(0, 1..SIDE * SIDE));
                    let bends = (next - here.square()).square() * F::from_f64(steep);
                    (bends + (here - F::ONE).square()).sum()
                };
                (valley(first.flatten(), 5.0) + valley(second.flatten(), 2.5)) * F::from_f64(0.25)
            }
            Self::Perceptron => {
                let (x, y) = (made_up(&[12, SIDE], 72), made_up(&[12, SIDE], 73).tanh());
                let h = x.matmul(&first).tanh();
                (h.matmul(&second) - y).square().mean() * F::from_f64(4.0)
            }
            Self::Product => {
                let x = made_up(&[6, SIDE], 74);
                x.matmul(&first).matmul(&second).square().mean()
            }
        })
    }

    /// The lowest loss that is known, of a long walk by Adam.
    fn lowest(self, tied: bool) -> f64 {
        let mut model = if tied { Pair::<f64>::tied(&self.start()) } else { Pair::untied(&self.start()) };
        let mut opt = Adam::new(0.02).setup(&model).unwrap();
        for step in 0..4000 {
            opt.set_learning_rate(0.02 * (1.0 - f64::from(step) / 4000.0));
            train_step(&mut model, &mut opt, self);
        }
        self.loss(&model).unwrap().item()
    }
}

fn train_step<F: Float, R: Rule>(model: &mut Pair<F>, opt: &mut recurve::optim::Optimizer<R>, problem: Problem) {
    let (_, gradients) = value_and_grad(model, |m| problem.loss(m)).unwrap();
    opt.update(model, &gradients).unwrap();
}

/// All rules on all problems, in both precisions, tied and not.
struct Lowering {
    lowest: Vec<[f64; 2]>,
    runs: usize,
}

impl Lowering {
    fn check<F: Float>(&mut self, name: &str, rule: impl Rule, problem: Problem, tied: bool) {
        let start = problem.start();
        let mut model = if tied { Pair::<F>::tied(&start) } else { Pair::untied(&start) };
        let mut opt = rule.setup(&model).unwrap();
        let loss = |model: &Pair<F>| problem.loss(model).unwrap().item().to_f64();
        let (first, lowest) = (loss(&model), self.lowest[problem as usize][usize::from(tied)]);
        for _ in 0..500 {
            train_step(&mut model, &mut opt, problem);
        }
        let left = (loss(&model) - lowest) / (first - lowest);
        let what = format!("{name} on {problem:?} in {}, {}", F::DTYPE, if tied { "tied" } else { "untied" });
        // Centralised gradients do not know where the mean of a row should be.
        let allowed = if name == "Centralise" { 0.8 } else { 0.25 };
        assert!(left < allowed, "{what}: {left:.3} of the way is left");
        assert_eq!(model.first.id() == model.second.id(), tied, "{what}");
        self.runs += 1;
    }
}

impl Use for Lowering {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R) {
        for problem in PROBLEMS {
            for tied in [false, true] {
                self.check::<f32>(name, rule.clone(), problem, tied);
                self.check::<f64>(name, rule.clone(), problem, tied);
            }
        }
    }
}

#[test]
fn every_rule_lowers_every_loss() {
    let lowest = PROBLEMS.map(|problem| [problem.lowest(false), problem.lowest(true)]).to_vec();
    let mut lowering = Lowering { lowest, runs: 0 };
    each_rule(&mut lowering);
    assert_eq!(lowering.runs, 30 * PROBLEMS.len() * 4);
}

/// One parameter that is used twice, and two handles of one.
struct Ties(usize);

impl Ties {
    /// The values of both fields after 50 steps.
    fn train(mut model: Pair<f64>, rule: impl Rule) -> [Tensor<f64>; 2] {
        let mut opt = rule.setup(&model).unwrap();
        for _ in 0..50 {
            train_step(&mut model, &mut opt, Problem::Perceptron);
        }
        [model.first.get(), model.second.get()]
    }

    /// The same in a flat model, which ends in its place.
    fn train_flat(model: Pair<f64>, rule: impl Rule) -> [Tensor<f64>; 2] {
        let mut model = Flat::new(model).unwrap();
        let mut opt = rule.setup(&model).unwrap();
        for _ in 0..50 {
            let (_, gradients) = value_and_grad(&model, |m| Problem::Perceptron.loss(m)).unwrap();
            opt.update(&mut model, &gradients).unwrap();
        }
        let values = [model.first.get(), model.second.get()];
        assert_eq!(values[0].to_vec(), model.params::<f64>()[..SIDE * SIDE]);
        values
    }

    /// The values of one parameter that the loss takes twice.
    fn train_used_twice(rule: impl Rule) -> Tensor<f64> {
        let mut model = Param::new(Problem::Perceptron.start());
        let mut opt = rule.setup(&model).unwrap();
        for _ in 0..50 {
            let twice = |m: &Param<f64>| Problem::Perceptron.loss(&Pair { first: m.share(), second: m.share() });
            let (_, gradients) = value_and_grad(&model, twice).unwrap();
            opt.update(&mut model, &gradients).unwrap();
        }
        model.get()
    }
}

impl Use for Ties {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R) {
        let start = Problem::Perceptron.start();
        let expected = Self::train_used_twice(rule.clone());
        let [first, second] = Self::train(Pair::tied(&start), rule.clone());
        assert_eq!(first, second, "{name}");
        assert_close_to(name, first.as_slice(), expected.as_slice(), 1e-12);
        let [first, second] = Self::train_flat(Pair::tied(&start), rule.clone());
        assert_eq!(first, second, "{name}, flat");
        assert_close_to(name, first.as_slice(), expected.as_slice(), 1e-12);
        let untied = Self::train_flat(Pair::untied(&start), rule.clone());
        let [first, second] = Self::train(Pair::untied(&start), rule);
        assert_close_to(name, untied[0].as_slice(), first.as_slice(), 1e-12);
        assert_close_to(name, untied[1].as_slice(), second.as_slice(), 1e-12);
        let apart = (&first - &second).abs().max().item();
        assert!(apart > 1e-3, "{name}: without the tie the two go apart, {apart}");
        assert!((first - expected).abs().max().item() > 1e-3, "{name}: and neither goes as with it");
        self.0 += 1;
    }
}

#[test]
fn ties_live_through_50_steps_of_every_rule() {
    let mut ties = Ties(0);
    each_rule(&mut ties);
    assert_eq!(ties.0, 30);
}

/// Gradients in f32 whose squares are too small for a number, or nearly too large.
struct Extremes(usize);

impl Use for Extremes {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R) {
        for size in [0.0, 1e-45_f32, 1e-38, 1e-30, 1e-20, 1e-12, 1e12, 1e18] {
            let start = Tensor::from([[0.5_f32, -1.0, 0.0], [2.0, 1e-3, -3.0]]);
            let mut model = Param::new(start.clone());
            let mut opt = rule.clone().setup(&model).unwrap();
            let signs = [1.0, -1.0, 0.5, 1.0, 0.0, -0.25_f32];
            for _ in 0..20 {
                let gradient = Tensor::from(signs.map(|sign| sign * size));
                let gradients = Gradients::from_flat(&model, &gradient).unwrap();
                opt.update(&mut model, &gradients).unwrap();
            }
            let value = model.get();
            assert!(value.as_slice().iter().all(|value| value.is_finite()), "{name} at {size:e}: {value:?}");
        }
        self.0 += 1;
    }
}

#[test]
fn gradients_of_extreme_sizes_leave_numbers() {
    let mut extremes = Extremes(0);
    each_rule(&mut extremes);
    assert_eq!(extremes.0, 30);
}

/// Shapes whose elements lie behind each other in a slice.
const SHAPES: [&[usize]; 5] = [&[3, 5], &[0, 2], &[2, 2, 3], &[7], &[90, 31]];

struct Together(usize);

impl Together {
    fn check<F: Float>(name: &str, rule: impl Rule + Clone, tolerance: f64) {
        let shapes = SHAPES.map(Shape::from);
        let mut end = 0;
        let ranges = shapes.map(|shape| {
            end += shape.count();
            end - shape.count()..end
        });
        let scope = Scope::new(&ranges, &shapes).with_global_norm(3.0);
        let start = random(&[end], 80).cast::<F>();
        let (mut whole, mut parts) = (start.to_vec(), start.to_vec());
        let mut state = rule.init(&start);
        let part_of = |range: &std::ops::Range<usize>| start.slice(0, range.clone());
        let mut states: Vec<_> =
            ranges.iter().zip(shapes).map(|(range, shape)| rule.init(&part_of(range).reshape(shape))).collect();
        for step in 0..3 {
            let gradient = random(&[end], 90 + step).cast::<F>();
            // Those that gather step by what they let through.
            let through = rule.gather(&mut state, &gradient);
            for ((range, shape), state) in ranges.iter().zip(shapes).zip(&mut states) {
                let gradient = gradient.slice(0, range.clone()).reshape(shape);
                let Some(gradient) = rule.gather(state, &gradient) else { continue };
                let alone = 0..shape.count();
                let scope = Scope::new(std::slice::from_ref(&alone), std::slice::from_ref(&shape));
                let value = &mut parts[range.clone()];
                rule.step(state, value, gradient.as_slice(), &scope.with_global_norm(3.0));
            }
            if let Some(gradient) = through {
                rule.step(&mut state, &mut whole, gradient.as_slice(), &scope);
            }
        }
        assert_ne!(whole, start.to_vec(), "{name}");
        let [whole, parts] = [whole, parts].map(|values| values.iter().map(|v| v.to_f64()).collect::<Vec<_>>());
        assert_close_to(name, &whole, &parts, tolerance);
    }
}

impl Use for Together {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R) {
        Self::check::<f32>(name, rule.clone(), 1e-6);
        Self::check::<f64>(name, rule, 1e-15);
        self.0 += 1;
    }
}

#[test]
fn parameters_behind_each_other_step_as_each_alone() {
    let mut together = Together(0);
    each_rule(&mut together);
    assert_eq!(together.0, 30);
}

/// Three steps of a slice that is long enough to be shared by threads.
fn step_on<R: Rule>(threads: usize, rule: &R) -> Vec<f64> {
    let start = random(&[610_003], 80);
    let (mut value, mut state, gradient) = (start.to_vec(), rule.init(&start), random(&[610_003], 81));
    let shapes = [Shape::from([610_003])];
    let scope = Scope::new(std::slice::from_ref(&(0..610_003)), &shapes).with_global_norm(3.0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| (0..3).for_each(|_| rule.step(&mut state, &mut value, gradient.as_slice(), &scope)));
    value
}

#[test]
fn threads_change_no_value() {
    fn check<R: Rule>(rule: R) {
        let alone = step_on(1, &rule);
        assert!(step_on(2, &rule) == alone && step_on(3, &rule) == alone);
    }
    check(Adam::new(0.02));
    check((ClipGlobalNorm::new(0.5), ClipValue::new(0.1), Sgd::new(0.1).momentum(0.5), WeightDecay::new(1e-3)));
    check((Adan::new(0.02), ClipValue::new(0.01)));
}

/// The step of a rule against one that computes all of it by `apply`.
struct Fused(usize);

/// Hides that a rule can step in one pass.
#[derive(Clone)]
struct Hidden<R>(R);

impl<R: Rule> Rule for Hidden<R> {
    type State<F: Float> = R::State<F>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> R::State<F> {
        self.0.init(value)
    }

    fn apply<F: Float>(&self, state: &mut R::State<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
        self.0.apply(state, value, step, scope);
    }

    fn gather<F: Float>(&self, state: &mut R::State<F>, gradient: &Tensor<F>) -> Option<Tensor<F>> {
        self.0.gather(state, gradient)
    }

    fn uses_global_norm(&self) -> bool {
        self.0.uses_global_norm()
    }
}

impl Fused {
    /// Enough elements for two blocks and a bit.
    fn walk(rule: impl Rule) -> Vec<f64> {
        let mut model = Param::new(random(&[41, 53], 60));
        let mut opt = rule.setup(&model).unwrap();
        for seed in 0..4 {
            let gradients = Gradients::from_flat(&model, &random(&[41 * 53], seed)).unwrap();
            opt.update(&mut model, &gradients).unwrap();
        }
        model.get().to_vec()
    }
}

impl Use for Fused {
    fn with<R: Rule + Clone>(&mut self, name: &str, rule: R) {
        assert_close_to(name, &Self::walk(rule.clone()), &Self::walk(Hidden(rule)), 1e-15);
        self.0 += 1;
    }
}

#[test]
fn a_step_in_one_pass_is_that_of_apply() {
    let mut fused = Fused(0);
    each_rule(&mut fused);
    assert_eq!(fused.0, 30);
}
