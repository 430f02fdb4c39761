//! Runs the harness of the same name.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| routiq::fuzzing::harness("twilio_pages")(bytes));
