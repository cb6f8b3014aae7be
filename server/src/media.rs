//! Pictures: whatever somebody sends, made into small squares of our own.
//!
//! What is stored is never what was sent: the pixels are decoded, cut, turned
//! upright, made small, brought to sRGB, and written anew as JPEG. Where and with
//! what a picture was taken stays behind, and so does whatever else was in the file.
//!
//! Each picture is decoded in a process of its own, one at a time: decoders take
//! lengths from the file at their word, and a process can be given a memory that ends,
//! and a filter of system calls.

mod colour;
mod confine;
mod decode;
mod jpeg;
mod square;
mod webp;

use std::{
    env,
    ffi::OsString,
    io::{self, Read, Write},
    path::PathBuf,
    process::{ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

use app::{
    error::AppError,
    profile::rules::{crop::Crop, picture::AVATAR, violation::Violation},
};
use serde::{Deserialize, Serialize};
use server_fn::{Decodes, Encodes, codec::PostcardEncoding};
use tokio::{io::AsyncWriteExt, process::Command, sync::Semaphore, time::timeout};

use confine::{MOST_SECONDS, confine};
pub use square::squares;

/// A picture in the sizes in which it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squares {
    /// SHA-256 of the largest.
    pub hash: [u8; 32],
    /// JPEG, of the sizes of [`app::profile::rules::picture::Picture::SIZES`].
    pub jpegs: [Vec<u8>; 3],
}

/// Makes pictures small, one at a time.
#[derive(Debug, Clone)]
pub struct Media {
    program: PathBuf,
    turn: Arc<Semaphore>,
}

/// How well the process for a picture is confined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confinement {
    /// By limits, and a filter of system calls.
    Full,
    /// By limits only: this system has no such filter.
    LimitsOnly,
}

/// The first argument of a process that is to make one picture small.
pub const WORKER: &str = "make-picture-small";

/// The answer of such a process.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    is_filtered: bool,
    made: Result<Squares, Violation>,
}

impl Media {
    /// By this very program.
    pub fn of_this_program() -> Media {
        // Itself, also when another version has taken its place on the disk.
        let itself = PathBuf::from("/proc/self/exe");
        let program = match itself.exists() {
            true => itself,
            false => env::current_exe().unwrap_or_else(|_| PathBuf::from("silhouette")),
        };
        Media::of(program)
    }

    pub fn of(program: impl Into<PathBuf>) -> Media {
        Media {
            program: program.into(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// Those of [`squares`] on the picture; [`AppError::Internal`].
    pub async fn squares(&self, file: Vec<u8>, crop: Crop) -> Result<Squares, AppError> {
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(AppError::Internal);
        };
        match self.work(file, crop).await {
            Ok(Some(answer)) => answer
                .made
                .map_err(|violation| AppError::invalid(AVATAR, violation)),
            Ok(None) => {
                tracing::warn!("a picture took more memory or time than it may, and was refused");
                Err(AppError::invalid(AVATAR, Violation::DamagedPicture))
            }
            Err(error) => {
                tracing::error!(%error, "no process could be started for a picture");
                Err(AppError::Internal)
            }
        }
    }

    /// Tries the process with a file of nothing, for whoever starts the program to be
    /// told before the first picture comes.
    ///
    /// # Errors
    /// Where it cannot be started, or does not answer.
    pub async fn confinement(&self) -> io::Result<Confinement> {
        let answer = self.work(Vec::new(), Crop::default()).await?;
        match answer {
            Some(Answer { is_filtered, .. }) if is_filtered => Ok(Confinement::Full),
            Some(_) => Ok(Confinement::LimitsOnly),
            None => Err(io::Error::other("it does not answer")),
        }
    }

    /// What the process answers; `None` if it was ended.
    async fn work(&self, file: Vec<u8>, crop: Crop) -> io::Result<Option<Answer>> {
        let made = timeout(Duration::from_secs(2 * MOST_SECONDS), self.run(file, crop));
        let bytes = match made.await {
            Ok(bytes) => bytes?,
            Err(_) => return Ok(None),
        };
        Ok(PostcardEncoding::decode(bytes.into()).ok())
    }

    async fn run(&self, file: Vec<u8>, crop: Crop) -> io::Result<Vec<u8>> {
        let mut process = Command::new(&self.program)
            .args([WORKER, &crop.print()])
            // It needs to know nothing, and has no business where the data is.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let input = process.stdin.take();
        let write = async move {
            if let Some(mut input) = input {
                // It fails when the process was ended, which the answer tells.
                let _ = input.write_all(&file).await;
            }
        };
        let ((), output) = tokio::join!(write, process.wait_with_output());
        Ok(output?.stdout)
    }
}

/// What this process does if it is one for a single picture: reads it from standard
/// input, and writes what becomes of it to standard output. `None` if it is another.
pub fn work_alone() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != WORKER {
        return None;
    }
    Some(match work_on_stdin(arguments.next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn work_on_stdin(crop: Option<OsString>) -> io::Result<()> {
    // Before a byte of the file is read.
    let is_filtered = confine()?;
    let crop = crop.and_then(|crop| Crop::parse(crop.to_str()?));
    let mut file = Vec::new();
    io::stdin().read_to_end(&mut file)?;
    let made = squares(&file, crop.unwrap_or_default());
    let answer = Answer { is_filtered, made };
    let answer = PostcardEncoding::encode(&answer).map_err(io::Error::other)?;
    io::stdout().write_all(&answer)
}
