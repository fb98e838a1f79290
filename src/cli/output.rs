//! Printing: colours only where a person reads them.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

/// Bold red, for errors.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Yellow, for warnings.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Dimmed, for places and other secondary text.
pub const FAINT: Style = Style::new().dimmed();
/// Bold, for headings.
pub const HEADING: Style = Style::new().bold();

/// Applies `--color` to everything printed from now on.
pub fn set_colors(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// `text` in `style`, for standard error, where the style is left out when colours are off.
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// `text` in `style`, for [`result`]; plain when colours are off.
pub fn styled_result(style: Style, text: impl Display) -> String {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => text.to_string(),
        _ => styled(style, text),
    }
}

/// An error message on standard error.
pub fn error(message: &str) {
    anstream::eprintln!("{} {message}", styled(ERROR, "error:"));
}

/// A warning on standard error.
pub fn warning(message: &str) {
    anstream::eprintln!("{} {message}", styled(WARNING, "warning:"));
}

/// Something good to know, on standard error.
pub fn note(message: &str) {
    anstream::eprintln!("{} {message}", styled(HEADING, "note:"));
}

/// A result on standard output as it is, with a newline at its end. A reader that stops early (`| head`) is no error.
pub fn result(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    if written.is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) {
        std::process::exit(0);
    }
}
