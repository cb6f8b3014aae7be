//! The view of a profile.
//!
//! [`ProfileView`] is derived from a [`VisibleProfile`] and the schema only. The owner's page, the
//! public page, "view as" and the live preview of the editor all show it with [`ProfileCard`].

use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::property::Property;
use crate::{
    account::types::user::UserId,
    profile::rules::{
        access::VisibleProfile,
        audience::Audience,
        date::Date,
        kind::Kind,
        picture::Picture,
        schema::{Field, Schema},
        value::Value,
    },
    text,
    ui::{Badge, INITIALS_COLOURS, Initials, Tags},
};

/// A profile as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileView {
    /// The display name, or the username if there is none.
    pub name: String,
    pub username: String,
    /// The index of the colour behind the initials.
    pub colour: u8,
    pub picture: Option<Picture>,
    /// The groups and fields that have something to show.
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub label: String,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    pub shown: Shown,
    /// The standard property that the entry stands for.
    pub property: Option<Property>,
    /// The audience, if the viewer is the owner and not everyone can see the entry.
    pub audience: Option<Audience>,
}

/// A value in the form in which the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Line(String),
    Prose(String),
    Date(Date),
    /// A link. It is `foreign` if it leads to a web page that the site does not vouch for.
    Link {
        href: String,
        text: String,
        foreign: bool,
    },
    List(Vec<String>),
}

impl ProfileView {
    pub fn of(schema: &Schema, visible: &VisibleProfile) -> ProfileView {
        let (values, username) = (&visible.values, &visible.owner.username);
        let audience = |key: &str| {
            let audience = visible.audiences.get(key).filter(|_| visible.own)?;
            (*audience != Audience::Everyone).then_some(*audience)
        };
        let sections = schema.groups.iter().map(|group| {
            // The name is the heading of the card, and the picture is beside it.
            let listed = |field: &&Field| !field.is_name() && field.kind != Kind::Picture;
            let fields = group.fields.iter().filter(listed);
            let entries = fields.filter_map(|field| {
                let shown = Shown::of(&field.kind, values.get(&field.key)?);
                Some(Entry {
                    label: field.label.clone(),
                    shown,
                    property: Property::of(field),
                    audience: audience(&field.key),
                })
            });
            Section {
                label: group.label.clone(),
                entries: entries.collect(),
            }
        });
        ProfileView {
            name: schema
                .display_name(values)
                .unwrap_or_else(|| username.clone()),
            username: username.clone(),
            colour: colour_of(visible.owner.id),
            picture: schema.picture(values).cloned(),
            sections: sections
                .filter(|section| !section.entries.is_empty())
                .collect(),
        }
    }
}

/// The characters to escape in the address of a `mailto:` link. Unescaped, they could end it, and
/// start a subject, a body or another recipient (RFC 6068 §2).
const NOT_IN_MAILTO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'&')
    .add(b'?')
    .add(b'#');

impl Shown {
    pub(crate) fn of(kind: &Kind, value: &Value) -> Shown {
        match (value, kind) {
            (Value::Text(text), Kind::LongText { .. }) => Shown::Prose(text.clone()),
            (Value::Text(text), _) => Shown::Line(text.clone()),
            (Value::Date(date), _) => Shown::Date(*date),
            (Value::Phone(phone), _) => Shown::Link {
                href: format!("tel:{}", phone.dialled()),
                text: phone.typed.clone(),
                foreign: false,
            },
            (Value::Url(url), _) => Shown::Link {
                href: url.as_str().to_owned(),
                text: url.short().to_owned(),
                foreign: true,
            },
            (Value::Email(email), _) => Shown::Link {
                href: format!("mailto:{}", utf8_percent_encode(email, NOT_IN_MAILTO)),
                text: email.clone(),
                foreign: false,
            },
            (Value::Number(number), _) => Shown::Line(text::integer(*number)),
            (Value::Choice(key), kind) => Shown::Line(kind.label(key)),
            (Value::Choices(keys), kind) => {
                Shown::List(keys.iter().map(|key| kind.label(key)).collect())
            }
            (Value::Picture(picture), _) => Shown::Line(text::picture(&picture.alt)),
            (Value::Bool(yes), _) => {
                Shown::Line(if *yes { text::yes() } else { text::no() }.to_owned())
            }
        }
    }
}

