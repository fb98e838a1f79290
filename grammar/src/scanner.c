// Tokens of the outline: lines, closers, and the zero-width indents and dedents between them.
//
// A logical line is one line of text, or an opener line with the heredoc that belongs to it. Blank lines and comment
// lines are white space. What stands between indent and end of a line is looked at only as far as needed to tell
// whether it closes something, opens a block, or starts a heredoc.
//
// A token's end cannot move back in tree-sitter, so the indent that counts for a line (its *effective* indent) is
// decided while the line before it is read, and kept in the state. Indents and dedents then look at no text at all.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

enum TokenType { LINE, CLOSER, INDENT, DEDENT, TRAILER, ERROR_SENTINEL };

// Blocks deeper than this become siblings. The state must fit tree-sitter's 1,024 bytes.
#define MAX_DEPTH 256
#define MAX_INDENT UINT16_MAX
#define MAX_UNIT 8

typedef struct {
    bool started;   // a line was read
    bool finished;  // no line follows the last one
    bool entered;   // a body began, and no line of it was read
    uint16_t last;  // effective indent of the last line
    uint16_t next;  // effective indent of the line that follows
    uint8_t unit;   // columns per level, as the first indented line has it
    uint16_t depth;
    uint16_t headers[MAX_DEPTH];  // indents of the open blocks' header lines, strictly rising
} Scanner;

// What the text of one line tells.
typedef struct {
    bool closes;      // belongs to the item before it: `end`, `)`, `|>` …
    bool lone_do;     // begins with `do`, which never closes a block
    bool middle;      // closes one body and opens the next: `else`, `rescue`, `after`, `catch`
    bool ends_in_do;
    bool opens;       // ends in something that wants more: `do`, `->`, `(`, `,`, `=`, an operator, a heredoc opener
    bool defines;     // begins with `def…`: a module, as the outermost block of a file mostly is
    int32_t heredoc;  // the quote of the heredoc that starts at the end of the line, or 0
} Line;

// The lines behind the current one, as far as a search for a heredoc's end had to read them.
typedef struct {
    unsigned indents_known;
    uint16_t indents[2];
    bool first_known;
    Line first;
} Lookahead;

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool is_word(int32_t c) {
    return c == '_' || c == '?' || c == '!' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c >= 128;
}

static bool at_line_end(TSLexer *lexer) { return lexer->eof(lexer) || lexer->lookahead == '\n'; }

static void skip_to_line_end(TSLexer *lexer, bool skip) {
    while (!at_line_end(lexer)) lexer->advance(lexer, skip);
}

static uint16_t clamp_indent(unsigned indent) { return indent > MAX_INDENT ? MAX_INDENT : (uint16_t)indent; }

// Moves to the first character of the next line that is neither blank nor a comment, and tells its indent.
// False at the end of the file; `comment` then tells whether a comment was passed.
static bool find_line(TSLexer *lexer, bool at_line_start, bool skip, uint16_t *indent, bool *comment) {
    bool fresh = at_line_start;
    unsigned width = 0;
    while (!lexer->eof(lexer)) {
        int32_t c = lexer->lookahead;
        if (c == '\n') {
            fresh = true;
            width = 0;
        } else if (c == ' ' || c == '\t') {
            width++;
        } else if (c == '#' && fresh) {
            *comment = true;
            skip_to_line_end(lexer, skip);
            continue;
        } else if (c != '\r') {
            *indent = clamp_indent(width);
            return true;
        }
        lexer->advance(lexer, skip);
    }
    return false;
}

// The last four characters of a text in which every run of blanks counts as one space.
typedef struct {
    int32_t c[4];
} Tail;

static void tail_push(Tail *tail, int32_t c) {
    tail->c[0] = tail->c[1];
    tail->c[1] = tail->c[2];
    tail->c[2] = tail->c[3];
    tail->c[3] = c;
}

