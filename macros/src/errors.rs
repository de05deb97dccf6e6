//! The mistakes found so far, each with the tokens it is about.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors, so that one build reports them all.
///
/// Dropping it without a call of [`Errors::propagate`] panics: no mistake is forgotten.
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    looked_at: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: Vec::new(), looked_at: false }
    }

    /// Notes a mistake in `tokens`, all of which the compiler will underline.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Into<String>) {
        self.push(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Notes a mistake that carries its place already.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
        self.looked_at = false;
    }

    /// How many mistakes wait to be reported.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Hands over everything found so far, as tokens that report it.
    pub(crate) fn propagate(&mut self) -> Result<(), TokenStream> {
        self.looked_at = true;
        let found = std::mem::take(&mut self.found);
        if found.is_empty() {
            return Ok(());
        }
        Err(found.iter().map(syn::Error::to_compile_error).collect())
    }

    /// Hands over everything found so far, as values.
    #[cfg(test)]
    pub(crate) fn drain(&mut self) -> Vec<syn::Error> {
        self.looked_at = true;
        std::mem::take(&mut self.found)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !self.looked_at && !std::thread::panicking() {
            panic!("errors were collected and nobody looked at them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Errors;
    use quote::quote;

    #[test]
    fn every_error_is_reported() {
        let mut errors = Errors::new();
        errors.error(quote!(a), "first");
        errors.error(quote!(b), "second");
        let report = errors.propagate().unwrap_err().to_string();
        assert!(report.contains("first") && report.contains("second"));
        assert!(errors.propagate().is_ok());
    }

    #[test]
    #[should_panic(expected = "nobody looked at them")]
    fn forgetting_to_look_panics() {
        Errors::new().error(quote!(a), "forgotten");
    }
}
