//! The blocks of weights of a rule file.
//!
//! * In: the tables `[[block]]`, the blocks that are extended, the rows of the scorecard. Out: blocks that give 100.
//! * Never: lets a block differ from the rows that the file itself gives it.

use crate::rules::reader::Keys;
use crate::rules::words::folded;
use crate::rules::{Block, CardRow, Rules};
use rust_decimal::Decimal;

const KINDS: [(&str, bool); 2] = [("indicators", false), ("execution", true)];
const ROWS: [(&str, bool); 2] = [("as-printed", false), ("scaled", true)];

pub(super) fn blocks(
    root: &Keys<'_>,
    base: Option<&Rules>,
    card: &[(CardRow, usize)],
) -> Vec<Block> {
    let mut blocks: Vec<Block> = base.map(|base| base.blocks.clone()).unwrap_or_default();
    let mut given: Vec<(String, usize)> = Vec::new();
    for table in root.tables("block") {
        let name = folded(&table.text("name"));
        if given.iter().any(|(known, _)| *known == name) {
            table.mistake(
                "name",
                (format!("已有名为“{name}”的分值块"), format!("there is a block {name} already")),
            );
        }
        let known = blocks.iter().position(|block| block.name == name);
        if table.flag_or("removed", false) {
            match known.filter(|_| base.is_some()) {
                Some(known) => drop(blocks.remove(known)),
                None => table.mistake(
                    "removed",
                    (
                        format!("所继承的规则中没有“{name}”，无从删除"),
                        format!("the rules that are extended have no block {name} to remove"),
                    ),
                ),
            }
            table.close();
            continue;
        }
        let block = block(&table, &name, known.and_then(|known| blocks.get(known)));
        if block.execution && blocks.iter().any(|other| other.execution && other.name != name) {
            table.mistake(
                "kind",
                (
                    "已有 kind = \"execution\" 的分值块",
                    "there is a block of kind execution already",
                ),
            );
        }
        given.push((name, table.at()));
        table.close();
        match known {
            Some(known) if base.is_some() => blocks[known] = block,
            _ => blocks.push(block),
        }
    }
    together(root, &blocks, card, &given);
    blocks
}

/// One block; where it is known already, what is not given stays.
fn block(table: &Keys<'_>, name: &str, known: Option<&Block>) -> Block {
    let fold = |words: Vec<String>| -> Vec<String> { words.iter().map(|w| folded(w)).collect() };
    let inherits = |key: &str| known.filter(|_| !table.has(key));
    // The keys are known to the table whether or not they are given.
    let (aliases, levels) = (fold(table.texts("aliases")), fold(table.texts("levels")));
    let absent_to = fold(table.texts("absent_to"));
    let kind = if table.has("kind") { table.choice("kind", &KINDS) } else { None };
    let rows = if table.has("rows") { table.choice("rows", &ROWS) } else { None };
    table.text_or("kind", "");
    table.text_or("rows", "");
    let weight = match inherits("weight") {
        Some(known) => {
            table.text_or("weight", "");
            known.weight
        }
        None => table.decimal("weight"),
    };
    if weight < Decimal::ZERO || weight > Decimal::ONE_HUNDRED {
        table.mistake("weight", ("分值应在 0 至 100 之间", "a weight lies between 0 and 100"));
    }
    Block {
        name: name.to_owned(),
        aliases: inherits("aliases").map_or(aliases, |known| known.aliases.clone()),
        levels: inherits("levels").map_or(levels, |known| known.levels.clone()),
        weight,
        execution: kind.unwrap_or_else(|| known.is_some_and(|known| known.execution)),
        scaled: rows.unwrap_or_else(|| known.is_some_and(|known| known.scaled)),
        absent_to: match inherits("absent_to") {
            Some(known) => known.absent_to.clone(),
            None => absent_to,
        },
        note: table.text("note"),
    }
}

/// What the blocks have to fulfil together.
fn together(
    root: &Keys<'_>,
    blocks: &[Block],
    card: &[(CardRow, usize)],
    given: &[(String, usize)],
) {
    let place = root.place("block");
    let place_of = |block: &Block| {
        given.iter().find(|(name, _)| *name == block.name).map_or(place, |(_, at)| *at)
    };
    for block in blocks {
        let heir = |to: &String| blocks.iter().any(|b| b.name == *to && b.name != block.name);
        for to in block.absent_to.iter().filter(|to| !heir(to)) {
            let name = &block.name;
            root.mistake_at(
                place_of(block),
                (
                    format!("“{name}”的 `absent_to` 指向“{to}”，没有这个分值块"),
                    format!("`absent_to` of {name} names {to}, which is no other block"),
                ),
            );
        }
        let own = |(row, _): &&(CardRow, usize)| {
            row.path.first().is_some_and(|first| block.is(&folded(first)))
        };
        let counted = card.iter().filter(|(row, _)| !row.only_printed);
        let mut rows = counted.filter(own).filter_map(|(row, _)| row.weight).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let (sum, weight, name) = (rows.sum::<Decimal>().normalize(), block.weight, &block.name);
        if sum != weight {
            // Of a block that is taken over, the last of its rows that stands in this file.
            let given_here = given.iter().any(|(name, _)| *name == block.name);
            let last_row = card.iter().filter(own).map(|(_, at)| *at).max();
            let at = last_row.filter(|_| !given_here).unwrap_or_else(|| place_of(block));
            root.conclusion(
                at,
                (
                    format!("“{name}”为 {weight} 分，其下 [[indicator]] 的分值合计为 {sum}，两者应相等"),
                    format!("{name} has {weight}, but the [[indicator]] rows below it give {sum}; they have to be equal"),
                ),
            );
        }
    }
    let total: Decimal = blocks.iter().map(|block| block.weight).sum();
    if total != Decimal::ONE_HUNDRED {
        root.conclusion(
            place,
            (
                format!("各分值块合计为 {total}，应为 100"),
                format!("the weights of the blocks add up to {total}; they have to give 100"),
            ),
        );
    }
    if !blocks.iter().any(|block| block.execution) {
        root.conclusion(
            place,
            (
                "没有 `kind = \"execution\"` 的分值块；请指明哪一块是预算执行率（不计分时分值写 0）",
                "no block has `kind = \"execution\"`; say which one is the execution rate (weight 0 if it is not scored)",
            ),
        );
    }
    for (row, at) in card.iter().filter(|(row, _)| row.weight.is_some() && !row.only_printed) {
        let first = row.path.first().map_or_else(String::new, |first| folded(first));
        if !blocks.iter().any(|block| block.is(&first)) {
            let id = &row.id;
            root.mistake_at(
                *at,
                (
                    format!("指标 {id} 的第一级“{first}”不是任何分值块的名称"),
                    format!("the first level {first} of indicator {id} is the name of no block"),
                ),
            );
        }
    }
}
