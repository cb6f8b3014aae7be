//! Linker options of the program.

fn main() {
    // Packs the relative relocations: each of about a hundred thousand takes a bit or two instead
    // of 24 bytes. The dynamic linker has to support the format: glibc 2.36 (2022) or later.
    println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    println!("cargo:rerun-if-changed=build.rs");
}
