//! Writes the workbooks of the tests into a folder, to be looked at: `cargo run -p jixiao-export --example workbook DIR`.

#[path = "../tests/support/mod.rs"]
mod support;

use jixiao_export::{Evaluated, Stamp, evaluation_workbook, summary_workbook};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let folder = std::path::Path::new(&folder);
    let (submission, evaluation) = support::department();
    let department = Evaluated { submission: &submission, evaluation: &evaluation };
    let (submission, evaluation) = support::project();
    let project = Evaluated { submission: &submission, evaluation: &evaluation };
    let stamp = Stamp::year_end(2021);
    std::fs::write(folder.join("department.xlsx"), evaluation_workbook(&[department], stamp)?)?;
    std::fs::write(folder.join("project.xlsx"), evaluation_workbook(&[project], stamp)?)?;
    std::fs::write(folder.join("both.xlsx"), evaluation_workbook(&[department, project], stamp)?)?;
    let outputs = ["老干部局2021-绩效自评.xlsx".to_owned()];
    let rows = [
        support::summary_row(department.evaluation, &outputs),
        support::summary_row(project.evaluation, &[]),
        support::failed_row(),
    ];
    std::fs::write(
        folder.join("summary.xlsx"),
        summary_workbook("2021年度绩效自评汇总", &rows, stamp)?,
    )?;
    Ok(())
}
