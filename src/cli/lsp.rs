//! `ashls lsp`: the language server on standard input and output.

use std::io::IsTerminal;
use std::sync::Arc;

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::database::live::RealDatabases;
use super::{Outcome, output};
use crate::ide::live::LiveAnalyzer;
use crate::server;

/// Run the language server on standard input and output
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ashls lsp                        started by an editor, such as Neovim 0.11:\n  vim.lsp.config(\"ashls\", { cmd = { \"ashls\", \"lsp\" }, \
                        filetypes = { \"elixir\" }, root_markers = { \"mix.exs\" } })\n  vim.lsp.enable(\"ashls\")"
)]
pub struct LspArgs {
    /// Accepted for clients that add it; standard input and output are always used
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves one client and ends the process. `when_read` is called when all projects have been read.
pub fn run(_args: &LspArgs, when_read: fn()) -> Outcome {
    let filter = EnvFilter::try_from_env("ASHLS_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // Standard output belongs to the protocol.
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    if std::io::stdin().is_terminal() {
        output::warning("this speaks the Language Server Protocol; it is started by an editor");
    }
    let analyzer = LiveAnalyzer::with_texts(Arc::new(server::OnDisk));
    let status = server::run_stdio(Box::new(analyzer), Arc::new(RealDatabases), when_read);
    // The thread that reads standard input cannot be ended in any other way.
    std::process::exit(status)
}
