//! The composition root: the parts of a site, and how they are wired.

use app::{
    account::types::{email::EmailRule, second::SecondRule, sign_up_rule::SignUpRule},
    backend::{Backend, Site as SiteInfo},
    profile::rules::directory::DirectoryRule,
    shell::{InlineStyle, SiteFiles},
};
use std::sync::Arc;

use crate::{
    accent::Accent,
    accounts::{Accounts, webauthn::RelyingParty},
    clock::Clock,
    cookies::Cookies,
    http::{
        audit::Auditor,
        backend::{PageAccounts, PageDirectory, PageProfiles},
        csrf,
        endpoints::{
            assets::Assets, avatar::Avatars, events::EventExporter, export::Exporter,
            user_list::UserListExporter,
        },
        headers,
        pages::{Pages, init_executor},
        schema::PageSchema,
        target::Hosts,
        viewer::Sessions,
    },
    limits::{Limits, limiter::Limiter},
    media::Media,
    password::Passwords,
    phones::NumberingPlans,
    profiles::Profiles,
    proxies::TrustedProxies,
    schema_file::live::{InForce, LiveSchemas},
    site_key::SiteKey,
};
use store::Store;

/// Everything that makes up a site: the operator's settings, and the machinery.
#[derive(Clone)]
pub struct Site {
    pub store: Store,
    /// The fields of a profile, which may change while the site runs.
    pub schemas: LiveSchemas,
    /// The name and the address of the site.
    pub info: SiteInfo,
    pub passwords: Passwords,
    /// Minimum length of a new password, in grapheme clusters.
    pub password_min: usize,
    pub clock: Clock,
    pub limits: Limits,
    pub email_rule: EmailRule,
    pub second_rule: SecondRule,
    /// Hours until the second factors of a user who has lost them are removed; 0 for at once.
    pub factor_reset_hours: u32,
    pub key: SiteKey,
    pub sign_up_rule: Arc<SignUpRule>,
    /// The people who may open the members' directory.
    pub directory: DirectoryRule,
    /// Days until a closed account is erased; 0 erases at once.
    pub grace_days: u32,
    pub trusted_proxies: TrustedProxies,
    /// The URL that browsers use; `None` for plain http without a proxy.
    pub public_url: Option<String>,
    /// The port to listen on; `None` if it differs at each start.
    pub port: Option<u16>,
    pub media: Media,
    pub accent: Accent,
    pub assets: Assets,
}

/// The parts that routes and layers use.
pub(crate) struct Wiring {
    pub store: Store,
    pub pages: Pages,
    pub sessions: Sessions,
    pub avatars: Avatars,
    pub exporter: Exporter,
    pub event_exporter: EventExporter,
    pub user_list: UserListExporter,
    pub auditor: Auditor,
    pub csrf: csrf::Guard,
    pub guards: headers::SecurityHeaders,
    pub hosts: Hosts,
    pub proxies: TrustedProxies,
    pub assets: Assets,
    pub cookies: Cookies,
}

impl Site {
    /// Wires the parts for requests that begin while the given schema is in force.
    pub(crate) fn wire(mut self, in_force: &Arc<InForce>) -> Wiring {
        init_executor();
        self.store = self.store.under(in_force.revision());
        let schemas = &in_force.schemas;
        let cookies = Cookies::of(self.public_url.as_deref(), self.port);
        let limiter = Limiter {
            limits: Arc::new(self.limits.clone()),
            store: self.store.clone(),
        };
        let accounts = Accounts {
            store: self.store.clone(),
            passwords: self.passwords.clone(),
            limiter: limiter.clone(),
            schema: Arc::clone(schemas.localized()),
            email_rule: self.email_rule,
            second_rule: self.second_rule,
            factor_reset_hours: self.factor_reset_hours,
            key: self.key.clone(),
            site_name: self.info.name.as_str().into(),
            relying_party: RelyingParty::of(&self.info.name, &self.info.url).map(Arc::new),
            sign_up_rule: Arc::clone(&self.sign_up_rule),
            grace_days: self.grace_days,
        };
        let profiles = Profiles {
            store: self.store.clone(),
            schemas: schemas.clone(),
            limiter,
            email_rule: self.email_rule,
        };
        let sessions = Sessions {
            accounts: accounts.clone(),
            cookies,
            clock: self.clock.clone(),
        };
        let style = InlineStyle::new(&self.accent.style());
        let guards = headers::SecurityHeaders::new(cookies, &style);
        let pages = self.pages(&accounts, &profiles, in_force, cookies, style);
        Wiring {
            avatars: Avatars::new(pages.clone(), sessions.clone(), profiles, self.media),
            exporter: Exporter::new(accounts.clone(), self.clock.clone()),
            event_exporter: EventExporter::new(accounts.clone()),
            user_list: UserListExporter::new(accounts.clone(), self.clock.clone()),
            auditor: Auditor::new(accounts, self.clock),
            csrf: csrf::Guard::new(cookies, self.public_url.as_deref()),
            hosts: Hosts::new(self.public_url.as_deref(), self.trusted_proxies.clone()),
            proxies: self.trusted_proxies,
            store: self.store,
            assets: self.assets,
            pages,
            sessions,
            guards,
            cookies,
        }
    }

    fn pages(
        &self,
        accounts: &Accounts,
        profiles: &Profiles,
        in_force: &Arc<InForce>,
        cookies: Cookies,
        style: InlineStyle,
    ) -> Pages {
        let missing = || SiteFiles {
            script: "/pkg/silhouette.js".into(),
            wasm: "/pkg/silhouette.wasm".into(),
            style: "/pkg/silhouette.css".into(),
        };
        let files = self.assets.site_files().unwrap_or_else(missing);
        let accounts = Arc::new(PageAccounts {
            accounts: accounts.clone(),
            clock: self.clock.clone(),
            cookies,
            password_min: self.password_min,
        });
        let backend = Backend {
            users: accounts.clone(),
            names: accounts.clone(),
            sessions: accounts.clone(),
            emails: accounts.clone(),
            deletion: accounts.clone(),
            events: accounts.clone(),
            management: accounts.clone(),
            invitations: accounts.clone(),
            oversight: accounts.clone(),
            revisions: Arc::new(PageSchema {
                store: self.store.clone(),
                live: self.schemas.clone(),
                in_force: Arc::clone(in_force),
                clock: self.clock.clone(),
            }),
            bulk: accounts.clone(),
            import: accounts.clone(),
            factors: accounts.clone(),
            passwords: accounts,
            directory: Arc::new(PageDirectory {
                profiles: profiles.clone(),
                rule: self.directory,
            }),
            profiles: Arc::new(PageProfiles {
                profiles: profiles.clone(),
                clock: self.clock.clone(),
            }),
            email_rule: self.email_rule,
            sign_up_rule: Arc::clone(&self.sign_up_rule),
            phones: Arc::new(NumberingPlans),
            clock: Arc::new(self.clock.clone()),
            schema: Arc::clone(in_force.schemas.localized()),
            site: Arc::new(self.info.clone()),
        };
        Pages::new(backend, in_force.schemas.clone(), files, style, cookies)
    }
}
