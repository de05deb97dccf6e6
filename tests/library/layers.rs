//! Layers: values, gradients, chains, randomness, and what they say to wrong input.

mod losses;

use recurve::nn::{Activation, Dropout, Embedding, LayerNorm, Linear, Mode};
use recurve::rand::{Rng, rngs::StdRng};
use recurve::{Error, Forward, Module, Param, Result, Tensor, check_gradients, value_and_grad};

use crate::support::{assert_close, assert_close_to, assert_error, panic_of, random, rng};

type Function = fn(&Tensor<f64>) -> Tensor<f64>;

/// Inputs with no, one, two and three leading axes.
const LEADING: [&[usize]; 4] = [&[], &[4], &[3, 4], &[2, 3, 4]];

fn linear(input: usize, output: usize) -> Linear<f64> {
    Linear { weight: Param::new(random(&[output, input], 1)), bias: Some(Param::new(random(&[output], 2))) }
}

fn layer_norm(features: usize) -> LayerNorm<f64> {
    let (gain, shift) = (Param::new(random(&[features], 3)), Param::new(random(&[features], 4)));
    LayerNorm { gain, shift, epsilon: 1e-5 }
}

fn with_last(leading: &[usize], last: usize) -> Vec<usize> {
    leading.iter().copied().chain([last]).collect()
}

/// A number that depends on all elements in different ways.
fn score(y: &Tensor<f64>) -> Tensor<f64> {
    (y.tanh() * random(y.shape(), 5)).sum()
}

/// Checks the gradients to parameters and input.
#[track_caller]
fn check_layer<L>(layer: &L, features: usize)
where
    L: Module + for<'a> Forward<&'a Tensor<f64>, Output = Tensor<f64>>,
{
    for leading in LEADING {
        let model = (layer.share(), Param::new(random(&with_last(leading, features), 6)));
        check_gradients(&model, |(layer, x)| Ok(score(&layer.forward(&x.get())?)), &mut rng(7)).unwrap();
    }
}

#[test]
fn linear_is_the_affine_map_for_any_number_of_leading_axes() {
    let layer = linear(3, 5);
    let (weight, bias) = (layer.weight.get(), layer.bias.as_ref().unwrap().get());
    for leading in LEADING {
        let x = random(&with_last(leading, 3), 8);
        let rows = x.as_slice().chunks_exact(3);
        let entry = |row: &[f64], o: usize| (0..3).map(|i| row[i] * weight.at([o, i])).sum::<f64>() + bias.at([o]);
        let expected = rows.flat_map(|row| (0..5).map(move |o| entry(row, o))).collect();
        let expected = Tensor::from_vec(expected, with_last(leading, 5)).unwrap();
        assert_close("linear", &layer.forward(&x).unwrap(), &expected);
    }
}

#[test]
fn linear_gradients() {
    check_layer(&linear(3, 5), 3);
    check_layer(&linear(3, 5).without_bias(), 3);
}

#[test]
fn layer_norm_gradients() {
    check_layer(&layer_norm(5), 5);
}

#[test]
fn embedding_gradients_with_repeated_and_absent_rows() {
    let embedding = Embedding { weight: Param::new(random(&[6, 3], 9)) };
    let indices = [5, 0, 5, 2, 2, 5, 1, 0, 4, 4, 4, 1, 0, 5, 2, 1, 1, 1, 0, 0, 2, 4, 4, 5];
    for leading in LEADING {
        let count = leading.iter().product::<usize>();
        let indices = Tensor::from_slice(&indices[..count], leading).unwrap();
        check_gradients(&embedding, |layer| Ok(score(&layer.forward(&indices)?)), &mut rng(10)).unwrap();
        let (_, gradients) =
            value_and_grad(&embedding, |layer| Ok::<_, Error>(layer.forward(&indices)?.sum())).unwrap();
        let absent = gradients.get(&embedding.weight).unwrap().slice(0, 3..4);
        assert_eq!(absent.to_vec(), [0.0; 3], "no index names row 3");
    }
}

