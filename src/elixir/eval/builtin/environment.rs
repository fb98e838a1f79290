//! `Code`, `Application`, `System`, `Mix`, `Config`: what the surroundings say.
//!
//! The Mix environment is said by the caller. Environment variables are unknown, unless it
//! says that they are to be taken as not set, or knows them.

use super::super::expression::evaluate;
use super::super::value::Value;
use super::Site;

pub(super) fn call(name: &str, arguments: &[Value], site: &Site) -> Option<Value> {
    Some(match (name, arguments) {
        ("Code.ensure_compiled!" | "Code.ensure_loaded!", [module]) => module.clone(),
        ("Code.ensure_compiled" | "Code.ensure_loaded", [module]) => {
            site.context.module(module.as_module()?)?;
            Value::Tuple(vec![Value::atom("module"), module.clone()])
        }
        ("Code.ensure_loaded?" | "Code.ensure_compiled?", [module]) => {
            // A module outside the project may or may not be there.
            site.context.module(module.as_module()?)?;
            Value::bool(true)
        }
        ("Code.eval_quoted", [code, ..]) => {
            let mut scope = match &site.scope.caller {
                Some(caller) => (**caller).clone(),
                None => site.scope.clone(),
            };
            let value = match code {
                Value::Quoted(code) => evaluate(code, &mut scope, site.context),
                value => evaluate(&site.context.hold(value.clone(), site.range), &mut scope, site.context),
            };
            Value::Tuple(vec![value, Value::List(Vec::new())])
        }
        ("Application.get_env" | "Application.compile_env", [app, key, rest @ ..]) => match setting(app, key, site)? {
            Some(value) => value,
            None => rest.first().cloned().unwrap_or_else(Value::nil),
        },
        ("Application.fetch_env!" | "Application.compile_env!", [app, key]) => setting(app, key, site)??,
        ("System.get_env", [name, rest @ ..]) if site.context.is_unset(name.as_text()?) => {
            rest.first().cloned().unwrap_or_else(Value::nil)
        }
        ("System.fetch_env", [name]) if site.context.is_unset(name.as_text()?) => Value::atom("error"),
        ("System.get_env", [Value::String(_)] | [Value::String(_), _]) => {
            return site.context.library("System", "get_env", arguments);
        }
        ("System.fetch_env!", [Value::String(_)]) => return site.context.library("System", "fetch_env!", arguments),
        ("Mix.env" | "Config.config_env", []) => {
            let told = site.context.library("Config", "config_env", &[]);
            told.unwrap_or_else(|| Value::atom(site.context.mix_env()))
        }
        ("Mix.target" | "Config.config_target", []) => Value::atom("host"),
        _ => return None,
    })
}

fn setting(app: &Value, key: &Value, site: &Site) -> Option<Option<Value>> {
    let (key, path) = match key {
        Value::List(path) => (path.first()?.clone(), &path[1..]),
        key => (key.clone(), &[][..]),
    };
    let mut value = match site.context.setting(app.as_atom()?, &key) {
        Ok(value) => value,
        Err(unknown) => return Some(Some(unknown)),
    };
    for key in path {
        value = match value {
            Some(value) => Some(super::super::expression::access(&value, key)?).filter(|value| !value.is_nil()),
            None => None,
        };
    }
    Some(value)
}
