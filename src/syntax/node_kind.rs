//! The node kinds of tree-sitter-elixir and of the outline grammar that the readers look at, found once by name.

use std::sync::LazyLock;

use tree_sitter::{Language, Node};

macro_rules! node_kinds {
    ($(#[$doc:meta])* $kind:ident of $language:expr; $($variant:ident = $name:literal ($named:literal),)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $kind {
            $($variant,)*
            /// Any other node, and errors.
            Other,
        }

        impl $kind {
            pub(super) fn of(node: Node<'_>) -> $kind {
                static TABLE: LazyLock<Vec<$kind>> = LazyLock::new(|| {
                    let language: Language = $language;
                    let kind = |id: u16| match (language.node_kind_for_id(id), language.node_kind_is_named(id)) {
                        $((Some($name), $named) => $kind::$variant,)*
                        _ => $kind::Other,
                    };
                    (0..language.node_kind_count()).filter_map(|id| u16::try_from(id).ok()).map(kind).collect()
                });
                TABLE.get(usize::from(node.kind_id())).copied().unwrap_or($kind::Other)
            }
        }
    };
}

node_kinds! {
    /// What a node of the outline is.
    OutlineKind of super::outline::language();
    Line = "line" (true),
    Closer = "closer" (true),
    Block = "block" (true),
    Body = "body" (true),
}

node_kinds! {
    /// What a node of an Elixir tree is.
    ElixirKind of tree_sitter_elixir::LANGUAGE.into();
    AccessCall = "access_call" (true),
    AfterBlock = "after_block" (true),
    Alias = "alias" (true),
    AnonymousFunction = "anonymous_function" (true),
    Arguments = "arguments" (true),
    Atom = "atom" (true),
    BinaryOperator = "binary_operator" (true),
    Bitstring = "bitstring" (true),
    Block = "block" (true),
    Body = "body" (true),
    Boolean = "boolean" (true),
    Call = "call" (true),
    CatchBlock = "catch_block" (true),
    Char = "char" (true),
    Charlist = "charlist" (true),
    Comment = "comment" (true),
    DoBlock = "do_block" (true),
    Dot = "dot" (true),
    ElseBlock = "else_block" (true),
    End = "end" (false),
    EscapeSequence = "escape_sequence" (true),
    Float = "float" (true),
    Identifier = "identifier" (true),
    Integer = "integer" (true),
    Interpolation = "interpolation" (true),
    Keyword = "keyword" (true),
    Keywords = "keywords" (true),
    List = "list" (true),
    Map = "map" (true),
    MapContent = "map_content" (true),
    Nil = "nil" (true),
    OperatorIdentifier = "operator_identifier" (true),
    Pair = "pair" (true),
    QuotedAtom = "quoted_atom" (true),
    QuotedContent = "quoted_content" (true),
    QuotedKeyword = "quoted_keyword" (true),
    RescueBlock = "rescue_block" (true),
    Sigil = "sigil" (true),
    SigilModifiers = "sigil_modifiers" (true),
    SigilName = "sigil_name" (true),
    StabClause = "stab_clause" (true),
    String = "string" (true),
    Struct = "struct" (true),
    Tuple = "tuple" (true),
    UnaryOperator = "unary_operator" (true),
}

/// Fields of tree-sitter-elixir by their numbers, since looking one up by its name costs more than finding the child.
pub(super) struct Fields {
    pub key: u16,
    pub left: u16,
    pub operand: u16,
    pub operator: u16,
    pub quoted_end: u16,
    pub quoted_start: u16,
    pub right: u16,
    pub target: u16,
    pub value: u16,
}

/// The fields of the grammar.
pub(super) static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let language: Language = tree_sitter_elixir::LANGUAGE.into();
    // No node has a field 0.
    let field = |name: &str| language.field_id_for_name(name).map_or(0, |id| id.get());
    Fields {
        key: field("key"),
        left: field("left"),
        operand: field("operand"),
        operator: field("operator"),
        quoted_end: field("quoted_end"),
        quoted_start: field("quoted_start"),
        right: field("right"),
        target: field("target"),
        value: field("value"),
    }
});

impl ElixirKind {
    /// `else`, `rescue`, `after` or `catch` with its body.
    pub(super) fn is_section(self) -> bool {
        matches!(
            self,
            ElixirKind::AfterBlock | ElixirKind::CatchBlock | ElixirKind::ElseBlock | ElixirKind::RescueBlock
        )
    }
}
