//! From the text of a layout file to a [`Layout`], strictly: all mistakes at once, each with line and column.
//!
//! * In: TOML. Out: a layout whose blocks cover every column of the form once.
//! * Never: a cell outside of the form, two cells in one place, a key that is ignored.
//!
//! Start reading at [`layout`].

mod money;

use super::{
    Choices, GoalBlock, HeadCell, HeadFill, IndicatorColumn, IndicatorFill, IndicatorTable, Layout,
    MoneyFill, Span, TotalRow,
};
use crate::rules::Mistake;
use crate::rules::reader::{Keys, Source, document};

/// More columns than this do not fit on a page.
const MOST_COLUMNS: usize = 26;

/// What is no columns at all, and was told.
const NOWHERE: Span = Span { first: 1, last: 0 };

/// The layout of a file.
pub(in crate::rules) fn layout(text: &str) -> Result<Layout, Vec<Mistake>> {
    let (table, broken) = document(text);
    let source = Source::new(text);
    for (at, message) in broken {
        source.mistake(at, message);
    }
    let root = source.keys(&table, "the file", 0);
    if root.whole("schema") != Some(1) {
        root.mistake(
            "schema",
            (
                "应写 `schema = 1`，这是本程序能读的版式文件格式",
                "`schema = 1` is the form of layout files this program reads; add it",
            ),
        );
    }
    let widths = widths(&root);
    let grid = Grid { columns: widths.len() as u16 };
    let layout = Layout {
        id: root.text("id"),
        name: root.text("name"),
        source: root.text("source"),
        verified: root.flag("verified"),
        title: root.text("title"),
        year: placeholders(&root, "year", root.text("year"), &["year"]),
        head: root.tables("head").into_iter().map(|row| grid.head(row)).collect(),
        money: root.table_or_none("money").map(|table| grid.money(table)),
        goals: root.table_or_none("goals").map(|table| grid.goals(table)),
        indicators: match root.table("indicators") {
            Some(table) => grid.indicators(table),
            None => IndicatorTable {
                label: None,
                columns: Vec::new(),
                execution: None,
                groups: Vec::new(),
                order: Vec::new(),
            },
        },
        total: root.table_or_none("total").map(|table| grid.total(table)),
        notes: root.texts("notes"),
        signatures: root.texts("signatures"),
        widths,
    };
    whole(&root, &layout);
    root.close();
    let mistakes = source.mistakes();
    if mistakes.is_empty() { Ok(layout) } else { Err(mistakes) }
}

fn widths(root: &Keys<'_>) -> Vec<u16> {
    let widths: Vec<u16> = root
        .wholes("widths")
        .iter()
        .map(|width| u16::try_from(*width).ok().filter(|width| (3..=120).contains(width)))
        .map(Option::unwrap_or_default)
        .collect();
    if widths.is_empty() || widths.len() > MOST_COLUMNS || widths.contains(&0) {
        root.mistake(
            "widths",
            (
                "`widths` 依次写各列宽度（3 至 120 的整数），最多 26 列",
                "`widths` has the width of each column, a whole number from 3 to 120, for at most 26 columns",
            ),
        );
    }
    widths
}

/// Scores in a total need scores in the rows, and only one place may say what the execution rate scores.
fn whole(root: &Keys<'_>, layout: &Layout) {
    let has = |fill| layout.indicators.columns.iter().any(|column| column.fill == fill);
    let total = layout.total.as_ref();
    if total.is_some_and(|total| total.score.is_some()) && !has(IndicatorFill::Score) {
        root.mistake(
            "total",
            (
                "`total` 有得分合计，而指标表没有 `fill = \"score\"` 的列",
                "`total` adds up scores, but no column of the indicators has `fill = \"score\"`",
            ),
        );
    }
    if total.is_some_and(|total| total.weight.is_some()) && !has(IndicatorFill::Weight) {
        root.mistake(
            "total",
            (
                "`total` 有分值合计，而指标表没有 `fill = \"weight\"` 的列",
                "`total` adds up weights, but no column of the indicators has `fill = \"weight\"`",
            ),
        );
    }
    let in_money = layout
        .money
        .as_ref()
        .is_some_and(|money| money.columns.iter().any(|column| column.fill == MoneyFill::Score));
    if in_money && layout.indicators.execution.is_some() {
        root.mistake(
            "indicators",
            (
                "预算执行率的得分只能在一处：资金栏有 `score` 列时，指标表不写 `execution`",
                "the execution rate is scored in one place: with a column `score` in the money block the indicators have no `execution`",
            ),
        );
    }
}

