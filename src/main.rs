//! The `routiq` daemon and its command line.

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1..).unwrap_or_default() {
        [verb, dir] if verb == "test-db" => routiq::store::embedded::janitor::janitor_main(Path::new(dir)),
        _ => ExitCode::FAILURE,
    }
}
