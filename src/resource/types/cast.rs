//! `Ash.Type.cast_input/3` on literal defaults: a default is cast to its type before the generator sees it.

use super::builtin;
use super::custom::TypeKind;
use super::{Type, TypeReader, type_kind};
use crate::elixir::eval::{BYTES, Scalar, Value, defines, to_text};
use crate::elixir::{decimal_of_float, decimal_text};
use crate::resource::finding::Fact;

impl TypeReader<'_, '_> {
    /// The default `value` after the cast to `ty`. What the cast refuses is an unknown: such a project does not compile.
    pub fn cast(&self, ty: &Type, constraints: &Value, value: &Value) -> Fact<Value> {
        if let Some(unknown) = value.find_unknown() {
            return Err(unknown.clone());
        }
        match ty {
            // Elements matter only in so far as there are some.
            Type::Array(_) => match value {
                Value::List(_) => Ok(value.clone()),
                value if value.is_nil() => Ok(Value::nil()),
                _ => Err(self.refused(value, "an array")),
            },
            Type::Module(module) => self.cast_to(module, constraints, value, 0),
        }
    }

    fn cast_to(&self, module: &str, constraints: &Value, value: &Value, depth: u8) -> Fact<Value> {
        if depth > 16 {
            return Err(self.unknown(format!("the type {module} refers to itself")));
        }
        if value.is_nil() {
            return Ok(Value::nil());
        }
        if let Some((subtype, precision)) = builtin::subtype(module) {
            let precision = precision.map(|name| Value::pair("precision", Value::atom(name)));
            return self.cast_to(subtype, &Value::List(precision.into_iter().collect()), value, depth + 1);
        }
        if module.starts_with("Ash.Type.") {
            return cast_builtin(module, constraints, value)
                .ok_or_else(|| self.refused(value, module.trim_start_matches("Ash.Type.")));
        }
        match type_kind(module, self.context) {
            Some(TypeKind::Enum(options)) if !defines(module, "cast_input", 2, self.context) => {
                self.cast_enum(module, &options, value)
            }
            Some(TypeKind::NewType(options)) if !defines(module, "cast_input", 2, self.context) => {
                let subtype = self.subtype(module, &options)?;
                let constraints = self.subtype_constraints(&options, constraints);
                match subtype {
                    Type::Array(_) => self.cast(&subtype, &constraints, value),
                    Type::Module(subtype) => {
                        let cast = self.cast_to(&subtype, &constraints, value, depth + 1)?;
                        Ok(with_string_constraints(&subtype, &constraints, cast))
                    }
                }
            }
            Some(TypeKind::Embedded | TypeKind::TypedStruct) => match value {
                Value::Map(_) => Ok(a_struct(module)),
                _ => Err(self.refused(value, module)),
            },
            Some(_) => {
                let constraints = self.with_defaults(module, constraints);
                match self.evaluated(module, "cast_input", vec![value.clone(), constraints])? {
                    Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some("ok") => Ok(pair[1].clone()),
                    _ => Err(self.refused(value, module)),
                }
            }
            None => Err(self.unknown(format!("the type {module} is not part of the project"))),
        }
    }

    fn cast_enum(&self, module: &str, options: &Value, value: &Value) -> Fact<Value> {
        let values = match options.get("values") {
            Some(values) => values.clone(),
            None => self.evaluated(module, "values", Vec::new())?,
        };
        let text = to_text(value).ok_or_else(|| self.refused(value, module))?;
        let names = values.as_list().unwrap_or_default().iter().map(|item| match item {
            Value::Tuple(pair) if pair.len() == 2 => pair[0].clone(),
            item => item.clone(),
        });
        let names: Vec<Value> = names.collect();
        let exact = names.iter().find(|name| *name == value || to_text(name).as_deref() == Some(&text));
        let loose = || names.iter().find(|name| to_text(name).is_some_and(|n| n.to_lowercase() == text.to_lowercase()));
        exact.or_else(loose).cloned().ok_or_else(|| match values.find_unknown() {
            Some(unknown) => unknown.clone(),
            None => self.refused(value, module),
        })
    }

    fn refused(&self, value: &Value, ty: &str) -> std::sync::Arc<crate::elixir::eval::Unknown> {
        let shown = to_text(value).unwrap_or_else(|| "the default".to_owned());
        self.unknown(format!("{shown} cannot be cast to {ty}"))
    }
}

/// A value whose only property is that it is a struct.
fn a_struct(module: &str) -> Value {
    Value::Map([(Value::atom("__struct__"), Value::module(module))].into())
}

/// New types apply the constraints of a string when they cast: trimmed, and empty is nil.
fn with_string_constraints(subtype: &str, constraints: &Value, value: Value) -> Value {
    if subtype != "Ash.Type.String" {
        return value;
    }
    let Value::String(text) = &value else { return value };
    let flag = |name, default| constraints.get(name).and_then(Value::as_bool).unwrap_or(default);
    let text = if flag("trim?", true) { text.trim() } else { text };
    if text.is_empty() && !flag("allow_empty?", false) { Value::nil() } else { Value::string(text) }
}