/// A text whose names in braces are known.
fn placeholders(table: &Keys<'_>, key: &str, text: String, known: &[&str]) -> String {
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !part.contains('}') || !known.contains(&name) {
            let names: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
            let names = names.join(", ");
            let zh = format!("`{key}` 中的花括号只能写 {names}");
            table.mistake(key, (zh, format!("braces in `{key}` hold {names} only")));
        }
    }
    text
}

/// The columns of the form; every block is checked against them.
struct Grid {
    columns: u16,
}

impl Grid {
    fn span(&self, table: &Keys<'_>, key: &'static str) -> Span {
        let text = table.text(key);
        let (first, last) = text.split_once(':').unwrap_or((&text, &text));
        let column = |letter: &str| match letter.as_bytes() {
            [letter @ b'A'..=b'Z'] => Some(u16::from(letter - b'A')),
            _ => None,
        };
        match (column(first), column(last)) {
            (Some(first), Some(last)) if first <= last && last < self.columns => {
                Span { first, last }
            }
            _ => {
                if table.has(key) {
                    let right = char::from(b'A' + (self.columns.clamp(1, 26) - 1) as u8);
                    let zh = format!(
                        "`{key}` 应为列或列区间，如 \"B\" 或 \"B:D\"，在 A 至 {right} 之内"
                    );
                    table.mistake(key, (zh, format!("`{key}` is a column or columns such as \"B\" or \"B:D\", within A to {right}")));
                }
                NOWHERE
            }
        }
    }

    /// Every column of the form is covered once.
    fn covered(&self, table: &Keys<'_>, what: (&str, &str), spans: &[Span], from: u16) {
        if spans.contains(&NOWHERE) {
            return;
        }
        let mut sorted: Vec<Span> = spans.to_vec();
        sorted.sort_by_key(|span| span.first);
        let mut next = from;
        for span in &sorted {
            if span.first != next {
                break;
            }
            next = span.last + 1;
        }
        if next == self.columns
            && sorted.iter().map(|s| s.last - s.first + 1).sum::<u16>() == self.columns - from
        {
            return;
        }
        let letter = char::from(b'A' + next.min(25) as u8);
        let (zh, en) = what;
        table.mistake_at(
            table.at(),
            (
                format!("{zh}的单元格须不重不漏地占满整行；从 {letter} 列起不对"),
                format!("the cells of {en} cover every column of the row once; they do not from column {letter} on"),
            ),
        );
    }

    fn head(&self, row: Keys<'_>) -> Vec<HeadCell> {
        let mut cells = Vec::new();
        for table in row.tables("cells") {
            let label = table.has("label").then(|| table.text("label"));
            table.text_or_absent("label");
            let fill = match label {
                Some(_) => {
                    table.text_or_absent("fill");
                    HeadFill::Blank
                }
                None => chosen(&table, "fill", &HeadFill::CHOICES).unwrap_or_default(),
            };
            if label.is_some() && table.has("fill") {
                table.mistake(
                    "fill",
                    (
                        "单元格写 `label` 或 `fill`，不能同时写",
                        "a cell has a `label` or a `fill`, not both",
                    ),
                );
            }
            cells.push(HeadCell { at: self.span(&table, "at"), label, fill });
            table.close();
        }
        let spans: Vec<Span> = cells.iter().map(|cell| cell.at).collect();
        self.covered(&row, ("表头行", "a row of the head"), &spans, 0);
        row.close();
        cells
    }