static void tail_trim(Tail *tail) {
    if (tail->c[3] != ' ') return;
    memmove(&tail->c[1], &tail->c[0], 3 * sizeof(int32_t));
    tail->c[0] = 0;
}

#define HEAD_LENGTH 8

static bool starts_with(const char *head, const char *text) { return memcmp(head, text, strlen(text)) == 0; }

static bool is_keyword(const char *head, const char *word) {
    size_t length = strlen(word);
    return starts_with(head, word) && !is_word((unsigned char)head[length]) && head[length] != ':';
}

static bool head_is_middle(const char *head) {
    return is_keyword(head, "else") || is_keyword(head, "rescue") || is_keyword(head, "after") ||
           is_keyword(head, "catch");
}

static bool head_closes(const char *head) {
    return head_is_middle(head) || is_keyword(head, "end") || is_keyword(head, "do") || head[0] == ')' ||
           head[0] == ']' || head[0] == '}' || starts_with(head, "\"\"\"") || starts_with(head, "'''") ||
           starts_with(head, "|>") || starts_with(head, "||") || starts_with(head, "<>") || starts_with(head, "&&") ||
           starts_with(head, "->") || starts_with(head, "++") || starts_with(head, "and ") || starts_with(head, "or ");
}

static bool tail_ends_in_do(const Tail *tail) {
    const int32_t *c = tail->c;
    return c[2] == 'd' && c[3] == 'o' && (c[1] == ' ' || c[1] == ')' || c[1] == 0);
}

// Ends in an opening bracket, a comma or a binary operator.
static bool tail_wants_more(const Tail *tail) {
    int32_t a = tail->c[1], b = tail->c[2], c = tail->c[3];
    switch (c) {
        case '(': case '[': case '{': case ',': case '=':
            return true;
        case '>':
            return b == '-' || b == '<' || b == '|';
        case '|': case '&': case '+':
            return b == c;
        case 'd':
            return a == 'a' && b == 'n';
        case 'r':
            return a == ' ' && b == 'o';
        default:
            return false;
    }
}

// Reads to the end of the line. With `mark`, the token ends behind the last character that is not blank.
static void read_line(TSLexer *lexer, bool mark, Line *line) {
    char head[HEAD_LENGTH] = {0};
    unsigned head_length = 0, length = 0, run = 0;
    Tail tail = {{0}};
    bool comment = false, in_string = false, escaped = false, after_blank = true, worded = false;
    bool odd_triples[2] = {false, false};
    int32_t run_of = 0;

    for (; !at_line_end(lexer); lexer->advance(lexer, false)) {
        int32_t c = lexer->lookahead;
        bool blank = is_blank(c);
        if (mark && blank && !after_blank) lexer->mark_end(lexer);
        // Characters outside ASCII are word characters, a NUL is none.
        if (head_length < HEAD_LENGTH - 1) head[head_length++] = c == 0 ? 1 : c < 128 ? (char)c : 'x';
        if (c == '#' && after_blank && !in_string) comment = true;

        if (!comment) {
            worded |= is_word(c);
                        if (c == '"' && !escaped) in_string = !in_string;
            escaped = c == '\\' && !escaped;

            bool quote = c == '"' || c == '\'';
            run = quote && c == run_of ? run + 1 : 1;
            run_of = c;
            if (quote && run == 3) {
                odd_triples[c == '\''] = !odd_triples[c == '\''];
                run_of = 0;
            }

            if (!blank) {
                tail_push(&tail, c);
                length++;
            } else if (!after_blank) {
                tail_push(&tail, ' ');
            }
        }
        after_blank = blank;
    }
    if (mark && !after_blank) lexer->mark_end(lexer);

    tail_trim(&tail);
    int32_t quote = tail.c[3];
    bool tripled = (quote == '"' || quote == '\'') && tail.c[2] == quote && tail.c[1] == quote;
    line->heredoc = tripled && length > 3 && odd_triples[quote == '\''] ? quote : 0;
    line->ends_in_do = tail_ends_in_do(&tail);
    // A line without any word starts nothing.
    line->opens = worded && (line->ends_in_do || line->heredoc || tail_wants_more(&tail));
    line->defines = starts_with(head, "def");
    line->lone_do = is_keyword(head, "do");
    line->middle = head_is_middle(head);
    line->closes = head_closes(head);
}

