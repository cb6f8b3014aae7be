//! The audit log as those read it who may read all of it: what they ask for, and a page of it.

use super::event::{EventKind, PastEvent};
use crate::profile::rules::date::{DAY_MS, Date};

/// The names of the controls and of the query.
pub const PERSON: &str = "user";
pub const KIND: &str = "kind";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const BEFORE: &str = "before";

/// The filters as an address has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedEvents {
    pub user: String,
    pub kind: String,
    pub from: String,
    pub to: String,
    pub before: String,
}

/// The events that are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventSearch {
    /// Those in which the user of that name had a part.
    pub user: Option<String>,
    pub kind: Option<EventKind>,
    /// Milliseconds since 1970-01-01 UTC; of the first day the beginning.
    pub from: Option<i64>,
    /// The last millisecond of the last day.
    pub until: Option<i64>,
    /// Those below that one.
    pub before: Option<Place>,
}

/// The place of an event in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub at: i64,
    pub id: i64,
}

/// Some events, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    pub events: Vec<PastEvent>,
    /// The place below which the next page begins; `None` at the end.
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
    /// Reads a query, the text after the `?`. Of a name that comes twice, the first counts.
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

    /// The search that the filters ask for.
    ///
    /// # Errors
    /// The names of what makes no sense: a kind that is not there, a day that is none or comes
    /// too late, a place that is no place.
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

    /// The query of the same filters, from another place on.
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

/// A part of the query, if there is one.
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

/// The beginning of a day that is written as `2026-11-22`, as the control of a date sends it.
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
