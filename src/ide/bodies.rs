//! The parts of a file that are written in a DSL of Ash: bodies of resources, domains and fragments, and what a wrapper
//! of the project (`use MyApp.Resource`) puts into the modules that use it.

use super::visit::each;
use crate::dsl::ModuleKind;
use crate::syntax::{Call, Expr, Kind};
use crate::text::Range;

/// One such part.
#[derive(Debug, Clone, Copy)]
pub struct Body<'e> {
    pub kind: ModuleKind,
    /// From the first expression on; what is in it counts.
    pub expressions: &'e [Expr],
    /// The bytes between `do` and `end`; `None` for the body of a module, which is as large as the module.
    pub quoted: Option<Range>,
}

/// The parts of a module's body, outer before inner.
pub fn bodies(body: &[Expr]) -> Vec<Body<'_>> {
    let mut found = Vec::new();
    found.extend(module_kind(body).map(|kind| Body { kind, expressions: body, quoted: None }));
    for call in body.iter().filter_map(Expr::as_call).filter(|call| is_using_macro(call)) {
        for expr in call.block.iter().flat_map(|block| &block.body) {
            each(expr, &mut |inner| {
                let quote = inner.as_call().filter(|call| call.local_name() == Some("quote"));
                let Some(block) = quote.and_then(|quote| quote.block.as_ref()) else { return true };
                let sections = has_section(&block.body).then_some(ModuleKind::Resource);
                let kind = module_kind(&block.body).or(sections);
                found.extend(kind.map(|kind| Body { kind, expressions: &block.body, quoted: Some(block.range) }));
                false
            });
        }
    }
    found
}

/// What kind of module it is. Wrappers of a project's own (`use MyApp.Resource`) are taken for resources when the body
/// has a section that only resources have.
pub fn module_kind(body: &[Expr]) -> Option<ModuleKind> {
    let calls = || body.iter().filter_map(Expr::as_call).filter(|call| call.local_name() == Some("use"));
    let used: Vec<String> = used_modules(body).collect();
    let of = |call: &Call| {
        let fragment = alias(call.arguments.first()?).filter(|name| name == "Spark.Dsl.Fragment")?;
        let of = call.keywords().iter().find(|(key, _)| key.as_atom() == Some("of"));
        Some((fragment, alias(&of?.1)?))
    };
    let fragment_of = calls().find_map(of).map(|(_, of)| of);
    let is = |module: &str| used.iter().any(|name| name == module) || fragment_of.as_deref() == Some(module);
    if is("Ash.Domain") {
        return Some(ModuleKind::Domain);
    }
    (is("Ash.Resource") || !used.is_empty() && has_section(body)).then_some(ModuleKind::Resource)
}

/// Whether the body is that of a fragment, which counts where another module takes it in.
pub fn is_fragment(body: &[Expr]) -> bool {
    uses(body, "Spark.Dsl.Fragment")
}

/// Whether the body itself says `use module`.
pub fn uses(body: &[Expr], module: &str) -> bool {
    used_modules(body).any(|used| used == module)
}

fn used_modules(body: &[Expr]) -> impl Iterator<Item = String> {
    let calls = body.iter().filter_map(Expr::as_call).filter(|call| call.local_name() == Some("use"));
    calls.filter_map(|call| alias(call.arguments.first()?))
}

fn alias(expr: &Expr) -> Option<String> {
    match &expr.kind {
        Kind::Alias(parts) => Some(parts.join(".")),
        _ => None,
    }
}

fn has_section(body: &[Expr]) -> bool {
    let sections = ["attributes", "relationships", "actions", "identities", "postgres", "sqlite"];
    let mut calls = body.iter().filter_map(Expr::as_call);
    calls.any(|call| call.block.is_some() && call.local_name().is_some_and(|name| sections.contains(&name)))
}

fn is_using_macro(call: &Call) -> bool {
    call.local_name() == Some("defmacro")
        && call.arguments.first().and_then(Expr::as_call).and_then(Call::local_name) == Some("__using__")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expressions;

    fn check(body: &str, expected: &[(ModuleKind, usize)]) {
        let expressions = parse_expressions(body);
        let found: Vec<_> = bodies(&expressions).iter().map(|body| (body.kind, body.expressions.len())).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn modules_fragments_and_wrappers() {
        use ModuleKind::{Domain, Resource};
        check("use Ash.Resource, domain: A\nattributes do\nend", &[(Resource, 2)]);
        check("use MyApp.Resource\nattributes do\nend", &[(Resource, 2)]);
        check("use Ash.Domain\nresources do\nend", &[(Domain, 2)]);
        check("use Spark.Dsl.Fragment, of: Ash.Domain\nresources do\nend", &[(Domain, 2)]);
        check("use Spark.Dsl.Fragment, of: Ash.Resource", &[(Resource, 1)]);
        check(
            "defmacro __using__(opts) do\n  if opts do\n    quote do\n      use Ash.Resource\n      attributes do\n      end\n    end\n  end\nend",
            &[(Resource, 2)],
        );
        check("defmacro __using__(_) do\n  quote do\n    attributes do\n    end\n  end\nend", &[(Resource, 1)]);
    }

    #[test]
    fn other_code() {
        check("use GenServer\ndef attributes(x), do: x", &[]);
        check("defmacro __using__(_) do\n  quote do\n    import Ecto.Query\n  end\nend", &[]);
        check("defmacro other(_) do\n  quote do\n    attributes do\n    end\n  end\nend", &[]);
    }
}
