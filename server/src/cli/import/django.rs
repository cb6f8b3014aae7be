//! `silhouette import django`: users, passwords, profiles and pictures of a Django project.

use app::{
    error::AppError,
    profile::rules::{crop::Crop, picture::Picture},
    text,
};
use clap::Args;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    error::Error,
    fs, io,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use super::{Progress, ended, print, reasons, report::Report};
use crate::{
    accounts::{
        arrivals::{AT_ONCE, ArrivalRules, Incoming, MatchBy, Mode, OnMatch, bring},
        requester::Author,
    },
    cli::{
        outcome::{Done, describe, failed},
        terminal::say,
        user::account::{Site, find_role},
    },
    clock::Clock,
    config::DataFlags,
    foreign::{
        django::{
            dump::{self, Dump},
            models::Models,
            people::{self, Known, Mapping, People, Person},
            schema::propose,
        },
        import::{Tally, taken},
    },
    log,
    media::Media,
    schema_check::today,
};
use store::Store;

#[derive(Debug, Args)]
pub struct ImportDjango {
    /// The output of `python manage.py dumpdata auth.group auth.user APP`, or the project's SQLite
    /// file, which is left unchanged. With django-allauth, add account.emailaddress.
    source: PathBuf,
    /// The project's MEDIA_ROOT, where its pictures are.
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
    /// A file to list everything that is left out or changed, with the reasons.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The model of the profile. [default: the one whose objects each have a user of their own]
    #[arg(long, value_name = "APP.MODEL")]
    profile: Option<String>,
    /// The model of the user. [default: the one with passwords]
    #[arg(long, value_name = "APP.MODEL")]
    user: Option<String>,
    /// Give the members of GROUP the role ROLE. Can be repeated. If a user is in several groups,
    /// the first --role that matches applies.
    #[arg(long, value_name = "GROUP=ROLE")]
    role: Vec<String>,
    /// The role of superusers. [default: the role of their groups]
    #[arg(long, value_name = "ROLE")]
    superuser: Option<String>,
    /// A file that maps fields, one per line: `theirs = "ours"`, or `theirs = ""` to leave a field
    /// out.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Treat all email addresses as confirmed. [default: those that django-allauth has verified]
    #[arg(long)]
    emails_confirmed: bool,
    /// Keep the ids of the source. Each must be higher than every id on this site.
    #[arg(long)]
    keep_ids: bool,
    /// A name for the source, by which a repeated import recognises its users.
    #[arg(long, value_name = "NAME", default_value = "django")]
    source_name: String,
    /// Write a schema for the model of the profile to this file, without importing anyone.
    #[arg(long, value_name = "FILE")]
    write_schema: Option<PathBuf>,
    /// Change nothing; report what an import would do.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    flags: DataFlags,
}

/// Runs the command.
pub async fn import(asked: ImportDjango) -> Done {
    let dump = dump::read(&asked.source).await?;
    let models = Models::find(&dump, asked.user.as_deref(), asked.profile.as_deref())?;
    if let Some(file) = &asked.write_schema {
        return write_schema(file, &dump, &models, asked.superuser.as_deref());
    }
    if let Some(media) = asked.media.as_ref().filter(|media| !media.is_dir()) {
        return Err(format!(
            "there is no folder {}; give the project's MEDIA_ROOT with --media. Nothing was changed",
            media.display()
        )
        .into());
    }
    let site = Site::open_by(asked.flags).await?;
    let mapping = Mapping {
        roles: roles(&asked.role, &site)?,
        superuser: asked
            .superuser
            .map(|role| find_role(&site.schema, &role).map(|_| role))
            .transpose()?,
        fields: map(asked.map.as_deref(), &site)?,
        are_confirmed: asked.emails_confirmed,
        keeps_ids: asked.keep_ids,
    };
    let head = ["id", "username", "item", "value", "reason"];
    let report = Report::new(asked.report.as_deref(), head)?;
    let known = known(&site.store, &asked.source_name).await?;
    let people = people::read(&dump, &models, &mapping, &site.schema, known, today());
    let run = Run {
        site,
        rules: Arc::new(ArrivalRules {
            source: asked.source_name,
            match_by: MatchBy::Source,
            on_match: OnMatch::Skip,
            invites: false,
            by: Author::Operator,
        }),
        media: asked.media,
        converter: Media::of_this_program(),
        is_dry: asked.dry_run,
        report,
    };
    run.all(people, asked.keep_ids).await
}

