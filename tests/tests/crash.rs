//! Ended in the middle: whenever the program dies, an output is whole or not there, and the old one stays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_import::{Limits, open};
use jixiao_tests::{fixtures, program};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn start(file: &Path) -> std::process::Child {
    Command::new(program::program())
        .args(["evaluate".as_ref(), file.as_os_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

#[test]
fn whenever_the_program_is_killed_its_output_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("laoganbu-2021.xlsx");
    std::fs::copy(fixtures().join("laoganbu-2021.xlsx"), &file).expect("a copy");
    let output = folder.path().join("laoganbu-2021-绩效自评.xlsx");
    // How long a whole run takes here; kills are spread over twice that.
    let run = || {
        let begun = Instant::now();
        assert!(start(&file).wait().expect("an end").code().is_some());
        begun.elapsed()
    };
    let whole = [run(), run(), run()].into_iter().min().expect("three runs");
    let bytes = std::fs::read(&output).expect("an output");
    let (mut there, mut killed) = (0, 0);
    for step in 0..30u32 {
        let before = step % 2 == 1;
        if before {
            std::fs::write(&output, &bytes).expect("an old output");
        } else {
            std::fs::remove_file(&output).ok();
        }
        let mut child = start(&file);
        std::thread::sleep(whole * step / 15 + Duration::from_micros(300));
        child.kill().ok();
        killed += usize::from(child.wait().expect("an end").code().is_none());
        match std::fs::read(&output) {
            Ok(left) => {
                there += 1;
                assert!(left == bytes, "half an output after {step} steps");
                open::open("out.xlsx", &left, &Limits::default()).expect("a whole workbook");
            }
            Err(_) => assert!(!before, "the old output is gone after {step} steps"),
        }
    }
    assert!(killed > 5 && there > 0, "{killed} killed, {there} outputs");
}
