//! Reading in a child process: for the formats whose readers can end a whole process on a damaged file.
//!
//! * In: the bytes of an `.xls`, `.xlsb` or `.ods`. Out: its book, or a refusal; whatever the file does, this process lives.
//! * The child is this same program, started with a hidden word. It gets the bytes on standard input, has 512 MB of memory
//!   (on Unix) and 30 seconds, and answers on standard output. One that dies, hangs or answers half is a damaged file.
//! * Never: touches the disk, or shows what the child says while it dies.

use jixiao_core::{Cells, Place};
use jixiao_import::grid::Book;
use jixiao_import::{Limits, OpenError, handover, open};
use std::ffi::{OsStr, OsString};
use std::io::{BufWriter, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The hidden word.
const WORD: &str = "__parse";
/// How long a child may take.
const TIME: Duration = Duration::from_secs(30);
/// How many bytes of memory a child may ask for.
#[cfg(unix)]
const MEMORY: u64 = 512 << 20;
/// How long its answer may be: the largest book within the limits takes less.
const ANSWER: u64 = 512 << 20;

/// Does a child's work when this process was started as one: `jixiao __parse NAME`.
pub fn serve() -> Option<ExitCode> {
    let args: Vec<OsString> = std::env::args_os().skip(1).take(3).collect();
    let [word, name] = args.as_slice() else { return None };
    (word == OsStr::new(WORD)).then(|| match parse(&name.to_string_lossy()) {
        Some(()) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}

fn parse(name: &str) -> Option<()> {
    confine();
    let limits = Limits::default();
    let mut bytes = Vec::new();
    let stdin = std::io::stdin().lock();
    stdin.take(limits.file_bytes + 1).read_to_end(&mut bytes).ok()?;
    let outcome = open::open(name, &bytes, &limits);
    drop(bytes);
    let mut out = BufWriter::new(std::io::stdout().lock());
    handover::write(&outcome, &mut out).ok()?;
    out.flush().ok()
}

/// Bounds what this process may take. Where a system knows no such bound the parent's clock remains.
#[cfg(unix)]
fn confine() {
    use rlimit::Resource;
    let bound = |resource: Resource, most: u64| {
        let hard = resource.get_hard().unwrap_or(most);
        let _ = resource.set(most.min(hard), most.min(hard));
    };
    bound(Resource::AS, MEMORY);
    bound(Resource::CORE, 0);
    // Should the parent be killed, nobody is left to look at the clock.
    bound(Resource::CPU, TIME.as_secs() + 5);
}

#[cfg(not(unix))]
fn confine() {}

/// Opens a workbook in a child process.
pub fn open(name: &str, bytes: &[u8]) -> Result<Book, OpenError> {
    let answer = command(name).and_then(|command| run(command, bytes, TIME));
    let refuse = |zh: String, en: String| OpenError::Damaged {
        place: Place::new(name, "", Cells::default()),
        zh,
        en,
    };
    let answer = answer.map_err(|fate| refuse(fate.chinese(), fate.english()))?;
    handover::read(&answer)
        .unwrap_or_else(|_| Err(refuse(Fate::Died.chinese(), Fate::Died.english())))
}

fn command(name: &str) -> Result<Command, Fate> {
    let mut command = Command::new(std::env::current_exe().map_err(Fate::NotStarted)?);
    command.args([WORD, name]).stderr(Stdio::null());
    Ok(command)
}

/// Why a child gave no answer.
#[derive(Debug)]
enum Fate {
    NotStarted(std::io::Error),
    Died,
    TookTooLong,
}

impl Fate {
    fn chinese(&self) -> String {
        match self {
            Fate::NotStarted(cause) => {
                format!("此格式须由单独的进程读取，但进程无法启动（{cause}）")
            }
            Fate::Died => "文件损坏或异常，读取时中止".to_owned(),
            Fate::TookTooLong => {
                format!("文件损坏或异常，读取超过 {} 秒，已停止", TIME.as_secs())
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Fate::NotStarted(cause) => {
                format!(
                    "this format is read in a process of its own, which did not start ({cause})"
                )
            }
            Fate::Died => "the file is damaged or abnormal, reading it broke off".to_owned(),
            Fate::TookTooLong => format!(
                "the file is damaged or abnormal, reading it took more than {} seconds and was stopped",
                TIME.as_secs()
            ),
        }
    }
}

/// Runs a command that reads `bytes` and answers; ends it when `time` is over.
fn run(mut command: Command, bytes: &[u8], time: Duration) -> Result<Vec<u8>, Fate> {
    let end = Instant::now() + time;
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(Fate::NotStarted)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        // A child that dies early closes its input; that it died is seen below.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        let (sender, receiver) = mpsc::channel();
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.map(|stdout| stdout.take(ANSWER).read_to_end(&mut answer));
            let _ = sender.send(read.and_then(Result::ok).map(|_| answer));
        });
        let answer = receiver.recv_timeout(end.saturating_duration_since(Instant::now()));
        let fate = answer.map_err(|_| Fate::TookTooLong).and_then(|answer| {
            let well = ended(&mut child, end)?.success();
            answer.filter(|_| well).ok_or(Fate::Died)
        });
        // Without effect on a child that ended; else its pipes close now and both threads come to their end.
        let _ = child.kill();
        let _ = child.wait();
        fate
    })
}

/// Waits for a child that has closed its output, which takes a moment at most unless it hangs on purpose.
fn ended(child: &mut Child, end: Instant) -> Result<std::process::ExitStatus, Fate> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_micros(200)),
            Ok(None) => return Err(Fate::TookTooLong),
            Err(_) => return Err(Fate::Died),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, bytes: &[u8], time: Duration) -> Result<Vec<u8>, Fate> {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stderr(Stdio::null());
        run(command, bytes, time)
    }

    #[test]
    fn an_answer_longer_than_a_pipe_arrives() {
        let bytes = vec![7; 1 << 20];
        assert_eq!(shell("cat", &bytes, TIME).expect("an answer"), bytes);
    }

    #[test]
    fn a_child_that_dies_or_fails_gives_nothing() {
        for script in ["kill -ABRT $$", "echo half; kill -SEGV $$", "echo half; exit 1", "exit 1"] {
            let bytes = vec![7; 1 << 20];
            assert!(matches!(shell(script, &bytes, TIME), Err(Fate::Died)), "{script}");
        }
    }

    #[test]
    fn a_child_that_hangs_is_ended() {
        let short = Duration::from_millis(100);
        for script in ["exec sleep 60", "echo half; exec sleep 60", "exec >&-; exec sleep 60"] {
            let begun = Instant::now();
            assert!(matches!(shell(script, &[], short), Err(Fate::TookTooLong)), "{script}");
            assert!(begun.elapsed() < TIME, "{script}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_said() {
        let command = Command::new("/nowhere/at/all");
        assert!(matches!(run(command, &[], TIME), Err(Fate::NotStarted(_))));
    }
}
