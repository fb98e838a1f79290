use expect_test::{Expect, expect};

use super::*;

const PAGE: &str = r##"<!--
Written by a machine.
-->
# DSL: Garden.Beds

Keeps beds in order.

## Why

Because weeds grow.

```elixir
## not_a_section
```


## beds
Where things grow.

### Wildcards
Use `:*` for all of them.

### Nested DSLs
 * [rows](#beds-rows)
   * row


### Examples
```
beds do
  soil :clay
end

```


### Options

| Name | Type | Default | Docs |
|------|------|---------|------|
| [`soil`](#beds-soil){: #beds-soil .spark-required} | `:clay \| :sand` | `:clay` | What is in it: `:clay \| :sand`. |
| [`ph`](#beds-ph){: #beds-ph } | `%{odd => type}` |  | Deprecated: nobody measures it. |


### beds.rows
Rows of plants.


### beds.rows.row
```elixir
row name, plants \\ [:kale, :leek]
```


One row.

### Arguments

| Name | Type | Default | Docs |
|------|------|---------|------|
| [`name`](#beds-rows-row-name){: #beds-rows-row-name .spark-required} | `atom` |  | Its name. |
### Options

| Name | Type | Default | Docs |
|------|------|---------|------|
| [`water?`](#beds-rows-row-water?){: #beds-rows-row-water? } | `boolean` | `false` |  |


### beds.rows.row.fence

Keeps hares out.

### Options

| Name | Type | Default | Docs |
|------|------|---------|------|
| [`height`](#x){: #x .spark-required} | `pos_integer` |  | In metres. |


### Introspection

Target: `Garden.Fence`


### Introspection

Target: `Garden.Row`

<style type="text/css">.spark-required::after { content: "*"; }</style>
"##;

fn check(text: &str, expected: Expect) {
    let Some(page) = Page::parse(text) else { return expected.assert_eq("nothing\n") };
    let mut drawn = format!("{}\n", page.extension);
    for node in &page.nodes {
        drawn.push_str(&format!("{:?} {} {:?}\n", node.kind, node.path, node.arguments));
        drawn.push_str(&format!("  {}\n", node.doc.replace('\n', "⏎")));
        for option in &node.options {
            let default = option.default.as_ref().map_or(String::new(), |default| format!(" = {default}"));
            let required = if option.required { " required" } else { "" };
            let deprecated = if option.deprecated { " deprecated" } else { "" };
            drawn.push_str(&format!("  - {}: {}{default}{required}{deprecated}", option.name, option.type_text));
            drawn.push_str(&format!(" — {}\n", option.doc));
        }
    }
    expected.assert_eq(&drawn);
}

#[test]
fn sections_entities_and_options() {
    check(
        PAGE,
        expect![[r#"
        Garden.Beds
        Section beds []
          Where things grow.⏎⏎**Wildcards**⏎Use `:*` for all of them.⏎⏎```elixir⏎beds do⏎  soil :clay⏎end⏎```
          - soil: :clay | :sand = :clay required — What is in it: `:clay | :sand`.
          - ph: %{odd => type} deprecated — Deprecated: nobody measures it.
        Section beds.rows []
          Rows of plants.
        Entity beds.rows.row ["name", "plants"]
          One row.
          - plants: any — 
          - name: atom required — Its name.
          - water?: boolean = false — 
        Entity beds.rows.row.fence []
          Keeps hares out.
          - height: pos_integer required — In metres.
    "#]],
    );
}

#[test]
fn other_forms_have_nothing() {
    check("", expect![["nothing\n"]]);
    check("# Garden.Beds\n\nText, and no sections.\n", expect![["nothing\n"]]);
    check(
        "# How to grow things\n\n## beds\nText.\n",
        expect![[r#"
        How to grow things
        Section beds []
          Text.
    "#]],
    );
    check("# Garden.Beds\n\n## Beds of ours\n\n<table><tr><td>`soil`</td></tr></table>\n", expect![["nothing\n"]]);
}

#[test]
fn half_a_page_keeps_what_is_there() {
    for end in (0..PAGE.len()).filter(|end| PAGE.is_char_boundary(*end)) {
        // Whatever is cut off, reading ends, and what was complete before stays.
        let page = Page::parse(&PAGE[..end]);
        if end > PAGE.find("### beds.rows.row\n").unwrap() + 20 {
            assert!(page.unwrap().nodes.iter().any(|node| node.path == "beds.rows"));
        }
    }
}
