//! The names of the controls by which a form answers a conflict.

/// The name of the control that answers a conflict about an item.
pub fn choice_of(name: &str) -> String {
    format!("{name}{CHOICE}")
}

/// The item whose conflict a control of that name answers.
pub fn choice_name(control: &str) -> Option<&str> {
    control.strip_suffix(CHOICE)
}

const CHOICE: &str = ".choice";
