//! Bringing a project up to date: what a change makes stale is computed again, everything else is kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::source::Touched;
use super::surroundings::{Changes, KeptSnapshots, Surroundings};
use super::{Kept, Project, Recomputed, domain, missing};
use crate::dsl::ModuleKind;
use crate::elixir::eval::Origin;
use crate::resource::{self, Resource};
use crate::text::Range;

impl Project {
    /// Drops what does not hold any more. Resources are kept, so that one can see whether others are concerned; the
    /// stale ones come back.
    pub(super) fn forget(&mut self, changed: &Touched, configured: bool) -> BTreeSet<String> {
        let settings = configured.then_some(&self.sources.settings);
        self.domains.retain(|_, kept| kept.reads.still_hold(changed, settings));
        self.repos.retain(|_, kept| kept.reads.still_hold(changed, settings));
        let stale = self.resources.iter().filter(|(_, kept)| !kept.reads.still_hold(changed, settings));
        stale.map(|(module, _)| module.clone()).collect()
    }

    /// Computes what is stale or new.
    pub(super) fn recompute(&mut self, stale: BTreeSet<String>, configured: bool) -> Recomputed {
        let mut count = Recomputed::default();
        let mut changes = Changes::default();
        if self.only_repos {
            count.repos = self.recompute_repos(&mut changes);
            return count;
        }
        let reordered = self.recompute_domains(&mut count) || configured;
        let read = self.recompute_resources(stale, reordered, &mut changes);
        count.resources = read.len();
        count.repos = self.recompute_repos(&mut changes);
        count.snapshots = self.recompute_snapshots(&read, reordered, &changes);
        count
    }

    /// Reads the domains that are not up to date. Returns whether the list of resources may have changed.
    fn recompute_domains(&mut self, count: &mut Recomputed) -> bool {
        let mut domains = self.configured("ash_domains", "ash_apis");
        let origin = Origin::new("config/config.exs".into(), Range::empty(0));
        domains.extend(self.more_domains.iter().map(|module| (module.clone(), origin.clone())));
        for (module, _) in &domains {
            if !self.domains.contains_key(module) {
                count.domains += 1;
                let mut kept = self.keep(|context| domain::domain(module, context).map(Arc::new));
                kept.mistakes = self.mistakes(module, ModuleKind::Domain);
                self.domains.insert(module.clone(), kept);
            }
        }
        let before = self.domains.len();
        self.domains.retain(|module, _| domains.iter().any(|(known, _)| known == module));
        if count.domains == 0 && before == self.domains.len() && !self.order.is_empty() {
            return false;
        }
        self.domain_issues.clear();
        let mut seen = FxHashSet::default();
        let mut order: Vec<String> = Vec::new();
        for (module, origin) in &domains {
            match &self.domains[module].value {
                Some(domain) => {
                    self.domain_issues.extend(domain.issues());
                    let new = domain.resources.iter().filter(|(resource, _)| seen.insert(resource.clone()));
                    order.extend(new.map(|(resource, _)| resource.clone()));
                }
                None => {
                    self.domain_issues.push(missing(format!("the domain {module} is not part of the project"), origin))
                }
            }
        }
        self.order = order;
        true
    }

    /// Reads the stale resources, and those of the domains and those that they lead to that are not known yet. Returns
    /// what was read, repetitions included.
    fn recompute_resources(
        &mut self,
        stale: BTreeSet<String>,
        mut reordered: bool,
        changes: &mut Changes,
    ) -> Vec<String> {
        let mut all = Vec::new();
        let mut wanted = stale;
        loop {
            if reordered {
                let reachable = self.reachable();
                self.resources.retain(|module, kept| {
                    let keep = reachable.contains(module);
                    if !keep && kept.value.is_some() {
                        changes.interfaces.insert(module.clone());
                    }
                    keep
                });
                wanted.retain(|module| reachable.contains(module));
                wanted.extend(reachable.into_iter().filter(|module| !self.resources.contains_key(module)));
            }
            if wanted.is_empty() {
                return all;
            }
            all.extend(wanted.iter().cloned());
            let fresh = self.read_resources(std::mem::take(&mut wanted));
            reordered = false;
            for (module, mut kept) in fresh {
                let old = self.resources.remove(&module).and_then(|old| old.value);
                match (&old, &mut kept.value) {
                    (Some(old), Some(new)) if old.interface == new.interface => new.interface = old.interface.clone(),
                    (None, None) => {}
                    _ => drop(changes.interfaces.insert(module.clone())),
                }
                let destinations = |resource: &Resource| -> Vec<String> {
                    resource.relationships.iter().filter_map(|r| r.destination.clone().ok()).collect()
                };
                reordered |= old.as_deref().map(destinations) != kept.value.as_ref().map(destinations);
                let Kept { value, reads, mistakes } = kept;
                self.resources.insert(module, Kept { value: value.map(Arc::new), reads, mistakes });
            }
        }
    }

