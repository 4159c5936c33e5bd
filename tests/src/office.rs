//! LibreOffice as the other program: it saves a file in another format.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Saves every file in another format into `out`; `SOFFICE` may name the program.
pub fn convert(files: &[PathBuf], format: &str, profile: &Path, out: &Path) {
    let output = Command::new(std::env::var_os("SOFFICE").unwrap_or_else(|| "soffice".into()))
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", format, "--outdir"])
        .arg(out)
        .args(files)
        .output()
        .expect("LibreOffice runs; SOFFICE may name it");
    let ending = format.split(':').next().unwrap_or(format);
    for file in files {
        let saved = out.join(file.with_extension(ending).file_name().expect("a name"));
        assert!(saved.is_file(), "LibreOffice wrote no {}: {output:?}", saved.display());
    }
}
