//! A foreign key, as the plan of an erasure follows it.

/// The action of a foreign key when the row that it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    Cascade,
    /// SET NULL, and SET DEFAULT if the default is NULL.
    SetNull,
    Restrict,
    NoAction,
}

/// A foreign key, its names quoted.
#[derive(Debug, Clone)]
pub struct Reference {
    pub table: String,
    pub columns: Vec<String>,
    pub parent: String,
    pub parent_columns: Vec<String>,
    /// How each column is compared, as ` COLLATE …` or nothing: as the parent does it,
    /// whatever the child does.
    pub collations: Vec<String>,
    pub on_delete: OnDelete,
}

/// A name, quoted as SQL wants it.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name of a table without its quotes, for people to read.
pub fn unquote(name: &str) -> String {
    let inner = name.strip_prefix('"').unwrap_or(name);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    inner.replace("\".\"", ".").replace("\"\"", "\"")
}
