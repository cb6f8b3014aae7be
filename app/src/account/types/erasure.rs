//! The plan of an erasure: what happens to the rows of each table.

/// The effect on the rows of one table when a user is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The rows are erased with the user.
    Goes,
    /// The rows stay, without a reference to the user.
    Nameless,
    /// The rows prevent the user from being erased, as long as they exist.
    Forbids,
}

/// The impact of an erasure on one table: an effect, and the number of rows that it concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableImpact {
    pub fate: Effect,
    pub table: String,
    pub rows: u64,
}

/// The plan for erasing a user, derived from the foreign keys of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasurePlan(Vec<TableImpact>);

impl ErasurePlan {
    pub fn new(shares: impl IntoIterator<Item = TableImpact>) -> ErasurePlan {
        let mut shares: Vec<TableImpact> =
            shares.into_iter().filter(|share| share.rows > 0).collect();
        shares.sort();
        ErasurePlan(shares)
    }

    pub fn with(&self, fate: Effect) -> impl Iterator<Item = &TableImpact> {
        self.0.iter().filter(move |share| share.fate == fate)
    }

    pub fn is_forbidden(&self) -> bool {
        self.with(Effect::Forbids).next().is_some()
    }

    /// Returns the plan without its row counts, which change with every page view. Consent to the
    /// outline is consent to these kinds of loss, and no others.
    pub fn outline(&self) -> String {
        let lines = self.0.iter().map(|share| {
            let fate = match share.fate {
                Effect::Goes => "goes",
                Effect::Nameless => "nameless",
                Effect::Forbids => "forbids",
            };
            format!("{fate} {}", share.table)
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}
