//! Lines that are instructions.

use super::Reader;
use super::line::{Expected, Line, Read};
use crate::recurrent::plan::Reduction;
use crate::recurrent::plan::build::Columns;

impl Reader {
    pub(super) fn instruction(&mut self, word: &str, line: &mut Line) -> Read<()> {
        match word {
            "run" => self.run(line)?,
            "product" => self.product(line)?,
            "total" => self.total(line)?,
            "sum" => self.reduce(line, Reduction::Sum)?,
            "min" => self.reduce(line, Reduction::Min)?,
            "max" => self.reduce(line, Reduction::Max)?,
            "copy" => self.unary(line).map(|(value, out)| self.plan.copy(value, out))?,
            "diag" => self.unary(line).map(|(value, out)| self.plan.diag(value, out))?,
            "diagonal" => self.unary(line).map(|(value, out)| self.plan.diagonal_of(value, out))?,
            "fill" => {
                let (value, out) = (line.real()?, self.out(line)?);
                self.plan.fill(value, out);
            }
            "identity" => {
                let ([size], out) = (self.sizes(line)?, self.out(line)?);
                self.plan.identity(size, out);
            }
            "stretch" => {
                let ([length], (value, out)) = (self.sizes(line)?, self.unary(line)?);
                self.plan.stretch(value, length, out);
            }
            "transpose" => {
                let (sizes, (value, out)) = (self.sizes(line)?, self.unary(line)?);
                self.plan.transpose(value, sizes, out);
            }
            "outer" => {
                let ([left, right], out) = (self.two(line)?.map(|(value, _)| value), self.out(line)?);
                self.plan.outer(left, right, out);
            }
            "matmul" => {
                let (sizes, [left, right], out) = (self.sizes(line)?, self.two(line)?, self.out(line)?);
                self.plan.matmul([left.0, right.0], [left.1, right.1], sizes, out);
            }
            _ => return Err(Expected("a part of a plan before this")),
        }
        Ok(())
    }

    /// `0 [H]: 7; 0[..H], 5 -> 6`
    fn run(&mut self, line: &mut Line) -> Read<()> {
        let (kernel, [extent]) = (line.number()?, self.sizes(line)?);
        if kernel >= self.plan.0.kernels.len() {
            return Err(Expected("a kernel of the plan before this"));
        }
        line.sign(":")?;
        let first = self.views(line)?;
        let (scalars, inputs) = if line.take(";") { (first, self.views(line)?) } else { (Vec::new(), first) };
        line.sign("->")?;
        let outputs = self.views(line)?;
        self.plan.run(kernel, extent, &scalars, &inputs, &outputs);
        Ok(())
    }

    /// ``0: 4, 5 +> 0[H..+2*H] `w @ x` ``
    fn product(&mut self, line: &mut Line) -> Read<()> {
        let weights = line.number()?;
        if weights >= self.plan.0.weights.len() {
            return Err(Expected("weights of the plan before this"));
        }
        line.sign(":")?;
        let (left, accumulate) = (self.views(line)?, adds(line)?);
        let (out, labels) = (self.view(line)?, line.texts()?);
        self.plan.product(weights, &left, out, accumulate, &labels);
        Ok(())
    }

    /// `sum: 0 -> 1`, ``product: 0, 1 -> 2, 3 `d w` ``
    fn total(&mut self, line: &mut Line) -> Read<()> {
        if line.take("sum:") {
            let (value, accumulate, out) = (self.view(line)?, adds(line)?, self.view(line)?);
            self.plan.total_sum(value, out, accumulate);
            return Ok(());
        }
        line.sign("product")?;
        let ([(left, _), (right, _)], accumulate) = (self.two(line)?, adds(line)?);
        let (outs, labels) = (self.views(line)?, line.texts()?);
        self.plan.total_product(left, right, &outs, accumulate, &labels);
        Ok(())
    }

    /// `[K]: 0 -> 1`
    fn reduce(&mut self, line: &mut Line, reduction: Reduction) -> Read<()> {
        let ([length], (value, out)) = (self.sizes(line)?, self.unary(line)?);
        self.plan.reduce(reduction, value, length, out);
        Ok(())
    }

    /// `: 0 -> 1`
    fn unary(&mut self, line: &mut Line) -> Read<(Columns, Columns)> {
        line.sign(":")?;
        Ok((self.view(line)?, self.out(line)?))
    }

    /// `: 0^T, 1`
    fn two(&mut self, line: &mut Line) -> Read<[(Columns, bool); 2]> {
        line.sign(":")?;
        let left = self.matrix(line)?;
        line.sign(",")?;
        Ok([left, self.matrix(line)?])
    }

    /// `-> 1`
    fn out(&mut self, line: &mut Line) -> Read<Columns> {
        line.sign("->")?;
        self.view(line)
    }
}

/// Whether a result is added to what is there: `+>` or `->`.
fn adds(line: &mut Line) -> Read<bool> {
    let adds = line.take("+>");
    if adds || line.take("->") { Ok(adds) } else { Err(Expected("-> or +>")) }
}
