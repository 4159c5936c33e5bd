//! What may be done to a ledger without changing a total.
//!
//! * In: a ledger, its plain page and a source of numbers. Out: the pages of a workbook that say the same in another way.

use super::ledger::{Amounts, Cell, Kind, Ledger, Page, TITLES, row, sum, text};
use super::together::{
    changes_that_add, changes_that_explain, executed_on_its_own_sheet, lists_that_agree,
    payments_exported_twice, payments_for_executed,
};
use jixiao_fuzz::random::Random;

/// A change that keeps every total.
pub struct Relation {
    /// Its name.
    pub name: &'static str,
    /// Makes the workbook.
    pub make: fn(&Ledger, Page, &mut Random) -> Vec<Page>,
}

macro_rules! relations {
    ($($name:ident),* $(,)?) => {
        /// Every relation.
        pub const ALL: &[Relation] = &[$(Relation { name: stringify!($name), make: $name }),*];
    };
}

relations! {
    unchanged, sheets_shuffled, blank_rows, blank_columns, in_wan, unit_in_titles, unit_in_brackets, full_width_digits,
    thousands_separators, numbers_as_text, currency_signs, dashes_for_nothing, zeros_for_nothing, subtotals, no_total,
    total_on_top, totals_as_formulas, header_of_two_rows, header_of_two_merged_rows, columns_reordered, more_titles,
    footers, two_sheets, hidden_sheet, hidden_rows, spaces_in_titles, line_breaks_in_titles, other_titles, rows_shuffled,
    repeated_header, numbered, indented, rate_column, moved, of_which, remarks, codes,
    payments_for_executed, payments_exported_twice, lists_that_agree, changes_that_explain, changes_that_add,
    executed_on_its_own_sheet,
}

fn unchanged(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    vec![page]
}

fn one(mut page: Page, change: impl FnOnce(&mut Page)) -> Vec<Page> {
    change(&mut page);
    vec![page]
}

fn lines(page: &Page) -> Vec<usize> {
    let is_line = |at: &usize| matches!(page.rows[*at].0, Kind::Line(_));
    (0..page.rows.len()).filter(is_line).collect()
}

fn note(name: &str) -> Page {
    let mut page = Page::plain(name, &[]);
    page.rows =
        vec![(Kind::Other, vec![text("填报说明")]), (Kind::Other, vec![text("本表由各单位填报")])];
    page.merges.clear();
    page
}

fn sheets_shuffled(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let mut pages = vec![page, note("说明"), note("封面")];
    random.shuffle(&mut pages);
    pages
}

fn blank_rows(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        for _ in 0..3 {
            let at = *random.pick(&lines(page));
            page.insert(at, Kind::Other, Vec::new());
        }
    })
}

fn blank_columns(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| page.insert_column(1 + random.below(5), |_, _| Cell::Empty))
}

fn replace(page: &mut Page, from: &str, to: &str) {
    for (_, cells) in &mut page.rows {
        for cell in cells {
            if let Cell::Text(text) = cell {
                *text = text.replace(from, to);
            }
        }
    }
}

fn in_wan(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        page.wan = true;
        replace(page, "单位：元", "单位：万元");
    })
}

fn titles(page: &mut Page, change: impl Fn(&str) -> String) {
    let header = page.header();
    for cell in &mut page.rows[header].1 {
        if let Cell::Text(text) = cell {
            *text = change(text);
        }
    }
}

fn unit_in_titles(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        replace(page, "单位：元", "");
        titles(page, |title| match title {
            "项目名称" => title.to_owned(),
            _ => format!("{title}（元）"),
        });
    })
}

fn unit_in_brackets(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        page.wan = true;
        replace(page, "单位：元", "（金额单位：人民币万元）");
    })
}

fn full_width_digits(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    let wide = |text: &str| {
        let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c);
        text.chars().map(wide).collect()
    };
    one(page, |page| page.text = Some(wide))
}

fn grouped(text: &str) -> String {
    let (whole, rest) =
        text.split_once('.').map_or((text, String::new()), |(w, r)| (w, format!(".{r}")));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + &rest
}

fn thousands_separators(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| page.text = Some(grouped))
}

fn numbers_as_text(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| page.text = Some(|text| format!(" {text}\u{a0}")))
}

