//! Each file under `ui` has one mistake, and the compiler's answer to it stands beside it.
//!
//! The answers change with the compiler, so they are compared on one version only. After a change of a message run the
//! test with `TRYBUILD=overwrite` and read the difference.

use std::fs;
use std::path::{Path, PathBuf};

/// Files with several mistakes, which show that all of them are reported at once.
const WITH_SEVERAL: &str = "several-mistakes";

/// The folder of files about `recurrent!`, with a folder for each phase.
const CELLS: &str = "recurrent";

#[rustversion::stable(1.95)]
#[test]
fn mistakes_are_reported_as_written_down() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/module/*.rs");
    cases.compile_fail("tests/ui/state/*.rs");
    cases.compile_fail("tests/ui/flat/*.rs");
    cases.compile_fail("tests/ui/optim/*.rs");
    cases.compile_fail("tests/ui/files/*.rs");
    cases.compile_fail("tests/ui/data/*.rs");
    cases.compile_fail("tests/ui/traversal/*.rs");
    cases.compile_fail("tests/ui/recurrent/*/*.rs");
}

#[rustversion::not(stable(1.95))]
#[test]
fn mistakes_are_skipped_on_this_compiler() {
    use std::io::Write;
    // not `eprintln!`, which the test harness keeps to itself
    let message = "compile-fail tests were skipped: the answers under tests/ui are those of Rust 1.95\n";
    std::io::stderr().write_all(message.as_bytes()).expect("the standard error output is open");
}

#[test]
fn there_are_enough_files() {
    let (of_cells, of_derives) = sources().into_iter().partition::<Vec<_>, _>(|source| is_of_a_cell(source));
    assert!(of_derives.len() >= 60, "only {} files about derives", of_derives.len());
    assert!(of_cells.len() >= 110, "only {} files about cells", of_cells.len());
}

#[test]
fn each_mistake_is_one_error() {
    for source in sources() {
        let answer = fs::read_to_string(source.with_extension("stderr")).expect("every file has an answer");
        let errors = count_errors(&answer);
        match (is_with_several(&source), is_of_a_cell(&source)) {
            (true, true) => assert_eq!(errors, 5, "{}", source.display()),
            (true, false) => assert!(errors > 3, "{}: {errors} errors", source.display()),
            (false, _) => assert_eq!(errors, 1, "{}", source.display()),
        }
        assert!(!answer.lines().any(|line| line.starts_with("warning")), "{}: a warning", source.display());
    }
}

#[test]
fn files_are_short_and_named_for_the_mistake() {
    for source in sources() {
        let name = source.file_stem().unwrap().to_string_lossy();
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{name}");
        let lines = fs::read_to_string(&source).unwrap().lines().count();
        assert!(lines <= 20 || is_with_several(&source), "{name} has {lines} lines");
    }
}

/// All files with a mistake, sorted.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let folders =
        ["module", "state", "flat", "optim", "files", "data", "traversal"].map(|folder| root.join(folder)).into_iter();
    let folders =
        folders.chain(["names", "shapes", "syntax", "usage", "use"].map(|phase| root.join(CELLS).join(phase)));
    let entries = folders.flat_map(|folder| fs::read_dir(folder).expect("the folder is there"));
    let mut sources: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    sources.sort();
    sources
}

fn is_of_a_cell(source: &Path) -> bool {
    source.components().any(|component| component.as_os_str() == CELLS)
}

fn is_with_several(source: &Path) -> bool {
    source.file_stem().is_some_and(|name| name == WITH_SEVERAL)
}

fn count_errors(answer: &str) -> usize {
    let summaries = ["error: aborting", "error: could not compile"];
    let is_summary = |line: &str| summaries.iter().any(|summary| line.starts_with(summary));
    answer.lines().filter(|line| line.starts_with("error") && !is_summary(line)).count()
}
