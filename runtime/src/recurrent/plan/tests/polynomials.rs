use super::super::Size;
use super::super::polynomial::Polynomial;

fn size(terms: &[(usize, &[usize])]) -> Polynomial {
    Polynomial::size(&Size { terms: terms.iter().map(|(value, factors)| (*value, factors.to_vec())).collect() })
}

fn text(polynomial: &Polynomial) -> String {
    polynomial.text(&["D", "H"])
}

#[test]
fn text_has_one_form() {
    assert_eq!(text(&Polynomial::zero()), "0");
    assert_eq!(text(&Polynomial::constant(7)), "7");
    assert_eq!(text(&size(&[(1, &[1]), (1, &[0])])), "D + H");
    assert_eq!(text(&size(&[(3, &[1])])), "3 H");
    assert_eq!(text(&size(&[(2, &[]), (1, &[1]), (1, &[1, 0, 1])])), "D·H² + H + 2");
    assert_eq!(text(&size(&[(1, &[1]), (2, &[1])])), "3 H");
    assert_eq!(text(&size(&[(1, &[0; 12])])), "D¹²");
}

#[test]
fn arithmetic_keeps_the_form() {
    let (d, h) = (size(&[(1, &[0])]), size(&[(1, &[1])]));
    let sum = &d + &h;
    assert_eq!(text(&(&sum * &sum)), "D² + 2 D·H + H²");
    assert_eq!(text(&(&(&sum * &sum) - &(&(&d * &h) * 2))), "D² + H²");
    assert_eq!(&sum - &sum, Polynomial::zero());
    assert_eq!(text(&(&d - &h)), "D - H");
    assert_eq!(text(&(&Polynomial::zero() - &h)), "-H");
    let rows = &Polynomial::steps() * &Polynomial::batch();
    assert_eq!(text(&(&(&rows * &h) + &Polynomial::steps())), "T·B·H + T");
}

#[test]
fn values_are_exact_or_at_the_border() {
    let polynomial = &(&Polynomial::steps() * &size(&[(3, &[1, 1])])) + &Polynomial::constant(1);
    assert_eq!(polynomial.at(5, 2, &[7, 10]), 1501);
    assert_eq!(polynomial.at(0, 2, &[7, 10]), 1);
    assert_eq!(polynomial.at(usize::MAX, 2, &[7, usize::MAX]), u64::MAX);
    assert_eq!((&Polynomial::zero() - &polynomial).at(1, 1, &[1, 1]), 0);
}
