//! From the sources of small projects to desired snapshots: one test for each pattern.

mod attributes;
mod compiling;
mod defaults;
mod dependents;
mod extensions;
mod fixture;
mod hostile;
mod incremental;
mod macros;
mod names;
mod polymorphic;
mod projects;
mod published;
mod relationships;
mod sections;
mod shapes;
mod tenancy;
mod transformers;
mod types;
mod unknown;
mod verifiers;
mod wrappers;
