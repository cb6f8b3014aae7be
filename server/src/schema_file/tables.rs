//! The tables of a schema file, as they are written in TOML.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

use super::wording::Wording;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaFile {
    #[serde(default)]
    pub roles: BTreeMap<Spanned<String>, RoleFile>,
    #[serde(default)]
    pub profile: AudienceFile,
    #[serde(default)]
    pub group: Vec<GroupFile>,
    #[serde(default)]
    pub field: Vec<FieldFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleFile {
    pub label: Option<Spanned<Wording>>,
    #[serde(default)]
    pub may: Vec<Spanned<String>>,
    pub second_factor: Option<Spanned<String>>,
}

/// The table `[profile]`: the profile as a whole.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceFile {
    pub audience: Option<Spanned<String>>,
    #[serde(default)]
    pub lock_audience: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupFile {
    pub key: Spanned<String>,
    pub label: Spanned<Wording>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldFile {
    pub key: Spanned<String>,
    pub group: Spanned<String>,
    #[serde(rename = "type")]
    pub kind: Spanned<String>,
    pub label: Spanned<Wording>,
    pub hint: Option<Spanned<Wording>>,
    #[serde(default)]
    pub required: Option<Spanned<bool>>,
    #[serde(default)]
    pub autocomplete: String,
    pub audience: Option<Spanned<String>>,
    #[serde(default)]
    pub lock_audience: bool,
    pub edit: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub view: Vec<Spanned<String>>,
    #[serde(default)]
    pub roles: Vec<Spanned<String>>,
    pub sign_up: Option<Spanned<bool>>,
    pub search: Option<Spanned<bool>>,
    pub min: Option<Spanned<i64>>,
    pub max: Option<Spanned<i64>>,
    pub past: Option<Spanned<bool>>,
    pub years: Option<Spanned<u16>>,
    #[serde(default)]
    pub option: Vec<OptionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    pub key: Spanned<String>,
    pub label: Spanned<Wording>,
}
