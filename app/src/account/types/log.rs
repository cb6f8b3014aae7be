//! The audit log of all users: filters, and pages.

use super::event::{EventKind, PastEvent};
use crate::profile::rules::date::{DAY_MS, Date};

/// The names of the controls and query parameters.
pub const PERSON: &str = "user";
pub const KIND: &str = "kind";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const BEFORE: &str = "before";

/// The filters, as text from a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedEvents {
    pub user: String,
    pub kind: String,
    pub from: String,
    pub to: String,
    pub before: String,
}

/// The events to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventSearch {
    /// Only events in which the user of this name was involved.
    pub user: Option<String>,
    pub kind: Option<EventKind>,
    /// The beginning of the first day, in milliseconds since 1970-01-01 UTC.
    pub from: Option<i64>,
    /// The last millisecond of the last day.
    pub until: Option<i64>,
    /// Only events before this place.
    pub before: Option<Place>,
}

/// The place of an event in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub at: i64,
    pub id: i64,
}

/// A page of events, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    pub events: Vec<PastEvent>,
    /// The place before which the next page begins; `None` at the end.
    pub next: Option<Place>,
}

impl Place {
    pub fn of(event: &PastEvent) -> Place {
        Place {
            at: event.at,
            id: event.id,
        }
    }

    pub fn print(self) -> String {
        format!("{}-{}", self.at, self.id)
    }

    pub fn parse(text: &str) -> Option<Place> {
        let (at, id) = text.split_once('-')?;
        let number = |text: &str| text.parse().ok().filter(|number| *number >= 0);
        Some(Place {
            at: number(at)?,
            id: number(id)?,
        })
    }
}

impl AskedEvents {
    /// Parses a query string, the text after the `?`. If a name is repeated, its first value
    /// counts.
    pub fn of_query(query: &str) -> AskedEvents {
        let part = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(known, _)| known == name);
            found.map_or(String::new(), |(_, value)| value.trim().to_owned())
        };
        AskedEvents {
            user: part(PERSON),
            kind: part(KIND),
            from: part(FROM),
            to: part(TO),
            before: part(BEFORE),
        }
    }

    /// Returns the search that the filters ask for.
    ///
    /// # Errors
    /// The names of the invalid filters: an unknown kind, an invalid day, an end before the
    /// beginning, or an invalid place.
    pub fn parse(&self) -> Result<EventSearch, Vec<&'static str>> {
        let mut wrong = Vec::new();
        let search = EventSearch {
            user: read(&self.user, PERSON, &mut wrong, |name| {
                let name = name.strip_prefix('@').unwrap_or(name);
                (!name.is_empty()).then(|| name.to_owned())
            }),
            kind: read(&self.kind, KIND, &mut wrong, EventKind::parse),
            from: read(&self.from, FROM, &mut wrong, beginning),
            until: read(&self.to, TO, &mut wrong, |day| {
                Some(beginning(day)? + DAY_MS - 1)
            }),
            before: read(&self.before, BEFORE, &mut wrong, Place::parse),
        };
        if let (Some(from), Some(until)) = (search.from, search.until)
            && from > until
        {
            wrong.push(TO);
        }
        match wrong.is_empty() {
            true => Ok(search),
            false => Err(wrong),
        }
    }

    /// Returns the query string for the same filters from another place on.
    pub fn query(&self, before: Option<Place>) -> String {
        let before = before.map(Place::print).unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            (PERSON, &self.user),
            (KIND, &self.kind),
            (FROM, &self.from),
            (TO, &self.to),
            (BEFORE, &before),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

/// Parses a part of the query if it is not empty. If it is invalid, adds its name to `wrong`.
fn read<T>(
    text: &str,
    name: &'static str,
    wrong: &mut Vec<&'static str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let value = parse(text);
    if value.is_none() {
        wrong.push(name);
    }
    value
}

/// Returns the beginning of a day in the format of date controls, `2026-11-22`.
fn beginning(day: &str) -> Option<i64> {
    let date = Date::parse(day).ok()?;
    (date.to_string() == day).then(|| date.days() * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<EventSearch, Vec<&'static str>> {
        AskedEvents::of_query(query).parse()
    }

    #[test]
    fn filters_are_read_and_each_that_makes_no_sense_is_named() {
        assert_eq!(asked(""), Ok(EventSearch::default()));
        let all = "user=%40ann&kind=disabled&from=2026-11-21&to=2026-11-22&before=17-4";
        let expected = EventSearch {
            user: Some("ann".to_owned()),
            kind: Some(EventKind::Disabled),
            from: Some(1_795_219_200_000),
            until: Some(1_795_391_999_999),
            before: Some(Place { at: 17, id: 4 }),
        };
        assert_eq!(asked(all), Ok(expected));
        for (query, wrong) in [
            ("user=%40", &["user"][..]),
            ("kind=danced", &["kind"]),
            ("from=yesterday&to=2026-02-30", &["from", "to"]),
            ("from=22.11.2026", &["from"]),
            ("from=2026-11-22&to=2026-11-21", &["to"]),
            ("before=17", &["before"]),
            ("before=ann", &["before"]),
            ("before=-1--2", &["before"]),
            ("before=9999999999999999999-1", &["before"]),
        ] {
            assert_eq!(asked(query), Err(wrong.to_vec()), "{query}");
        }
    }

    #[test]
    fn a_query_is_written_as_it_is_read() {
        let asked = AskedEvents::of_query("user=ann&kind=disabled&to=2026-11-22&other=1");
        let place = Some(Place { at: 17, id: 4 });
        assert_eq!(
            asked.query(place),
            "user=ann&kind=disabled&to=2026-11-22&before=17-4"
        );
        assert_eq!(AskedEvents::default().query(None), "");
    }
}
