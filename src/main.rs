//! The `routiq` daemon and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    routiq::cli::main()
}
