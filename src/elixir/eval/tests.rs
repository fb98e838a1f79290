//! Evaluation of expressions, functions and macros in small modules.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};

use super::*;
use crate::elixir::{SourceModule, source_modules};
use crate::syntax::parse_expressions;

struct Project(BTreeMap<Arc<str>, Arc<SourceModule>>);

impl Project {
    fn new(text: &str) -> Project {
        let file: Arc<str> = "lib/a.ex".into();
        let tree = Arc::new(parse_expressions(text));
        Project(
            source_modules(&file, &tree).into_iter().map(|module| (module.name.clone(), Arc::new(module))).collect(),
        )
    }
}

impl Environment for Project {
    fn module(&self, name: &str) -> Option<Arc<SourceModule>> {
        self.0.get(name).cloned()
    }

    fn setting(&self, app: &str, key: &Value) -> Result<Option<Value>, Value> {
        Ok((app == "my_app" && key.as_atom() == Some("size")).then_some(Value::Integer(3)))
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Atom(name) => match name.strip_prefix("Elixir.") {
            Some(module) => module.to_owned(),
            None if matches!(&**name, "nil" | "true" | "false") => name.to_string(),
            None => format!(":{name}"),
        },
        Value::String(text) => crate::elixir::inspect::string(text),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Tuple(items) => format!("{{{}}}", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<_> = map.iter().map(|(key, value)| format!("{} => {}", show(key), show(value))).collect();
            format!("%{{{}}}", entries.join(", "))
        }
        Value::Scalar(scalar) => format!("~{}({})", scalar.module, scalar.text),
        Value::Function(_) => "function".to_owned(),
        Value::Quoted(_) => "code".to_owned(),
        Value::Unknown(unknown) => format!("unknown: {}", unknown.reason),
        value => to_text(value).unwrap_or_default(),
    }
}

/// Evaluates `text`, whose modules are the project, as a script.
fn check(text: &str, expected: Expect) {
    let project = Project::new(text);
    let context = Context::new(&project);
    let mut scope = Scope::file("lib/a.ex".into());
    let mut lines = Vec::new();
    for expr in parse_expressions(text) {
        if expr.as_call().is_some_and(|call| call.local_name() == Some("defmodule")) {
            continue;
        }
        lines.push(show(&evaluate(&expr, &mut scope, &context)));
    }
    expected.assert_eq(&lines.join("\n"));
}

fn show_node(node: &Node, depth: usize, into: &mut String) {
    let arguments: Vec<_> = node.arguments.iter().map(show).collect();
    let unknown = node.unknown.as_ref().map(|unknown| format!("?{}", unknown.reason)).unwrap_or_default();
    let line = format!("{}{}{unknown} {}", "  ".repeat(depth), node.name, arguments.join(" "));
    into.push_str(line.trim_end());
    into.push('\n');
    for child in &node.children {
        show_node(child, depth + 1, into);
    }
}

/// Shows the calls of the module `A` after expansion.
fn check_body(text: &str, expected: Expect) {
    let project = Project::new(text);
    let context = Context::new(&project);
    let body = context.body("A").expect("a module A");
    let mut out = String::new();
    for used in &body.uses {
        out.push_str(&format!("use {} {}\n", used.module, show(&used.options)));
    }
    for node in &body.nodes {
        show_node(node, 0, &mut out);
    }
    expected.assert_eq(&out);
}

