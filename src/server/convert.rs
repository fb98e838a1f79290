//! The only conversions between the core's byte ranges and the protocol's types.

use std::path::Path;
use std::sync::Arc;

use tower_lsp::ls_types::*;

use crate::hazard;
use crate::ide::symbols::{Symbol, SymbolKind as Kind};
use crate::ide::{self, Severity, Tag};
use crate::text::{Encoding, LineIndex, Position as Place, Range as Bytes};

use super::capabilities::ClientFeatures;
use super::paths;

/// What stands in every diagnostic, so that it is told from those of other servers.
pub const SOURCE: &str = "ashls";

/// One text and its lines, in the encoding that was agreed on.
#[derive(Debug, Clone)]
pub struct Lines {
    pub text: Arc<str>,
    index: LineIndex,
    encoding: Encoding,
}

impl Lines {
    pub fn new(text: Arc<str>, encoding: Encoding) -> Lines {
        Lines { index: LineIndex::new(&text), text, encoding }
    }

    /// The byte at `position`; `None` when the text has no such place.
    pub fn offset(&self, position: Position) -> Option<usize> {
        let place = Place::new(position.line, position.character);
        self.index.offset(&self.text, place, self.encoding).ok()
    }

    /// The bytes between two positions, in either order.
    pub fn bytes(&self, range: Range) -> Option<Bytes> {
        let (start, end) = (self.offset(range.start)?, self.offset(range.end)?);
        Some(Bytes::new(start.min(end), end.max(start)))
    }

    /// The position of a byte. One that is behind the end or inside a character counts as the nearest before it.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let place = self.index.position(&self.text, offset, self.encoding).unwrap_or_default();
        Position::new(place.line, place.column)
    }

    pub fn range(&self, bytes: Bytes) -> Range {
        Range::new(self.position(bytes.start), self.position(bytes.end))
    }
}

/// A diagnostic for this client. `location` finds other files.
pub fn diagnostic(
    diagnostic: ide::diagnostics::Diagnostic,
    lines: &Lines,
    client: &ClientFeatures,
    location: &dyn Fn(&Path, Bytes) -> Option<Location>,
) -> Diagnostic {
    let related = diagnostic.related.iter().filter_map(|related| {
        let location = location(&related.path, related.range)?;
        Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
    });
    let related: Vec<_> = related.collect();
    let tags = diagnostic.tags.iter().map(|tag| match tag {
        Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
        Tag::Deprecated => DiagnosticTag::DEPRECATED,
    });
    let tags: Vec<_> = tags.collect();
    Diagnostic {
        range: lines.range(diagnostic.range),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Information => DiagnosticSeverity::INFORMATION,
            Severity::Hint => DiagnosticSeverity::HINT,
        }),
        code_description: client.code_description.then(|| page(&diagnostic.code)).flatten(),
        code: Some(NumberOrString::String(diagnostic.code)),
        source: Some(SOURCE.to_owned()),
        message: diagnostic.message,
        related_information: (client.related_information && !related.is_empty()).then_some(related),
        tags: (client.diagnostic_tags && !tags.is_empty()).then_some(tags),
        data: None,
    }
}

/// The page that explains a code, in the repository that the crate names.
fn page(code: &str) -> Option<CodeDescription> {
    let repository = option_env!("CARGO_PKG_REPOSITORY").filter(|it| !it.is_empty())?;
    let href = format!("{repository}/blob/main/docs/{}", chapter(code)).parse().ok()?;
    Some(CodeDescription { href })
}

/// The part of the documentation that explains a code.
fn chapter(code: &str) -> String {
    match hazard::rule(code) {
        Some(rule) => format!("rules.md#{}", hazard::anchor(rule)),
        None => format!("diagnostics.md#{code}"),
    }
}

/// Markdown for clients that draw it, else the same without its marks.
pub fn markup(markdown: String, client: &ClientFeatures) -> MarkupContent {
    if client.markdown_hover {
        return MarkupContent { kind: MarkupKind::Markdown, value: markdown };
    }
    let lines = markdown.lines().filter(|line| !line.starts_with("```") && *line != "---");
    let plain = lines.map(|line| line.replace("**", "").replace('`', "")).collect::<Vec<_>>().join("\n");
    MarkupContent { kind: MarkupKind::PlainText, value: plain }
}

