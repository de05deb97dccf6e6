//! What a scan costs, as numbers.

use super::Plan;
use super::live::Wanted;
use crate::array::element::DType;
use crate::error::{Error, ErrorKind, Result};

/// The sizes of a scan, and what it is for: what [`Plan::cost`] is a function of.
#[derive(Clone, Copy, Debug)]
pub struct Extent<'a> {
    /// `T`
    pub steps: usize,
    /// `B`
    pub batch: usize,
    /// Each of [`Plan::dimensions`] with its size, in any order: `&[("D", 3), ("H", 4)]`.
    pub dimensions: &'a [(&'a str, usize)],
    /// The element type, `F32` or `F64`.
    pub dtype: DType,
    /// The passes that run.
    pub pass: Pass,
}

/// The passes of a scan that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Forward, keeping nothing for a gradient.
    Inference,
    /// Forward and backward, for the gradients with respect to all parameters.
    Training {
        /// Also with respect to all inputs, contexts and initial states.
        input_gradients: bool,
    },
}

/// What a scan costs, from [`Plan::cost`].
///
/// The numbers follow from the plan and hold for full batches. Shorter sequences cost less, though the engine may compute
/// a product over all rows step by step then. Parameters count as present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// Calls of matrix products over rows: one for each stacked product, `T` for one in the loop; one more for each
    /// operand that stands elsewhere in memory; one for all the weight gradients that share an operand. Products within a
    /// row or an example are loops of the engine and not counted.
    pub products: usize,
    /// Multiplications and additions of all products, also of those within a row: `2·M·K·N` for each.
    pub flops: u64,
    /// Additions, multiplications, comparisons and selections outside of products.
    pub operations: u64,
    /// Exponentials, logarithms, roots, divisions and what is made of them.
    pub transcendentals: u64,
    /// Traffic with what is too large for a cache: each time an instruction reads or writes values of which there is a
    /// row for each step of each example. These are inputs, outputs, states, their derivatives, values for all rows at
    /// once and values saved for the backward pass; adding to one reads and writes it. Parameters, contexts and what a
    /// step leaves to itself are not counted.
    pub bytes_read_written: u64,
    /// What the scan allocates, at the peak. The forward pass needs the values it writes, its outputs, the states before
    /// and after each step and its weights in the layout of the products; the backward pass needs what it reads of that
    /// (and outputs and states, which the caller has), the values and gradients it writes and its own weights. The larger
    /// of the two counts. Inputs, parameters and the derivatives that come in belong to others; rounding of sizes is not
    /// counted, nor are the blocks that products copy their operands to, less than a mebibyte for each thread.
    pub bytes_allocated: u64,
    /// Nodes on the tape of gradients: one for a whole scan, none without gradients.
    pub tape_nodes: usize,
}

impl Plan {
    /// What a scan of these sizes costs.
    ///
    /// Instructions on which nothing depends that was asked for do not run and cost nothing.
    ///
    /// # Errors
    ///
    /// When the dimensions are not those of the cell, each once, or elements are not real numbers.
    pub fn cost(&self, extent: &Extent<'_>) -> Result<Cost> {
        let dimensions = self.sizes_of(extent.dimensions)?;
        let bytes = match extent.dtype {
            DType::F32 => 4,
            DType::F64 => 8,
            other => {
                let message = format!("expected f32 or f64 as element type, found {other}");
                return Err(Error::new(ErrorKind::Type, self.place(), message));
            }
        };
        let (wanted, tape_nodes) = match extent.pass {
            Pass::Inference => (Wanted::nothing(self), 0),
            Pass::Training { input_gradients } => (Wanted::gradients(self, input_gradients), 1),
        };
        let tally = self.tally(&wanted);
        let at = |polynomial: &super::polynomial::Polynomial| polynomial.at(extent.steps, extent.batch, &dimensions);
        Ok(Cost {
            products: usize::try_from(at(&tally.products)).unwrap_or(usize::MAX),
            flops: at(&tally.flops),
            operations: at(&tally.operations),
            transcendentals: at(&tally.transcendentals),
            bytes_read_written: at(&tally.moved).saturating_mul(bytes),
            bytes_allocated: at(&tally.forward).max(at(&tally.backward)).saturating_mul(bytes),
            tape_nodes,
        })
    }

    /// The sizes in the order of the plan's dimensions.
    fn sizes_of(&self, given: &[(&str, usize)]) -> Result<Vec<usize>> {
        let size = |name: &&str| {
            let mut sizes = given.iter().filter(|(other, _)| other == name);
            sizes.next().filter(|_| sizes.next().is_none()).map(|(_, size)| *size)
        };
        let sizes: Option<Vec<usize>> = self.dimensions.iter().map(size).collect();
        sizes.filter(|sizes| sizes.len() == given.len()).ok_or_else(|| {
            let found: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "expected sizes of the dimensions {}, each once, found {}",
                listed(&self.dimensions),
                listed(&found)
            );
            Error::new(ErrorKind::Name, self.place(), message)
        })
    }

    fn place(&self) -> String {
        format!("plan of {}", self.cell)
    }
}

/// `[D, H]`
fn listed(names: &[&str]) -> String {
    format!("[{}]", names.join(", "))
}