    /// Reads resources from their declarations. Many are read in portions, so that the trees of all their files are not
    /// in memory at once.
    fn read_resources(&mut self, modules: BTreeSet<String>) -> Vec<(String, Kept<Option<Resource>>)> {
        const PORTION: usize = 128;
        let modules: Vec<String> = modules.into_iter().collect();
        let mut fresh = Vec::with_capacity(modules.len());
        for portion in modules.chunks(PORTION) {
            fresh.extend(each(portion, |module| {
                let mut kept = self.keep(|context| resource::resource(module, context));
                kept.mistakes = self.mistakes(module, ModuleKind::Resource);
                (module.clone(), kept)
            }));
            if modules.len() > PORTION {
                self.sources.shed();
            }
        }
        fresh
    }

    /// The modules of the domains' resources, and of those that their relationships lead to.
    fn reachable(&self) -> BTreeSet<String> {
        let mut reachable: BTreeSet<String> = BTreeSet::new();
        let mut queue: Vec<&String> = self.order.iter().collect();
        while let Some(module) = queue.pop() {
            if !reachable.insert(module.clone()) {
                continue;
            }
            let resource = self.resources.get(module).and_then(|kept| kept.value.as_ref());
            let relationships = resource.into_iter().flat_map(|resource| &resource.relationships);
            queue.extend(relationships.filter_map(|relationship| relationship.destination.as_ref().ok()));
        }
        reachable
    }

    fn recompute_repos(&mut self, changes: &mut Changes) -> usize {
        let listed = self.configured("ecto_repos", "");
        let mut wanted: BTreeSet<String> = listed.into_iter().map(|(module, _)| module).collect();
        // Most resources have the repo of the one before.
        let mut before: Option<&String> = None;
        for kept in self.resources.values() {
            let layer = kept.value.as_ref().and_then(|resource| resource.layer.as_ref());
            if let Some(Ok(Some(repo))) = layer.map(|layer| &layer.repo)
                && before != Some(repo)
            {
                before = Some(repo);
                if !wanted.contains(repo) {
                    wanted.insert(repo.clone());
                }
            }
        }
        let mut count = 0;
        for module in &wanted {
            if !self.repos.contains_key(module) {
                count += 1;
                let kept = self.keep(|context| resource::repo(module, context).map(Arc::new));
                self.repos.insert(module.clone(), kept);
                changes.repos.insert(module.clone());
            }
        }
        self.repos.retain(|module, _| wanted.contains(module));
        count
    }

    /// Makes the snapshots of those in the order that are stale, where the resources in `read` were read again.
    fn recompute_snapshots(&mut self, read: &[String], reordered: bool, changes: &Changes) -> usize {
        let is_stale = |module: &&String| {
            let kept = self.snapshots.get(*module);
            !kept.is_some_and(|kept| kept.still_holds(module, self, changes))
        };
        // Most edits change nothing that others can see, and a look at every resource would cost more than the rest.
        let stale: Vec<String> = match reordered || !changes.is_empty() {
            true => self.order.iter().filter(is_stale).cloned().collect(),
            false => {
                let near: BTreeSet<&String> = read.iter().chain(&self.spread).collect();
                let near = near.into_iter().filter(|module| self.positions.contains_key(*module));
                near.filter(is_stale).cloned().collect()
            }
        };
        let fresh: Vec<(String, Option<KeptSnapshots>)> = each(stale, |module| {
            let resource = self.resources.get(&module).and_then(|kept| kept.value.clone());
            let kept = resource.map(|resource| {
                let surroundings = Surroundings::new(self);
                let value = resource::snapshots(&resource, &surroundings);
                surroundings.kept(resource, value)
            });
            (module, kept)
        });
        self.changed.extend(fresh.iter().map(|(module, _)| module.clone()));
        let mut count = 0;
        for (module, kept) in fresh {
            if let Some(position) = self.positions.get(&module).filter(|_| !reordered) {
                self.listed[*position] = kept.as_ref().map(|kept| kept.value.clone());
            }
            self.spread.remove(&module);
            match kept {
                Some(kept) => {
                    count += 1;
                    if kept.is_spread() {
                        self.spread.insert(module.clone());
                    }
                    self.snapshots.insert(module, kept);
                }
                None => drop(self.snapshots.remove(&module)),
            }
        }
        if reordered {
            let order: FxHashSet<&String> = self.order.iter().collect();
            let changed = &mut self.changed;
            self.snapshots.retain(|module, _| {
                let stays = order.contains(module);
                if !stays {
                    changed.insert(module.clone());
                }
                stays
            });
            let snapshots = &self.snapshots;
            self.spread.retain(|module| snapshots.contains_key(module));
            self.positions = self.order.iter().enumerate().map(|(at, module)| (module.clone(), at)).collect();
            self.listed =
                self.order.iter().map(|module| snapshots.get(module).map(|kept| kept.value.clone())).collect();
        }
        count
    }
}

/// Applies `work` to all items, in order; to many of them on all processors.
fn each<T: Send, R: Send>(items: impl IntoIterator<Item = T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    const MANY: usize = 24;
    let items: Vec<T> = items.into_iter().collect();
    match items.len() < MANY {
        true => items.into_iter().map(work).collect(),
        false => items.into_par_iter().map(work).collect(),
    }
}