// At the end of an opener line: finds the line that ends the heredoc the way the formatter writes it, and moves the
// token's end behind that line. Gives up at a line left of the opener, at another opener of its kind and at the end of
// the file; the opener is an ordinary line then, and `seen` keeps what was read.
static bool read_heredoc(TSLexer *lexer, uint16_t indent, Line *opener, Lookahead *seen) {
    while (!lexer->eof(lexer)) {
        lexer->advance(lexer, false);  // the line end
        unsigned width = 0;
        while (is_blank(lexer->lookahead)) {
            width += lexer->lookahead != '\r';
            lexer->advance(lexer, false);
        }
        if (lexer->eof(lexer)) return false;
        if (lexer->lookahead == '\n') continue;
        if (lexer->lookahead == '#') {
            skip_to_line_end(lexer, false);
            continue;
        }
        if (seen->indents_known < 2) seen->indents[seen->indents_known++] = clamp_indent(width);

        unsigned quotes = 0;
        while (quotes < 3 && lexer->lookahead == opener->heredoc) {
            quotes++;
            lexer->advance(lexer, false);
        }
        Line line;
        if (quotes == 3) {
            lexer->mark_end(lexer);
            read_line(lexer, true, &line);
            opener->ends_in_do = line.ends_in_do;
            return true;
        }
        if (width < indent && quotes == 0) return false;
        read_line(lexer, false, &line);
        if (quotes > 0) line.closes = line.middle = line.lone_do = false;  // its head was read before
        if (!seen->first_known) {
            seen->first = line;
            seen->first_known = true;
        }
        if (width < indent || line.heredoc == opener->heredoc) return false;
    }
    return false;
}

static bool is_one_deeper(const Scanner *scanner, uint16_t inner, uint16_t outer) {
    if (scanner->unit > 0) return inner == outer + scanner->unit;
    return inner > outer && inner - outer <= MAX_UNIT;
}

// Decides the effective indent of the line that follows the one just read. A line that is moved left by accident, alone
// between deeper lines, must not close their block, unless it is a header with a body of its own; neither may the
// unindented first line of a `do` body.
static void decide_next_indent(Scanner *scanner, TSLexer *lexer, const Line *line, Lookahead *seen) {
    bool comment = false;
    uint16_t indent = 0;
    if (seen->indents_known > 0) {
        indent = seen->indents[0];
    } else if (!find_line(lexer, false, false, &indent, &comment)) {
        scanner->next = 0;
        scanner->finished = true;
        return;
    }
    uint16_t last = scanner->last;
    scanner->next = indent;
    if (scanner->unit == 0 && indent > last && indent - last <= MAX_UNIT) scanner->unit = (uint8_t)(indent - last);
    if (indent > last || (indent == last && !line->ends_in_do)) return;

    if (!seen->first_known) read_line(lexer, false, &seen->first);
    const Line *next = &seen->first;
    bool fits_header = scanner->depth == 0 || indent >= scanner->headers[scanner->depth - 1];
    if (next->closes && !next->lone_do && (next->middle || fits_header)) return;

    uint16_t after = 0;
    if (seen->indents_known > 1) {
        after = seen->indents[1];
    } else if (!find_line(lexer, false, false, &after, &comment)) {
        return;
    }
    // A line with a body of its own stays where it is; outside of everything only a definition does.
    bool leaves_all = indent <= (scanner->depth > 0 ? scanner->headers[0] : last);
    bool heads = leaves_all ? next->ends_in_do && next->defines : next->opens;
    if (heads && is_one_deeper(scanner, after, indent)) return;
    uint16_t shallower = last < after ? last : after;
    if (line->ends_in_do && !next->closes && is_one_deeper(scanner, after, last)) {
        scanner->next = after;
    } else if (indent < shallower) {
        scanner->next = shallower;
    }
}

