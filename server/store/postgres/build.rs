//! Rebuilds the crate when a migration is added: the macro that embeds them notices none.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