#[test]
fn linear_tied_to_an_embedding_is_one_parameter_with_summed_gradients() {
    let embedding = Embedding { weight: Param::new(random(&[6, 3], 11)) };
    let output = Linear { weight: embedding.weight.share(), bias: None };
    let (indices, model) = (Tensor::from([[5, 0], [2, 5]]), (embedding, output));
    assert_eq!(model.count(), 18);
    check_gradients(&model, |model| Ok(score(&model.forward(&indices)?)), &mut rng(12)).unwrap();
}

#[test]
fn new_layers_start_as_documented() {
    let layer = Linear::new(300, 200, &mut rng(13));
    assert_eq!(layer.bias.as_ref().unwrap().get(), Tensor::zeros([200]));
    let bound = (6.0_f32 / 500.0).sqrt();
    let largest = layer.weight.get().abs().max().item();
    assert!(largest <= bound && largest > 0.99 * bound, "{largest}");
    let variance = Embedding::<f64>::with_dtype(100, 50, &mut rng(14)).weight.get().variance().item();
    assert!((variance - 1.0).abs() < 0.1, "{variance}");
    let norm = LayerNorm::new(4);
    assert_eq!((norm.gain.get(), norm.shift.get(), norm.epsilon), (Tensor::ones([4]), Tensor::zeros([4]), 1e-5));
    let wide = Linear::<f64>::with_dtype(300, 200, &mut rng(13)).weight.get();
    assert_eq!(wide.cast::<f32>(), layer.weight.get(), "one seed gives both types the same numbers");
}

#[test]
fn debug_shows_shapes() {
    let shown = format!("{:?}", Linear::new(3, 5, &mut rng(15)));
    assert_eq!(shown, "Linear { weight: Param<f32> [5, 3], bias: Some(Param<f32> [5]) }");
    assert_eq!(
        format!("{:?}", layer_norm(2)),
        "LayerNorm { gain: Param<f64> [2], shift: Param<f64> [2], epsilon: 1e-5 }"
    );
}

#[test]
fn chain_applies_its_layers_in_order() {
    let (first, last) = (linear(3, 5), linear(5, 2));
    let x = random(&[4, 3], 16);
    let expected = last.forward(&first.forward(&x).unwrap().relu()).unwrap();
    assert_eq!((first.share(), Activation::Relu, last.share()).forward(&x).unwrap(), expected);
    let with_function: (_, Function, _) = (first, Tensor::relu, last);
    assert_eq!(with_function.forward(&x).unwrap(), expected);
    let (_, gradients) = value_and_grad(&with_function, |m| Ok::<_, Error>(score(&m.forward(&x)?))).unwrap();
    assert_eq!(gradients.len(), 4);
}

#[test]
fn chain_of_one_and_of_eight() {
    let x = random(&[4, 3], 17);
    assert_eq!((linear(3, 5),).forward(&x).unwrap(), linear(3, 5).forward(&x).unwrap());
    let tanh = Activation::Tanh;
    let chain = (linear(3, 5), tanh, layer_norm(5), linear(5, 4), tanh, linear(4, 4), layer_norm(4), linear(4, 2));
    check_layer(&chain, 3);
    assert_eq!(chain.parameters().unwrap()[2].path(), "2.gain");
}

#[test]
fn a_list_of_layers_is_a_chain() {
    let list = vec![linear(3, 5), linear(5, 2)];
    check_layer(&list, 3);
    let error = list.forward(&Tensor::ones([2, 5])).unwrap_err();
    assert_eq!(error.to_string(), "0: Linear: `x` should have shape [.., 3], found [2, 5]");
    let x = random(&[2, 3], 1);
    assert_eq!(Vec::<Linear<f64>>::new().forward(&x).unwrap(), x);
}

