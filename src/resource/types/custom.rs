//! Types that modules of the project define: enums, new types, embedded resources, typed structs, modules with their
//! own `storage_type` or `migration_type`.

use super::builtin;
use super::{Database, Type, TypeReader};
use crate::elixir::eval::{Context, Origin, Scope, Value, call_function, defines};
use crate::resource::finding::Fact;

/// Types inside types before reading one gives up.
const MAX_DEPTH: u8 = 16;

fn over_array(module: &str) -> String {
    format!("{module} is a new type over an array, which Ash cannot use: say {{:array, …}} where the type is used")
}

/// What kind of type a module of the project is.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `use Ash.Type.Enum`, with the options.
    Enum(Value),
    /// `use Ash.Type.NewType`, with the options.
    NewType(Value),
    /// `use Ash.TypedStruct`.
    TypedStruct,
    /// `use Ash.Type` with callbacks.
    Plain,
    /// An embedded resource.
    Embedded,
}

/// The kind of the type `module`; `None` when the project does not define it as a type.
pub fn type_kind(module: &str, context: &Context) -> Option<TypeKind> {
    let body = context.body(module)?;
    body.uses.iter().find_map(|used| match &*used.module {
        "Ash.Type.Enum" => Some(TypeKind::Enum(used.options.clone())),
        "Ash.Type.NewType" => Some(TypeKind::NewType(used.options.clone())),
        "Ash.TypedStruct" => Some(TypeKind::TypedStruct),
        "Ash.Type" => Some(TypeKind::Plain),
        "Ash.Resource" => Some(TypeKind::Embedded),
        _ => None,
    })
}

impl TypeReader<'_, '_> {
    /// `storage_type/1` of a module.
    pub(super) fn storage_type(&self, module: &str, constraints: &Value, depth: u8) -> Fact<Value> {
        if depth > MAX_DEPTH {
            return Err(self.unknown(format!("the type {module} refers to itself")));
        }
        if let Some(storage) = builtin::storage(module) {
            return Ok(Value::atom(storage));
        }
        if let Some((subtype, precision)) = builtin::subtype(module) {
            let precision = precision
                .map_or(Value::List(Vec::new()), |name| Value::List(vec![Value::pair("precision", Value::atom(name))]));
            // In an array the constraints of the elements are not passed on, so that the precision is lost.
            let constraints = if constraints.get("items").is_some() { constraints } else { &precision };
            return self.storage_type(subtype, constraints, depth + 1);
        }
        match module {
            "Ash.Type.DateTime" | "Ash.Type.Time" => return self.by_precision(module, constraints),
            "Ash.Type.Function" => {
                let named = constraints.get("mfa").and_then(Value::truthy).unwrap_or(false);
                return Ok(Value::atom(if named { "string" } else { "binary" }));
            }
            // ash_money, lib/ash_money/types/money.ex
            "AshMoney.Types.Money" => {
                let constraints = constraints.get("items").unwrap_or(constraints);
                let storage = constraints.get("storage_type").cloned();
                return Ok(storage.unwrap_or_else(|| Value::atom("money_with_currency")));
            }
            "Ash.Type.File" => return Err(self.unknown("files cannot be stored in a column")),
            _ => {}
        }
        let Some(kind) = type_kind(module, self.context) else {
            return Err(self.unknown(match self.context.module(module) {
                Some(_) => format!("{module} is not read as a type"),
                None => format!("the type {module} is not part of the project"),
            }));
        };
        for arity in [1, 0] {
            if defines(module, "storage_type", arity, self.context) {
                let arguments = if arity == 1 { vec![constraints.clone()] } else { Vec::new() };
                return self.evaluated(module, "storage_type", arguments);
            }
        }
        match kind {
            TypeKind::Enum(_) => Ok(Value::atom("string")),
            TypeKind::TypedStruct | TypeKind::Embedded => Ok(Value::atom("map")),
            TypeKind::NewType(options) => {
                let subtype = self.subtype(module, &options)?;
                let constraints = self.subtype_constraints(&options, constraints);
                match subtype {
                    Type::Module(subtype) => self.storage_type(&subtype, &constraints, depth + 1),
                    Type::Array(_) => Err(self.unknown(over_array(module))),
                }
            }
            TypeKind::Plain => Err(self.unknown(format!("{module} has no storage_type that can be read"))),
        }
    }