fn currency_signs(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| page.text = Some(|text| format!("￥{}", grouped(text))))
}

fn nothing_as(mut page: Page, nothing: &Cell) -> Page {
    for (kind, cells) in &mut page.rows {
        if matches!(kind, Kind::Line(_)) {
            cells
                .iter_mut()
                .filter(|cell| **cell == Cell::Empty)
                .for_each(|cell| *cell = nothing.clone());
        }
    }
    page
}

fn dashes_for_nothing(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let dash = *random.pick(&["—", "-", "/", "无"]);
    vec![nothing_as(page, &text(dash))]
}

fn zeros_for_nothing(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    vec![nothing_as(page, &Cell::Amount(0))]
}

fn subtotals(ledger: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let half = 1 + random.below(ledger.lines.len() - 1);
        let rows = lines(page);
        let of = |lines: &[(String, Amounts)]| {
            row("小计", &sum(lines.iter().map(|(_, amounts)| amounts)))
        };
        page.insert(rows[rows.len() - 1] + 1, Kind::Total, of(&ledger.lines[half..]));
        page.insert(rows[half], Kind::Total, of(&ledger.lines[..half]));
    })
}

fn no_total(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        page.rows.pop();
    })
}

fn total_on_top(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let (kind, cells) = page.rows.pop().expect("a total");
        let at = page.header() + 1;
        page.insert(at, kind, cells);
    })
}

fn totals_as_formulas(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        for (kind, cells) in &mut page.rows {
            for cell in cells {
                if let (Kind::Total, Cell::Amount(amount)) = (*kind, &*cell) {
                    *cell = Cell::Computed(*amount);
                }
            }
        }
    })
}

/// 预算数 above its four columns.
fn two_rows(page: &mut Page, merged: bool) {
    let header = page.header();
    let above =
        [text("项目名称"), text("预算数"), Cell::Empty, Cell::Empty, Cell::Empty, text("执行数")];
    let below = ["年初预算数", "追加", "追减", "全年预算数"].map(text);
    let below = [vec![Cell::Empty], below.to_vec(), vec![Cell::Empty]].concat();
    page.rows[header].1 = below;
    page.insert(header, Kind::Header, above.to_vec());
    if merged {
        let (top, bottom) = (header, header + 1);
        page.merges.extend([[top, 0, bottom, 0], [top, 1, top, 4], [top, 5, bottom, 5]]);
    }
}

fn header_of_two_rows(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| two_rows(page, false))
}

fn header_of_two_merged_rows(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| two_rows(page, true))
}

fn columns_reordered(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let mut order: Vec<usize> = (1..=TITLES.len()).collect();
        random.shuffle(&mut order);
        order.insert(0, 0);
        for (kind, cells) in &mut page.rows {
            if *kind != Kind::Above {
                *cells = order.iter().map(|at| cells[*at].clone()).collect();
            }
        }
    })
}

fn more_titles(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        for _ in 0..=random.below(3) {
            let line = *random.pick(&[
                "附件2",
                "示例县财政局制",
                "（2023年度）",
                "填报日期：2024年1月15日",
            ]);
            page.insert(random.below(2), Kind::Above, vec![text(line)]);
        }
    })
}

fn footers(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let at = page.rows.len();
        let foot = ["填表人：张三", "", "审核人：李四", "", "2024年1月15日"].map(text);
        page.insert(at, Kind::Other, foot.to_vec());
        page.insert(
            at + 1,
            Kind::Other,
            vec![text("注：1. 本表金额保留两位小数。2. 执行数为支付数。")],
        );
    })
}

fn two_sheets(ledger: &Ledger, _: Page, random: &mut Random) -> Vec<Page> {
    let half = 1 + random.below(ledger.lines.len() - 1);
    let all: Vec<_> = ledger.lines.iter().enumerate().collect();
    vec![Page::plain("项目一", &all[..half]), Page::plain("项目二", &all[half..])]
}

fn hidden_sheet(ledger: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let mut other = Page { name: "旧稿".to_owned(), hidden_sheet: true, ..Page::of(ledger) };
    other.rows.pop();
    let mut pages = vec![page, other, note("说明")];
    // The first sheet of a workbook cannot be hidden.
    let from = random.below(2);
    pages[1..].rotate_left(from);
    pages
}

