//! Writes workbooks into a folder, to be looked at: `cargo run -p jixiao-export --example workbook DIR`.
//!
//! The evaluations are those of the tests, once as worked out by hand and once by the rules.

#[path = "../tests/support/mod.rs"]
mod support;

use jixiao_core::{Rules, evaluate};
use jixiao_export::{Evaluated, Stamp, evaluation_workbook, summary_workbook};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let folder = std::path::Path::new(&folder);
    let stamp = Stamp::year_end(2021);
    let rules = Rules::builtin("mof-2020-10")?;

    let (ledger, by_hand) = support::department();
    let department = Evaluated { submission: &ledger, evaluation: &by_hand };
    let (form, by_hand) = support::project();
    let project = Evaluated { submission: &form, evaluation: &by_hand };
    std::fs::write(folder.join("department.xlsx"), evaluation_workbook(&[department], stamp)?)?;
    std::fs::write(folder.join("project.xlsx"), evaluation_workbook(&[project], stamp)?)?;
    std::fs::write(folder.join("both.xlsx"), evaluation_workbook(&[department, project], stamp)?)?;

    let by_rules = evaluate(&ledger, &rules)?;
    let department = Evaluated { submission: &ledger, evaluation: &by_rules };
    std::fs::write(folder.join("by-rules.xlsx"), evaluation_workbook(&[department], stamp)?)?;

    let outputs = ["老干部局2021-绩效自评.xlsx".to_owned()];
    let rows = [
        support::summary_row(department.evaluation, &outputs),
        support::summary_row(project.evaluation, &[]),
        support::failed_row(),
    ];
    let summary = summary_workbook("2021年度绩效自评汇总", &rows, stamp)?;
    std::fs::write(folder.join("summary.xlsx"), summary)?;
    Ok(())
}
