//! Arguments about which database, and how patient to be with it.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::database::{Retries, Timeouts};

/// Which project, repo and database.
#[derive(Debug, Args)]
pub struct ConnectionArgs {
    /// A folder of the project
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Only this repo, such as MyApp.Repo (repeatable)
    #[arg(short, long, value_name = "MODULE")]
    pub repo: Vec<String>,
    /// The database, instead of DATABASE_URL and the repo's configuration: postgres://user:password@host/name, sqlite:path
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// How long to wait for what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Patience")]
pub struct PatienceArgs {
    /// How long a statement may wait for a lock; 0 for ever. While it waits, others queue behind it
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10s", hide_default_value = false)]
    lock_timeout: Duration,
    /// How long a statement may run [default: as long as it takes]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    statement_timeout: Option<Duration>,
    /// How often to run a file again whose transaction did not get a lock
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    retries: u32,
    /// How long to wait for another run of migrations to end
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "60s")]
    wait: Duration,
}

impl PatienceArgs {
    pub fn timeouts(&self) -> Timeouts {
        Timeouts { lock: Some(self.lock_timeout), statement: self.statement_timeout }
    }

    pub fn retries(&self) -> Retries {
        Retries { count: self.retries, pause: Duration::from_millis(500) }
    }

    pub fn wait(&self) -> Duration {
        self.wait
    }
}

/// `10s`, `500ms`, `2min` or `0`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    match &text[digits..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "min" => Ok(Duration::from_secs(number.saturating_mul(60))),
        "" if number == 0 => Ok(Duration::ZERO),
        _ => Err(wrong()),
    }
}

fn wrong() -> String {
    "expected a time such as 500ms, 10s, 2min or 0".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2min"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        assert!(duration("10").is_err() && duration("soon").is_err());
    }
}