    fn goals(&self, table: Keys<'_>) -> GoalBlock {
        let cell = |cell: Keys<'_>| {
            let fill = chosen(&cell, "fill", &HeadFill::CHOICES).unwrap_or_default();
            let goal = (self.span(&cell, "at"), cell.text("title"), fill);
            cell.close();
            goal
        };
        let block = GoalBlock {
            at: self.span(&table, "at"),
            label: table.text("label"),
            cells: table.tables("cells").into_iter().map(cell).collect(),
        };
        let mut spans = vec![block.at];
        spans.extend(block.cells.iter().map(|(at, ..)| *at));
        self.covered(&table, ("年度目标栏", "the block of the goals"), &spans, 0);
        table.close();
        block
    }

    fn indicators(&self, table: Keys<'_>) -> IndicatorTable {
        let label = table.has("label").then(|| (self.span(&table, "at"), table.text("label")));
        for key in ["label", "at"] {
            table.text_or_absent(key);
        }
        let column = |column: Keys<'_>| {
            let of = IndicatorColumn {
                at: self.span(&column, "at"),
                title: column.text("title"),
                group: column.text_or("group", ""),
                fill: chosen(&column, "fill", &IndicatorFill::CHOICES)
                    .unwrap_or(IndicatorFill::Blank),
            };
            column.close();
            of
        };
        let columns: Vec<IndicatorColumn> =
            table.tables("columns").into_iter().map(column).collect();
        let mut spans: Vec<Span> = label.iter().map(|(at, _)| *at).collect();
        spans.extend(columns.iter().map(|column| column.at));
        self.covered(&table, ("指标表", "the table of indicators"), &spans, 0);
        let group = |group: Keys<'_>| {
            let of = (group.text("block"), levels(&group, "path"));
            group.close();
            of
        };
        let indicators = IndicatorTable {
            label,
            columns,
            execution: table.has("execution").then(|| levels(&table, "execution")),
            groups: table.tables("group").into_iter().map(group).collect(),
            order: table.groups("order"),
        };
        table.text_or_absent("execution");
        table.close();
        indicators
    }

    fn total(&self, table: Keys<'_>) -> TotalRow {
        let span = |key: &'static str| table.has(key).then(|| self.span(&table, key));
        let [weight, score, grade] = ["weight", "score", "grade"].map(span);
        for key in ["weight", "score", "grade", "grade_text"] {
            table.text_or_absent(key);
        }
        let text =
            placeholders(&table, "grade_text", table.text_or("grade_text", "{grade}"), &["grade"]);
        let mut total = TotalRow {
            at: self.span(&table, "at"),
            label: table.text("label"),
            weight,
            score,
            grade: grade.map(|at| (at, text)),
            blank: Vec::new(),
        };
        let mut spans = vec![total.at];
        spans.extend([weight, score, grade].into_iter().flatten());
        for key in spans.iter().skip(1) {
            if spans
                .iter()
                .filter(|other| key.first <= other.last && other.first <= key.last)
                .count()
                > 1
            {
                table.mistake(
                    "at",
                    ("合计行的单元格不能重叠", "the cells of the total row do not overlap"),
                );
                break;
            }
        }
        let free =
            |column: &u16| !spans.iter().any(|span| (span.first..=span.last).contains(column));
        for column in (0..self.columns).filter(free) {
            match total.blank.last_mut() {
                Some(span) if span.last + 1 == column => span.last = column,
                _ => total.blank.push(Span { first: column, last: column }),
            }
        }
        table.close();
        total
    }
}

fn levels(table: &Keys<'_>, key: &'static str) -> Vec<String> {
    let levels = table.texts(key);
    if !(1..=3).contains(&levels.len()) || levels.iter().any(String::is_empty) {
        let zh = format!("`{key}` 应为一至三级名称");
        table.mistake(key, (zh, format!("`{key}` has the names of one to three levels")));
    }
    levels
}

/// The choice that a text names.
fn chosen<T: Copy, const N: usize>(
    table: &Keys<'_>,
    key: &'static str,
    choices: &Choices<T, N>,
) -> Option<T> {
    let words: Vec<(&str, T)> = choices.iter().map(|(word, _, choice)| (*word, *choice)).collect();
    table.choice(key, &words)
}
