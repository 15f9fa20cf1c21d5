//! Writes the packs of the repository into the binary as `BUILTIN`, a table of `include_str!`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../packs");
    let root = root.canonicalize()?;
    let mut table =
        String::from("/// Pack, then file name and text.\nstatic BUILTIN: &[(&str, &[(&str, &str)])] = &[\n");
    for pack in entries(&root)?.into_iter().filter(|path| path.join("pack.yaml").is_file()) {
        let mut files = Vec::new();
        collect(&pack, &mut files)?;
        let _ = writeln!(table, "    ({:?}, &[", name(&pack, &root));
        for file in files {
            let _ = writeln!(table, "        ({:?}, include_str!({:?})),", name(&file, &root), file);
        }
        table.push_str("    ]),\n");
    }
    table.push_str("];\n");
    println!("cargo::rerun-if-changed=../../packs");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("builtin.rs"), table)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

fn name(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
