//! The libraries' texts, evaluated from their source: `AshPostgres.MigrationGenerator.AshFunctions` and the extension
//! modules of libraries and of the project itself.

use super::ExtensionTexts;
use crate::elixir::eval::{Context, Environment, Scope, Value, call_function, defines};
use crate::plan::extension::RequestedExtension;

/// The module with the SQL of Ash's own functions.
pub const ASH_FUNCTIONS_MODULE: &str = "AshPostgres.MigrationGenerator.AshFunctions";

const CUSTOM_EXTENSION: &str = "AshPostgres.CustomExtension";

/// Texts evaluated from the modules of the project and its dependencies.
pub struct LibraryTexts<'a> {
    environment: &'a dyn Environment,
    use_builtin_uuidv7_function: bool,
}

impl<'a> LibraryTexts<'a> {
    /// `use_builtin_uuidv7_function` is the repo's callback of that name.
    pub fn new(environment: &'a dyn Environment, use_builtin_uuidv7_function: bool) -> LibraryTexts<'a> {
        LibraryTexts { environment, use_builtin_uuidv7_function }
    }

    fn text(&self, module: &str, function: &str, arguments: Vec<Value>) -> Result<String, String> {
        match call(self.environment, module, function, arguments)? {
            Value::String(text) => Ok(text.to_string()),
            _ => Err(format!("{module}.{function} gives something else than a text")),
        }
    }
}

impl ExtensionTexts for LibraryTexts<'_> {
    fn install_ash_functions(&self, from: Option<i64>) -> Result<String, String> {
        let builtin = Value::pair("use_builtin_uuidv7_function?", Value::bool(self.use_builtin_uuidv7_function));
        let options = Value::List(vec![builtin]);
        // Older releases take no options.
        let context = Context::new(self.environment);
        let arguments = match defines(ASH_FUNCTIONS_MODULE, "install", 2, &context) {
            true => vec![version(from), options],
            false => vec![version(from)],
        };
        self.text(ASH_FUNCTIONS_MODULE, "install", arguments)
    }

    fn drop_ash_functions(&self, from: Option<i64>) -> Result<String, String> {
        self.text(ASH_FUNCTIONS_MODULE, "drop", vec![version(from)])
    }

    fn install(&self, module: &str, from: i64) -> Result<String, String> {
        self.text(module, "install", vec![version(Some(from))])
    }

    fn uninstall(&self, module: &str, installed: i64) -> Result<String, String> {
        self.text(module, "uninstall", vec![version(Some(installed))])
    }
}

/// The latest version of Ash's functions in the project's own ash_postgres; `None` when that is not there.
pub fn ash_functions_version(environment: &dyn Environment) -> Option<i64> {
    integer(&call(environment, ASH_FUNCTIONS_MODULE, "latest_version", Vec::new()).ok()?)
}

/// Reads one entry of `installed_extensions/0`. A module says its name and version itself.
pub fn requested_extension(entry: &Value, environment: &dyn Environment) -> Result<RequestedExtension, String> {
    match entry {
        Value::String(name) => Ok(RequestedExtension::Named(name.to_string())),
        Value::Atom(atom) => match atom.strip_prefix("Elixir.") {
            Some(module) => custom_extension(module, environment),
            None => Err(format!("an extension is a text or a module, not :{atom}")),
        },
        Value::Unknown(unknown) => Err(unknown.reason.clone()),
        _ => Err("an extension is a text or a module".to_owned()),
    }
}

fn custom_extension(module: &str, environment: &dyn Environment) -> Result<RequestedExtension, String> {
    let context = Context::new(environment);
    let Some(body) = context.body(module) else { return Err(missing(module)) };
    let used = body.uses.iter().find(|used| &*used.module == CUSTOM_EXTENSION);
    let (name, latest_version) = match used {
        Some(used) => (option(&used.options, "name"), option(&used.options, "latest_version")),
        None => match call(environment, module, "extension", Vec::new())? {
            Value::Tuple(parts) => (parts.first().cloned(), parts.get(1).cloned()),
            _ => (None, None),
        },
    };
    let name = name.as_ref().and_then(|name| match name {
        Value::String(name) => Some(name.to_string()),
        Value::Atom(_) => name.as_atom().map(str::to_owned),
        _ => None,
    });
    match (name, latest_version.as_ref().and_then(integer)) {
        (Some(name), Some(latest_version)) => {
            Ok(RequestedExtension::Custom { module: module.to_owned(), name, latest_version })
        }
        _ => Err(format!("{module} does not say its name and latest version as literals")),
    }
}

fn call(environment: &dyn Environment, module: &str, function: &str, arguments: Vec<Value>) -> Result<Value, String> {
    let Some(source) = environment.module(module) else { return Err(missing(module)) };
    let context = Context::new(environment);
    match call_function(module, function, arguments, &Scope::file(source.file.clone()), &context) {
        Value::Unknown(unknown) => Err(format!("{module}.{function} in {}: {}", unknown.origin.file, unknown.reason)),
        value => Ok(value),
    }
}

fn missing(module: &str) -> String {
    let place = if module.starts_with("AshPostgres.") { "deps/ash_postgres" } else { "the project or its deps" };
    format!("the module {module} is not in {place}; run `mix deps.get`")
}

fn option(options: &Value, key: &str) -> Option<Value> {
    let Value::List(pairs) = options else { return None };
    pairs.iter().find_map(|pair| match pair {
        Value::Tuple(pair) if pair.len() == 2 && pair[0].as_atom() == Some(key) => Some(pair[1].clone()),
        _ => None,
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => i64::try_from(*number).ok(),
        _ => None,
    }
}

fn version(number: Option<i64>) -> Value {
    number.map_or_else(Value::nil, |number| Value::Integer(number.into()))
}