#[test]
fn chain_may_change_the_element_type() {
    let chain =
        (Embedding { weight: Param::new(random(&[6, 3], 18)) }, (layer_norm(3), Activation::Gelu), linear(3, 2));
    assert_eq!(chain.forward(&Tensor::from([[5, 0, 1]])).unwrap().shape(), [1, 3, 2]);
}

#[test]
fn errors_in_a_chain_say_which_layer() {
    let chain = (linear(3, 5), (Activation::Tanh, linear(4, 2)));
    let message = "1: 1: Linear: `x` should have shape [.., 4], found [7, 5]";
    assert_error(chain.forward(&random(&[7, 3], 19)), message);
    assert_error(chain.forward(&random(&[7, 2], 19)), "0: Linear: `x` should have shape [.., 3], found [7, 2]");
}

#[test]
fn activations_are_the_operations_of_their_names() {
    let pairs: [(Activation, Function); 17] = [
        (Activation::Tanh, Tensor::tanh),
        (Activation::Sigmoid, Tensor::sigmoid),
        (Activation::Relu, Tensor::relu),
        (Activation::Gelu, Tensor::gelu),
        (Activation::GeluTanh, Tensor::gelu_tanh),
        (Activation::Silu, Tensor::silu),
        (Activation::Softplus, Tensor::softplus),
        (Activation::Elu { alpha: 0.7 }, |x| x.elu(0.7)),
        (Activation::LeakyRelu { slope: 0.2 }, |x| x.leaky_relu(0.2)),
        (Activation::Selu, Tensor::selu),
        (Activation::Mish, Tensor::mish),
        (Activation::Softsign, Tensor::softsign),
        (Activation::HardSigmoid, Tensor::hard_sigmoid),
        (Activation::HardTanh, Tensor::hard_tanh),
        (Activation::LogSigmoid, Tensor::log_sigmoid),
        (Activation::Softmax, |x| x.softmax(-1)),
        (Activation::LogSoftmax, |x| x.log_softmax(-1)),
    ];
    let x = random(&[4, 3], 20);
    for (activation, operation) in pairs {
        assert_eq!(activation.forward(&x).unwrap(), operation(&x), "{activation:?}");
    }
    let number = Tensor::scalar(1.0_f64);
    assert_error(Activation::Softmax.forward(&number), "Activation: `x` should have shape [.., D], found []");
}

#[test]
fn dropout_keeps_the_expectation() {
    let (count, probability) = (100_000, 0.3);
    let y = Dropout::new(probability).forward(&Tensor::<f64>::ones([count]), Mode::Train(&mut rng(21))).unwrap();
    let zeros = y.as_slice().iter().filter(|&&y| y == 0.0).count() as f64;
    let deviation = (count as f64 * probability * (1.0 - probability)).sqrt();
    assert!((zeros - count as f64 * probability).abs() < 5.0 * deviation, "{zeros} zeros");
    let kept = 1.0 / (1.0 - probability);
    assert!(y.as_slice().iter().all(|&y| y == 0.0 || y == kept));
    let pairs = y.as_slice().windows(2).filter(|pair| pair == &[0.0, 0.0]).count() as f64 / count as f64;
    assert!((pairs - probability * probability).abs() < 0.01, "neighbours are independent: {pairs}");
}

#[test]
fn dropout_has_one_mask_for_value_and_gradient() {
    let x = Param::new(random(&[50, 7], 22));
    let dropout = Dropout::new(0.4);
    let (_, gradients) = value_and_grad(&x, |x| {
        let y = dropout.forward(&x.get(), Mode::Train(&mut rng(23)))?;
        Ok::<_, Error>(y.sum())
    })
    .unwrap();
    let mask = gradients.get(&x).unwrap();
    let y = dropout.forward(&x.get(), Mode::Train(&mut rng(23))).unwrap();
    assert_eq!(x.get() * &mask, y);
    assert!(mask.min().item() == 0.0 && mask.max().item() > 1.0);
    let loss = |x: &Param<f64>| Ok(score(&dropout.forward(&x.get(), Mode::Train(&mut rng(23)))?));
    check_gradients(&x, loss, &mut rng(24)).unwrap();
}

