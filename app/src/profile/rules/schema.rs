//! The schema: which fields a profile has, who sees them, and who may change them.
//!
//! One value, parsed from a schema file or an applied revision (`server/src/schema_file.rs`), from
//! which the form, the validation in the browser and on the server, and the view are derived. The
//! editor's island receives it, so it is `Serialize`; it contains nothing secret.

use serde::{Deserialize, Serialize};

use super::{
    audience::{Audience, AudienceRule, Audiences, WHOLE, audience_key, audience_of},
    choice::choice_name,
    date::Date,
    kind::Kind,
    picture::Picture,
    profile::Values,
    value::Value,
    violation::Violation,
};
use crate::{form::Form, unicode::is_seen};

/// The roles, and the groups of fields in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The roles; never empty. New users get the first.
    pub roles: Vec<Role>,
    /// The rule for the audience of the whole profile.
    pub audience: AudienceRule,
    pub groups: Vec<Group>,
}

/// A role that a user has on this site. Each user has exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub key: String,
    pub label: String,
    pub may: Rights,
    /// `true` if the role requires a second factor, which no browser needs to know.
    #[serde(skip)]
    pub second_required: bool,
}

/// A right of a role beyond the user's own profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Edit the profiles of others: the fields whose `edit` names the role.
    EditProfiles,
    /// Invite people to sign up.
    InviteUsers,
    /// Decide about users who are waiting for approval.
    ApproveUsers,
    /// See the accounts of users, log them out, and send them links to choose a password.
    HelpUsers,
    /// Read the events of all accounts.
    ReadEvents,
    /// Replace the schema.
    ManageSchema,
    /// See the accounts of users, change their roles, disable and enable them.
    ManageUsers,
}

/// A set of rights.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights(u8);

impl Rights {
    fn bit(right: Right) -> u8 {
        1 << right as u8
    }

    pub fn has(self, right: Right) -> bool {
        self.0 & Rights::bit(right) != 0
    }

    /// Returns whether every right of `other` is included in these.
    pub fn include(self, other: Rights) -> bool {
        other.0 & !self.0 == 0
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        Rights(
            rights
                .into_iter()
                .map(Rights::bit)
                .fold(0, |all, bit| all | bit),
        )
    }
}

impl Right {
    /// Every right, with its name in a schema file.
    pub const ALL: [(&str, Right); 7] = [
        ("edit_profiles", Right::EditProfiles),
        ("invite_users", Right::InviteUsers),
        ("approve_users", Right::ApproveUsers),
        ("help_users", Right::HelpUsers),
        ("read_events", Right::ReadEvents),
        ("manage_schema", Right::ManageSchema),
        ("manage_users", Right::ManageUsers),
    ];
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub label: String,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// `[a-z][a-z0-9_]*`: the name of the control and of the stored value.
    pub key: String,
    pub label: String,
    /// Advice on what to enter, shown below the label; may be empty.
    pub hint: String,
    pub kind: Kind,
    pub required: bool,
    pub audience: AudienceRule,
    pub edit: Editors,
    /// Roles that see the field whatever its audience.
    pub view: Vec<String>,
    /// Roles whose profiles have the field; all roles if empty.
    pub roles: Vec<String>,
    /// `true` if the sign-up form asks for the field as well.
    pub sign_up: bool,
    /// `true` if the field is searched and shown in the members' directory, which no browser needs
    /// to know.
    #[serde(skip)]
    pub search: bool,
    /// A token of HTML's autofill (WHATWG HTML §4.10.18.7.1); may be empty.
    pub autocomplete: String,
}

/// The users who may change a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editors {
    pub owner: bool,
    pub roles: Vec<String>,
}

