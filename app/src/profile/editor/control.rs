//! The control of a field, by its kind. Rendered only by the server.

use leptos::prelude::*;

use crate::{
    form::Form,
    profile::{
        card::view::{Shown, view_shown},
        rules::{
            audience::{Audience, WHOLE, audience_of},
            kind::{Kind, SelectOption},
            length::length,
            schema::{Field, Schema},
            value::Value,
        },
    },
    text,
    ui::{DateInput, Described, Fieldset, Input, Select, Still, TextArea, Tick, control_id},
};

/// The number of remaining characters from which a single-line control shows its counter.
const NEARLY_FULL: usize = 10;

/// The control of `field`, with the value that `start` has for it.
#[component]
pub fn Control(field: Field, start: Form, error: Option<String>) -> impl IntoView {
    let value = start.get(&field.key).unwrap_or_default().to_owned();
    let described = Described {
        name: field.key.clone(),
        label: field.label.clone(),
        hint: hint(&field, None),
        error,
        optional: !field.required,
    };
    let autocomplete = field.autocomplete;
    let line = |kind, inputmode, spellcheck, described, value| {
        view! { <Input described value kind inputmode autocomplete=autocomplete.clone() spellcheck/> }.still()
    };
    match field.kind {
        Kind::Text { .. } => line(
            "text",
            "text",
            !autocomplete.ends_with("name"),
            described,
            value,
        ),
        Kind::LongText { .. } => view! { <TextArea described value/> }.still(),
        Kind::Phone => line("tel", "tel", false, described, value),
        Kind::Url => line("url", "url", false, described, value),
        Kind::Email => line("email", "email", false, described, value),
        Kind::Number { .. } => line("text", "numeric", false, described, value),
        Kind::Date { .. } => {
            let values = Field::DATE_PARTS.map(|part| {
                let typed = start.get(&format!("{}.{part}", field.key));
                typed.unwrap_or_default().to_owned()
            });
            let birthday = autocomplete == "bday";
            view! { <DateInput described values birthday/> }.still()
        }
        Kind::Choice { options } => {
            let options = select_options(options, &value);
            view! { <Select described>{options}</Select> }.still()
        }
        Kind::Choices { options, .. } => {
            let chosen: Vec<String> = start.all(&field.key).map(str::to_owned).collect();
            let ticks: Vec<_> = options
                .into_iter()
                .map(|option| {
                    let ticked = chosen.contains(&option.key);
                    tick("checkbox", field.key.clone(), option, ticked)
                })
                .collect();
            view! {
                <Fieldset described>
                    // Sent even if nothing is ticked, which is an answer too.
                    <input type="hidden" name=field.key.clone() value=""/>
                    <div class="ticks">{ticks}</div>
                </Fieldset>
            }
            .still()
        }
        // The picture has a form of its own. This form contains only its value.
        Kind::Picture => ().still(),
        Kind::Bool => {
            let answers = [
                ("yes", text::yes()),
                ("no", text::no()),
                ("", text::not_said()),
            ];
            // A required answer cannot be left open.
            let answers = answers
                .into_iter()
                .filter(|(key, _)| !(field.required && key.is_empty()));
            let ticks: Vec<_> = answers
                .map(|(key, label)| {
                    let option = SelectOption {
                        key: key.to_owned(),
                        label: label.to_owned(),
                    };
                    tick("radio", field.key.clone(), option, value == key)
                })
                .collect();
            let unsaid = field
                .required
                .then(|| view! { <input type="hidden" name=field.key value=""/> });
            view! {
                <Fieldset described>
                    {unsaid}
                    <div class="ticks ticks-row">{ticks}</div>
                </Fieldset>
            }
            .still()
        }
    }
}

