//! Pictures: uploaded files, converted into small squares by [`imaging`].
//!
//! Each picture is decoded in a separate process, one at a time: decoders trust the lengths in
//! a file, and a process can have a memory limit and a system call filter (`confine`).

mod confine;

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
    profile::rules::{
        crop::Crop,
        picture::{AVATAR, Picture},
        violation::Violation,
    },
};
use imaging::{Refused, Square, Wanted};
use serde::{Deserialize, Serialize};
use server_fn::{Decodes, Encodes, codec::PostcardEncoding};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, process::Command, sync::Semaphore, time::timeout};

use confine::{MAX_SECONDS, confine};

/// Converts pictures, one at a time.
#[derive(Debug, Clone)]
pub struct Media {
    program: PathBuf,
    turn: Arc<Semaphore>,
}

/// The confinement of the process that converts a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confinement {
    /// Limits and a system call filter.
    Full,
    /// Limits only: this system has no such filter.
    LimitsOnly,
}

/// The first argument of a process that converts one picture.
pub const WORKER: &str = "make-picture-small";

/// A picture in the sizes in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squares {
    /// SHA-256 of the largest JPEG file.
    pub hash: [u8; 32],
    /// JPEG files, in the sizes of [`Picture::SIZES`].
    pub jpegs: [Vec<u8>; 3],
}

/// The output of the process that converts a picture.
#[derive(Debug, Serialize, Deserialize)]
struct WorkerOutput {
    is_filtered: bool,
    squares: Result<Squares, Violation>,
}

impl Media {
    /// Uses this very program to convert each picture.
    pub fn of_this_program() -> Media {
        // The running program, even if another version has replaced it on disk.
        let itself = PathBuf::from("/proc/self/exe");
        let program = match itself.exists() {
            true => itself,
            false => env::current_exe().unwrap_or_else(|_| PathBuf::from("silhouette")),
        };
        Media::of(program)
    }

    /// Uses `program` to convert each picture.
    pub fn of(program: impl Into<PathBuf>) -> Media {
        Media {
            program: program.into(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Converts a picture, after those queued before it.
    ///
    /// # Errors
    /// Those of [`squares`] for the picture; [`AppError::Internal`].
    pub async fn squares(&self, file: Vec<u8>, crop: Crop) -> Result<Squares, AppError> {
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(AppError::Internal);
        };
        match self.work(file, crop).await {
            Ok(Some(output)) => output
                .squares
                .map_err(|violation| AppError::invalid(AVATAR, violation)),
            Ok(None) => {
                tracing::warn!("a picture took more memory or time than allowed, and was refused");
                Err(AppError::invalid(AVATAR, Violation::DamagedPicture))
            }
            Err(error) => {
                tracing::error!(%error, "cannot start a process to decode a picture");
                Err(AppError::Internal)
            }
        }
    }

    /// Starts the process with an empty file, so that a problem shows at startup and not with
    /// the first picture.
    ///
    /// # Errors
    /// An error if the process cannot be started, or does not answer.
    pub async fn confinement(&self) -> io::Result<Confinement> {
        let output = self.work(Vec::new(), Crop::default()).await?;
        match output {
            Some(WorkerOutput { is_filtered, .. }) if is_filtered => Ok(Confinement::Full),
            Some(_) => Ok(Confinement::LimitsOnly),
            None => Err(io::Error::other("it does not answer")),
        }
    }

    /// Returns the output of the process; `None` if a limit killed it.
    async fn work(&self, file: Vec<u8>, crop: Crop) -> io::Result<Option<WorkerOutput>> {
        let made = timeout(Duration::from_secs(2 * MAX_SECONDS), self.run(file, crop));
        let bytes = match made.await {
            Ok(bytes) => bytes?,
            Err(_) => return Ok(None),
        };
        Ok(PostcardEncoding::decode(bytes.into()).ok())
    }

    async fn run(&self, file: Vec<u8>, crop: Crop) -> io::Result<Vec<u8>> {
        let mut process = Command::new(&self.program)
            .args([WORKER, &crop.print()])
            // The process needs no environment, and nothing in the working directory.
            .env_clear()
            // The allocator would reserve more than the memory limit.
            .env("MIMALLOC_DISALLOW_ARENA_ALLOC", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let input = process.stdin.take();
        let write = async move {
            if let Some(mut input) = input {
                // Fails if the process was killed, which the missing output shows anyway.
                let _ = input.write_all(&file).await;
            }
        };
        let ((), output) = tokio::join!(write, process.wait_with_output());
        Ok(output?.stdout)
    }
}

/// Converts one picture from standard input to standard output if this process was started
/// for that. Returns `None` otherwise.
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
    let squares = squares(&file, crop.unwrap_or_default());
    let output = WorkerOutput {
        is_filtered,
        squares,
    };
    let output = PostcardEncoding::encode(&output).map_err(io::Error::other)?;
    io::stdout().write_all(&output)
}

/// Makes the squares of a file.
///
/// # Errors
/// [`Violation::NotAPicture`], [`Violation::DamagedPicture`], [`Violation::TooManyPixels`].
pub fn squares(file: &[u8], crop: Crop) -> Result<Squares, Violation> {
    if !Picture::has_head(file) {
        return Err(Violation::NotAPicture);
    }
    let square = |upright| {
        let chosen = crop.square(upright);
        Square {
            left: chosen.left,
            top: chosen.top,
            side: chosen.side,
        }
    };
    let wanted = Wanted {
        square: &square,
        turns: crop.turns(),
        sides: Picture::SIZES,
        max_megapixels: Picture::MAX_MEGAPIXELS,
    };
    let jpegs = imaging::squares(file, &wanted).map_err(|refused| match refused {
        Refused::NotAPicture => Violation::NotAPicture,
        Refused::Damaged => Violation::DamagedPicture,
        Refused::TooManyPixels(megapixels) => Violation::TooManyPixels(megapixels),
    })?;
    Ok(Squares {
        hash: Sha256::digest(&jpegs[0]).into(),
        jpegs,
    })
}