static bool scan(Scanner *scanner, TSLexer *lexer, const bool *valid) {
    if (valid[ERROR_SENTINEL]) return false;
    lexer->mark_end(lexer);

    if (scanner->started) {
        bool deeper = !scanner->finished && !scanner->entered && scanner->next > scanner->last;
        if (valid[INDENT] && deeper && scanner->depth < MAX_DEPTH) {
            scanner->headers[scanner->depth++] = scanner->last;
            scanner->entered = true;
            lexer->result_symbol = INDENT;
            return true;
        }
        bool leaves = scanner->depth > 0 &&
                      (scanner->finished || scanner->next <= scanner->headers[scanner->depth - 1]);
        if (valid[DEDENT] && leaves) {
            scanner->depth--;
            lexer->result_symbol = DEDENT;
            return true;
        }
    }

    uint16_t indent = 0;
    bool comment = false;
    if (!find_line(lexer, !scanner->started, true, &indent, &comment)) {
        if (!comment || !valid[TRAILER]) return false;
        lexer->mark_end(lexer);
        lexer->result_symbol = TRAILER;
        return true;
    }
    if (!valid[LINE] && !valid[CLOSER]) return false;

    Line line;
    Lookahead seen = {0};
    read_line(lexer, true, &line);
    if (line.heredoc && read_heredoc(lexer, indent, &line, &seen)) memset(&seen, 0, sizeof seen);
    bool first = scanner->entered || !scanner->started;
    scanner->last = scanner->started ? scanner->next : indent;
    scanner->started = true;
    scanner->entered = false;
    // What comes first in a body or a file has nothing to close.
    lexer->result_symbol = line.closes && !first ? CLOSER : LINE;
    decide_next_indent(scanner, lexer, &line, &seen);
    return true;
}

void *tree_sitter_ash_outline_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_ash_outline_external_scanner_destroy(void *payload) { ts_free(payload); }

// Flags, unit, the two indents, then the stack: at most HEADER_SIZE + 2 * MAX_DEPTH bytes.
#define HEADER_SIZE 6

unsigned tree_sitter_ash_outline_external_scanner_serialize(void *payload, char *buffer) {
    const Scanner *scanner = payload;
    size_t stack_size = scanner->depth * sizeof(uint16_t);
    buffer[0] = (char)(scanner->started | scanner->finished << 1 | scanner->entered << 2);
    buffer[1] = (char)scanner->unit;
    memcpy(buffer + 2, &scanner->last, sizeof(uint16_t));
    memcpy(buffer + 4, &scanner->next, sizeof(uint16_t));
    memcpy(buffer + HEADER_SIZE, scanner->headers, stack_size);
    return HEADER_SIZE + (unsigned)stack_size;
}

void tree_sitter_ash_outline_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    Scanner *scanner = payload;
    scanner->started = scanner->finished = scanner->entered = false;
    scanner->unit = 0;
    scanner->last = scanner->next = scanner->depth = 0;
    if (length < HEADER_SIZE) return;
    scanner->started = buffer[0] & 1;
    scanner->finished = buffer[0] >> 1 & 1;
    scanner->entered = buffer[0] >> 2 & 1;
    scanner->unit = (uint8_t)buffer[1];
    memcpy(&scanner->last, buffer + 2, sizeof(uint16_t));
    memcpy(&scanner->next, buffer + 4, sizeof(uint16_t));
    scanner->depth = (uint16_t)((length - HEADER_SIZE) / sizeof(uint16_t));
    memcpy(scanner->headers, buffer + HEADER_SIZE, length - HEADER_SIZE);
}

bool tree_sitter_ash_outline_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
    return scan(payload, lexer, valid_symbols);
}
