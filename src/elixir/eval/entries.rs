//! The entries of a map. Maps are handed around far more often than they change, so that copies share them.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::value::Value;

/// Keys and values in the order of terms.
#[derive(Debug, Clone, Default)]
pub struct Entries(Arc<BTreeMap<Value, Value>>);

impl Deref for Entries {
    type Target = BTreeMap<Value, Value>;

    fn deref(&self) -> &BTreeMap<Value, Value> {
        &self.0
    }
}

impl DerefMut for Entries {
    fn deref_mut(&mut self) -> &mut BTreeMap<Value, Value> {
        Arc::make_mut(&mut self.0)
    }
}

impl From<BTreeMap<Value, Value>> for Entries {
    fn from(entries: BTreeMap<Value, Value>) -> Entries {
        Entries(Arc::new(entries))
    }
}

impl<const N: usize> From<[(Value, Value); N]> for Entries {
    fn from(entries: [(Value, Value); N]) -> Entries {
        BTreeMap::from(entries).into()
    }
}

impl FromIterator<(Value, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Entries {
        entries.into_iter().collect::<BTreeMap<Value, Value>>().into()
    }
}

impl IntoIterator for Entries {
    type Item = (Value, Value);
    type IntoIter = btree_map::IntoIter<Value, Value>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = (&'a Value, &'a Value);
    type IntoIter = btree_map::Iter<'a, Value, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
