//! The `routiq` daemon and its command line.
fn main() {}
