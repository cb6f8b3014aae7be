//! The state of the form of a profile: the values of its controls, and their errors.

use std::collections::BTreeSet;

use crate::{
    error::{AppError, Conflict, Violations},
    form::Form,
    profile::rules::{
        access::{VisibleProfile, can_edit, field_audience},
        choice::choice_name,
        describe::item_label,
        patch::Patch,
        schema::{Field, Schema},
        snapshot::ProfileSnapshot,
        violation::Violation,
    },
    rejected::RejectedForm,
    viewer::Viewer,
};

/// The initial state of the editor.
#[derive(Debug, Clone, PartialEq)]
pub struct FormState {
    /// The version of the profile when the form was opened.
    pub version: u64,
    /// The values of the controls: as stored, or as typed into a rejected form.
    pub form: Form,
    pub violations: Violations,
    /// The reason why the form was rejected, unless a rule of a field was broken.
    pub failure: Option<AppError>,
    /// Input for items that are no longer on the form: label and text.
    pub lost: Vec<(String, String)>,
    /// The conflicts to resolve; `acknowledged` is the version that they belong to.
    pub conflicts: Vec<Conflict>,
    pub acknowledged: Option<u64>,
}

impl FormState {
    /// Returns the state for the profile as it is stored.
    pub fn of(schema: &Schema, visible: &VisibleProfile, viewer: &Viewer) -> FormState {
        // Only what the form has a control for.
        let editable = |field: &&Field| {
            let audience = field_audience(field, &visible.audiences);
            can_edit(schema, field, audience, viewer, &visible.owner)
        };
        let values = schema.fields().filter(editable).filter_map(|field| {
            let value = visible.values.get(&field.key)?;
            Some((field.key.clone(), value.clone()))
        });
        let audiences = if visible.own {
            visible.audiences.clone()
        } else {
            Default::default()
        };
        FormState {
            version: visible.version,
            acknowledged: None,
            form: schema.fill(&values.collect(), &audiences),
            violations: Default::default(),
            failure: None,
            conflicts: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Returns the state for a rejected form. It keeps the version that the form was opened with,
    /// and conflicts that were already shown are shown again. Fields that the form did not contain
    /// get their current value (`now`): an empty control would clear them.
    pub fn refused(
        schema: &Schema,
        viewer: &Viewer,
        snapshot: &ProfileSnapshot,
        version: u64,
        refused: RejectedForm,
        now: &Form,
    ) -> FormState {
        let violations = refused.violations();
        let told = refused.form.number(Patch::ACKNOWLEDGED);
        let (mut conflicts, acknowledged, failure) = match refused.error {
            AppError::Conflict { version, conflicts } => {
                let conflict = AppError::Conflict {
                    version,
                    conflicts: Vec::new(),
                };
                (conflicts, Some(version), Some(conflict))
            }
            AppError::Invalid(_) => (Vec::new(), told, None),
            failure => (Vec::new(), told, Some(failure)),
        };
        let asked: BTreeSet<&str> = refused.form.names().filter_map(choice_name).collect();
        for name in asked {
            let new = conflicts.iter().any(|conflict| conflict.name == name);
            let typed = typed(&refused.form, name);
            if !new && let Some(conflict) = snapshot.conflict(schema, viewer, name, typed) {
                conflicts.push(conflict);
            }
        }
        let gone = |violation: &Violation| {
            matches!(violation, Violation::UnknownField | Violation::NotYours)
        };
        let lost = violations.iter().filter(|(_, broken)| gone(broken));
        let lost = lost.map(|(name, _)| {
            let label = item_label(schema, name).unwrap_or_else(|| name.to_owned());
            (label, typed(&refused.form, name))
        });
        FormState {
            lost: lost.collect(),
            version,
            acknowledged,
            violations,
            failure,
            conflicts,
            form: schema.complete(refused.form, now),
        }
    }
}

/// Returns the text that was typed for an item, unchanged.
fn typed(form: &Form, name: &str) -> String {
    let values = form.pairs().filter(|(control, value)| {
        let part = control.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty()
                || Field::DATE_PARTS
                    .iter()
                    .any(|part| rest.strip_prefix('.') == Some(part))
        });
        part && !value.is_empty()
    });
    values.map(|(_, value)| value).collect::<Vec<_>>().join(" ")
}
