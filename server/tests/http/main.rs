//! The site from outside: the real router in this process, a real SQLite file,
//! a clock that stands still, and actors instead of clients. A file an area.
//!
//! | file | area |
//! |---|---|
//! | `harness`, `page_summary` | actors, the clock, the mailbox; a page in a few lines, for failures |
//! | `access`, `audience`, `roles` | every server function for every actor, and every route for data that only an owner may see; audiences; roles |
//! | `sign_up`, `approval`, `log_in`, `settings`, `names`, `email`, `leaving`, `events` | accounts |
//! | `admin`, `invitations` | administration |
//! | `import_page` | a table of users, on its page |
//! | `imports` | tables of users and a Django project, in and out |
//! | `profile`, `fields`, `conflicts`, `history`, `history_kept`, `avatars`, `card` | profiles; what of a history is kept and deleted; pictures; contacts |
//! | `guessing`, `timing`, `races` | rate limits; what timing reveals; what one of many may win |
//! | `forms`, `errors`, `headers`, `pages`, `look` | forms, error pages, headers, pages; every page in Arabic |
//! | `origins`, `hosts`, `intake`, `sockets` | origins of forms, host names, bodies, connections and the log |
//! | `content`, `words` | input that breaks pages; what is visible against what is compared |
//! | `mail`, `clock` | a mail server of its own; a clock ahead, back, and at 1970 |
//! | `store`, `catalogs`, `nodes`, `files`, `plans`, `crash`, `faults` | the database, both kinds side by side, several programs on one, its files, how it finds rows, and what happens when things fail |
//! | `proxies` | nginx, Caddy and HAProxy in front |
//! | `packages` | systemd, and a container |
//! | `metrics` | figures for who watches a site |
//! | `doctor` | a site with one thing after the other broken on purpose |
//! | `upgrades` | databases of earlier versions |
//! | `relocation` | a site that moves to another database |
//! | `schema` | another schema while people use the site |
//! | `program`, `schema_check` | the program and its commands |
//! | `field_reports` | what people complain about elsewhere |

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

mod harness;

mod access;
mod admin;
mod approval;
mod audience;
mod avatars;
mod buckets;
mod card;
mod catalogs;
mod clock;
mod commands;
mod conflicts;
mod content;
mod crash;
mod database;
mod doctor;
mod email;
mod errors;
mod events;
mod faults;
mod field_reports;
mod fields;
mod files;
mod forms;
mod guessing;
mod headers;
mod history;
mod history_kept;
mod hosts;
mod import_page;
mod imports;
mod intake;
mod invitations;
mod leaving;
mod log_in;
mod look;
mod mail;
mod members;
mod metrics;
mod names;
mod nodes;
mod origins;
mod oversight;
mod packages;
mod page_summary;
mod pages;
mod passkeys;
mod plans;
mod profile;
mod program;
mod proxies;
mod races;
mod relocation;
mod roles;
mod schema;
mod schema_check;
mod second;
mod settings;
mod sign_up;
mod site_key;
mod sockets;
mod store;
mod timing;
mod upgrades;
mod user_list;
mod words;
