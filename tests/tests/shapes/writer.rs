//! Shapes that the Rust writer makes: formulas with their values, and what only a writer of whole workbooks offers.
//!
//! * In: the eight items, in 分. Out: the bytes of each workbook, the same in every run.

use rust_xlsxwriter::{
    Color, ConditionalFormatDataBar, DataValidation, DocProperties, ExcelDateTime, FilterCondition,
    Format, Formula, Note, Table, TableColumn, TableFunction, Workbook, Worksheet, XlsxError,
};

/// Name, initial budget, adjusted budget and executed amount, in yuan.
const ITEMS: [(&str, f64, f64, f64); 8] = [
    ("基本工资", 1_250_000.0, 1_250_000.0, 1_250_000.0),
    ("津贴补贴", 980_000.0, 1_025_000.0, 1_025_000.0),
    ("社会保障缴费", 420_000.0, 420_000.0, 415_300.0),
    ("办公费", 150_000.0, 138_000.0, 130_450.5),
    ("免费开放补助", 600_000.0, 600_000.0, 588_000.0),
    ("非物质文化遗产保护", 300_000.0, 380_000.0, 352_260.25),
    ("群众文化活动", 500_000.0, 440_000.0, 431_789.25),
    ("设备购置", 260_000.0, 260_000.0, 253_000.0),
];
/// The sums of the three columns.
const SUMS: [&str; 3] = ["4460000", "4513000", "4445800"];
/// The sums of the first four items.
const BASIC: [&str; 3] = ["2800000", "2833000", "2820750.5"];
/// The sums of the last four items.
const PROJECTS: [&str; 3] = ["1660000", "1680000", "1625049.5"];
const HEADS: [&str; 4] = ["项目名称", "年初预算数", "全年预算数", "执行数"];

type Made = Result<(), XlsxError>;

fn money() -> Format {
    Format::new().set_num_format("#,##0.00")
}

/// Title, line of facts and heading: rows 1 to 3.
fn begin(sheet: &mut Worksheet) -> Made {
    sheet.set_formula_result_default("");
    sheet.write(0, 0, "示例县文化馆2023年度预算执行情况表")?;
    sheet.write(1, 0, "编制单位：示例县文化馆")?.write(1, 3, "单位：元")?;
    sheet.write_row(2, 0, HEADS)?;
    Ok(())
}

fn item(sheet: &mut Worksheet, row: u32, index: usize) -> Made {
    let (name, initial, adjusted, executed) = ITEMS[index];
    sheet.write(row, 0, name)?;
    for (column, amount) in [(1, initial), (2, adjusted), (3, executed)] {
        sheet.write_with_format(row, column, amount, &money())?;
    }
    Ok(())
}

fn items(sheet: &mut Worksheet) -> Made {
    begin(sheet)?;
    (0..8).try_for_each(|index| item(sheet, 3 + u32::try_from(index).unwrap_or(0), index))
}

/// A row of formulas, `{}` in the text being the column; with the values of `sums`.
fn sums(sheet: &mut Worksheet, row: u32, name: &str, text: &str, sums: [&str; 3]) -> Made {
    sheet.write(row, 0, name)?;
    for (column, letter, sum) in [(1, "B", sums[0]), (2, "C", sums[1]), (3, "D", sums[2])] {
        let formula = Formula::new(text.replace("{}", letter)).set_result(sum);
        sheet.write_with_format(row, column, formula, &money())?;
    }
    Ok(())
}

fn total(sheet: &mut Worksheet) -> Made {
    sums(sheet, 11, "合计", "=SUM({}4:{}11)", SUMS)
}

fn formulas_with_values(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    sheet.write(2, 4, "余额")?.write(2, 5, "执行率")?;
    let rest = ["0", "0", "4700", "7549.5", "12000", "27739.75", "8210.75", "7000"];
    for (row, rest) in (4..).zip(rest) {
        let formula = Formula::new(format!("=C{row}-D{row}")).set_result(rest);
        sheet.write(row - 1, 4, formula)?;
    }
    total(sheet)
}

fn formulas_of_subtotals(sheet: &mut Worksheet) -> Made {
    begin(sheet)?;
    (0..4).try_for_each(|n| item(sheet, 3 + n, n as usize))?;
    sums(sheet, 7, "基本支出小计", "=SUBTOTAL(9,{}4:{}7)", BASIC)?;
    (0..4).try_for_each(|n| item(sheet, 8 + n, 4 + n as usize))?;
    sums(sheet, 12, "项目支出小计", "=SUBTOTAL(9,{}9:{}12)", PROJECTS)?;
    sums(sheet, 13, "总计", "=SUBTOTAL(9,{}4:{}13)", SUMS)
}

fn headings_of_several_fonts(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    let (bold, red) = (Format::new().set_bold(), Format::new().set_font_color(Color::Red));
    sheet.write_rich_string(2, 1, &[(&bold, "年初"), (&red, "预算"), (&bold, "数")])?;
    sheet.write_rich_string(2, 3, &[(&red, "执"), (&bold, "行数")])?;
    sheet.write_rich_string(11, 0, &[(&bold, "合"), (&red, "　"), (&bold, "计")])?;
    for (column, sum) in [(1, 4_460_000.0), (2, 4_513_000.0), (3, 4_445_800.0)] {
        sheet.write(11, column, sum)?;
    }
    Ok(())
}

