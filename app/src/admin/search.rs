//! The search for users, as a query string. The list, its file and their links parse and format it
//! here.

use crate::{
    account::types::{
        managed::{AccountOrder, AccountSearch, AccountState, LastLogin, Place},
        user::User,
    },
    admin::rules::seen_states,
    profile::rules::schema::Schema,
};

/// The names of the controls and query parameters.
pub const TEXT: &str = "q";
pub const ROLE: &str = "role";
pub const STATUS: &str = "status";
pub const LAST_LOGIN: &str = "login";
pub const ORDER: &str = "order";
pub const SHOW: &str = "show";
pub const AFTER: &str = "after";

/// The numbers of accounts that a page can show.
pub const SHOWN: [usize; 2] = [50, 200];

/// A search as requested, not yet validated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub text: String,
    pub role: String,
    pub status: String,
    pub last_login: String,
    pub order: String,
    pub show: String,
    pub after: String,
}

/// The reason why a query string is not a valid search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedWrong {
    /// A role, status, time or order that does not exist.
    Filter,
    /// A place that is not valid in a list with this order.
    Place,
}

impl Asked {
    /// Parses a query string, the text after the `?`.
    pub fn of_query(query: &str) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let part = match &*name {
                TEXT => &mut asked.text,
                ROLE => &mut asked.role,
                STATUS => &mut asked.status,
                LAST_LOGIN => &mut asked.last_login,
                ORDER => &mut asked.order,
                SHOW => &mut asked.show,
                AFTER => &mut asked.after,
                _ => continue,
            };
            if part.is_empty() {
                value.trim().clone_into(part);
            }
        }
        asked
    }

    /// Returns the search for a member who may open the list, and the number of accounts per page.
    ///
    /// # Errors
    /// [`AskedWrong`]
    pub fn read(
        &self,
        schema: &Schema,
        manager: &User,
    ) -> Result<(AccountSearch, usize), AskedWrong> {
        let chosen = |part: &String| (!part.is_empty()).then(|| part.clone());
        let role = chosen(&self.role);
        if role
            .as_ref()
            .is_some_and(|role| schema.role(role).is_none())
        {
            return Err(AskedWrong::Filter);
        }
        let seen = states_for(schema, manager);
        let state = match self.status.as_str() {
            "" if seen.len() == AccountState::ALL.len() => None,
            "" => Some(*seen.first().ok_or(AskedWrong::Filter)?),
            word => {
                let state = AccountState::parse(word).filter(|state| seen.contains(state));
                Some(state.ok_or(AskedWrong::Filter)?)
            }
        };
        let last_login = chosen(&self.last_login)
            .map(|word| LastLogin::parse(&word).ok_or(AskedWrong::Filter))
            .transpose()?;
        let order = chosen(&self.order)
            .map(|word| AccountOrder::parse(&word).ok_or(AskedWrong::Filter))
            .transpose()?
            .unwrap_or_default();
        let show = match self.show.as_str() {
            "" => SHOWN[0],
            number => {
                let asked = SHOWN.into_iter().find(|show| show.to_string() == number);
                asked.ok_or(AskedWrong::Filter)?
            }
        };
        let after = chosen(&self.after)
            .map(|token| order.read_token(&token).ok_or(AskedWrong::Place))
            .transpose()?;
        let search = AccountSearch {
            text: self.text.clone(),
            role,
            state,
            last_login,
            order,
            after,
        };
        Ok((search, show))
    }

    /// Returns the URL of the search from another place on, for the page of the list or of its
    /// file.
    pub fn address(&self, page: &str, after: Option<&Place>) -> String {
        let order = AccountOrder::parse(&self.order).unwrap_or_default();
        let after = after.map(|place| order.token(place)).unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            (TEXT, &self.text),
            (ROLE, &self.role),
            (STATUS, &self.status),
            (LAST_LOGIN, &self.last_login),
            (ORDER, &self.order),
            (SHOW, &self.show),
            (AFTER, &after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => page.to_owned(),
            query => format!("{page}?{query}"),
        }
    }
}

/// Returns the states of the accounts that a member who may open the list sees.
pub fn states_for(schema: &Schema, member: &User) -> &'static [AccountState] {
    seen_states(schema, &member.role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::types::user::UserId,
        profile::rules::{
            fixture,
            schema::{Right, Role},
        },
    };

    fn manager() -> User {
        User {
            id: UserId(1),
            ..User::stranger("admin")
        }
    }

    fn read(query: &str) -> Result<(AccountSearch, usize), AskedWrong> {
        let admin = Role {
            key: "admin".to_owned(),
            label: "Administrator".to_owned(),
            may: [Right::ManageUsers].into_iter().collect(),
            second_required: false,
        };
        let mut schema = fixture::schema(Vec::new());
        schema.roles.push(admin);
        Asked::of_query(query).read(&schema, &manager())
    }

    #[test]
    fn what_is_not_there_is_no_search() {
        for query in [
            "role=king",
            "status=asleep",
            "login=yesterday",
            "order=shoe-size",
            "show=51",
            "show=1000000",
        ] {
            assert_eq!(read(query), Err(AskedWrong::Filter), "{query}");
        }
        for query in [
            "after=a:b",
            "after=%27",
            "order=signed-up&after=ann",
            "order=signed-up&after=last-login:1:ann",
            "order=last-login&after=last-login:soon:ann",
        ] {
            assert_eq!(read(query), Err(AskedWrong::Place), "{query}");
        }
    }

    #[test]
    fn an_address_says_what_it_was_made_of() {
        let query = "q=%25+%22x%22&status=active&login=never&order=last-login&show=200";
        let asked = Asked::of_query(query);
        assert_eq!(
            asked.address("/admin/users", None),
            format!("/admin/users?{query}")
        );
        let place = Place {
            at: 0,
            username_key: "ann".to_owned(),
        };
        let next = asked.address("/admin/users", Some(&place));
        let (_, query) = next.split_once('?').unwrap();
        let (search, show) = read(query).unwrap();
        assert_eq!(search.after, Some(place));
        assert_eq!((search.text.as_str(), show), ("% \"x\"", 200));
        assert_eq!(
            Asked::default().address("/admin/users", None),
            "/admin/users"
        );
    }
}
