//! The names of the controls with which a form answers conflicts.

/// Returns the name of the control that answers a conflict about an item.
pub fn choice_of(name: &str) -> String {
    format!("{name}{CHOICE}")
}

/// Returns the item whose conflict a control answers, or `None` if it is not such a control.
pub fn choice_name(control: &str) -> Option<&str> {
    control.strip_suffix(CHOICE)
}

const CHOICE: &str = ".choice";