fn outline_collapsed(sheet: &mut Worksheet) -> Made {
    begin(sheet)?;
    sums(sheet, 3, "一、基本支出", "=SUM({}5:{}8)", BASIC)?;
    (0..4).try_for_each(|n| item(sheet, 4 + n, n as usize))?;
    sums(sheet, 8, "二、项目支出", "=SUM({}10:{}13)", PROJECTS)?;
    (0..4).try_for_each(|n| item(sheet, 9 + n, 4 + n as usize))?;
    sums(sheet, 13, "合计", "={}4+{}9", SUMS)?;
    sheet.group_symbols_above(true);
    sheet.group_rows_collapsed(4, 7)?.group_rows(9, 12)?;
    Ok(())
}

fn table_of_excel(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    let sum =
        |name: &str| TableColumn::new().set_header(name).set_total_function(TableFunction::Sum);
    let columns = [
        TableColumn::new().set_header(HEADS[0]).set_total_label("合计"),
        sum(HEADS[1]),
        sum(HEADS[2]),
        sum(HEADS[3]),
    ];
    sheet.add_table(2, 0, 11, 3, &Table::new().set_columns(&columns).set_total_row(true))?;
    // The table writes its total formulas without values; these take their place.
    sums(sheet, 11, "合计", "=SUBTOTAL(109,[{}])", SUMS)?;
    for (column, name, sum) in
        [(1, HEADS[1], SUMS[0]), (2, HEADS[2], SUMS[1]), (3, HEADS[3], SUMS[2])]
    {
        let text = format!("=SUBTOTAL(109,[{name}])");
        sheet.write(11, column, Formula::new(text).set_result(sum))?;
    }
    Ok(())
}

fn notes_lists_and_bars(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    sheet.insert_note(4, 3, &Note::new("另有 20000 元在途").set_author("财务"))?;
    let yes = DataValidation::new().allow_list_strings(&["一般公共预算", "政府性基金"])?;
    sheet.add_data_validation(3, 4, 10, 4, &yes)?;
    sheet.add_conditional_format(3, 3, 10, 3, &ConditionalFormatDataBar::new())?;
    Ok(())
}

fn empty_cells_with_borders(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    let border = Format::new().set_border(rust_xlsxwriter::FormatBorder::Thin);
    for row in 12..200 {
        for column in 0..8 {
            sheet.write_blank(row, column, &border)?;
        }
    }
    Ok(())
}

fn amounts_merged_over_two_items(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    // One budget for the last two items: 500000 + 260000, 440000 + 260000.
    let format = money();
    sheet.merge_range(9, 1, 10, 1, "", &format)?.write_with_format(9, 1, 760_000.0, &format)?;
    sheet.merge_range(9, 2, 10, 2, "", &format)?.write_with_format(9, 2, 700_000.0, &format)?;
    Ok(())
}

fn sheet_protected(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    sheet.protect();
    Ok(())
}

fn filter_with_condition(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    sheet.write(2, 4, "支出类别")?;
    for row in 3..11 {
        sheet.write(row, 4, if row < 7 { "基本支出" } else { "项目支出" })?;
    }
    sheet.autofilter(2, 0, 10, 4)?;
    sheet.filter_column(4, &FilterCondition::new().add_list_filter("项目支出"))?;
    Ok(())
}

fn names_with_links(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    for row in 3..11_u32 {
        let name = ITEMS[row as usize - 3].0;
        sheet.write_url_with_text(row, 0, "internal:预算执行!D4", name)?;
    }
    Ok(())
}

fn header_rotated_and_shrunk(sheet: &mut Worksheet) -> Made {
    items(sheet)?;
    total(sheet)?;
    let upright = Format::new().set_rotation(270).set_text_wrap();
    for (column, head) in
        (0..).zip(["项\n目\n名\n称", "年\n初\n预\n算\n数", "全\n年\n预\n算\n数", "执\n行\n数"])
    {
        sheet.write_with_format(2, column, head, &upright)?;
    }
    sheet.set_freeze_panes(3, 1)?.set_zoom(70);
    Ok(())
}

/// A file's name and what puts its sheet together.
type Shape = (&'static str, fn(&mut Worksheet) -> Made);

const SHAPES: [Shape; 12] = [
    ("formulas-with-values.xlsx", formulas_with_values),
    ("formulas-of-subtotals.xlsx", formulas_of_subtotals),
    ("headings-of-several-fonts.xlsx", headings_of_several_fonts),
    ("outline-collapsed.xlsx", outline_collapsed),
    ("table-of-excel.xlsx", table_of_excel),
    ("notes-lists-and-bars.xlsx", notes_lists_and_bars),
    ("empty-cells-with-borders.xlsx", empty_cells_with_borders),
    ("amounts-merged-over-two-items.xlsx", amounts_merged_over_two_items),
    ("sheet-protected.xlsx", sheet_protected),
    ("filter-with-condition.xlsx", filter_with_condition),
    ("names-with-links.xlsx", names_with_links),
    ("header-words-one-below-another.xlsx", header_rotated_and_shrunk),
];

/// Every file with its bytes.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let made = |build: fn(&mut Worksheet) -> Made| -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let day = ExcelDateTime::from_ymd(2022, 3, 15)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let sheet = book.add_worksheet();
        sheet.set_name("预算执行")?;
        build(sheet)?;
        book.save_to_buffer()
    };
    SHAPES.map(|(name, build)| (name, made(build).expect(name))).into()
}
