//! How the program is linked.

fn main() {
    // Each of its hundred thousand addresses that depend on where it is loaded takes a bit or two
    // instead of 24 bytes. Its dynamic linker has to know the form: glibc 2.36, of 2022.
    println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    println!("cargo:rerun-if-changed=build.rs");
}
