//! Chores of the workspace, run as `cargo xtask NAME`.

mod bench_loop;
mod server;

use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

const HELP: &str = "\
cargo xtask check            what CI runs: tests, format, lints, documentation
cargo xtask bench [PART]     benchmarks in release: health, store, detection, loop; ratios against a baseline of the same run
cargo xtask score DIR        scores the plan reader on a folder with docs/ and gold/
cargo xtask demo [FOLDER]    makes the demo data without serving it";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["check"] => run("bash", &[".ci/run"]),
        ["bench"] => {
            BENCHES.iter().try_for_each(example)?;
            bench_loop::run()
        }
        ["bench", "loop"] => bench_loop::run(),
        ["bench", part] => {
            let chosen: Vec<&Bench> = BENCHES.iter().filter(|bench| bench.part == *part).collect();
            if chosen.is_empty() {
                bail!("no benchmark “{part}”; there are: {}", parts().join(", "));
            }
            chosen.into_iter().try_for_each(example)
        }
        ["score", folder] => cargo_example("hygeia-text", "score", &[folder]),
        ["demo"] => demo("hygeia-demo"),
        ["demo", folder] => demo(folder),
        _ => {
            println!("{HELP}");
            Ok(())
        }
    }
}

/// A benchmark: an example program of a crate that prints its ratios.
struct Bench {
    part: &'static str,
    package: &'static str,
    example: &'static str,
}

const BENCHES: [Bench; 5] = [
    Bench { part: "health", package: "hygeia-health", example: "bench_growth" },
    Bench { part: "health", package: "hygeia-health", example: "bench_vaccine" },
    Bench { part: "health", package: "hygeia-health", example: "bench_detection" },
    Bench { part: "store", package: "hygeia-store", example: "bench_store" },
    Bench { part: "detection", package: "hygeia-work", example: "detection_term" },
];

fn parts() -> Vec<&'static str> {
    let mut parts: Vec<&str> = BENCHES.iter().map(|bench| bench.part).collect();
    parts.dedup();
    parts.push("loop");
    parts
}

fn example(bench: &Bench) -> Result<()> {
    println!("== {} {}", bench.package, bench.example);
    cargo_example(bench.package, bench.example, &[])
}

fn cargo_example(package: &str, example: &str, arguments: &[&str]) -> Result<()> {
    let mut all = vec!["run", "--quiet", "--release", "--package", package, "--example", example, "--"];
    all.extend(arguments);
    run(env!("CARGO"), &all)
}

fn demo(folder: &str) -> Result<()> {
    run(env!("CARGO"), &["run", "--quiet", "--release", "--", "demo", "--only-data", "--folder", folder])
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let status = Command::new(program).args(arguments).current_dir(root).status()?;
    if status.success() { Ok(()) } else { bail!("{program} {} failed", arguments.join(" ")) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Every path that the documents of the root name in back-ticks must exist.
    #[test]
    fn the_documents_name_paths_that_exist() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut missing = Vec::new();
        for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
            let text = std::fs::read_to_string(root.join(document)).unwrap();
            for quoted in text.split('`').skip(1).step_by(2) {
                let is_path = ["crates/", "packs/", "docs/", "xtask/", ".ci/"]
                    .iter()
                    .any(|start| quoted.starts_with(start));
                if is_path && !quoted.contains(['<', '*', ' ']) && !root.join(quoted).exists() {
                    missing.push(format!("{document}: {quoted}"));
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_benchmark_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        for bench in super::BENCHES {
            let path = root.join(bench.package).join("examples").join(format!("{}.rs", bench.example));
            assert!(path.exists(), "{}", path.display());
        }
    }

    /// Names at the start of the lines of the sections of a manifest whose heading ends in `dependencies]`.
    fn dependencies(manifest: &str) -> Vec<String> {
        let mut inside = false;
        let mut names = Vec::new();
        for line in manifest.lines() {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]");
            } else if inside
                && let Some(name) = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty())
            {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Whether a source file below `folder` says `word`.
    fn says(folder: &Path, word: &str) -> bool {
        let Ok(entries) = std::fs::read_dir(folder) else { return false };
        entries.flatten().map(|entry| entry.path()).any(|path| {
            if path.is_dir() {
                says(&path, word)
            } else {
                path.extension().is_some_and(|kind| kind == "rs")
                    && std::fs::read_to_string(&path).is_ok_and(|text| text.contains(word))
            }
        })
    }

    #[test]
    fn every_dependency_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut members = vec![root.join("xtask")];
        members.extend(std::fs::read_dir(root.join("crates")).unwrap().flatten().map(|entry| entry.path()));
        let (mut asked, mut idle) = (Vec::new(), Vec::new());
        for member in members {
            for name in dependencies(&std::fs::read_to_string(member.join("Cargo.toml")).unwrap()) {
                if !says(&member, &name.replace('-', "_")) {
                    idle.push(format!("{}: {name}", member.display()));
                }
                asked.push(name);
            }
        }
        let offered = dependencies(&std::fs::read_to_string(root.join("Cargo.toml")).unwrap());
        idle.extend(offered.into_iter().filter(|name| !asked.contains(name)));
        assert!(idle.is_empty(), "{idle:#?}");
    }
}
