//! The only place that writes to the terminal.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the command line's voice")]

/// One line of result.
pub(super) fn line(text: &str) {
    println!("{text}");
}

/// Why it did not work.
pub(super) fn error(text: &str) {
    eprintln!("routiq: {text}");
}