    /// Where a new type over an array is declared, when `module` is one or is made of one: `use Ash.Type.NewType` calls
    /// its subtype as a module, which an array is not. A lazy one compiles, and fails when it is used.
    pub fn not_compiled(&self, module: &str) -> Option<(Origin, String)> {
        let mut module = module.to_owned();
        for _ in 0..MAX_DEPTH {
            let Some(TypeKind::NewType(options)) = type_kind(&module, self.context) else { return None };
            match self.subtype(&module, &options).ok()? {
                Type::Module(subtype) => module = subtype,
                Type::Array(_) if options.get("lazy_init?").and_then(Value::as_bool) == Some(true) => return None,
                Type::Array(_) => {
                    let body = self.context.body(&module)?;
                    let used = body.uses.iter().find(|used| &*used.module == "Ash.Type.NewType")?;
                    return Some((used.origin.clone(), over_array(&module)));
                }
            }
        }
        None
    }

    /// Only `precision` as the very first constraint counts, as in `storage_type/1` of these types; Ash puts it there
    /// unless the type is the element of an array.
    fn by_precision(&self, module: &str, constraints: &Value) -> Fact<Value> {
        let in_array = constraints.get("items").is_some();
        let microsecond = match constraints.get("precision") {
            Some(Value::Unknown(unknown)) => return Err(unknown.clone()),
            Some(precision) => !in_array && precision.as_atom() == Some("microsecond"),
            None => match constraints {
                Value::Unknown(unknown) => return Err(unknown.clone()),
                _ => false,
            },
        };
        Ok(Value::atom(match (module, microsecond) {
            ("Ash.Type.Time", true) => "time_usec",
            ("Ash.Type.Time", false) => "time",
            (_, true) => "utc_datetime_usec",
            (_, false) => "utc_datetime",
        }))
    }

    /// `subtype_of` of a new type.
    pub(super) fn subtype(&self, module: &str, options: &Value) -> Fact<Type> {
        match options.get("subtype_of") {
            Some(value) => self.resolve(value),
            None => Err(match options {
                Value::Unknown(unknown) => unknown.clone(),
                _ => self.unknown(format!("{module} does not say what it is a subtype of")),
            }),
        }
    }

    /// The constraints that reach the type below a new type: its own, over those given where it is used.
    pub(super) fn subtype_constraints(&self, options: &Value, given: &Value) -> Value {
        let own = options.get("constraints").and_then(Value::as_list).unwrap_or_default();
        let names = |item: &Value, name: &Value| matches!(item, Value::Tuple(pair) if pair.first() == Some(name));
        let kept = given.as_list().unwrap_or_default().iter().filter(|item| match item {
            Value::Tuple(pair) => pair.first().is_none_or(|name| !own.iter().any(|other| names(other, name))),
            _ => true,
        });
        Value::List(own.iter().cloned().chain(kept.cloned()).collect())
    }

    /// `migration_type/1` of a project's type, when it defines one.
    pub(super) fn own_migration_type(&self, module: &str, constraints: &Value) -> Option<Fact<Value>> {
        if self.database != Database::Postgres || !defines(module, "migration_type", 1, self.context) {
            return None;
        }
        let constraints = self.with_defaults(module, constraints);
        Some(self.evaluated(module, "migration_type", vec![constraints]))
    }

    /// Given constraints, completed by the defaults of the type's own `constraints/0`.
    pub fn with_defaults(&self, module: &str, given: &Value) -> Value {
        let mut all = given.as_list().unwrap_or_default().to_vec();
        if !defines(module, "constraints", 0, self.context) {
            return Value::List(all);
        }
        let schema = call_function(module, "constraints", Vec::new(), &self.scope(), self.context);
        for item in schema.as_list().unwrap_or_default() {
            if let Value::Tuple(pair) = item
                && let [Value::Atom(name), options] = pair.as_slice()
                && given.get(name).is_none()
                && let Some(default) = options.get("default")
            {
                all.push(Value::pair(name, default.clone()));
            }
        }
        Value::List(all)
    }

    fn scope(&self) -> Scope {
        Scope { place: Some(self.origin.clone()), ..Scope::default() }
    }

    /// The value of a callback.
    pub(super) fn evaluated(&self, module: &str, name: &str, arguments: Vec<Value>) -> Fact<Value> {
        let value = call_function(module, name, arguments, &self.scope(), self.context);
        match value.find_unknown() {
            Some(unknown) => Err(unknown.clone()),
            None => Ok(value),
        }
    }
}
