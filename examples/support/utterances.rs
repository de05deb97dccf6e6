//! Reads the utterances of Japanese Vowels from the `.ts` text format.

use std::path::Path;

use recurve::{Error, ErrorKind, Result, Sequence, Tensor};

/// Cepstrum coefficients of one frame.
pub(crate) const FEATURES: usize = 12;
/// Classes of the data set.
pub(crate) const SPEAKERS: usize = 9;

/// One utterance: `frames` has [`FEATURES`] numbers for each of `length` frames.
pub(crate) struct Utterance {
    pub(crate) frames: Vec<f32>,
    pub(crate) length: usize,
    pub(crate) speaker: usize,
}

/// Reads a file; an error names the file, the line and what is wrong there.
pub(crate) fn read(path: &Path) -> Result<Vec<Utterance>> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::new(ErrorKind::Data, place.clone(), format!("cannot be read: {error}")))?;
    parse(&text).map_err(|error| error.within(&place))
}

/// After a line `@data`, one utterance per line: the dimensions separated by `:`, then the speaker from 1.
pub(crate) fn parse(text: &str) -> Result<Vec<Utterance>> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| line.trim() != "@data");
    if lines.next().is_none() {
        return Err(Error::new(ErrorKind::Data, "header", "expected a line `@data`, found none"));
    }
    let rows = lines.filter(|(_, line)| !line.trim().is_empty());
    let utterances = rows.map(|(at, line)| {
        let damaged = |message| Error::new(ErrorKind::Data, format!("line {}", at + 1), message);
        utterance(line).map_err(damaged)
    });
    let utterances = utterances.collect::<Result<Vec<_>>>()?;
    if utterances.is_empty() {
        return Err(Error::new(ErrorKind::Data, "data", "expected utterances after `@data`, found none"));
    }
    Ok(utterances)
}

/// Mean and standard deviation `[D]` of all frames.
pub(crate) fn statistics(utterances: &[Utterance]) -> (Tensor, Tensor) {
    let frames: Vec<f32> = utterances.iter().flat_map(|utterance| utterance.frames.clone()).collect();
    let count = frames.len() / FEATURES;
    let frames = Tensor::from(frames).reshape([count, FEATURES]);
    (frames.mean_axes(0), frames.variance_axes(0, 0.0).sqrt())
}

/// Utterances padded to one length, `[T, B, D]`, and their speakers `[B]`.
pub(crate) fn padded(utterances: &[&Utterance]) -> Result<(Sequence<Tensor>, Tensor<usize>)> {
    let lengths: Vec<usize> = utterances.iter().map(|utterance| utterance.length).collect();
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let mut frames = vec![0.0; utterances.len() * longest * FEATURES];
    for (row, utterance) in frames.chunks_exact_mut(longest * FEATURES).zip(utterances) {
        row[..utterance.frames.len()].copy_from_slice(&utterance.frames);
    }
    let frames = Tensor::from_vec(frames, [utterances.len(), longest, FEATURES])?;
    let speakers: Vec<usize> = utterances.iter().map(|utterance| utterance.speaker).collect();
    Ok((Sequence::batch_major(frames).lengths(&lengths)?, speakers.into()))
}

fn utterance(line: &str) -> std::result::Result<Utterance, String> {
    let fields: Vec<&str> = line.split(':').collect();
    let [dimensions @ .., label] = &fields[..] else { return Err("the line is empty".to_owned()) };
    if dimensions.len() != FEATURES {
        return Err(format!("expected {FEATURES} dimensions and a speaker, found {} dimensions", dimensions.len()));
    }
    let speaker = match label.trim().parse::<usize>() {
        Ok(number @ 1..=SPEAKERS) => number - 1,
        _ => return Err(format!("expected a speaker from 1 to {SPEAKERS}, found {:?}", label.trim())),
    };
    let series = dimensions.iter().map(|text| numbers(text)).collect::<std::result::Result<Vec<_>, _>>()?;
    let length = series[0].len();
    if let Some(odd) = series.iter().find(|values| values.len() != length) {
        return Err(format!("the first dimension has {length} frames, another has {}", odd.len()));
    }
    let frames = (0..length).flat_map(|frame| series.iter().map(move |values| values[frame])).collect();
    Ok(Utterance { frames, length, speaker })
}

fn numbers(text: &str) -> std::result::Result<Vec<f32>, String> {
    let number = |word: &str| match word.trim().parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(format!("expected a finite number, found {:?}", word.trim())),
    };
    text.split(',').map(number).collect()
}

/// Prints how often each speaker was taken for each: rows are speakers, columns guesses.
pub(crate) fn print_confusion(speakers: &Tensor<usize>, guesses: &Tensor<usize>) {
    let mut confusion = [[0; SPEAKERS]; SPEAKERS];
    for (&speaker, &guess) in speakers.as_slice().iter().zip(guesses.as_slice()) {
        confusion[speaker][guess] += 1;
    }
    println!("\nrows: speaker, columns: guess");
    for (speaker, row) in confusion.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|count| format!("{count:3}")).collect();
        println!("{}  {}", speaker + 1, cells.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(frames: &str, speaker: &str) -> String {
        format!("@data\n{}:{speaker}\n", [frames; FEATURES].join(":"))
    }

    fn message(text: &str) -> String {
        parse(text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn frames_come_one_after_the_other() {
        let utterances = parse(&line("1,2,3", "9")).unwrap();
        assert_eq!((utterances[0].length, utterances[0].speaker), (3, 8));
        assert_eq!(utterances[0].frames[..FEATURES], [1.0; FEATURES]);
        assert_eq!(utterances[0].frames[2 * FEATURES..], [3.0; FEATURES]);
    }

    #[test]
    fn damage_is_reported_with_its_line() {
        assert_eq!(message("1,2:1"), "header: expected a line `@data`, found none");
        assert_eq!(message("@data\n\n"), "data: expected utterances after `@data`, found none");
        assert_eq!(message(&line("1,x", "1")), "line 2: expected a finite number, found \"x\"");
        assert_eq!(message(&line("1,NaN", "1")), "line 2: expected a finite number, found \"NaN\"");
        assert_eq!(message(&line("1,2", "10")), "line 2: expected a speaker from 1 to 9, found \"10\"");
        assert_eq!(message("@data\n1,2:3:4"), "line 2: expected 12 dimensions and a speaker, found 2 dimensions");
        let ragged = line("1,2", "1").replacen("1,2", "1,2,3", 1);
        assert_eq!(message(&ragged), "line 2: the first dimension has 3 frames, another has 2");
        let missing = read(Path::new("no/such/file.ts")).err().map(|error| error.kind());
        assert_eq!(missing, Some(ErrorKind::Data));
    }
}
