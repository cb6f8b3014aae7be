//! The rules for actions on many accounts: the forms, and the state that a plan depends on.
//!
//! The list submits the selected names. The page responds with a plan, whose form has an outline
//! for each name. A confirmed plan is done row by row, if the outline of the row is still true.

use crate::{
    account::types::{
        bulk::NotDone,
        managed::{AccountState, ManagedAccount, ManagementAct},
        user::UserId,
    },
    error::{AppError, Violations},
    form::Form,
    profile::rules::{schema::Schema, violation::Violation},
};

use super::rules::{DISABLE, ENABLE, ERASE, LINK, Party, ROLE, can_act, read_reason};

/// The name of the control that selects the action.
pub const DO: &str = "do";
/// The name of the checkboxes, and of the hidden controls of a plan.
pub const USER: &str = "user";
/// The name of the hidden controls for all users on a page of the list.
pub const LISTED: &str = "listed";
/// The name of the submit buttons, and the value of the one that selects everyone on the page.
pub const SCOPE: &str = "scope";
pub const ALL: &str = "all";
/// The name of the hidden controls for the outlines of a plan, in the same order as the names.
pub const PLANNED: &str = "planned";
/// The name of the hidden controls for the users whom a plan excludes, with a reason.
pub const REFUSED: &str = "refused";
/// The name of the hidden control that confirms a plan.
pub const CONFIRM: &str = "confirm";
/// The name of the hidden control for the list to go back to.
pub const LIST: &str = "list";

/// The maximum number of accounts in a form.
pub const MOST: usize = 200;

/// Returns the action that a form for many accounts asks for.
///
/// # Errors
/// `Required` or `NotAChoice` on the action; `TooLong` on the reason.
pub fn read_many(schema: &Schema, form: &Form) -> Result<ManagementAct, AppError> {
    let asked = form.one(DO)?.unwrap_or_default();
    Ok(match asked.split_once(':') {
        Some((ROLE, role)) if schema.role(role).is_some() => {
            ManagementAct::SetRole(role.to_owned())
        }
        None if asked == DISABLE => ManagementAct::Disable(read_reason(form)?),
        None if asked == ENABLE => ManagementAct::Enable,
        None if asked == LINK => ManagementAct::SendLink,
        None if asked == ERASE => ManagementAct::Erase {
            outline: String::new(),
        },
        None if asked.is_empty() => return Err(AppError::invalid(DO, Violation::Required)),
        _ => return Err(AppError::invalid(DO, Violation::NotAChoice)),
    })
}

/// Returns the value of the control for an action on many accounts.
pub fn word_of(act: &ManagementAct) -> String {
    match act {
        ManagementAct::SetRole(role) => format!("{ROLE}:{role}"),
        ManagementAct::Disable(_) => DISABLE.to_owned(),
        ManagementAct::Enable => ENABLE.to_owned(),
        ManagementAct::SendLink => LINK.to_owned(),
        ManagementAct::Erase { .. } => ERASE.to_owned(),
        // Not available for many accounts.
        _ => String::new(),
    }
}

/// Returns the actions on many accounts that the manager has the right to perform on anyone.
pub fn acts_for(schema: &Schema, manager: Party<'_>) -> Vec<ManagementAct> {
    let roles = schema.roles.iter();
    let roles = roles.map(|role| ManagementAct::SetRole(role.key.clone()));
    let others = [
        ManagementAct::SendLink,
        ManagementAct::Disable(None),
        ManagementAct::Enable,
        ManagementAct::Erase {
            outline: String::new(),
        },
    ];
    // A user with the default role, who has no more rights than anyone else.
    let anybody = Party {
        id: UserId(0),
        role: schema.effective_role(None),
    };
    roles
        .chain(others)
        .filter(|act| can_act(schema, manager, act, anybody))
        .collect()
}

/// Returns the names that a form is about, without duplicates.
///
/// # Errors
/// `Required` on the checkboxes, if none is selected; [`AppError::BadRequest`] for more than a list
/// shows.
pub fn read_names(form: &Form) -> Result<Vec<String>, AppError> {
    let control = match form.one(SCOPE)? {
        Some(ALL) => LISTED,
        _ => USER,
    };
    let mut names: Vec<String> = Vec::new();
    for name in form.all(control) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    match names.len() {
        0 => Err(AppError::invalid(USER, Violation::Required)),
        1..=MOST => Ok(names),
        _ => Err(AppError::BadRequest),
    }
}

