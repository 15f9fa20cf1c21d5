//! Progress of a long command on standard error.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How long nothing is said.
const PATIENCE: Duration = Duration::from_secs(2);

/// A writer that says now and then how many lines have gone out; a command that is done before says nothing.
pub struct Progress<W> {
    inner: W,
    lines: u64,
    said: Instant,
}

impl<W: Write> Progress<W> {
    /// Watches what goes to `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, lines: 0, said: Instant::now() }
    }
}

impl<W: Write> Write for Progress<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        let lines = bytes.iter().take(written).filter(|byte| **byte == b'\n').count();
        self.lines += u64::try_from(lines).unwrap_or(0);
        if self.said.elapsed() >= PATIENCE {
            self.said = Instant::now();
            eprintln!("已算出 {} 行……", self.lines.saturating_sub(1));
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
