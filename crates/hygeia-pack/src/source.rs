//! Where packs come from: the binary, a folder, an overlay made in the browser.

use std::io;
use std::path::{Path, PathBuf};

/// The files of one pack, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSource {
    /// Name of the pack: its folder.
    pub pack: String,
    /// File name as shown in messages (`kindergarten/pack.yaml`) and text.
    pub files: Vec<(String, String)>,
}

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

impl PackSource {
    /// Reads every `.yaml` file below a pack's folder. Text that is not UTF-8 is an error that names the file.
    pub fn from_dir(folder: &Path) -> io::Result<Self> {
        let pack = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut paths = Vec::new();
        yaml_files(folder, 0, &mut paths)?;
        paths.sort();
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            Ok((format!("{pack}/{}", parts.join("/")), text))
        };
        let files = paths.into_iter().map(read).collect::<io::Result<_>>()?;
        Ok(Self { pack, files })
    }

    /// One file that extends registers of other packs.
    pub fn overlay(name: &str, yaml: &str) -> Self {
        Self { pack: name.to_owned(), files: vec![(format!("{name}.yaml"), yaml.to_owned())] }
    }
}

/// The packs compiled into the binary.
pub fn builtin() -> Vec<PackSource> {
    BUILTIN
        .iter()
        .map(|(pack, files)| PackSource {
            pack: (*pack).to_owned(),
            files: files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        })
        .collect()
}

/// The built-in packs, with those of a folder in place of their namesakes and beside the others. `folder` holds
/// a folder per pack, or is itself one pack's folder.
pub fn with_overrides(folder: &Path) -> io::Result<Vec<PackSource>> {
    let mut sources = builtin();
    for own in from_folder(folder)? {
        match sources.iter_mut().find(|source| source.pack == own.pack) {
            Some(source) => *source = own,
            None => sources.push(own),
        }
    }
    Ok(sources)
}

fn from_folder(folder: &Path) -> io::Result<Vec<PackSource>> {
    if folder.join("pack.yaml").is_file() {
        let absolute = folder.canonicalize()?;
        return Ok(vec![PackSource::from_dir(&absolute)?]);
    }
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    folders.retain(|path| path.join("pack.yaml").is_file());
    folders.sort();
    folders.iter().map(|path| PackSource::from_dir(path)).collect()
}

/// Collects files; a pack is two levels deep, so links that go round end soon.
fn yaml_files(folder: &Path, depth: u8, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && depth < 3 {
            yaml_files(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            found.push(path);
        }
    }
    Ok(())
}
