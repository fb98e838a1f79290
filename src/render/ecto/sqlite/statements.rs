//! Custom statements: SQL in an `execute` heredoc, or Elixir code as it stands.

/// `Operation.AddCustomStatement.up/1` and its mirror images. SQL goes in unescaped, as the generator does it.
pub fn run(text: &str, code: bool) -> String {
    if code {
        return text.to_owned();
    }
    format!("execute(\"\"\"\n{}\n\"\"\")\n", text.trim())
}
