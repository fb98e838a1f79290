//! Where a name is declared and where it is used, over all files of a project.

use rayon::prelude::*;

use super::names::{self, Files, MemberKind, Name, Occurrence};
use crate::elixir::eval::Origin;
use crate::elixir::name::last_part;
use crate::project::Project;
use crate::resource::Resource;
use crate::text::Range;

/// A place in a file, by its path in the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: String,
    /// The whole declaration or use.
    pub range: Range,
    /// The name in it.
    pub name_range: Range,
}

/// Where the name at `offset` is declared.
pub fn definition(project: &Project, files: &dyn Files, path: &str, offset: usize) -> Vec<Place> {
    let Some(text) = files.text(path) else { return Vec::new() };
    let Some(found) = names::name_at(project, path, &text, offset) else { return Vec::new() };
    declaration(project, files, &found.name).into_iter().collect()
}

/// Where the name at `offset` is used, and with `declarations` where it is declared, sorted by file.
pub fn references(project: &Project, files: &dyn Files, path: &str, offset: usize, declarations: bool) -> Vec<Place> {
    let Some(text) = files.text(path) else { return Vec::new() };
    let Some(found) = names::name_at(project, path, &text, offset) else { return Vec::new() };
    let places = occurrences(project, files, &found.name).into_iter();
    let wanted = places.filter(|(_, occurrence)| declarations || !occurrence.declares);
    wanted.map(|(path, it)| Place { path, range: it.range, name_range: it.range }).collect()
}

/// Every place that names `name`, sorted by file.
pub fn occurrences(project: &Project, files: &dyn Files, name: &Name) -> Vec<(String, Occurrence)> {
    let here = |path: &String| {
        // Most files do not have the word at all; reading one takes a hundred times longer than seeing that.
        let text = files.text(path).filter(|text| may_name(project, name, path, text));
        let places = text.map(|text| names::places_of(project, path, &text, name)).unwrap_or_default();
        places.into_iter().map(|occurrence| (path.clone(), occurrence)).collect::<Vec<_>>()
    };
    let paths = files.paths();
    let found: Vec<_> = match paths.len() {
        0..4 => paths.iter().map(here).collect(),
        _ => paths.par_iter().map(here).collect(),
    };
    found.into_iter().flatten().collect()
}

/// Whether a text has a word that is not a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let behind = text[at + word.len()..].starts_with(|next: char| is_part(next) || matches!(next, '?' | '!'));
        !behind && !text[..at].ends_with(is_part)
    })
}

/// Whether a file can name it. A member of a resource is named in its file, in files that name the resource, and at the
/// end of a path that leads there over other resources: of an expression (`comments.author.name`), of an option
/// (`[:comments, :author]`) or of an aggregate (`max :newest, :comments, :inserted_at`).
fn may_name(project: &Project, name: &Name, path: &str, text: &str) -> bool {
    let word = name.word();
    if !has_word(text, word) {
        return false;
    }
    let Name::Member { module, .. } = name else { return true };
    let Some(resource) = project.resource(module) else { return true };
    let attributes = resource.attributes.iter().map(|it| &it.origin);
    let relationships = resource.relationships.iter().map(|it| &it.origin);
    let identities = resource.identities.iter().map(|it| &it.origin);
    let mut origins = attributes.chain(relationships).chain(identities).chain([&resource.origin]);
    has_word(text, last_part(module))
        || has_word(text, "aggregates")
        || ends_path(text, word)
        || origins.any(|origin| *origin.file == *path)
}

/// Whether a word stands behind another one: `.word`, or in a list of atoms and not as the first.
fn ends_path(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| match text[..at].strip_suffix(':') {
        Some(before) if before.trim_end().ends_with(',') => {
            let in_atoms = |it: char| it.is_alphanumeric() || it.is_whitespace() || matches!(it, ':' | ',' | '_' | '?');
            before.trim_end_matches(in_atoms).ends_with('[')
        }
        Some(_) => false,
        None => text[..at].ends_with('.'),
    })
}

/// Where a name is declared; for a column that a `belongs_to` adds, the relationship; for what a macro of the project
/// writes, the line in the macro.
pub fn declaration(project: &Project, files: &dyn Files, name: &Name) -> Option<Place> {
    match name {
        Name::Module(module) => {
            let module = project.module(module)?;
            let (range, name_range) = (module.range, module.name_range);
            Some(Place { path: module.file.to_string(), range, name_range })
        }
        Name::Member { module, kind, name } => {
            let resource = project.resource(module)?;
            let origin = member_origin(resource, *kind, name).cloned();
            let origin = origin.or_else(|| declared_in_text(project, files, resource, name))?;
            let origin = origin.written.as_deref().unwrap_or(&origin);
            let text = files.text(&origin.file)?;
            let declared = names::names(project, &origin.file, &text)
                .into_iter()
                .find(|it| it.declares && origin.range.contains(it.range) && matches!(it.name, Name::Member { .. }));
            let name_range = declared.map_or(origin.range, |it| it.range);
            Some(Place { path: origin.file.to_string(), range: origin.range, name_range })
        }
    }
}

pub(super) fn member_origin<'a>(resource: &'a Resource, kind: MemberKind, name: &str) -> Option<&'a Origin> {
    match kind {
        MemberKind::Attribute => resource.attribute(name).map(|it| &it.origin),
        MemberKind::Relationship => resource.relationships.iter().find(|it| it.name == name).map(|it| &it.origin),
        MemberKind::Identity => resource.identities.iter().find(|it| it.name == name).map(|it| &it.origin),
        MemberKind::Action | MemberKind::Calculation | MemberKind::Aggregate => None,
    }
}

/// What the project does not keep (actions, calculations, aggregates) is looked up in the resource's file.
fn declared_in_text(project: &Project, files: &dyn Files, resource: &Resource, name: &str) -> Option<Origin> {
    let file = resource.origin.file.clone();
    let text = files.text(&file)?;
    let found = names::names(project, &file, &text).into_iter().find(|it| {
        let is_it = matches!(&it.name, Name::Member { module, name: other, .. }
            if *module == resource.module && other == name);
        it.declares && is_it
    })?;
    Some(Origin::new(file, found.range))
}

#[cfg(test)]
pub(super) mod tests;