impl Schema {
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == key)
    }

    /// Returns the role in effect for a user: the stored one if it is in this schema, otherwise the
    /// first, which is the default.
    pub fn effective_role(&self, stored: Option<&str>) -> &str {
        let stored = stored.and_then(|key| self.role(key));
        let role = stored.or(self.roles.first());
        role.map_or("", |role| &role.key)
    }

    pub fn may(&self, role: &str, right: Right) -> bool {
        self.role(role).is_some_and(|role| role.may.has(right))
    }

    /// Returns the fields that sign-up asks for besides the account.
    pub fn sign_up_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields().filter(|field| field.sign_up)
    }

    /// Returns the rule for the audience of a field, or of the whole profile.
    pub fn audience_rule(&self, key: &str) -> Option<AudienceRule> {
        match key {
            WHOLE => Some(self.audience),
            key => self.field(key).map(|field| field.audience),
        }
    }

    /// Returns whether a form for this schema may have a control with this name.
    pub fn owns(&self, name: &str) -> bool {
        let item = choice_name(name).unwrap_or(name);
        match audience_key(item) {
            Some(key) => self.audience_rule(key).is_some(),
            None if item == name => self.fields().any(|field| field.owns(name)),
            None => self.field(item).is_some(),
        }
    }

    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|group| &group.fields)
    }

    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }

    /// Returns the position of an item on a profile: that of its field, counted from 0. Items
    /// without a field come after all others.
    pub fn place_of(&self, name: &str) -> usize {
        let key = audience_key(name).unwrap_or(name);
        self.fields().take_while(|field| field.key != key).count()
    }

    /// Returns the field of the picture, if there is one.
    pub fn picture_field(&self) -> Option<&Field> {
        self.fields().find(|field| field.kind == Kind::Picture)
    }

    /// Returns the picture of a profile with these values.
    pub fn picture<'a>(&self, values: &'a Values) -> Option<&'a Picture> {
        match values.get(&self.picture_field()?.key)? {
            Value::Picture(picture) => Some(picture),
            _ => None,
        }
    }

    /// Returns the name that a person goes by: the fields that autofill treats as parts of a name,
    /// in the order of the schema. `None` if they are all empty.
    pub fn display_name(&self, values: &Values) -> Option<String> {
        let parts = self
            .fields()
            .filter(|field| field.is_name())
            .filter_map(|field| values.get(&field.key));
        // A stored name can consist of invisible characters only.
        let parts = parts.map(Value::print).filter(|part| is_seen(part));
        let name = parts.collect::<Vec<_>>().join(" ");
        (!name.is_empty()).then_some(name)
    }

    /// Returns the form with every missing field and audience taken from `other`.
    pub fn complete(&self, mut form: Form, other: &Form) -> Form {
        let mut missing = Vec::new();
        for (name, value) in other.pairs() {
            let field = self.fields().find(|field| field.owns(name));
            let same = |sent: &str| field.map_or(sent == name, |field| field.owns(sent));
            if !form.names().any(same) {
                missing.push((name, value));
            }
        }
        for (name, value) in missing {
            form.push(name, value);
        }
        form
    }

    /// Returns the form as it is when it is opened, with every value and every audience in its
    /// control.
    pub fn fill(&self, values: &Values, audiences: &Audiences) -> Form {
        let mut form = Form::default();
        for field in self.fields() {
            if let Some(value) = values.get(&field.key) {
                field.fill(value, &mut form);
            }
        }
        for (key, audience) in audiences {
            form.push(audience_of(key), audience.key());
        }
        form
    }
}