#[test]
fn dropout_in_evaluation_is_the_identity_without_a_copy() {
    let x = random(&[50, 7], 25);
    let mut generator = rng(26);
    let y = Dropout::new(0.4).forward(&x, Mode::Eval).unwrap();
    assert_eq!(y.as_slice().as_ptr(), x.as_slice().as_ptr());
    assert_eq!(Dropout::new(0.0).forward(&x, Mode::Train(&mut generator)).unwrap(), x);
    assert_eq!(generator, rng(26), "a probability of 0 draws nothing");
}

#[test]
fn dropout_draws_anew_at_each_call_and_the_same_for_the_same_seed() {
    fn three(generator: &mut StdRng) -> [Tensor; 3] {
        let mut mode = Mode::Train(generator);
        [(); 3].map(|()| Dropout::new(0.5).forward(&Tensor::ones([40]), mode.reborrow()).unwrap())
    }
    let [a, b, c] = three(&mut rng(27));
    assert!(a != b && b != c && a != c);
    assert_eq!(three(&mut rng(27)), [a, b, c]);
    let boxed: &mut dyn Rng = &mut rng(27);
    Dropout::new(0.5).forward(&Tensor::<f32>::ones([2]), Mode::Train(boxed)).unwrap();
}

#[test]
fn dropout_checks_its_public_field() {
    for (probability, shown) in [(1.0, "1"), (-0.1, "-0.1"), (f64::NAN, "NaN")] {
        let message = format!("Dropout: `probability` should be from 0 to below 1, found {shown}");
        assert_error(Dropout { probability }.forward(&Tensor::<f32>::ones([2]), Mode::Eval), &message);
    }
}

#[test]
fn empty_inputs_give_empty_outputs_and_gradients_of_zero() {
    let model = (linear(3, 5), Activation::Softmax, layer_norm(5));
    for leading in [&[0][..], &[0, 2], &[3, 0]] {
        let x = Tensor::zeros(with_last(leading, 3));
        assert_eq!(model.forward(&x).unwrap().shape(), with_last(leading, 5));
        let (loss, gradients) = value_and_grad(&model, |m| Ok::<_, Error>(m.forward(&x)?.sum())).unwrap();
        assert_eq!(loss.item(), 0.0);
        for (path, gradient) in gradients.iter() {
            let gradient = gradient.unwrap_or_else(|| panic!("no gradient for {path}")).get::<f64>().unwrap();
            assert!(gradient.as_slice().iter().all(|&g| g == 0.0), "{path}");
        }
    }
    let embedding = Embedding { weight: Param::new(random(&[6, 3], 28)) };
    let none = Tensor::from_vec(vec![], [0, 2]).unwrap();
    assert_eq!(embedding.forward(&none).unwrap().shape(), [0, 2, 3]);
    assert_eq!(Dropout::new(0.5).forward(&Tensor::<f32>::zeros([0]), Mode::Train(&mut rng(29))).unwrap().count(), 0);
}

#[test]
fn wrong_inputs_are_named() {
    let found = |layer: &dyn Fn(&Tensor<f64>) -> Result<Tensor<f64>>, shape: &[usize]| layer(&random(shape, 30));
    let (linear, norm) = (linear(3, 5), layer_norm(4));
    let of_linear = |x: &Tensor<f64>| linear.forward(x);
    let of_norm = |x: &Tensor<f64>| norm.forward(x);
    assert_error(found(&of_linear, &[2, 4]), "Linear: `x` should have shape [.., 3], found [2, 4]");
    assert_error(found(&of_linear, &[]), "Linear: `x` should have shape [.., 3], found []");
    assert_error(found(&of_norm, &[2, 1]), "LayerNorm: `x` should have shape [.., 4], found [2, 1]");
    assert_error(found(&of_norm, &[]), "LayerNorm: `x` should have shape [.., 4], found []");
    let embedding = Embedding { weight: Param::new(random(&[6, 3], 31)) };
    let message = "Embedding: `indices` should be below the vocabulary of 6, found 9 at position [1, 0]";
    assert_error(embedding.forward(&Tensor::from([[0, 5], [9, 7]])), message);
    let deep = Tensor::full([1; 8], 0_usize);
    let message = "Embedding: index_select: shape [6, 3] and indices of shape [1, 1, 1, 1, 1, 1, 1, 1] make more \
                   than 8 axes";
    assert_error(embedding.forward(&deep), message);
}

