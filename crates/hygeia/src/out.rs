//! What a command prints.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};

/// Prints a line.
macro_rules! say {
    ($($words:tt)*) => { $crate::out::print(format_args!("{}\n", format_args!($($words)*))) };
}
pub(crate) use say;

/// Prints as it is. A reader that has had enough, as `| head` has, is no error; a full disk is.
pub(crate) fn print(words: Arguments<'_>) {
    if let Err(error) = std::io::stdout().lock().write_fmt(words)
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("错误：结果写不出去：{error}");
        std::process::exit(1);
    }
}
