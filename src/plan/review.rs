//! What the generator asks the user to look at after it has written migrations. Mirrors `classify_operations/1` and
//! `review_warning_messages/1` of `AshPostgres.MigrationGenerator` (2.12.0).

use crate::diff::Operation;
use crate::diff::operation::Change;

/// The two things worth a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Review {
    /// Something was commented out to keep data.
    pub commented_safeguards: bool,
    /// Something is dropped. Foreign keys of new tables count, because `down` drops them.
    pub destructive: bool,
}

impl Review {
    /// Looks at every operation.
    pub fn of<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> Review {
        operations.into_iter().fold(Review::default(), |review, operation| {
            review.and(Review {
                commented_safeguards: is_commented_safeguard(&operation.change),
                destructive: is_destructive(&operation.change),
            })
        })
    }

    /// Both together: the generator warns once for all repos, tenants included.
    pub fn and(self, other: Review) -> Review {
        Review {
            commented_safeguards: self.commented_safeguards || other.commented_safeguards,
            destructive: self.destructive || other.destructive,
        }
    }

    /// What the generator prints when it wrote any file (extension migrations too); not with `--check` or `--quiet`.
    pub fn messages(self) -> Vec<&'static str> {
        let mut messages = vec!["Please always manually review the generated migrations for correctness."];
        if self.commented_safeguards {
            messages.push("Warning: there are migration steps commented out and in need of manual review.");
        }
        if self.destructive {
            messages.push(
                "Warning: this migration includes destructive operations (e.g. drops or column removals). Review \
                 carefully before migrating.",
            );
        }
        messages
    }
}

fn is_commented_safeguard(change: &Change) -> bool {
    matches!(change, Change::RemoveAttribute { commented: true, .. } | Change::RemovePrimaryKeyDown { commented: true })
}

fn is_destructive(change: &Change) -> bool {
    matches!(
        change,
        Change::DropTable
            | Change::RemoveAttribute { commented: false, .. }
            | Change::RemovePrimaryKey { .. }
            | Change::RemovePrimaryKeyDown { commented: false }
            | Change::DropForeignKey { .. }
            | Change::RemoveCustomStatement { .. }
            | Change::RemoveCustomIndex { .. }
            | Change::RemoveReferenceIndex { .. }
            | Change::RemoveUniqueIndex { .. }
            | Change::RemoveCheckConstraint { .. }
            | Change::AddPrimaryKeyDown { remove_old: true, .. }
    )
}