fn write_schema(file: &Path, dump: &Dump, models: &Models, superuser: Option<&str>) -> Done {
    let shown = file.display();
    if file.exists() {
        return Err(format!("{shown} already exists; choose another file").into());
    }
    fs::write(file, propose(dump, models, superuser))
        .map_err(|error| format!("cannot write {shown}: {error}"))?;
    say(format_args!(
        "{shown} is a schema for {}. Review it, change it as you like, and use it with --schema.\n",
        models.profile.as_deref().unwrap_or(&models.user),
    ));
    Ok(ended(true))
}

/// The usernames of this site, and the users imported from the source before.
async fn known(store: &Store, source: &str) -> Result<Known, Box<dyn Error>> {
    let names = taken(store).await.map_err(describe)?;
    let mut reader = store.reader().await.map_err(failed)?;
    let arrivals = reader.arrivals_of(source).await.map_err(failed)?;
    Ok(Known { names, arrivals })
}

fn roles(given: &[String], site: &Site) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let read = |given: &String| -> Result<(String, String), Box<dyn Error>> {
        let parts = given.rsplit_once('=');
        let (group, role) =
            parts.ok_or_else(|| format!("--role {given:?} does not have the form GROUP=ROLE"))?;
        find_role(&site.schema, role)?;
        Ok((group.to_owned(), role.to_owned()))
    };
    given.iter().map(read).collect()
}

fn map(file: Option<&Path>, site: &Site) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct File(BTreeMap<String, String>);
    let Some(file) = file else {
        return Ok(BTreeMap::new());
    };
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let File(fields) = toml::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
    for field in fields.values().filter(|field| !field.is_empty()) {
        if site.schema.field(field).is_none() {
            return Err(format!("{shown}: the schema has no field \"{field}\"").into());
        }
    }
    Ok(fields)
}

struct Run {
    site: Site,
    rules: Arc<ArrivalRules>,
    media: Option<PathBuf>,
    converter: Media,
    is_dry: bool,
    report: Report,
}

impl Run {
    async fn all(mut self, people: People, keeps_ids: bool) -> Done {
        if keeps_ids {
            self.check_ids(&people.people).await?;
        }
        for loss in &people.losses {
            self.report.row([
                &*loss.key,
                &*loss.username,
                &*loss.item,
                &*loss.value,
                &*loss.reason,
            ]);
            if loss.key.is_empty() {
                log::line(&format!("{} {}", loss.item, loss.reason));
            }
        }
        let mut progress = Progress::of(people.people.len());
        let mut tally = Tally {
            skipped: people.here,
            gone: people.gone,
            ..Tally::default()
        };
        let mut losses = people.losses.len();
        let now = Clock::system().now();
        let mut rest = people.people.into_iter();
        loop {
            let mut batch: Vec<Person> = rest.by_ref().take(AT_ONCE).collect();
            if batch.is_empty() {
                break;
            }
            for person in &mut batch {
                losses += usize::from(!self.add_picture(person).await?);
            }
            let users: Vec<Incoming> = batch.iter().map(|person| person.incoming.clone()).collect();
            let (store, schema) = (&self.site.store, &self.site.schema);
            let mode = match self.is_dry {
                true => Mode::Dry,
                false => Mode::Real,
            };
            let outcomes = bring(store, &self.rules, users, schema, mode, now).await;
            let outcomes = outcomes.map_err(describe)?;
            for (person, outcome) in batch.iter().zip(&outcomes) {
                tally.add(outcome);
                for (item, reason) in reasons(outcome) {
                    losses += 1;
                    self.lose(person, &item, "", &reason);
                }
            }
            progress.add(batch.len());
        }
        self.site.store.close().await;
        let mut text = print(&tally, self.is_dry);
        if people.without_password > 0 {
            text += &format!(
                ". Users whose password could not be imported: {}. They need a password reset link: `silhouette user link NAME`, or \"Forgot your password?\" if they have an email address",
                people.without_password
            );
        }
        let is_all = losses == 0;
        match self.report.write()? {
            Some(file) => text += &format!(". {file} says what was left out or changed, and why"),
            None if !is_all => {
                text += &format!(
                    ". Left out or changed: {losses}. A dry run with --report FILE lists them with the reasons"
                );
            }
            None => {}
        }
        say(format_args!("{text}.\n"));
        Ok(ended(is_all))
    }