/// Returns the rows of a confirmed plan, each a name and its outline; `None` if the form confirms
/// nothing.
///
/// # Errors
/// [`AppError::BadRequest`] for a form that no page of the site sends.
pub fn read_confirmed(form: &Form) -> Result<Option<Vec<(String, String)>>, AppError> {
    if form.one(CONFIRM)?.is_none() {
        return Ok(None);
    }
    let names = read_names(form)?;
    let outlines: Vec<&str> = form.all(PLANNED).collect();
    if names.len() != outlines.len() || form.all(REFUSED).count() > MOST {
        return Err(AppError::BadRequest);
    }
    let outlines = outlines.into_iter().map(str::to_owned);
    Ok(Some(names.into_iter().zip(outlines).collect()))
}

/// Returns everything that a form lacks before a plan can be made.
pub fn missing(schema: &Schema, form: &Form) -> Violations {
    let mut missing = Violations::default();
    for refused in [read_names(form).err(), read_many(schema, form).err()] {
        if let Some(AppError::Invalid(violations)) = refused {
            for (name, violation) in violations.iter() {
                missing.add(name, violation.clone());
            }
        }
    }
    missing
}

/// Returns the reason why an action on an account would fail, as far as its facts tell.
pub fn hindrance(
    schema: &Schema,
    manager: Party<'_>,
    act: &ManagementAct,
    account: &ManagedAccount,
) -> Option<NotDone> {
    let role = schema.effective_role(account.role.as_deref());
    let target = Party {
        id: account.id,
        role,
    };
    if manager.id == account.id {
        return Some(NotDone::OwnAccount);
    }
    // A refused account is erased, whatever anyone does.
    if !can_act(schema, manager, act, target) || account.state == AccountState::Refused {
        return Some(NotDone::OutOfReach);
    }
    let is_disabled = account.state == AccountState::Disabled;
    let is_already = match act {
        ManagementAct::SetRole(given) => role == given,
        ManagementAct::Disable(_) => is_disabled,
        ManagementAct::Enable => !is_disabled,
        _ => false,
    };
    is_already.then_some(NotDone::Already)
}

