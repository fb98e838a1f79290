//! From the sources of small projects to desired snapshots: one test for each pattern.

mod attributes;
mod defaults;
mod extensions;
mod fixture;
mod hostile;
mod incremental;
mod macros;
mod projects;
mod relationships;
mod sections;
mod tenancy;
mod types;
mod unknown;
mod verifiers;
