/**
 * The outline of an Elixir source file: a tree of blocks made from line starts and indentation.
 *
 * A block is a header line with what belongs to it: deeper lines (`body`) and lines that close or continue it
 * (`closer`: `end`, `else`, `)`, `|>` …). The grammar knows no expression and accepts every text; all tokens come from
 * src/scanner.c, which says how lines, indents and heredocs are read.
 */
module.exports = grammar({
  name: 'ash_outline',

  externals: $ => [$.line, $.closer, $._indent, $._dedent, $._trailer, $._error_sentinel],

  extras: _ => [/\s/],

  rules: {
    file: $ => seq(repeat($._item), optional($._trailer)),

    _item: $ => choice($.line, $.block),

    block: $ => seq($.line, choice(seq($.body, repeat($._tail)), repeat1($._tail))),

    _tail: $ => seq($.closer, optional($.body)),

    body: $ => seq($._indent, repeat1($._item), $._dedent),
  },
});
