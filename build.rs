//! Compiles the outline grammar.

fn main() {
    let folder = "grammar/src";
    println!("cargo:rerun-if-changed={folder}");
    cc::Build::new()
        .include(folder)
        .file(format!("{folder}/parser.c"))
        .file(format!("{folder}/scanner.c"))
        .std("c11")
        .flag_if_supported("-Wno-unused")
        .opt_level(2)
        .compile("ash_outline");
}