/// The outline as a tree.
#[expect(deprecated, reason = "the field has to be given")]
pub fn document_symbol(symbol: &Symbol, lines: &Lines) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.iter().map(|child| document_symbol(child, lines)).collect();
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: symbol.detail.clone(),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: lines.range(symbol.range),
        selection_range: lines.range(symbol.name_range),
        children: (!children.is_empty()).then_some(children),
    }
}

/// One entry of a flat list, with the name of what it is in.
#[expect(deprecated, reason = "the field has to be given")]
pub fn symbol_information(symbol: &Symbol, container: Option<String>, location: Location) -> SymbolInformation {
    SymbolInformation {
        name: symbol.name.clone(),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        location,
        container_name: container,
    }
}

fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Module => SymbolKind::MODULE,
        Kind::Section => SymbolKind::NAMESPACE,
        Kind::Attribute => SymbolKind::FIELD,
        Kind::PrimaryKey | Kind::Identity => SymbolKind::KEY,
        Kind::Relationship => SymbolKind::INTERFACE,
        Kind::Action => SymbolKind::METHOD,
        Kind::Calculation => SymbolKind::PROPERTY,
        Kind::Entity => SymbolKind::OBJECT,
    }
}

/// A fold. It begins at the end of its first line.
pub fn folding_range(bytes: Bytes, lines: &Lines, client: &ClientFeatures) -> FoldingRange {
    let range = lines.range(bytes);
    let characters = !client.lines_only_folding;
    FoldingRange {
        start_line: range.start.line,
        start_character: characters.then_some(range.start.character),
        end_line: range.end.line,
        end_character: characters.then_some(range.end.character),
        kind: None,
        collapsed_text: None,
    }
}

/// A place in a file, if the file has a URI.
pub fn location(path: &Path, uri: Option<Uri>, bytes: Bytes, lines: &Lines) -> Option<Location> {
    Some(Location { uri: uri.or_else(|| paths::to_uri(path))?, range: lines.range(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::IssueCode;

    #[test]
    fn places_that_do_not_exist_are_none_and_bytes_are_clamped() {
        let lines = Lines::new("aä\nb".into(), Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(7, 0)), None);
        assert_eq!(lines.offset(Position::new(0, 99)), Some(3));
        assert_eq!(lines.position(2), Position::new(0, 1));
        assert_eq!(lines.position(99), Position::new(1, 1));
    }

    #[test]
    fn plain_text_has_no_marks() {
        let client = ClientFeatures::default();
        let plain = markup("**a** `b`\n\n```sql\nSELECT 1;\n```".into(), &client);
        assert_eq!(plain.value, "a b\n\nSELECT 1;");
    }

    #[test]
    fn every_code_is_explained() {
        let (rules, diagnostics) = (include_str!("../../docs/rules.md"), include_str!("../../docs/diagnostics.md"));
        for rule in hazard::all_rules() {
            let link = chapter(rule.code);
            assert!(rules.contains(&format!("({})", link.trim_start_matches("rules.md"))), "{link}");
        }
        let dsl = [
            IssueCode::UnknownOption,
            IssueCode::UnknownEntity,
            IssueCode::WrongType,
            IssueCode::MissingOption,
            IssueCode::DuplicateName,
            IssueCode::Deprecated,
            IssueCode::WrongForm,
        ];
        let others = [
            "add-column",
            "question",
            "unresolved",
            "invalid-dsl",
            "generator-fails",
            "verifier",
            "missing-module",
            "unlisted",
            "invalid-elixir",
            "nullable-key",
            "renames-file",
            "unreadable-file",
            "unreadable-snapshot",
        ];
        for code in dsl.map(IssueCode::as_str).into_iter().chain(others) {
            let explained = [format!("\n### {code}\n"), format!("<a id=\"{code}\">")];
            assert!(explained.iter().any(|part| diagnostics.contains(part)), "{code}");
        }
    }
}
