//! All texts of the user interface and of emails, by language.
//!
//! The only other wording is the operator's own, in `profile.toml`. A page asks for a text by name
//! and gets it in the current [`language()`]. Texts that need a number or a name take it as an
//! argument, because languages differ in more than words.
//!
//! The list below is the table of contents. Each language has a folder with every text: a missing
//! one does not compile. Each text is a function of its own, so that the wasm contains only the
//! texts that its islands show.
//!
//! To add a language, add its folder, its line in `languages!`, and whatever the compiler then asks
//! for.
//!
//! | file or folder | content |
//! |---|---|
//! | `language` | `Language`; `with_locale` and `in_language`, which set the current one |
//! | `en`, `de`, `ar` | the texts of a language, one file per subject; its emails, one folder each. `ar/bidi`: bidi isolation; `ar/number`: plural forms |
//! | `mail`, `mail/frame.html` | emails: subject, text and HTML; the frame around all of them |
//! | `date`, `moment`, `number` | month names of every language; points in time; groups of digits |
//! | `words` | helpers for the texts of every language |

mod date;
mod language;
pub mod mail;
mod moment;
mod number;
mod words;

mod ar;
mod de;
mod en;

use std::borrow::Cow;

use crate::{
    account::types::{
        addresses::Failure,
        bulk::NotDone,
        device::Device,
        erasure::Effect,
        event::EventKind,
        invitation::InvitationState,
        managed::{AccountCount, AccountOrder, AccountState, LastLogin},
        token::TokenPurpose,
        user_table::{RowMistake, TableMistake},
    },
    admin::rules::Area,
    error::AppError,
    profile::rules::{
        audience::Audience, author::Author, date::Date, schema_change::Finding,
        violation::Violation,
    },
};

pub use date::month_number;
pub use language::{Language, in_language, language, set_locale, with_locale};
pub use moment::machine_time;

