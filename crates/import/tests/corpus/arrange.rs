//! How tables stand in the workbook: one on its sheet, or several side by side, stacked, summed up or copied.

use super::figures::Figures;
use super::page::Page;
use super::rng::Rng;
use super::rows::{Kind, Row};
use super::sheet::{self, Sheet, Spot};
use super::style::Style;

/// An arrangement of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// One table on one sheet.
    Alone,
    /// The rows on two sheets.
    TwoSheets,
    /// Two sheets, and before them one that sums them up.
    Summary,
    /// The rows in two tables next to each other.
    SideBySide,
    /// The rows in two tables, one below the other, each with its header.
    Stacked,
    /// Items across, amounts down.
    Turned,
    /// A hidden sheet holds an older state.
    HiddenCopy,
    /// A visible sheet holds the same table again.
    Copy,
}

/// Writes the pages of a workbook. The rows must be plain items wherever they are split.
pub fn write(
    rng: &mut Rng,
    how: Arrangement,
    of: &Sheet<'_>,
    rows: &[Row],
    name: &str,
) -> Vec<Page> {
    let half = rows.len().div_ceil(2);
    let (first, second) = rows.split_at(half);
    match how {
        Arrangement::Alone => vec![sheet::write(rng, of, &with_total(rows, of.style), name)],
        Arrangement::TwoSheets => {
            let names = parts_names(rng);
            halves(rng, of, [first, second], names)
        }
        Arrangement::Summary => {
            let names = parts_names(rng);
            let mut pages = halves(rng, of, [first, second], names);
            let sums = [first, second].into_iter().zip(names);
            let sums: Vec<Row> = sums.map(|(rows, name)| Row::sum(name, items(rows))).collect();
            pages.insert(0, sheet::write(rng, of, &with_total(&sums, of.style), "汇总"));
            pages
        }
        Arrangement::SideBySide => {
            let mut page = Page::new(name);
            let spot = Spot { row: 0, column: 0, lines_above: true, lines_below: true };
            let (header, _) =
                sheet::write_at(rng, of, &with_total(first, of.style), &mut page, spot);
            let beside = Spot::bare(header, of.width() + 1);
            sheet::write_at(rng, of, &with_total(second, of.style), &mut page, beside);
            vec![page]
        }
        Arrangement::Stacked => {
            let mut page = Page::new(name);
            let spot = Spot { row: 0, column: 0, lines_above: true, lines_below: false };
            let (_, next) = sheet::write_at(rng, of, &with_total(first, of.style), &mut page, spot);
            page.text(next + 1, 0, "二、项目支出");
            let spot = Spot { lines_below: true, ..Spot::bare(next + 2, 0) };
            sheet::write_at(rng, of, &with_total(second, of.style), &mut page, spot);
            vec![page]
        }
        Arrangement::Turned => {
            let mut page = Page::new(name);
            sheet::write_at(rng, of, &with_total(rows, of.style), &mut page, Spot::bare(0, 0));
            let mut page = page.transposed(3);
            let said = of.style.said_department.clone().or(of.style.title.clone());
            page.text(0, 0, said.unwrap_or_else(|| "2023年度预算执行情况".to_owned()));
            page.text(1, 0, format!("单位：{}", of.scale.unit.word()));
            vec![page]
        }
        Arrangement::HiddenCopy => {
            let older: Vec<Figures> =
                of.items.iter().map(|item| Figures::sum([item, item])).collect();
            let old = Sheet { items: &older, ..*of };
            let mut hidden = sheet::write(rng, &old, &with_total(rows, of.style), "旧表");
            hidden.hidden = true;
            vec![sheet::write(rng, of, &with_total(rows, of.style), name), hidden]
        }
        Arrangement::Copy => {
            let page = sheet::write(rng, of, &with_total(rows, of.style), name);
            let mut copy = page.clone();
            copy.name = format!("{name} (2)");
            vec![page, copy]
        }
    }
}

fn parts_names(rng: &mut Rng) -> [&'static str; 2] {
    *rng.pick(&[["基本支出", "项目支出"], ["一般公共预算", "政府性基金"], ["人员类", "项目类"]])
}

fn halves(rng: &mut Rng, of: &Sheet<'_>, rows: [&[Row]; 2], names: [&str; 2]) -> Vec<Page> {
    let pages = rows.into_iter().zip(names);
    pages.map(|(rows, name)| sheet::write(rng, of, &with_total(rows, of.style), name)).collect()
}

fn items(rows: &[Row]) -> Vec<usize> {
    let items = rows.iter().filter(|row| row.kind == Kind::Item);
    items.flat_map(|row| row.of.clone()).collect()
}

/// The rows with the total that the style prints.
fn with_total(rows: &[Row], style: &Style) -> Vec<Row> {
    let mut all = rows.to_vec();
    if let Some(label) = &style.total {
        let at = if style.total_on_top { 0 } else { all.len() };
        all.insert(at, Row::total(label.clone(), items(rows)));
    }
    all
}
