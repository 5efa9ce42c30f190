//! Asks a program, which has so much time and may print so much.
use crate::{child::Child, harmless::say};
use std::{io, pin::pin, process::ExitStatus, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    time::timeout,
};

/// A program may print so many bytes, in all.
const MOST: usize = 64 * 1024;
/// So long is waited for what was printed last, where what the program has started holds its output open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a program has answered.
pub(crate) struct Answer {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// The first line that it printed.
    pub(crate) line: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Silence {
    #[error("it had not ended after {0:?}, and was ended")]
    TooLong(Duration),
    #[error("it printed more than {MOST} bytes, and was ended")]
    TooMuch,
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Whether what a program has started may go on when it has ended well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    Nothing,
    Others,
}

/// Runs the command to its end, and ends it where it does not end itself.
pub(crate) async fn ask(command: &mut Command, limit: Duration, leaves: Leaves) -> Result<Answer, Silence> {
    let mut child = Child::start(command)?;
    let mut printed = Vec::new();
    let status = timeout(limit, answer(&mut child, &mut printed, leaves)).await;
    let status = status.map_err(|_| Silence::TooLong(limit))??;
    let printed = String::from_utf8_lossy(&printed);
    Ok(Answer { status, line: printed.lines().next().unwrap_or_default().trim().to_string() })
}

async fn answer(child: &mut Child, printed: &mut Vec<u8>, leaves: Leaves) -> Result<ExitStatus, Silence> {
    let (stdout, stderr) = child.prints().ok_or_else(|| io::Error::other("its output was not asked for"))?;
    let mut listening = pin!(listen(stdout, stderr, printed));
    let mut heard_all = false;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            heard = &mut listening, if !heard_all => {
                heard?;
                heard_all = true;
            }
        }
    };
    match leaves {
        Leaves::Others if status.success() => child.leave_alone(),
        _ => child.end(),
    }
    if !heard_all && let Ok(heard) = timeout(LAST_WORDS, listening).await {
        heard?;
    }
    Ok(status)
}

/// Keeps what is printed to one, and passes on what is printed to the other, line by line, until nobody prints any more.
async fn listen(
    mut stdout: impl AsyncRead + Unpin,
    mut stderr: impl AsyncRead + Unpin,
    printed: &mut Vec<u8>,
) -> Result<(), Silence> {
    let (mut out, mut err) = ([0; 4096], [0; 4096]);
    let (mut out_open, mut err_open) = (true, true);
    let (mut line, mut count) = (Vec::new(), 0);
    while out_open || err_open {
        let read = tokio::select! {
            read = stdout.read(&mut out), if out_open => {
                let read = read?;
                out_open = read > 0;
                printed.extend_from_slice(&out[..read]);
                read
            }
            read = stderr.read(&mut err), if err_open => {
                let read = read?;
                err_open = read > 0;
                line.extend_from_slice(&err[..read]);
                while let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                    say(&String::from_utf8_lossy(&line[..end]));
                    line.drain(..=end);
                }
                read
            }
        };
        count += read;
        if count > MOST {
            return Err(Silence::TooMuch);
        }
    }
    if !line.is_empty() {
        say(&String::from_utf8_lossy(&line));
    }
    Ok(())
}
