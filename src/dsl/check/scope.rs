//! What a module brings into scope besides the DSL: functions and macros that can be called in any block.

use crate::syntax::{Expr, Kind};

/// Whether a name that the DSL does not know may be one that the module imports, itself or by what it uses.
pub(super) fn may_import(body: &[Expr]) -> bool {
    body.iter().filter_map(Expr::as_call).any(|call| {
        let module = call.arguments.first().map(|argument| &argument.kind);
        match (call.local_name(), module) {
            (Some("import"), Some(Kind::Alias(parts))) => parts.join(".") != "Ash.Expr",
            (Some("use"), Some(Kind::Alias(parts))) => !matches!(parts[0].as_str(), "Ash" | "Spark"),
            (Some("import" | "use"), _) => true,
            _ => false,
        }
    })
}