fn cast_builtin(module: &str, constraints: &Value, value: &Value) -> Option<Value> {
    use Value::{Atom, Float, Integer, List, Map, Tuple};
    let scalar = |module: &'static str, text: &str| Some(Value::Scalar(Scalar { module, text: text.into() }));
    let microsecond = constraints.get("precision").and_then(Value::as_atom) == Some("microsecond");
    match (module.trim_start_matches("Ash.Type."), value) {
        ("Atom", Atom(_)) => Some(value.clone()),
        ("Atom", Value::String(text)) if text.is_empty() => Some(Value::nil()),
        ("Atom", Value::String(text)) => is_loaded_atom(text, constraints).then(|| Value::atom(text)),
        ("Module", Atom(_)) => Some(value.clone()),
        ("String", Value::String(_)) => Some(value.clone()),
        ("String", Atom(name)) => Some(Value::string(name)),
        ("CiString", Value::String(_)) => Some(a_struct("Ash.CiString")),
        ("Integer", Integer(_)) => Some(value.clone()),
        ("Integer", Value::String(text)) => text.parse().ok().map(Integer),
        ("Float", Float(_)) => Some(value.clone()),
        ("Float", Integer(number)) => Some(Float(*number as f64)),
        ("Float", Value::String(text)) => text.parse().ok().map(Float),
        ("Boolean", _) => match (value.as_bool(), value.as_text()) {
            (Some(_), _) => Some(value.clone()),
            (_, Some("true" | "1")) => Some(Value::bool(true)),
            (_, Some("false" | "0")) => Some(Value::bool(false)),
            _ => None,
        },
        ("Decimal", Value::Scalar(scalar)) if scalar.module == "Decimal" => Some(value.clone()),
        ("Decimal", Integer(number)) => scalar("Decimal", &number.to_string()),
        ("Decimal", Float(_)) => scalar("Decimal", &decimal_of_float(&to_text(value)?)?),
        ("Decimal", Value::String(text)) => scalar("Decimal", &decimal_text(text)?),
        ("Date", Value::Scalar(date)) if date.module == "Date" => Some(value.clone()),
        ("Date", Value::String(text)) => scalar("Date", text.get(..10).filter(|date| *date == &**text)?),
        ("Time", Value::Scalar(time)) if time.module == "Time" => {
            scalar("Time", &with_precision(&time.text, microsecond))
        }
        ("DateTime", Value::Scalar(time)) if time.module == "DateTime" => {
            scalar("DateTime", &with_precision(&time.text, microsecond))
        }
        ("DateTime", Value::Scalar(date)) if date.module == "Date" => {
            scalar("DateTime", &with_precision(&format!("{} 00:00:00Z", date.text), microsecond))
        }
        ("NaiveDatetime", Value::Scalar(time)) if time.module == "NaiveDateTime" => {
            scalar("NaiveDateTime", &with_precision(&time.text, false))
        }
        ("UUID" | "UUIDv7", Value::String(text)) => Some(Value::string(text.trim().to_lowercase())),
        ("Map", Map(_)) => Some(value.clone()),
        ("Binary" | "UrlEncodedBinary", Value::String(_)) => Some(value.clone()),
        ("Binary", Value::Scalar(bytes)) if bytes.module == BYTES => Some(value.clone()),
        ("Duration", value) => is_duration(value).then(|| a_struct("Duration")),
        ("Term", _) => Some(value.clone()),
        ("DurationName", Atom(_)) => Some(value.clone()),
        ("DurationName", Value::String(text)) => Some(Value::atom(text)),
        // Whatever they become, it is a struct, a non-empty list or a tuple: nothing a migration can write.
        ("Keyword", List(_)) => Some(value.clone()),
        ("Tuple", Tuple(_)) => Some(value.clone()),
        ("Struct" | "Union" | "Range" | "Vector" | "Keyword" | "Tuple", _) => Some(a_struct(module)),
        _ => None,
    }
}

/// A `Duration`, or its form of ISO 8601 (`PT1H30M`).
fn is_duration(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim_start_matches(['-', '+']).starts_with('P'),
        value => value.get("__struct__").and_then(Value::as_module) == Some("Duration"),
    }
}

/// Only an atom that the virtual machine knows already is made of a string: sure of those that the constraint lists.
fn is_loaded_atom(text: &str, constraints: &Value) -> bool {
    let listed = constraints.get("one_of").and_then(Value::as_list).unwrap_or_default();
    constraints.get("unsafe_to_atom?").and_then(Value::as_bool) == Some(true)
        || listed.iter().any(|atom| atom.as_atom() == Some(text))
}

/// A time with no fraction of a second, or with six digits of it.
fn with_precision(text: &str, microsecond: bool) -> String {
    let (body, zone) = match text.strip_suffix('Z') {
        Some(body) => (body, "Z"),
        None => (text, ""),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    match microsecond {
        true => format!("{whole}.{:0<6}{zone}", fraction),
        false => format!("{whole}{zone}"),
    }
}
