//! Small schemas for the tests of this module.

use super::{
    audience::{Audience, AudienceRule},
    kind::Kind,
    schema::{Editors, Field, Group, Right, Role, Schema},
};

/// Everyone sees it, its owner changes it.
pub fn field(key: &str, kind: Kind) -> Field {
    Field {
        key: key.to_owned(),
        label: key.to_owned(),
        hint: String::new(),
        kind,
        required: false,
        audience: AudienceRule {
            default: Audience::Everyone,
            locked: false,
        },
        edit: Editors {
            owner: true,
            roles: Vec::new(),
        },
        view: Vec::new(),
        roles: Vec::new(),
        sign_up: false,
        autocomplete: String::new(),
    }
}

/// A reader, and an editor who may edit profiles; one group.
pub fn schema(fields: Vec<Field>) -> Schema {
    let role = |key: &str, may: &[Right]| Role {
        key: key.to_owned(),
        label: key.to_owned(),
        may: may.to_vec(),
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
