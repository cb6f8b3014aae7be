//! A date in three controls: day, month, year (GOV.UK date input). Picking a birthday from a
//! calendar is slow, and a single text field would have to guess the order.

use leptos::prelude::*;

use super::field::{Described, Fieldset, control_id, error_id};
use crate::text;

/// A date input. Its parts are sent as `NAME.day`, `NAME.month`, `NAME.year`.
#[component]
pub fn DateInput(
    described: Described,
    /// Day, month and year, as they were typed.
    values: [String; 3],
    /// Lets browsers fill in the user's own birthday.
    birthday: bool,
) -> impl IntoView {
    let invalid = described.error.is_some().then_some("true");
    // The fieldset refers to the error too, but a screen reader that reaches a part by its label
    // announces only the part.
    let error = error_id(&control_id(&described.name));
    let labels = [text::day(), text::month(), text::year()];
    let parts = ["day", "month", "year"].into_iter().zip(labels).zip(values);
    let parts: Vec<_> = parts
        .map(|((part, label), value)| {
            let name = format!("{}.{part}", described.name);
            let id = control_id(&name);
            let autocomplete = birthday.then(|| format!("bday-{part}"));
            // A month may be typed as a word.
            let inputmode = (part != "month").then_some("numeric");
            view! {
                <div class=format!("date-part date-{part}")>
                    <label for=id.clone()>{label}</label>
                    <input id=id name=name type="text" value=value autocomplete=autocomplete inputmode=inputmode aria-invalid=invalid aria-describedby=error.clone()/>
                </div>
            }
        })
        .collect();
    view! { <Fieldset described><div class="date-parts">{parts}</div></Fieldset> }
}
