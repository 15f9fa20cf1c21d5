//! Loads the packs compiled in, or those of a folder over them, and prints every problem.

use hygeia_expr::Functions;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let sources = match std::env::args_os().nth(1) {
        Some(folder) => hygeia_pack::with_overrides(&PathBuf::from(folder))?,
        None => hygeia_pack::builtin(),
    };
    match hygeia_pack::load(&sources, &Functions::standard()) {
        Ok(packs) => println!("{} registers, {} indicators", packs.registers.len(), packs.indicators.len()),
        Err(problems) => print!("{problems}"),
    }
    match hygeia_pack::test::read_tests(&sources) {
        Ok(tests) => println!("{} tests", tests.len()),
        Err(problems) => print!("{problems}"),
    }
    Ok(())
}
