//! f64 against a table from arithmetic in 300 bits.

use super::{BOUND, Function, values};

const TABLE: &str = include_str!("reference.txt");

struct Row {
    x: f64,
    nearest: f64,
    /// In units of the last place of `nearest`.
    above: f64,
}

fn rows(name: &str) -> Vec<Row> {
    let number = |bits: &str| f64::from_bits(u64::from_str_radix(bits, 16).expect("bits in hexadecimal digits"));
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [function, x, nearest, above] = fields[..] else { return None };
        let above = above.parse().ok().filter(|_| function == name)?;
        Some(Row { x: number(x), nearest: number(nearest), above })
    };
    TABLE.lines().filter_map(parse).collect()
}

pub(super) fn check<G: Function>(function: G) {
    let rows = rows(G::NAME);
    assert!(rows.len() >= 50, "{} has {} rows", G::NAME, rows.len());
    let x: Vec<f64> = rows.iter().map(|row| row.x).collect();
    let mut worst = (0.0, 0.0, 0.0);
    for found in values(function, &x) {
        for (row, found) in rows.iter().zip(found) {
            let size = row.nearest.abs();
            let error = if row.nearest == found {
                row.above.abs()
            } else {
                ((found - row.nearest) / (size - size.next_down()) - row.above).abs()
            };
            if error > worst.0 || error.is_nan() {
                worst = (error, row.x, found);
            }
        }
    }
    println!("{}: {:.2} at {:e}, where it is {:e}", G::NAME, worst.0, worst.1, worst.2);
    assert!(worst.0 <= BOUND, "{}: {:.2} at {:e}, where it is {:e}", G::NAME, worst.0, worst.1, worst.2);
}
