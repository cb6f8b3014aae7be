//! Rebuilds the program when the browser's files change: they are embedded in
//! it, and a new file name alone is nothing that the compiler would notice.

fn main() {
    println!("cargo:rerun-if-changed=../target/site");
    println!("cargo:rerun-if-changed=migrations");
}
