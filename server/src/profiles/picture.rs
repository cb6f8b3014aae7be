//! The picture of a profile.

use app::{
    account::types::user::UserId,
    backend::Saved,
    error::AppError,
    profile::rules::{
        patch::{Change, Patch},
        picture::Picture,
        profile::Profile,
        value::Value,
        violation::Violation,
    },
    viewer::Viewer,
};
use std::sync::Arc;

use super::{Profiles, findable, save::save_profile};
use crate::{
    limits::{Rule, limiter::Charged},
    media::Squares,
};
use store::avatars::NewPicture;
use store::limits::Tries;

impl Profiles {
    /// Sets the picture of a profile, in one transaction with everything that belongs to it.
    /// `squares` are those of a new picture; without them, only the description of the current
    /// one changes.
    ///
    /// # Errors
    /// Those of [`save`](Profiles::save); `Required` if there is no picture to describe.
    pub async fn save_picture(
        &self,
        owner: UserId,
        viewer: Viewer,
        squares: Option<Squares>,
        alt: String,
        now: i64,
    ) -> Result<(Saved, Picture), AppError> {
        let bucket = self.bucket(&viewer)?;
        let schema = Arc::clone(self.schemas.localized());
        let input = (viewer, squares, alt, schema);
        self.store
            .write_counted(
                Tries::of([bucket], now),
                input,
                move |tx, (viewer, squares, alt, schema)| {
                    Box::pin(async move {
                        let field = schema.picture_field().ok_or(AppError::NotFound)?;
                        let picture = match squares {
                            Some(squares) => {
                                let picture = Picture::new(&squares.hash, alt.clone());
                                let [large, medium, small] = &squares.jpegs;
                                tx.add_picture(NewPicture {
                                    owner,
                                    hash: picture.hash(),
                                    kept_until: now,
                                    large,
                                    medium,
                                    small,
                                })
                                .await?;
                                picture
                            }
                            None => {
                                let current = tx.current_picture(owner).await?;
                                let with_words =
                                    |hash| Picture::parse(&format!("{hash} {alt}")).ok();
                                current.and_then(with_words).ok_or_else(|| {
                                    AppError::invalid(&field.key, Violation::Required)
                                })?
                            }
                        };
                        let change = Change::Set(Value::Picture(picture.clone()));
                        let patch = Patch::one(&field.key, change);
                        let saved = save_profile(tx, owner, viewer, &patch, schema, now).await?;
                        Ok((saved, picture))
                    })
                },
            )
            .await
    }

    /// Counts a picture to be scaled down against the rate limit.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub async fn charge_picture(&self, user: UserId, now: i64) -> Result<Charged, AppError> {
        let bucket = self
            .limiter
            .bucket(Rule::PictureByUser, &user.0.to_string());
        self.limiter.charge([bucket], now).await
    }

    /// The hashes of the stored pictures of a profile, including earlier ones.
    pub async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError> {
        Ok(self.store.reader().await?.pictures_of(owner).await?)
    }

    /// The profiles that others can find and that have, or had, this picture.
    pub async fn profiles_with(&self, hash: &str) -> Result<Vec<Profile>, AppError> {
        let mut reader = self.store.reader().await?;
        let rows = reader
            .profiles_with_picture(hash, findable(self.email_rule))
            .await?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    /// Returns whether a picture of a user is stored.
    pub async fn has_picture(&self, owner: UserId, hash: &str) -> Result<bool, AppError> {
        Ok(self.store.reader().await?.has_picture(owner, hash).await?)
    }

    /// The bytes of one size of a picture.
    pub async fn picture(
        &self,
        owner: UserId,
        hash: &str,
        size: u32,
    ) -> Result<Option<Vec<u8>>, AppError> {
        Ok(self
            .store
            .reader()
            .await?
            .picture(owner, hash, size)
            .await?)
    }
}