impl Field {
    /// Returns a field that everyone sees and its owner edits, labelled with its key.
    pub fn new(key: &str, kind: Kind) -> Field {
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
            search: false,
            autocomplete: String::new(),
        }
    }

    /// The suffixes of the names of a date's controls: `birth_date.day`, `birth_date.month`,
    /// `birth_date.year`.
    pub const DATE_PARTS: [&str; 3] = ["day", "month", "year"];

    /// Returns whether the field is a part of the name that its owner goes by.
    pub fn is_name(&self) -> bool {
        matches!(
            self.autocomplete.as_str(),
            "name" | "given-name" | "additional-name" | "family-name"
        )
    }

    /// Returns the maximum number of pairs that a form can have for this field: its controls, its
    /// audience, and for each of the two the answer to a conflict, with the empty value that
    /// accompanies it.
    pub fn most_pairs(&self) -> usize {
        let controls = match &self.kind {
            Kind::Date { .. } => Field::DATE_PARTS.len(),
            Kind::Choices { options, .. } => options.len() + 1,
            Kind::Bool => 2,
            _ => 1,
        };
        controls + 1 + 2 * 2
    }

    /// Returns whether a control of this field has this name.
    pub fn owns(&self, name: &str) -> bool {
        match name.strip_prefix(self.key.as_str()) {
            Some("") => true,
            Some(rest) => {
                matches!(self.kind, Kind::Date { .. })
                    && rest
                        .strip_prefix('.')
                        .is_some_and(|part| Field::DATE_PARTS.contains(&part))
            }
            None => false,
        }
    }

    /// Reads the value of this field from a form: `None` if the form does not contain the field,
    /// `Some(None)` if the field is empty.
    pub fn read(&self, form: &Form, today: Date) -> Result<Option<Option<Value>>, Violation> {
        let Some(typed) = self.typed(form)? else {
            return Ok(None);
        };
        let value = self.kind.parse(&typed, today)?;
        if value.is_none() && self.required {
            return Err(Violation::Required);
        }
        Ok(Some(value))
    }

    /// Returns the content of this field's controls as one text that `Kind::parse` reads.
    fn typed(&self, form: &Form) -> Result<Option<String>, Violation> {
        match self.kind {
            // The form also sends an empty value, so that a field without a ticked box differs from
            // one that was not sent.
            Kind::Choices { .. } => {
                let keys: Vec<&str> = form.all(&self.key).collect();
                Ok((!keys.is_empty()).then(|| keys.join("\n")))
            }
            // Likewise: a required field has two radio buttons, and possibly neither is selected.
            Kind::Bool => {
                let mut answers = form.all(&self.key).filter(|answer| !answer.is_empty());
                match (answers.next(), answers.next()) {
                    (Some(_), Some(_)) => Err(Violation::Repeated),
                    (Some(answer), None) => Ok(Some(answer.to_owned())),
                    (None, _) => Ok(form.get(&self.key).map(str::to_owned)),
                }
            }
            Kind::Date { .. } => {
                let in_parts = form.names().any(|name| name != self.key && self.owns(name));
                match self.one(form, &self.key)? {
                    Some(_) if in_parts => Err(Violation::Repeated),
                    Some(whole) => Ok(Some(whole.to_owned())),
                    None => self.typed_parts(form),
                }
            }
            _ => Ok(self.one(form, &self.key)?.map(str::to_owned)),
        }
    }

    fn typed_parts(&self, form: &Form) -> Result<Option<String>, Violation> {
        let mut parts = [""; 3];
        let mut sent = false;
        for (part, suffix) in parts.iter_mut().zip(Field::DATE_PARTS) {
            if let Some(text) = self.one(form, &format!("{}.{suffix}", self.key))? {
                *part = text.trim();
                sent = true;
            }
        }
        let [day, month, year] = parts;
        if !sent {
            return Ok(None);
        }
        if parts == [""; 3] {
            return Ok(Some(String::new()));
        }
        Date::from_parts(day, month, year).map(|date| Some(date.to_string()))
    }

    fn one<'a>(&self, form: &'a Form, name: &str) -> Result<Option<&'a str>, Violation> {
        form.one(name).map_err(|_| Violation::Repeated)
    }

    /// Puts a value into this field's controls.
    pub(crate) fn fill(&self, value: &Value, form: &mut Form) {
        match value {
            Value::Date(date) => {
                let parts = [
                    u32::from(date.day()),
                    u32::from(date.month()),
                    date.year().unsigned_abs(),
                ];
                for (suffix, part) in Field::DATE_PARTS.iter().zip(parts) {
                    let part = if *suffix == "year" {
                        format!("{part:04}")
                    } else {
                        part.to_string()
                    };
                    form.push(format!("{}.{suffix}", self.key), part);
                }
            }
            Value::Choices(keys) => keys.iter().for_each(|key| form.push(&self.key, key)),
            other => form.push(&self.key, other.print()),
        }
    }
}