#[test]
fn literals_and_operators() {
    check(
        r##"
        [1_000, 0xFF, ?a, 1.5, :a, nil, "x#{1 + 1}y", ~w(a b)a, 'ab']
        %{"b" => {1, 2}, a: 1}
        [a: 1, b: 2] ++ [c: 3]
        "a" <> "b" <> "c"
        not true or (1 < 2 and :a in [:a, :b])
        [1 | [2, 3]] -- [2]
        %Version{major: 15, minor: 0}
        ~D[2020-01-02]
        :"quoted atom"
        "#{:a}-#{nil}-#{1.0}"
        "##,
        expect![[r#"
            [1000, 255, 97, 1.5, :a, nil, "x2y", [:a, :b], [97, 98]]
            %{:a => 1, "b" => {1, 2}}
            [{:a, 1}, {:b, 2}, {:c, 3}]
            "abc"
            true
            [1, 3]
            %{:__struct__ => Version, :major => 15, :minor => 0}
            ~Date(2020-01-02)
            :quoted atom
            "a--1.0""#]],
    );
}

#[test]
fn control_flow() {
    check(
        r#"
        x = 3
        if x > 2, do: :big, else: :small
        unless x > 2 do :big else :small end
        case {:ok, x} do {:error, _} -> 1; {:ok, n} when n > 2 -> n end
        cond do x == 1 -> :a; true -> :b end
        with {:ok, a} <- {:ok, 1}, b <- a + 1 do b end
        for i <- [1, 2, 3], i != 2, do: i * 10
        for {k, v} <- [a: 1], into: %{}, do: {v, k}
        [a | rest] = [1, 2]
        rest
        "#,
        expect![[r#"
            3
            :big
            :small
            3
            :b
            2
            [10, 30]
            %{1 => :a}
            [1, 2]
            [2]"#]],
    );
}

#[test]
fn standard_library() {
    check(
        r#"
        opts = [table: "posts", x: 1]
        Keyword.get(opts, :table)
        {t, rest} = Keyword.pop(opts, :table)
        rest
        opts |> Keyword.put_new(:y, 2) |> Keyword.merge(x: 5)
        Enum.map([1, 2], &(&1 + 1))
        Enum.map([:a], fn x -> {x, to_string(x)} end)
        Enum.map(["a"], &String.to_atom/1)
        Module.concat(A, "B") |> Module.split() |> List.last() |> Macro.underscore()
        Macro.underscore("MyApp.HTTPServerV2")
        Application.get_env(:my_app, :size, 1)
        Application.get_env(:my_app, :other, 1)
        opts[:table]
        System.get_env("X") || "y"
        "#,
        expect![[r#"
            [{:table, "posts"}, {:x, 1}]
            "posts"
            {"posts", [{:x, 1}]}
            [{:x, 1}]
            [{:y, 2}, {:table, "posts"}, {:x, 5}]
            [2, 3]
            [{:a, "a"}]
            [:a]
            "b"
            "my_app/http_server_v2"
            3
            1
            "posts"
            unknown: System.get_env/1 is not evaluated here"#]],
    );
}

#[test]
fn functions_of_the_project() {
    check(
        r#"
        defmodule B do
          alias B.Inner, as: I
          @list [1, 2]
          def one(x, y \\ 2), do: {x, y}
          def kind(:a), do: "is a"
          def kind(x) when is_atom(x), do: "atom"
          def kind(_), do: I.other() ++ @list
          defmodule Inner do
            def other, do: [:inner]
          end
        end
        B.one(1)
        B.one(1, 3)
        [B.kind(:a), B.kind(:b), B.kind("x")]
        Enum.map([:a, 1], &B.kind/1)
        B.missing()
        "#,
        expect![[r#"
            {1, 2}
            {1, 3}
            ["is a", "atom", [:inner, 1, 2]]
            ["is a", [:inner, 1, 2]]
            unknown: B.missing/0 is not defined in the project"#]],
    );
}

#[test]
fn endless_recursion_is_unknown() {
    check("defmodule B do\n def f(x), do: f(x)\nend\nB.f(1)", expect!["unknown: B.f/1 calls itself too deeply"]);
}

#[test]
fn bodies_keep_calls_with_values() {
    check_body(
        r#"
        defmodule A do
          use Lib, a: 1
          alias X.{Y, Z}
          @size 3
          section do
            option Y
            entity :a, Z, size: @size do
              nested true
            end
            for name <- [:p, :q], do: entity(name, :string)
            if @size > 2 do
              big()
            end
          end
        end
        "#,
        expect![[r#"
            use Lib [{:a, 1}]
            section
              option X.Y
              entity :a X.Z [{:size, 3}]
                nested true
              entity :p :string
              entity :q :string
              big
        "#]],
    );
}

#[test]
fn wrappers_are_expanded() {
    check_body(
        r#"
        defmodule Base do
          defmacro __using__(opts) do
            {table, opts} = Keyword.pop(opts, :table)
            quote do
              use Lib, unquote(opts)
              unquote(if table do
                quote do
                  section do
                    table unquote(table)
                  end
                end
              end)
            end
          end
        end
        defmodule Wrapper do
          defmacro __using__(opts) do
            quote bind_quoted: [opts: opts] do
              use Base, table: opts[:table], repo: MyApp.Repo
              if Keyword.get(opts, :big, false) do
                big opts[:table]
              end
            end
          end
        end
        defmodule A do
          use Base, table: "direct", domain: D
          use Wrapper, table: "posts", big: true
        end
        "#,
        expect![[r#"
            use Base [{:table, "direct"}, {:domain, D}]
            use Lib [{:domain, D}]
            use Wrapper [{:table, "posts"}, {:big, true}]
            use Base [{:table, "posts"}, {:repo, MyApp.Repo}]
            use Lib [{:repo, MyApp.Repo}]
            section
              table "direct"
            section
              table "posts"
            big "posts"
        "#]],
    );
}

#[test]
fn imported_macros_and_unknown_ones() {
    check_body(
        r##"
        defmodule Macros do
          defmacro common(name) do
            quote do
              entity unquote(name), :string
              entity :"#{unquote(name)}_at", :date
            end
          end
          defmacro wrap(do: block) do
            quote do
              section do
                unquote(block)
              end
            end
          end
        end
        defmodule A do
          import Macros
          wrap do
            common :a
            Macros.common(:b)
            Other.macro(:c)
            if Other.flag?() do
              entity :d
            end
          end
        end
        "##,
        expect![[r#"
            section
              entity :a :string
              entity :a_at :date
              entity :b :string
              entity :b_at :date
              macro?Other.macro is not part of the project :c
              ?Other.flag?/0 is not evaluated
        "#]],
    );
}
