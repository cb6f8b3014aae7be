//! The plan of an erasure: what becomes of the rows of each table.

/// What becomes of the rows of one table when a user is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They go with the user.
    Goes,
    /// They stay, and no longer say whose they are.
    Nameless,
    /// As long as they are there, the user stays.
    Forbids,
}

/// What erasing a user does: the rows of a table that share a fate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableImpact {
    pub fate: Effect,
    pub table: String,
    pub rows: u64,
}

/// What erasing a user does, read off the foreign keys of the database.
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

    /// What the plan says, without its numbers, which every page view changes:
    /// whoever has agreed to it has agreed to no other kind of loss.
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
