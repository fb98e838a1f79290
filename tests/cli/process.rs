//! Running ashls.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// ashls with `arguments`, in `folder`, without a terminal.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ashls"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("GITHUB_WORKSPACE")
        .env_remove("COLUMNS");
    command
}

/// Runs ashls to its end.
pub fn ashls(folder: &Path, arguments: &[&str]) -> Ran {
    ran(command(folder, arguments).output().unwrap())
}

pub fn ran(output: Output) -> Ran {
    Ran {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Fails unless the run ended with `status`.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Ran {
        assert_eq!(self.status, Some(status), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// Lines of standard output that are no comments.
    pub fn statements(&self) -> Vec<&str> {
        self.stdout.lines().filter(|line| !line.is_empty() && !line.starts_with("--")).collect()
    }

    #[track_caller]
    pub fn says(&self, part: &str) {
        assert!(self.stderr.contains(part), "not said: {part}\nbut: {}", self.stderr);
    }

    #[track_caller]
    pub fn shows(&self, part: &str) {
        assert!(self.stdout.contains(part), "not shown: {part}\nbut: {}", self.stdout);
    }
}