/// Defines functions that call the one of the same name in the current language.
macro_rules! languages {
    (
        $(words { $($word:ident)* })?
        $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*
    ) => {
        $($(languages!(one $word() -> &'static str);)*)?
        $(languages!(one $name($($argument: $type),*) -> $answer);)*
    };
    (one $name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        pub fn $name($($argument: $type),*) -> $answer {
            match language() {
                Language::English => en::$name($($argument),*),
                Language::German => de::$name($($argument),*),
                Language::Arabic => ar::$name($($argument),*),
            }
        }
    };
}

// page
languages! {
    words { skip_to_content main_navigation optional comma problem error_prefix appearance
        colours_and_language appearance_lead appearance_saved save_appearance site_language theme theme_system
        theme_light theme_dark welcome_title welcome_lead }
    fn number(number: usize) -> String;
    fn integer(number: i64) -> String;
    fn welcome_points() -> [(&'static str, &'static str); 3];
    fn mail_foot(site: &str) -> String;
}

// account
languages! {
    words { sign_up log_in log_out create_account sign_up_title log_in_title have_account
        no_account log_in_first username username_or_email email email_hint password
        show_password caps_lock settings account change_password change_password_lead
        current_password new_password password_changed sessions sessions_lead this_session
        since last_seen end_session end_others session_ended session_gone forgot forgot_title forgot_lead
        send_link link_sent_title link_sent ask_again reset_lead save_password
        password_reset confirm_title confirm_address address_confirmed undo_title take_back
        change_email no_email new_email new_email_hint email_asked not_arrived email_cancelled
        email_first open_the_link cancel_change forget_address your_account password_again
        confirm_only_yours another_account account_made go_on
        password_again_hint privacy_lead search_engines search_engines_hint save_privacy
        privacy_saved your_data export export_lead download export_first delete_account goes
        stays_nameless forbids forbids_hint type_username stayed activity activity_lead
        older_activity sign_up_closed_title sign_up_closed sign_up_invited }
    fn confirmed_address(address: &str) -> String;
    fn waits_for(address: &str) -> String;
    fn undelivered(why: Failure, address: &str, day: Date) -> String;
    fn way_back(address: &str, until: Date) -> String;
    fn logged_in_as(username: &str) -> String;
    fn confirm_lead(address: &str, username: &str) -> String;
    fn reset_for(username: &str) -> String;
    fn undo_lead(address: &str, username: &str) -> String;
    fn delete_lead(days: u32) -> String;
    fn left(days: u32) -> String;
    fn type_username_hint(username: &str) -> String;
    fn rows_of(table: &str, fate: Effect, rows: u64) -> String;
    fn event(kind: Option<EventKind>) -> &'static str;
    fn from_to(old: &str, new: &str) -> String;
    fn by_actor(username: &str) -> String;
    fn to_subject(username: &str) -> String;
    fn device(device: Device) -> String;
    fn end_session_on(device: &str) -> String;
    fn username_hint() -> String;
    fn address_at(domains: &[String]) -> String;
    fn password_hint(min: usize) -> String;
}

// second factors
languages! {
    words { second_factors second_factors_lead second_required second_step second_step_lead
        second_lost trust_browser code code_hint recovery_code use_recovery_code passkey
        use_passkey log_in_by_passkey passkey_failed unlock_title app app_lead add_app app_added
        remove_app app_removed added_on last_used scan_code or_type_secret open_app
        enter_first_code end_other_sessions recovery_codes recovery_lead codes_kept recovery_few
        renew_codes passkeys passkeys_lead no_passkeys last_way_in add_passkey passkey_added
        remove_passkey passkey_removed passkey_name passkey_name_hint passkey_needs_script
        second_only remove_password remove_password_lead password_removed trusted_browsers
        trusted_browsers_lead trusted_until distrust_browser browser_distrusted factors_ending
        factors_ending_lead keep_factors factors_kept reset_factors reset_asked factors_removed
        keep_their_factors their_factors_kept no_second_factor removed_at }
    fn passkeys_count(count: usize) -> String;
    fn recovery_left(left: usize) -> String;
    fn clock_is_off(minutes: i64) -> String;
    fn reset_factors_lead(hours: u32) -> String;
    fn factors_of_user(app: bool, passkeys: usize, codes: usize) -> String;
}

// names
languages! {
    words { change_username new_username username_changed change_username_lead old_name_lead
        former_names rename_user_lead }
    fn present_name(username: &str, address: &str) -> String;
    fn kept_until(username: &str, until: Date) -> String;
    fn next_name_from(day: Date) -> String;
}

// admin
languages! {
    words { administration users search name_or_email search_hint status any unknown_filter no_users from_the_start next_page search_further signed_up last_login never_logged_in will_be_erased own_account out_of_reach change_role role_changed log_out_user log_out_user_lead user_logged_out enable_user enable_lead user_enabled disable_user disable_lead user_disabled reason reason_hint link_sent_to_user }
    fn area(area: Area) -> &'static str;
    fn account_state(state: AccountState) -> &'static str;
    fn not_confirmed(address: &str) -> String;
    fn send_link_lead(address: &str) -> String;
}

// approval
languages! {
    words { each_is_approved waiting_since nobody_is_told approve_user approve_lead user_approved refuse_user refuse_lead user_refused refusal_words refusal_words_hint no_reason_given refused_account }
    fn waits_for_approval(since: &str) -> String;
    fn those_who_wait(count: Option<usize>, names: &[String]) -> String;
    fn decided_meanwhile(state: AccountState, by: Option<&str>) -> String;
}

// invitation
languages! {
    words { invitations invite invite_address_hint valid_for_days valid_for_days_hint people_to_join
        people_to_join_hint fill_in_for_them fill_in_for_them_hint invitation_sent invitation_ended
        invitation_link invitation_link_lead invitations_closed no_invitations
        link_to_hand_out invited_by_operator invitation_undelivered created holds_until
        send_invitation_again end_invitation join_title invitation_dead_title invitation_dead
        already_member_title }
    fn invitation_state(state: InvitationState) -> &'static str;
    fn role_is_gone(role: &str) -> String;
    fn uses_left(left: i64, uses: i64) -> String;
    fn join_lead(site: &str) -> String;
    fn join_as(address: &str) -> String;
    fn join_as_unconfirmed(address: &str) -> String;
    fn already_member(address: &str) -> String;
}

// oversight
languages! {
    words { events_lead event_kind from_day to_day no_events older_events download_csv download_json_lines no_such_person page_from_elsewhere user_sessions no_sessions user_session_ended user_links no_links link_gone void_link link_is_void way_back_stays handed_out sent_on valid_until account_history disabled_on erase_user erase_user_hint erase_user_lead user_erased the_account stays_without_them forbids_it see_as_lead whose_profile show_profile own_eyes on_all_devices no_reason }
    fn see_as(username: &str) -> String;
    fn seen_as(username: &str) -> String;
    fn not_seen_by(username: &str, profile: &str) -> String;
    fn no_link_to(address: &str) -> String;
    fn link_to(purpose: TokenPurpose) -> &'static str;
    fn void_link_to(purpose: TokenPurpose, created: &str) -> String;
    fn no_such_event(word: &str) -> String;
    fn no_such_day(label: &str) -> String;
    fn their_rows_of(table: &str, fate: Effect, rows: u64) -> String;
}

// directory
languages! {
    words { members all_members name_or_word search_members_hint first_letter no_members
        no_members_found unknown_member_filter unknown_page directory_question directory_hint }
}

// list of users
languages! {
    words { order users_per_page unknown_place download_list many_at_once what_to_do
        go_on_with_ticked send_links disable_accounts enable_accounts delete_accounts
        delete_accounts_lead nobody_ticked nothing_done_yet back_to_list was_done was_not_done
        stays_without_name }
    fn users_found(count: AccountCount) -> String;
    fn narrowed_list(text: &str) -> String;
    fn last_login_is(last: LastLogin) -> &'static str;
    fn account_order(order: AccountOrder) -> &'static str;
    fn tick_user(name: &str) -> String;
    fn go_on_with_all(count: usize) -> String;
    fn go_on_with_rest(count: usize) -> String;
    fn give_role(label: &str) -> String;
    fn selected(count: usize) -> String;
    fn will_be_done(count: usize) -> String;
    fn will_not_be_done(count: usize) -> String;
    fn until_now(role: &str) -> String;
    fn done_for(count: usize) -> String;
    fn not_done(reason: NotDone) -> &'static str;
    fn rows_of_users(table: &str, fate: Effect, rows: u64) -> String;
}

// profile
languages! {
    words { profile your_profile edit_profile save_profile saving saved saved_other cancel
        preview preview_hint public_address privacy nothing unreadable filled_in_by_others
        not_yours_to_change not_kept not_kept_hint role nothing_yet still_empty yes no
        not_said save_contact qr_code unsaved choose view_as a_guest a_member me as_others
        hidden_from_them seen_by who_sees_profile who_sees_profile_hint conflict_title
        before after yours yours_elsewhere kept_too history history_lead no_history older undo undone
        undo_conflict cannot_undo value_erased value_too_old erase_value erase_lead erase_which
        erase_still erased_notice change_picture picture_file picture_limits picture_ways
        picture_leaves picture_elsewhere picture_of_others alt alt_hint save_picture
        picture_saved remove_picture remove_picture_hint picture_erased uploading
        upload_cancelled crop crop_hint zoom move_left move_right move_up move_down rotate
        reset }
    fn audience(audience: Audience) -> &'static str;
    fn and_always(roles: &str) -> String;
    fn whole_audience(audience: Audience) -> &'static str;
    fn who_sees(label: &str) -> String;
    fn theirs(by: Option<&str>) -> String;
    fn kept(label: &str, author: &str) -> String;
    fn author(author: &Author, reader: &str) -> String;
    fn undo_what(label: &str) -> String;
    fn erase_what(label: &str) -> String;
    fn whole_value(label: &str) -> String;
    fn places(places: u64) -> String;
    fn edit_profile_of(name: &str) -> String;
    fn profile_of(name: &str) -> String;
    fn profile_at(name: &str, site: &str) -> String;
    fn qr_code_of(address: &str) -> String;
    fn member_since(day: Date) -> String;
    fn up_to(max: usize) -> String;
    fn room_left(length: usize, max: usize) -> String;
    fn picture(alt: &str) -> String;
}

// schema
languages! {
    words { schema_built_in schema_checked_only schema_seen_by schema_changed_by
        schema_profiles_of schema_values schema_owner schema_nobody schema_counted_in_newest
        schema_other schema_other_lead schema_text schema_text_hint schema_file schema_file_hint
        schema_check schema_apply schema_applied schema_download schema_would schema_is_harmless
        schema_is_not_harmless no_such_field_any_more schema_same schema_read
        schema_out_of_reach schema_replaced schema_unread schema_too_long
        schema_too_many_profiles schema_applied_badge schema_revisions schema_no_revisions schema_take_back
        schema_compare_current schema_older schema_same_texts
        schema_lines_left_out }
    fn schema_from_file(path: &str) -> String;
    fn schema_revision(id: i64) -> String;
    fn schema_revision_in_force(id: i64) -> String;
    fn schema_taken_back_to(id: i64) -> String;
    fn schema_from_to(old: &str, new: &str) -> String;
    fn schema_mistake(line: usize, reason: &str) -> String;
    fn profiles_with_value(values: u64, profiles: u64) -> String;
    fn schema_audience(audience: Audience, locked: bool) -> &'static str;
    fn schema_finding(finding: &Finding, count: u64) -> String;
}

// import
languages! {
    words { import_lead import_file import_file_hint import_match import_match_hint import_invite
        import_check import_plan import_download import_changed }
    fn import_created(number: usize) -> String;
    fn import_skipped(number: usize) -> String;
    fn import_rejected(number: usize) -> String;
    fn import_more(number: usize) -> String;
    fn import_apply(number: usize) -> String;
    fn imported(created: usize, rejected: usize) -> String;
    fn table_line(line: u64) -> String;
    fn table_mistake(mistake: &TableMistake) -> String;
    fn row_advice(mistake: &RowMistake) -> String;
}

/// Message for a row that is not imported, including the name of its column.
pub fn row_mistake(mistake: &RowMistake) -> String {
    labelled(mistake.column(), &row_advice(mistake))
}

// date
languages! {
    words { day month year }
    fn date(date: Date) -> String;
    fn moment(ms: i64) -> String;
}

// error
languages! {
    words { error_id go_home send_again form_is_kept log_in_new_tab unreachable }
    fn enter_again(label: &str) -> String;
    fn error_page(error: &AppError) -> (&'static str, Cow<'static, str>);
    fn form_error(error: &AppError) -> Cow<'static, str>;
    fn proxy_limit(bytes: u64) -> String;
    fn proxy_answer(status: u16) -> String;
}

// violation
languages! {
    fn advice(violation: &Violation) -> Cow<'static, str>;
    fn labelled(label: &str, words: &str) -> String;
}

/// Message for a field that breaks a rule. It is also shown on its own, in the summary at the top
/// of the page, so it names the field, unless it is about more than one.
pub fn violation(label: &str, violation: &Violation) -> String {
    let words = advice(violation);
    match violation {
        Violation::NoSuchVersion | Violation::WrongCredentials => words.into_owned(),
        _ => labelled(label, &words),
    }
}