/// Returns the colour of a user. It depends on the id, so it stays the same if the name changes.
fn colour_of(user: UserId) -> u8 {
    let colours = i64::from(INITIALS_COLOURS);
    u8::try_from(user.0.rem_euclid(colours)).unwrap_or_default()
}

/// The place of the card, which determines the level of its headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLevel {
    /// The card is the page.
    Page,
    /// The card is below a heading of the page.
    Preview,
}

#[component]
pub fn ProfileCard(profile: ProfileView, level: HeadingLevel) -> impl IntoView {
    let ProfileView {
        name,
        username,
        colour,
        picture,
        sections,
    } = profile;
    let heading = {
        let name = name.clone();
        match level {
            HeadingLevel::Page => {
                Either::Left(view! { <h1 class="profile-name p-name" dir="auto">{name}</h1> })
            }
            HeadingLevel::Preview => {
                Either::Right(view! { <p class="profile-name" dir="auto">{name}</p> })
            }
        }
    };
    let class = format!("profile h-card hue-{colour}");
    view! {
        <article class=class>
            <header class="profile-header">
                <Portrait name colour picture/>
                <div>
                    {heading}
                    <p class="profile-username" dir="ltr"><data class="p-nickname" value=username.clone()>{format!("@{username}")}</data></p>
                </div>
            </header>
            {sections.into_iter().map(|section| view_section(section, level)).collect::<Vec<_>>()}
        </article>
    }
}

/// The picture, or the initials of the name if there is none.
#[component]
pub fn Portrait(name: String, colour: u8, picture: Option<Picture>) -> impl IntoView {
    match picture {
        Some(picture) => Either::Left(view! {
            <img
                class="avatar u-photo"
                src=picture.src(256)
                srcset=format!("{} 256w, {} 512w", picture.src(256), picture.src(512))
                sizes="6rem"
                width="96"
                height="96"
                alt=picture.alt
            />
        }),
        None => Either::Right(view! { <Initials name colour/> }),
    }
}

fn view_section(section: Section, level: HeadingLevel) -> impl IntoView {
    let label = section.label;
    let heading = match level {
        HeadingLevel::Page => Either::Left(view! { <h2>{label}</h2> }),
        HeadingLevel::Preview => Either::Right(view! { <h3>{label}</h3> }),
    };
    view! {
        <section class="profile-section">
            {heading}
            <dl>{section.entries.into_iter().map(view_entry).collect::<Vec<_>>()}</dl>
        </section>
    }
}

fn view_entry(entry: Entry) -> impl IntoView {
    let wide = matches!(entry.shown, Shown::Prose(_));
    // Programs read the URL of a link and the `datetime` of a date, not the text, so the class has
    // to be on that element.
    let class = entry.property.map(Property::class);
    let (outer, inner) = match entry.shown {
        Shown::Date(_) | Shown::Link { .. } => (None, class),
        _ => (class, None),
    };
    let outer = match (wide, outer) {
        (true, Some(class)) => Some(format!("prose {class}")),
        (true, None) => Some("prose".to_owned()),
        (false, class) => class.map(str::to_owned),
    };
    view! {
        <div class=if wide { "entry entry-wide" } else { "entry" }>
            <dt>
                {entry.label}
                {entry.audience.map(|audience| view! { " "<Badge words=text::audience(audience)/> })}
            </dt>
            <dd dir="auto" class=outer>{view_shown(entry.shown, inner)}</dd>
        </div>
    }
}

/// Renders a value. `class` is its h-card class, for a date or a link, which have an element of
/// their own.
pub(crate) fn view_shown(shown: Shown, class: Option<&'static str>) -> impl IntoView {
    match shown {
        Shown::Line(text) | Shown::Prose(text) => EitherOf4::A(text),
        Shown::Date(date) => EitherOf4::B(
            view! { <time datetime=date.to_string() class=class>{text::date(date)}</time> },
        ),
        Shown::Link {
            href,
            text,
            foreign,
        } => EitherOf4::C(view! {
            <a href=href dir="ltr" class=class rel=foreign.then_some("nofollow ugc noopener")>{text}</a>
        }),
        Shown::List(items) => {
            let items: Vec<_> = items
                .into_iter()
                .map(|item| view! { <li>{item}</li> })
                .collect();
            EitherOf4::D(view! { <Tags>{items}</Tags> })
        }
    }
}
