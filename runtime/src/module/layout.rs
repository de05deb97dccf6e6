//! Where parameters lie in a flat vector.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::Parameter;
use crate::array::element::DType;
use crate::array::shape::{MAX_RANK, Shape};
use crate::error::{Error, ErrorKind, Result};

/// Where each parameter lies in a flat vector, from [`Restructure::layout`](crate::Restructure::layout) and
/// [`Flat::layout`](crate::flat::Flat::layout). Two models whose vectors can be exchanged have equal layouts.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let model = (Param::new(Tensor::<f32>::zeros([2, 3])), Param::new(Tensor::<f32>::zeros([4])));
/// let (mut flat, restructure) = model.flatten::<f32>()?;
/// let layout = restructure.layout();
/// assert_eq!((layout.range("1"), layout.count()), (Some(6..10), 10));
///
/// flat.as_mut_slice()[layout.range("1").unwrap()].fill(1.0);
/// assert_eq!(restructure.restructure(&flat)?.1.get().to_vec(), [1.0; 4]);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// `Display` writes it as text, one line for each parameter with path, range, shape and element type between tabs, and
/// `parse` reads that back:
///
/// ```
/// use recurve::{Layout, Module, Param, Tensor};
///
/// let (_, restructure) = vec![Param::new(Tensor::<f64>::zeros([2, 3]))].flatten::<f64>()?;
/// let text = restructure.layout().to_string();
/// assert_eq!(text, "0\t0..6\t[2, 3]\tf64\n");
/// assert_eq!(&text.parse::<Layout>()?, restructure.layout());
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<LayoutEntry>,
}

/// One parameter in a flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LayoutEntry {
    /// The first path.
    pub path: String,
    /// The elements in the vector.
    pub range: Range<usize>,
    /// The shape, in the orientation in which the parameter was made.
    pub shape: Shape,
    /// The element type in the model.
    pub dtype: DType,
}

impl Layout {
    /// The parameters behind one another.
    pub(crate) fn behind_one_another(parameters: &[Parameter]) -> Self {
        let mut end = 0;
        Self::new(parameters, |count, _| {
            end += count;
            end
        })
    }

    /// The parameters behind one another by element type: those of `f32` in one vector, those of `f64` in another.
    pub(crate) fn by_type(parameters: &[Parameter]) -> Self {
        let mut ends = [0; 2];
        Self::new(parameters, |count, dtype| {
            let end = &mut ends[usize::from(dtype == DType::F64)];
            *end += count;
            *end
        })
    }

    /// `place` says where a parameter with this count ends.
    fn new(parameters: &[Parameter], mut place: impl FnMut(usize, DType) -> usize) -> Self {
        let entry = |parameter: &Parameter| {
            let (path, shape, dtype) = (parameter.path().to_owned(), parameter.shape(), parameter.dtype());
            let end = place(shape.count(), dtype);
            LayoutEntry { path, range: end - shape.count()..end, shape, dtype }
        };
        Self { entries: parameters.iter().map(entry).collect() }
    }

    /// The parameters in the order of the vector.
    pub fn entries(&self) -> &[LayoutEntry] {
        &self.entries
    }

    /// The range of the parameter whose first path is `path`.
    pub fn range(&self, path: &str) -> Option<Range<usize>> {
        self.entries.iter().find(|entry| entry.path == path).map(|entry| entry.range.clone())
    }

    /// The number of elements: the length of the vector.
    pub fn count(&self) -> usize {
        self.entries.iter().map(|entry| entry.range.len()).sum()
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for LayoutEntry { path, range, shape, dtype } in &self.entries {
            let path = path.replace('\\', "\\\\").replace('\n', "\\n");
            writeln!(f, "{path}\t{}..{}\t{shape}\t{dtype}", range.start, range.end)?;
        }
        Ok(())
    }
}

impl FromStr for Layout {
    type Err = Error;

    /// Reads what `Display` wrote.
    ///
    /// # Errors
    ///
    /// When a line is something else.
    fn from_str(text: &str) -> Result<Self> {
        let entry = |(at, line): (usize, &str)| {
            read_entry(line).ok_or_else(|| {
                let message = format!(
                    "expected a path, a range, a shape and an element type between tabs, as in \
                     \"w\\t0..6\\t[2, 3]\\tf32\", found {line:?} in line {}",
                    at + 1
                );
                Error::new(ErrorKind::Data, "Layout", message)
            })
        };
        Ok(Self { entries: text.lines().enumerate().map(entry).collect::<Result<_>>()? })
    }
}

fn read_entry(line: &str) -> Option<LayoutEntry> {
    // Keys of maps may contain tabs, so from the right.
    let mut parts = line.rsplitn(4, '\t');
    let name = parts.next()?;
    let dtype = [DType::F32, DType::F64].into_iter().find(|dtype| dtype.to_string() == name)?;
    let sizes = parts.next()?.strip_prefix('[')?.strip_suffix(']')?;
    let sizes = sizes.split(", ").filter(|size| !size.is_empty()).map(str::parse);
    let sizes: Vec<usize> =
        sizes.collect::<Result<_, _>>().ok().filter(|sizes: &Vec<usize>| sizes.len() <= MAX_RANK)?;
    let (start, end) = parts.next()?.split_once("..")?;
    let range = start.parse().ok()?..end.parse::<usize>().ok()?;
    let count = sizes.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))?;
    let path = unescaped(parts.next()?);
    (range.end.checked_sub(range.start)? == count).then(|| LayoutEntry { path, range, shape: sizes.into(), dtype })
}

fn unescaped(path: &str) -> String {
    let (mut plain, mut letters) = (String::new(), path.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(if letters.next() == Some('n') { '\n' } else { '\\' }),
            letter => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Module, Param, Tensor};
    use std::collections::BTreeMap;

    #[test]
    fn any_layout_is_read_as_it_was_written() -> Result<()> {
        let keys = ["plain", "two words", "a\ttab", "a\nline", "a\\slash", "a\\nescape"];
        let param = || Param::new(Tensor::<f32>::zeros([2, 3]));
        let map: BTreeMap<String, Param> = keys.iter().map(|key| ((*key).to_owned(), param())).collect();
        let model = (map, Param::new(Tensor::<f64>::zeros([])), Param::new(Tensor::<f64>::zeros([0, 4])));
        let (_, restructure) = model.flatten::<f64>()?;
        let layout = restructure.layout();
        assert_eq!(&layout.to_string().parse::<Layout>()?, layout);
        assert_eq!(layout.entries().len(), 8);
        assert_eq!("".parse::<Layout>()?.count(), 0);
        Ok(())
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        let good = "w\t0..6\t[2, 3]\tf32";
        for bad in
            ["", "w", "w\t0..6\t[2, 3]\tusize", "w\t0..5\t[2, 3]\tf32", "w\t6..0\t[2, 3]\tf32", "w\t0..6\t2, 3\tf32"]
        {
            let error = format!("{good}\n{bad}\n").parse::<Layout>().unwrap_err();
            assert!(error.to_string().ends_with(&format!("found {bad:?} in line 2")), "{error}");
        }
        let many = format!("w\t0..1\t[{}1]\tf64", "1, ".repeat(MAX_RANK));
        assert!(many.parse::<Layout>().is_err());
    }
}