    fn lose(&mut self, person: &Person, item: &str, value: &str, reason: &str) {
        let key = person.incoming.key.as_deref().unwrap_or_default();
        self.report
            .row([key, &*person.old_name, item, value, reason]);
    }

    /// Checks that every id is higher than those that this site has used: ids are assigned in
    /// ascending order, and never reused.
    async fn check_ids(&self, people: &[Person]) -> Result<(), Box<dyn Error>> {
        let mut reader = self.site.store.reader().await.map_err(failed)?;
        let next = reader.next_id("users").await.map_err(failed)?;
        let highest = next.unwrap_or(1) - 1;
        for person in people {
            let incoming = &person.incoming;
            let key = incoming.key.as_deref().unwrap_or_default();
            let Some(id) = incoming.id else {
                return Err(format!(
                    "the id of the user {key} is not a number; run the command without --keep-ids"
                )
                .into());
            };
            if id.0 <= highest {
                return Err(format!(
                    "this site has already used ids up to {highest}, but {} has the id {}: with --keep-ids, every imported id must be higher. Nothing was changed",
                    person.old_name, id.0
                )
                .into());
            }
        }
        Ok(())
    }

    /// Converts the picture of a user to import; a dry run only reads the file. Returns `false` if
    /// the user has a picture that cannot be imported.
    async fn add_picture(&mut self, person: &mut Person) -> Result<bool, Box<dyn Error>> {
        let Some(name) = person.picture.clone() else {
            return Ok(true);
        };
        let made = match self.file(&name) {
            Ok(_) if self.is_dry => return Ok(true),
            Ok(file) => {
                let squares = self.converter.squares(file, Crop::default()).await;
                squares.map_err(|error| self.reason(error))
            }
            Err(reason) => Err(reason),
        };
        match made {
            Ok(squares) => {
                person.incoming.picture = Some(squares);
                Ok(true)
            }
            Err(reason) => {
                self.lose(person, "picture", &name, &reason);
                Ok(false)
            }
        }
    }

    /// The reason why a picture was rejected, in the words of the upload form.
    fn reason(&self, error: AppError) -> String {
        let field = self.site.schema.picture_field();
        let label = field.map_or("", |field| &field.label);
        match &error {
            AppError::Invalid(violations) => violations
                .iter()
                .map(|(_, violation)| text::violation(label, violation))
                .collect::<Vec<_>>()
                .join(" "),
            _ => describe(error),
        }
    }

    /// Reads the file of a picture, which has to be inside the media folder.
    fn file(&self, name: &str) -> Result<Vec<u8>, String> {
        let media = self
            .media
            .as_ref()
            .ok_or("give the folder of pictures with --media")?;
        let path = Path::new(name);
        if !path
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err("is outside the media folder".to_owned());
        }
        let path = media.join(path);
        let unread = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => "there is no such file in the media folder".to_owned(),
            _ => error.to_string(),
        };
        let size = fs::metadata(&path).map_err(unread)?.len();
        if size > (Picture::MAX_MIB as u64) << 20 {
            return Err(format!("is larger than {} MiB", Picture::MAX_MIB));
        }
        fs::read(&path).map_err(unread)
    }
}
