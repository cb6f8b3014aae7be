//! Small schemas for the tests of this module.

use super::{
    audience::{Audience, AudienceRule},
    schema::{Field, Group, Right, Role, Schema},
};

/// Returns a schema with one group of fields and two roles, `reader` and `editor`, of which only
/// `editor` may edit profiles.
pub fn schema(fields: Vec<Field>) -> Schema {
    let role = |key: &str, may: &[Right]| Role {
        key: key.to_owned(),
        label: key.to_owned(),
        may: may.iter().copied().collect(),
        second_required: false,
    };
    Schema {
        roles: vec![role("reader", &[]), role("editor", &[Right::EditProfiles])],
        audience: AudienceRule {
            default: Audience::Everyone,
            locked: false,
        },
        groups: vec![Group {
            label: "All".to_owned(),
            fields,
        }],
    }
}