fn hidden_rows(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let hidden = *random.pick(&lines(page));
        page.hidden.push(hidden);
    })
}

fn spaces_in_titles(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        titles(page, |title| {
            let spaced: Vec<String> = title.chars().map(String::from).collect();
            format!(" {}\u{3000}", spaced.join(" "))
        });
    })
}

fn line_breaks_in_titles(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        titles(page, |title| {
            let chars: Vec<char> = title.chars().collect();
            let (first, second) = chars.split_at(chars.len() / 2);
            first.iter().chain(&['\n']).chain(second).collect()
        });
    })
}

fn other_titles(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let adjusted = *random.pick(&["调整后预算数", "全年预算数（A）", "调整预算数"]);
    let executed = *random.pick(&["全年执行数", "执行数（B）", "支出数"]);
    one(page, |page| {
        titles(page, |title| match title {
            "全年预算数" => adjusted.to_owned(),
            "执行数" => executed.to_owned(),
            "年初预算数" => "年初预算".to_owned(),
            "项目名称" => "项目".to_owned(),
            other => other.to_owned(),
        });
    })
}

fn rows_shuffled(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let (first, count) = (page.header() + 1, lines(page).len());
        random.shuffle(&mut page.rows[first..first + count]);
    })
}

fn repeated_header(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let (header, rows) = (page.header(), lines(page));
        let again = page.rows[header].1.clone();
        page.insert(rows[1 + random.below(rows.len() - 1)], Kind::Other, again);
    })
}

fn numbered(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        page.insert_column(0, |kind, _| match kind {
            Kind::Header => text("序号"),
            Kind::Line(at) => Cell::Number(i64::try_from(at).expect("small") + 1),
            _ => Cell::Empty,
        });
        // The lines above the table keep to the first column.
        for (kind, cells) in &mut page.rows {
            if *kind == Kind::Above {
                cells.swap(0, 1);
            }
        }
        page.merges = vec![[0, 0, 0, 6]];
    })
}

fn indented(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        for (kind, cells) in &mut page.rows {
            if let (Kind::Line(_), Some(Cell::Text(name))) = (*kind, cells.first_mut()) {
                *name = format!("\u{3000}{name} ");
            }
        }
    })
}

fn rate_column(_: &Ledger, page: Page, _: &mut Random) -> Vec<Page> {
    one(page, |page| {
        page.insert_column(6, |kind, cells| match (kind, cells.get(4), cells.get(5)) {
            (Kind::Header, ..) => text("执行率"),
            (
                Kind::Line(_) | Kind::Total,
                Some(Cell::Amount(budget)),
                Some(Cell::Amount(spent)),
            ) => {
                // Half up to a hundredth of a percent.
                Cell::Percent((spent * 20_000 / budget + 1) / 2)
            }
            _ => Cell::Empty,
        });
    })
}

fn moved(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        for _ in 0..=random.below(4) {
            page.insert(0, Kind::Other, Vec::new());
        }
        for _ in 0..=random.below(3) {
            page.insert_column(0, |_, _| Cell::Empty);
        }
    })
}

fn of_which(ledger: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    one(page, |page| {
        let rows = lines(page);
        let at = random.below(rows.len());
        let part = ledger.lines[at].1.map(|amount| amount / 200 * 100);
        page.insert(rows[at] + 1, Kind::Other, row("其中：上级补助", &part));
    })
}

fn remarks(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let remark = *random.pick(&["按合同支付", "2023年3月开工", "结余12.5元已上缴", "见附表3"]);
    one(page, |page| {
        page.insert_column(6, |kind, _| match kind {
            Kind::Header => text("备注"),
            Kind::Line(at) if at % 2 == 0 => text(remark),
            _ => Cell::Empty,
        });
    })
}

fn codes(_: &Ledger, page: Page, random: &mut Random) -> Vec<Page> {
    let first = random.between(10, 89);
    one(page, |page| {
        page.insert_column(1, |kind, _| match kind {
            Kind::Header => text("项目代码"),
            Kind::Line(at) => text(&format!("4403052{first}0{at:03}")),
            _ => Cell::Empty,
        });
        page.merges = vec![[0, 0, 0, 6]];
    })
}
