//! `/design`, in a development build: every component in each of its states, on one page for
//! checking changes to the style. A release build responds with 404.
//!
//! Its headings are the names of the components, and are not translated.

use leptos::prelude::*;

use crate::{
    backend::backend,
    error::AppError,
    text,
    ui::{
        Badge, DateInput, Described, ErrorPage, ErrorSummary, Fieldset, FileInput,
        INITIALS_COLOURS, Initials, Inner, Input, LinkCard, Notice, Page, PasskeyButton,
        PasswordInput, Problem, Save, Select, Still, Tags, TextArea, Tick, Timestamp, Width,
    },
};

#[component]
pub fn DesignPage() -> impl IntoView {
    if !backend().site.in_development {
        return view! { <ErrorPage error=AppError::NotFound/> }.still();
    }
    view! {
        <Page title="Design" width=Width::Column private=true>
            <h1>"Design"</h1>
            {colours().still()}
            {controls().still()}
            {words().still()}
        </Page>
    }
    .still()
}

/// A component and its states.
#[component]
fn Sample(name: &'static str, children: Inner) -> impl IntoView {
    view! {
        <section class="card sample">
            <h2>{name}</h2>
            {children.still()}
        </section>
    }
}

fn described(name: &str, state: State) -> Described {
    let broken = crate::profile::rules::violation::Violation::Required;
    Described {
        name: format!("{name}-{}", state as u8),
        label: text::username().to_owned(),
        hint: text::alt_hint().to_owned(),
        error: (state == State::Refused).then(|| text::violation(text::username(), &broken)),
        optional: state == State::Optional,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Optional,
    Refused,
}

const STATES: [State; 3] = [State::Plain, State::Optional, State::Refused];

fn colours() -> impl IntoView {
    let initials = (0..INITIALS_COLOURS).map(|colour| {
        let name = format!(
            "{} {}",
            char::from(b'A' + colour),
            char::from(b'H' + colour)
        );
        view! { <Initials name colour/> }
    });
    view! {
        <Sample name="Initials">
            <p class="actions">{initials.collect_view()}</p>
        </Sample>
        <Sample name="Buttons, Save">
            <p class="actions">
                <button class="button">{text::save_profile()}</button>
                <button class="button button-quiet">{text::cancel()}</button>
                <button class="button button-grave">{text::delete_account()}</button>
                <button class="button button-small">{text::sign_up()}</button>
            </p>
            <Save words=text::save_profile() back="/design"/>
        </Sample>
    }
}

fn controls() -> impl IntoView {
    let inputs = STATES.map(|state| {
        view! { <Input described=described("input", state) value="Maya".to_owned()/> }
    });
    let passwords = STATES.map(|state| {
        view! { <PasswordInput described=described("password", state) autocomplete="off"/> }
    });
    let areas = STATES.map(|state| {
        view! { <TextArea described=described("area", state) value="Maya\nLind".to_owned()/> }
    });
    let selects = STATES.map(|state| {
        view! {
            <Select described=described("select", state)>
                <option>{text::choose()}</option>
                <option>{text::yes()}</option>
            </Select>
        }
    });
    let dates = STATES.map(|state| {
        let values = ["27".to_owned(), "2".to_owned(), "1988".to_owned()];
        view! { <DateInput described=described("date", state) values birthday=false/> }
    });
    let files = STATES.map(|state| {
        view! { <FileInput described=described("file", state) accept="image/png"/> }
    });
    let fieldsets = STATES.map(|state| {
        let name = format!("tick-{}", state as u8);
        view! {
            <Fieldset described=described("fieldset", state)>
                <div class="ticks">
                    <Tick kind="radio" name=name.clone() value="1" label=text::yes() ticked=true/>
                    <Tick kind="radio" name=name.clone() value="2" label=text::no() ticked=false/>
                    <Tick kind="checkbox" name=name value="3" label=text::not_said() ticked=true/>
                </div>
            </Fieldset>
        }
    });
    view! {
        <Sample name="Input">{inputs.collect_view()}</Sample>
        <Sample name="PasswordInput">{passwords.collect_view()}</Sample>
        <Sample name="PasskeyButton">
            <form>
                <PasskeyButton options="{}".to_owned() words=text::use_passkey() name="passkey" error=None/>
            </form>
        </Sample>
        <Sample name="TextArea">{areas.collect_view()}</Sample>
        <Sample name="Select">{selects.collect_view()}</Sample>
        <Sample name="DateInput">{dates.collect_view()}</Sample>
        <Sample name="FileInput">{files.collect_view()}</Sample>
        <Sample name="Fieldset, Tick">{fieldsets.collect_view()}</Sample>
    }
}

fn words() -> impl IntoView {
    let problems = vec![
        Problem {
            words: text::violation(
                text::username(),
                &crate::profile::rules::violation::Violation::Required,
            ),
            href: Some("#f-input-2".to_owned()),
            new_tab: false,
        },
        Problem {
            words: text::form_error(&AppError::Busy).into_owned(),
            href: None,
            new_tab: false,
        },
    ];
    view! {
        <Sample name="ErrorSummary">
            <ErrorSummary problems/>
        </Sample>
        <Sample name="Notice, Badge, Timestamp, Tags">
            <Notice words=text::saved()/>
            <p>{text::profile()} " " <Badge words=text::me()/></p>
            <p><Timestamp at=0/></p>
            <Tags>
                <li>{text::a_guest()}</li>
                <li>{text::a_member()}</li>
            </Tags>
        </Sample>
        <LinkCard title="LinkCard" links=vec![("/", text::profile()), ("/design", text::settings())]/>
    }
}
