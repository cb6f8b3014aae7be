//! Three-way merge, item by item.

use serde_json::Value as Json;
use std::collections::BTreeSet;

use super::document::ProfileDocument;

/// The result of merging two edits of one profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merge {
    /// `theirs`, with every change of `mine` that does not conflict with it.
    pub merged: ProfileDocument,
    /// The items that both changed, to different values.
    pub conflicts: Vec<String>,
}

/// Merges the author's edit of `base` (`mine`) with what others changed in the meantime (`theirs`).
///
/// Its laws are tested as properties. If only one side changed an item, that change is kept. If
/// both changed it in the same way, the result is that change. Otherwise it is a conflict, and the
/// item stays as in `theirs` until its author chooses.
pub fn merge(base: &ProfileDocument, mine: &ProfileDocument, theirs: &ProfileDocument) -> Merge {
    let mut merge = Merge {
        merged: theirs.clone(),
        conflicts: Vec::new(),
    };
    for name in mine.names().chain(base.names()).collect::<BTreeSet<_>>() {
        let sides: [Option<&Json>; 3] = [base, mine, theirs].map(|side| side.get(&name));
        let [base, mine, theirs] = sides;
        if mine == base || mine == theirs {
            continue;
        }
        if theirs == base {
            merge.merged.set(&name, mine.cloned());
        } else {
            merge.conflicts.push(name);
        }
    }
    merge
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 5] = ["a", "b", "c", "a.audience", "profile.audience"];

    /// Any state of five items, each empty or one of three values.
    fn state() -> impl Strategy<Value = ProfileDocument> {
        let value = proptest::option::of(0..3u8);
        proptest::collection::vec(value, NAMES.len()).prop_map(|values| {
            let mut stored = ProfileDocument::default();
            for (name, value) in NAMES.iter().zip(values) {
                stored.set(name, value.map(Json::from));
            }
            stored
        })
    }

    fn changed<'a>(
        from: &'a ProfileDocument,
        to: &'a ProfileDocument,
    ) -> impl Iterator<Item = &'static str> + 'a {
        NAMES
            .into_iter()
            .filter(|name| from.get(name) != to.get(name))
    }

    proptest! {
        #[test]
        fn disjoint_edits_never_conflict_and_both_are_kept(base in state(), mine in state(), theirs in state()) {
            // `theirs`, but only for items that `mine` did not change.
            let mut disjoint = base.clone();
            for name in NAMES.iter().filter(|name| mine.get(name) == base.get(name)) {
                disjoint.set(name, theirs.get(name).cloned());
            }
            let merge = merge(&base, &mine, &disjoint);
            prop_assert!(merge.conflicts.is_empty());
            for name in NAMES {
                let side = if mine.get(name) == base.get(name) { &disjoint } else { &mine };
                prop_assert_eq!(merge.merged.get(name), side.get(name));
            }
        }

        #[test]
        fn equal_edits_agree(base in state(), both in state()) {
            prop_assert_eq!(merge(&base, &both, &both), Merge { merged: both, conflicts: Vec::new() });
        }

        #[test]
        fn nothing_outside_of_my_edits_changes(base in state(), mine in state(), theirs in state()) {
            let merge = merge(&base, &mine, &theirs);
            let edited: Vec<&str> = changed(&base, &mine).collect();
            prop_assert!(changed(&theirs, &merge.merged).all(|name| edited.contains(&name)));
        }

        #[test]
        fn a_conflict_is_what_both_changed_to_something_else(base in state(), mine in state(), theirs in state()) {
            let expected: BTreeSet<&str> = changed(&base, &mine)
                .filter(|name| theirs.get(name) != base.get(name) && theirs.get(name) != mine.get(name))
                .collect();
            let merge = merge(&base, &mine, &theirs);
            let found: BTreeSet<&str> = merge.conflicts.iter().map(String::as_str).collect();
            prop_assert_eq!(found, expected);
            for name in &merge.conflicts {
                prop_assert_eq!(merge.merged.get(name), theirs.get(name));
            }
        }

        #[test]
        fn who_did_nothing_gets_the_others_state_whatever_the_base(base in state(), other in state()) {
            prop_assert_eq!(merge(&base, &base, &other).merged, other.clone());
            prop_assert_eq!(merge(&base, &other, &base).merged, other);
        }
    }
}
