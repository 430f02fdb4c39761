//! Rebuilds the program when a migration is added: the compiler only sees changes of files it already knows.

fn main() {
    println!("cargo:rerun-if-changed=sql/migrations");
}
