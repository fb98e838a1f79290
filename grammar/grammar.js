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

  inline: $ => [$._item],

  rules: {
    file: $ => seq(repeat($._item), optional($._trailer)),

    // The scanner never sends a closer or an indent that does not belong to a block. They are items so that the same
    // tokens are valid everywhere: a parser that re-uses a node then can re-use the line behind it as well.
    _item: $ => choice($.line, $.block, $.closer, $.body),

    block: $ => $._block,

    _block: $ => prec(1, seq(choice($.line, $._block), choice($.closer, $.body))),

    body: $ => seq($._indent, repeat1($._item), $._dedent),
  },
});