/// Returns the state that an action on an account depends on, as text. The action is done only if
/// the state is still the same.
pub fn outline(schema: &Schema, act: &ManagementAct, account: &ManagedAccount) -> String {
    match act {
        ManagementAct::SetRole(_) => schema.effective_role(account.role.as_deref()).to_owned(),
        ManagementAct::Disable(_) | ManagementAct::Enable => account.state.word().to_owned(),
        ManagementAct::SendLink => {
            let address = account.email.as_ref().or(account.pending_email.as_ref());
            address.cloned().unwrap_or_default()
        }
        ManagementAct::Erase { outline } => outline.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::rules::{
        fixture,
        schema::{Right, Role},
    };

    fn schema() -> Schema {
        let role = |key: &str, may: &[Right]| Role {
            key: key.to_owned(),
            label: key.to_owned(),
            may: may.iter().copied().collect(),
            second_required: false,
        };
        Schema {
            roles: vec![
                role("reader", &[]),
                role("helper", &[Right::HelpUsers]),
                role("editor", &[Right::EditProfiles]),
                role(
                    "admin",
                    &[Right::EditProfiles, Right::ManageUsers, Right::HelpUsers],
                ),
            ],
            ..fixture::schema(Vec::new())
        }
    }

    fn account(role: &str, state: AccountState) -> ManagedAccount {
        ManagedAccount {
            id: UserId(2),
            username: "ann".to_owned(),
            email: Some("ann@example.org".to_owned()),
            pending_email: None,
            role: Some(role.to_owned()),
            state,
            erase_at: None,
            waits_since: None,
            created_at: 0,
            last_login_at: None,
            found_name: None,
        }
    }

    /// Tests the hindrances of each action by each role on an account of each role.
    #[test]
    fn a_plan_refuses_what_the_single_act_refuses_and_what_is_already_so() {
        let schema = schema();
        let all = ["reader", "helper", "editor", "admin"];
        for by in all {
            let manager = Party {
                id: UserId(1),
                role: by,
            };
            for word in [
                "role:reader",
                "role:admin",
                "disable",
                "enable",
                "link",
                "erase",
            ] {
                let act = read_many(&schema, &Form::from_iter([(DO, word)])).unwrap();
                assert_eq!(word_of(&act), word);
                for of in all {
                    for state in AccountState::ALL {
                        if state == AccountState::Refused {
                            continue;
                        }
                        let account = account(of, state);
                        let target = Party {
                            id: account.id,
                            role: of,
                        };
                        let found = hindrance(&schema, manager, &act, &account);
                        let may = can_act(&schema, manager, &act, target);
                        let is_out = found == Some(NotDone::OutOfReach);
                        assert_eq!(is_out, !may, "{by} {word} {of}");
                        let is_disabled = state == AccountState::Disabled;
                        let is_already = match word {
                            "disable" => is_disabled,
                            "enable" => !is_disabled,
                            word => word == format!("role:{of}"),
                        };
                        let told = found == Some(NotDone::Already);
                        assert_eq!(told, may && is_already, "{by} {word} {of} {state:?}");
                    }
                }
            }
        }
        let own = Party {
            id: UserId(2),
            role: "admin",
        };
        let own = hindrance(
            &schema,
            own,
            &ManagementAct::Disable(None),
            &account("admin", AccountState::Active),
        );
        assert_eq!(own, Some(NotDone::OwnAccount));
    }

    #[test]
    fn only_what_a_role_may_do_to_somebody_is_offered() {
        for (role, expected) in [
            ("reader", ""),
            ("helper", "link"),
            ("editor", ""),
            (
                "admin",
                "role:reader role:helper role:editor role:admin link disable enable erase",
            ),
        ] {
            let manager = Party {
                id: UserId(1),
                role,
            };
            let offered: Vec<_> = acts_for(&schema(), manager).iter().map(word_of).collect();
            assert_eq!(offered.join(" "), expected, "{role}");
        }
    }

    #[test]
    fn a_form_says_whom_and_a_plan_says_what_it_rests_on() {
        let form = |pairs: &[(&str, &str)]| Form::from_iter(pairs.iter().copied());
        let names = |pairs: &[(&str, &str)]| read_names(&form(pairs));
        let listed = [
            (LISTED, "ann"),
            (LISTED, "bob"),
            (USER, "bob"),
            (USER, "bob"),
        ];
        assert_eq!(names(&listed).unwrap(), ["bob"]);
        let all = [&listed[..], &[(SCOPE, ALL)]].concat();
        assert_eq!(names(&all).unwrap(), ["ann", "bob"]);
        assert_eq!(
            names(&[(LISTED, "ann")]),
            Err(AppError::invalid(USER, Violation::Required))
        );
        let many: Vec<String> = (0..=MOST).map(|number| format!("user-{number}")).collect();
        let many: Vec<_> = many.iter().map(|name| (USER, name.as_str())).collect();
        assert_eq!(names(&many), Err(AppError::BadRequest));

        let planned = [(USER, "ann"), (PLANNED, "reader"), (CONFIRM, "yes")];
        let rows = read_confirmed(&form(&planned)).unwrap();
        assert_eq!(rows, Some(vec![("ann".to_owned(), "reader".to_owned())]));
        assert_eq!(read_confirmed(&form(&planned[..2])), Ok(None));
        let short = [(USER, "ann"), (CONFIRM, "yes")];
        assert_eq!(read_confirmed(&form(&short)), Err(AppError::BadRequest));
    }

    #[test]
    fn an_act_that_is_not_there_is_refused() {
        for (word, violation) in [
            ("", Violation::Required),
            ("role", Violation::NotAChoice),
            ("role:king", Violation::NotAChoice),
            ("disable:ann", Violation::NotAChoice),
            ("promote", Violation::NotAChoice),
        ] {
            let read = read_many(&schema(), &Form::from_iter([(DO, word)]));
            assert_eq!(read, Err(AppError::invalid(DO, violation)), "{word}");
        }
    }
}