#[test]
fn wrong_shapes_in_public_fields_are_named() {
    let x = random(&[2, 3], 32);
    let of = |shape: &[usize]| Param::new(random(shape, 33));
    let linear = |weight, bias| Linear { weight: of(weight), bias: Some(of(bias)) };
    assert_error(linear(&[5], &[5]).forward(&x), "Linear: `weight` should have shape [out, in], found [5]");
    assert_error(linear(&[5, 3], &[1]).forward(&x), "Linear: `bias` should have shape [5], found [1]");
    let norm = |gain, shift| LayerNorm { gain: of(gain), shift: of(shift), epsilon: 1e-5 };
    assert_error(norm(&[3, 1], &[3]).forward(&x), "LayerNorm: `gain` should have shape [D], found [3, 1]");
    assert_error(norm(&[3], &[]).forward(&x), "LayerNorm: `shift` should have shape [3], found []");
    let message = "LayerNorm: `epsilon` should be a finite number from 0, found -1";
    assert_error(LayerNorm { epsilon: -1.0, ..norm(&[3], &[3]) }.forward(&x), message);
    let message = "Embedding: `weight` should have shape [vocabulary, features], found [3]";
    assert_error(Embedding { weight: of(&[3]) }.forward(&Tensor::from([0])), message);
}

#[test]
fn constructors_refuse_sizes_of_zero() {
    let linear = panic_of(|| Linear::new(0, 2, &mut rng(34)));
    assert_eq!(linear, "Linear: `input` should be at least 1, found 0");
    let linear = panic_of(|| Linear::<f64>::with_dtype(2, 0, &mut rng(34)));
    assert_eq!(linear, "Linear: `output` should be at least 1, found 0");
    let embedding = panic_of(|| Embedding::new(0, 2, &mut rng(34)));
    assert_eq!(embedding, "Embedding: `vocabulary` should be at least 1, found 0");
    let norm = panic_of(|| LayerNorm::new(0));
    assert_eq!(norm, "LayerNorm: `features` should be at least 1, found 0");
    let dropout = panic_of(|| Dropout::new(1.0));
    assert_eq!(dropout, "Dropout: `probability` should be from 0 to below 1, found 1");
}

#[test]
fn single_precision_agrees_with_double() {
    let wide = (linear(3, 5), Activation::Gelu, layer_norm(5), Dropout::new(0.3), linear(5, 2));
    let narrow = wide.cast::<f32>().unwrap();
    macro_rules! gradients {
        ($model:expr, $x:expr) => {
            value_and_grad(&$model, |(a, activation, norm, dropout, b)| {
                let x = (a.share(), *activation, norm.share()).forward(&$x)?;
                let y = b.forward(&dropout.forward(&x, Mode::Train(&mut rng(35)))?)?;
                Ok::<_, Error>(y.tanh().square().sum())
            })
            .unwrap()
            .1
            .flatten::<f64>()
            .unwrap()
        };
    }
    let x = random(&[2, 3, 3], 36);
    let (wide, narrow) = (gradients!(wide, x), gradients!(narrow, x.cast::<f32>()));
    assert_close_to("f32 gradients", narrow.as_slice(), wide.as_slice(), 1e-5);
}
