//! Which name somebody probably meant.

use crate::guess::guess;

/// Comparing words takes time: a cell that needs more comparisons than these is not one with a few misspellings.
const MOST: usize = 2000;
/// Nor is a longer word misspelt.
const LONGEST: usize = 40;

/// Guesses names, up to a limit.
#[derive(Default)]
pub(super) struct Suggest {
    compared: usize,
}

impl Suggest {
    /// Whether there will be no guess any more.
    pub(super) fn is_tired(&self) -> bool {
        self.compared >= MOST
    }

    /// The candidate that is nearest to `word`, the first of those that are equally near.
    pub(super) fn nearest(&mut self, word: &str, candidates: &[&str]) -> Option<String> {
        if self.is_tired() || word.len() > LONGEST {
            return None;
        }
        let plausible: Vec<&str> = candidates.iter().copied().filter(|other| is_plausible(word, other)).collect();
        // to look at the length of a word is much cheaper than to compare its letters
        self.compared += plausible.len() + candidates.len() / 8 + 1;
        guess(word, &plausible).map(str::to_owned)
    }
}

/// Names in equations are short: one letter is in many words, and no misspelling of another letter.
fn is_plausible(word: &str, candidate: &str) -> bool {
    let (length, other) = (word.chars().count(), candidate.chars().count());
    match (length, other) {
        _ if is_sibling(word, candidate) => false,
        (1, _) => word.eq_ignore_ascii_case(candidate),
        (_, 1 | 2) => length <= other + 1,
        _ if candidate.len() > LONGEST => false,
        _ => length.abs_diff(other) <= length.div_ceil(3) || word.contains(candidate) || candidate.contains(word),
    }
}

/// `w_r` and `w_z`, `gate1` and `gate2`: two names of a family, of which one was probably forgotten.
fn is_sibling(word: &str, other: &str) -> bool {
    let pairs = word.chars().zip(other.chars());
    let different: Vec<(usize, (char, char))> = pairs.enumerate().filter(|(_, (a, b))| a != b).collect();
    let (length, [(at, (a, b))]) = (word.chars().count(), different.as_slice()) else { return false };
    let same_length = length == other.chars().count();
    let is_number = a.is_ascii_digit() && b.is_ascii_digit();
    let is_suffix = at + 1 == length && *at > 0 && word.chars().nth(at - 1) == Some('_');
    same_length && !a.eq_ignore_ascii_case(b) && (length <= 3 || is_number || is_suffix)
}

#[cfg(test)]
mod tests {
    use super::Suggest;

    #[track_caller]
    fn assert_nearest(word: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(Suggest::default().nearest(word, candidates).as_deref(), expected, "{word}");
    }

    #[test]
    fn misspellings() {
        assert_nearest("bais", &["b", "bias", "base"], Some("bias"));
        assert_nearest("hidden_sate", &["h", "hidden_state", "hidden"], Some("hidden_state"));
        assert_nearest("x", &["X", "y"], Some("X"));
        assert_nearest("hh", &["h", "x"], Some("h"));
        assert_nearest("rw_", &["w_r", "rw"], Some("rw"));
        assert_nearest("softmx", &["softmax", "max"], Some("softmax"));
    }

    #[test]
    fn another_letter_is_another_name() {
        assert_nearest("k", &["h", "x", "w"], None);
        assert_nearest("gate", &["g", "a", "t"], None);
    }

    #[test]
    fn siblings_are_no_misspellings() {
        assert_nearest("w_n", &["w_r", "w_z"], None);
        assert_nearest("gate_c", &["gate_a", "gate_b"], None);
        assert_nearest("hidden3", &["hidden1", "hidden2"], None);
        assert_nearest("w_R", &["w_r", "w_z"], Some("w_r"));
    }

    #[test]
    fn many_comparisons_are_tiring() {
        let mut suggest = Suggest::default();
        let candidates = ["alpha", "beta"];
        let words = (0..super::MOST).map(|_| suggest.nearest("alpah", &candidates).is_some());
        let guessed = words.filter(|guessed| *guessed).count();
        assert!(guessed > 100 && guessed < super::MOST, "{guessed}");
        assert!(suggest.is_tired());
    }
}