/// A field that the viewer sees but cannot change.
#[component]
pub fn Fixed(field: Field, value: Option<Value>, own: bool) -> impl IntoView {
    let why = if own {
        text::filled_in_by_others()
    } else {
        text::not_yours_to_change()
    };
    let shown = match value {
        Some(value) => view_shown(Shown::of(&field.kind, &value), None).still(),
        None => text::nothing().still(),
    };
    view! {
        <div class="field field-fixed">
            <p class="label">{field.label}</p>
            <p class="hint">{why}</p>
            <div class="prose" dir="auto">{shown}</div>
        </div>
    }
}

/// The audience of a field, beside it: a choice, or with `fixed` only the information.
#[component]
pub fn AudienceControl(schema: Schema, field: Field, start: Form, fixed: bool) -> impl IntoView {
    // Roles that always see the field have to be mentioned.
    let roles = field.view.iter().filter_map(|key| schema.role(key));
    let always: Vec<&str> = roles.map(|role| role.label.as_str()).collect();
    let always = (!always.is_empty()).then(|| text::and_always(&always.join(text::comma())));
    if fixed {
        let audience = text::audience(field.audience.default);
        return view! {
            <p class="audience">{text::seen_by()} " " <b>{audience}</b> " " {always}</p>
        }
        .still();
    }
    let name = audience_of(&field.key);
    let id = control_id(&name);
    let of = format!("{id}-of");
    let chosen = start.get(&name).unwrap_or_default().to_owned();
    let options = Audience::ALL.map(|audience| {
        let selected = audience.key() == chosen;
        view! { <option value=audience.key() selected=selected>{text::audience(audience)}</option> }
    });
    view! {
        <p class="audience">
            <label for=id.clone()>{text::seen_by()}</label>
            // All these controls have the same label, so describe each by its field.
            <span id=of.clone() hidden>{field.label}</span>
            <select id=id name=name aria-describedby=of>{options.collect_view()}</select>
            {always}
        </p>
    }
    .still()
}

/// The choice of who sees the profile as a whole.
#[component]
pub fn WholeAudience(start: Form) -> impl IntoView {
    let name = audience_of(WHOLE);
    let chosen = start.get(&name).unwrap_or_default().to_owned();
    let ticks: Vec<_> = Audience::ALL
        .into_iter()
        .map(|audience| {
            let option = SelectOption {
                key: audience.key().to_owned(),
                label: text::whole_audience(audience).to_owned(),
            };
            let ticked = option.key == chosen;
            tick("radio", name.clone(), option, ticked)
        })
        .collect();
    let described = Described {
        name,
        label: text::who_sees_profile().to_owned(),
        hint: text::who_sees_profile_hint().to_owned(),
        ..Described::default()
    };
    view! { <Fieldset described><div class="ticks">{ticks}</div></Fieldset> }
}

/// Returns the hint of a field: its own text, followed by its limit. With the current form
/// (`typed`), the limit counts down; without script, it is constant.
pub fn hint(field: &Field, typed: Option<&Form>) -> String {
    let (max, from) = match field.kind {
        Kind::LongText { max } => (max, max),
        Kind::Text { max } => (max, NEARLY_FULL),
        _ => return field.hint.clone(),
    };
    let limit = match typed {
        Some(typed) => {
            let length = length(typed.get(&field.key).unwrap_or_default().trim());
            (length + from >= max).then(|| text::room_left(length, max))
        }
        None => (from == max).then(|| text::up_to(max)),
    };
    match limit {
        Some(limit) if field.hint.is_empty() => limit,
        Some(limit) => format!("{} {limit}", field.hint),
        None => field.hint.clone(),
    }
}

fn select_options(options: Vec<SelectOption>, chosen: &str) -> impl IntoView + use<> {
    let none = SelectOption {
        key: String::new(),
        label: text::choose().to_owned(),
    };
    let options = std::iter::once(none)
        .chain(options)
        .map(|SelectOption { key, label }| {
            let selected = key == chosen;
            view! { <option value=key selected=selected>{label}</option> }
        });
    options.collect_view()
}

fn tick(kind: &'static str, name: String, option: SelectOption, ticked: bool) -> impl IntoView {
    view! { <Tick kind name value=option.key label=option.label ticked/> }
}
