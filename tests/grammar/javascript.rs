//! Reads `grammar.js` without a JavaScript engine: the subset that tree-sitter grammars are written in, as
//! `grammar.json` has it. What the subset lacks is an error, so that the grammar cannot grow past this reader unseen.

use serde_json::{Map, Value, json};

/// The grammar in the form of `grammar.json`.
pub fn grammar_json(source: &str) -> Value {
    let mut reader = Reader { rest: source };
    reader.expect("module.exports");
    reader.expect("=");
    reader.expect("grammar");
    reader.expect("(");
    let mut fields = reader.object();
    reader.expect(")");
    let list = |fields: &mut Map<String, Value>, name: &str| fields.remove(name).unwrap_or_else(|| json!([]));
    let names = |rules: Value| -> Vec<Value> {
        rules.as_array().into_iter().flatten().map(|rule| rule["name"].clone()).collect()
    };
    let grammar = json!({
        "$schema": "https://tree-sitter.github.io/tree-sitter/assets/schemas/grammar.schema.json",
        "name": fields.remove("name").expect("a name")["value"],
        "rules": fields.remove("rules").expect("rules"),
        "extras": list(&mut fields, "extras"),
        "conflicts": list(&mut fields, "conflicts"),
        "precedences": [],
        "externals": list(&mut fields, "externals"),
        "inline": names(list(&mut fields, "inline")),
        "supertypes": list(&mut fields, "supertypes"),
        "reserved": {},
    });
    assert!(fields.is_empty(), "unknown grammar fields {fields:?}");
    grammar
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").expect("a closed comment").1;
            } else if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            } else {
                return;
            }
        }
    }

    fn accept(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn expect(&mut self, token: &str) {
        assert!(self.accept(token), "expected {token} at {:.40}", self.rest);
    }

    fn until(&mut self, end: char) -> String {
        let (text, rest) = self.rest.split_once(end).expect("a closed literal");
        self.rest = rest;
        text.to_owned()
    }

    fn name(&mut self) -> String {
        self.skip_blanks();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(self.rest.len());
        assert!(end > 0, "expected a name at {:.40}", self.rest);
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    /// Expressions up to `end`, separated by commas.
    fn list(&mut self, end: &str) -> Vec<Value> {
        let mut values = Vec::new();
        while !self.accept(end) {
            values.push(self.expression());
            if !self.accept(",") {
                self.expect(end);
                break;
            }
        }
        values
    }

    fn object(&mut self) -> Map<String, Value> {
        self.expect("{");
        let mut fields = Map::new();
        while !self.accept("}") {
            let name = self.name();
            self.expect(":");
            let value = self.expression();
            fields.insert(name, value);
            if !self.accept(",") {
                self.expect("}");
                break;
            }
        }
        fields
    }

    fn expression(&mut self) -> Value {
        self.skip_blanks();
        if self.rest.starts_with('{') {
            return Value::Object(self.object());
        }
        if self.accept("[") {
            return Value::Array(self.list("]"));
        }
        if self.accept("'") {
            return json!({"type": "STRING", "value": self.until('\'')});
        }
        if self.accept("/") {
            return json!({"type": "PATTERN", "value": self.until('/')});
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return json!(self.name().parse::<i64>().expect("a number"));
        }
        if self.accept("$.") {
            return json!({"type": "SYMBOL", "name": self.name()});
        }
        let name = self.name();
        if self.accept("=>") {
            return self.expression();
        }
        self.expect("(");
        let members = self.list(")");
        let only = |members: Vec<Value>| -> Value {
            assert_eq!(members.len(), 1, "{name} takes one rule");
            members.into_iter().next().expect("one rule")
        };
        match name.as_str() {
            "seq" => json!({"type": "SEQ", "members": members}),
            "choice" => json!({"type": "CHOICE", "members": members}),
            "optional" => json!({"type": "CHOICE", "members": [only(members), {"type": "BLANK"}]}),
            "repeat" => json!({"type": "REPEAT", "content": only(members)}),
            "prec" => {
                let [value, content] = <[Value; 2]>::try_from(members).expect("a precedence and a rule");
                json!({"type": "PREC", "value": value, "content": content})
            }
            "repeat1" => json!({"type": "REPEAT1", "content": only(members)}),
            _ => panic!("this reader does not know {name}()"),
        }
    }
}
