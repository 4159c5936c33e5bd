//! The built-in rules, and one broken file per mistake.

use super::*;

fn good() -> &'static str {
    Rules::builtin_text("mof-2020-10").expect("built in")
}

fn mistakes(text: &str) -> Vec<Mistake> {
    match Rules::from_toml(text) {
        Err(RulesError::Invalid { mistakes }) => mistakes,
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn built_in_rules_are_the_measure() {
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    let blocks: Vec<String> =
        rules.blocks().iter().map(|block| format!("{} {}", block.name, block.weight)).collect();
    assert_eq!(blocks, ["预算执行率 10", "产出指标 50", "效益指标 30", "满意度指标 10"]);
    assert_eq!(rules.header().document, "财预〔2020〕10号");
    assert!(!rules.header().verified);
    assert!(rules.scores().iter().all(|score| !score.verified && !score.note.is_empty()));
    assert_eq!(rules.settings().reason_below.to_string(), "0.9");
    for (total, grade) in [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ] {
        assert_eq!(rules.grade_of(total.parse().expect("a decimal")), Some(grade), "{total}");
    }
}

/// Every built-in file is right, says of every statement what it rests on, and claims nothing that nobody has read.
#[test]
fn every_built_in_file_loads_and_is_open_about_its_sources() {
    for id in Rules::builtin_ids() {
        let rules = Rules::builtin(id).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(rules.id(), *id);
        assert!(!rules.header().verified && !rules.header().source.is_empty(), "{id}");
        assert!(
            rules.scores().iter().all(|score| !score.verified && !score.note.is_empty()),
            "{id}"
        );
        assert!(rules.card().iter().all(|row| !row.verified && !row.note.is_empty()), "{id}");
        assert!(rules.blocks().iter().all(|block| !block.note.is_empty()), "{id}");
    }
}

#[test]
fn the_facts_that_rules_ask_for_are_listed_once() {
    let rules = Rules::builtin("hunan").expect("rules");
    let facts: Vec<String> = rules
        .facts_needed()
        .into_iter()
        .map(|fact| format!("{} {}", fact.name, fact.column.unwrap_or_default()))
        .collect();
    let expected = "在职人员数 ,编制数 ,三公经费 本年预算,三公经费 上年预算,结转结余 本年,\
                    楼堂馆所 实际规模,楼堂馆所 批复规模,楼堂馆所 实际投资,楼堂馆所 预算投资";
    assert_eq!(facts.join(","), expected);
    assert!(Rules::builtin("mof-2020-10").expect("rules").facts_needed().is_empty());
}

#[test]
fn unknown_rules_are_told_with_the_known_ones() {
    let error = Rules::builtin("mof-1999").expect_err("no such rules").to_string();
    assert!(error.contains("mof-1999") && error.contains("mof-2020-10"), "{error}");
}

/// Each row breaks the good file in one place; the mistake is found there and says what to do.
#[test]
fn every_mistake_has_its_line_and_words() {
    let table = [
        ("region   = \"全国\"", "regoin   = \"全国\"", "no key `regoin`"),
        ("issuer   = \"财政部\"\n", "", "lacks `issuer`"),
        ("schema   = 1", "schema   = 2", "`schema = 1`"),
        ("id       = \"mof-2020-10\"", "id       = \"MOF 10\"", "small letters"),
        ("checked  = 2026-11-23", "checked  = \"2026-11-23\"", "a day such as"),
        ("verified = false\nchecked", "verified = true\nchecked", "needs the `link`"),
        ("verified = false\nchecked", "verified = \"no\"\nchecked", "true or false"),
        (
            "years    = { from = 2020 }",
            "years    = { from = 2020, to = 2019 }",
            "before they begin",
        ),
        ("subjects = [\"project\"", "subjects = [\"projekt\"", "projekt"),
        ("execution_base = \"adjusted\" ", "execution_base = \"revised\" ", "none of adjusted"),
        ("score_decimals = 2", "score_decimals = 9", "from 0 to 6"),
        ("reason_below   = \"90%\"", "reason_below   = \"190%\"", "from 0% to 100%"),
        ("reason_below   = \"90%\"", "reason_below   = \"most\"", "plain number"),
        ("unweighted     = \"shared-equally\"", "unweighted     = \"ask\"", "shared-equally"),
        ("default_band   = \"met\"", "default_band   = \"good\"", "none of met"),
        ("weight  = 50", "weight  = 51", "add up to 101"),
        ("absent_to = [\"效益指标\"]", "absent_to = [\"效益\"]", "no other block"),
        ("kind    = \"execution\"\n", "", "kind = \\\"execution\\\""),
        (
            "weight * min(1, executed / budget)",
            "weight * min(1, executed / budgets)",
            "nothing defines `budgets`",
        ),
        (
            "weight * min(1, executed / budget)",
            "weight * min(1 executed / budget)",
            "formula of \"execution\"",
        ),
        ("id      = \"at-most\"", "id      = \"at-least\"", "a score \"at-least\" already"),
        (
            "direction = [\"equal\"], target = [\"positive\"]",
            "direction = [\"at-most\"], target = [\"positive\"]",
            "both fit",
        ),
        ("row     = { kind = \"day\" }", "row     = { kind = \"date\" }", "none of execution"),
        (
            "direction = [\"equal\"], target = [\"positive\"]",
            "direction = [\"same\"], target = [\"positive\"]",
            "none of at-least",
        ),
        ("target = [\"negative\"]", "target = [\"minus\"]", "none of positive"),
        (
            "from = \"60%\", to = \"80%\",  default = \"60%\"",
            "from = \"60%\", to = \"75%\",  default = \"60%\"",
            "without gap",
        ),
        ("to = \"80%\",  default = \"60%\"", "to = \"80%\",  default = \"80%\"", "within its band"),
        ("word = \"差\"\nfrom = 0", "word = \"差\"\nfrom = 10", "starts at 0"),
        ("word = \"良\"\nfrom = 80", "word = \"良\"\nfrom = 95", "each below"),
        ("word = \"良\"", "word = \"优\"", "a grade 优 already"),
        ("word = \"良\"", "word = 良", "a text stands between half-width quotes"),
    ];
    for (right, wrong, words) in table {
        assert_eq!(
            good().matches(right).count(),
            1,
            "{right:?} has to stand once in the good file"
        );
        let broken = good().replace(right, wrong);
        let found = mistakes(&broken);
        let told = found.iter().any(|mistake| {
            format!("{:?}", mistake.message).contains(words) || mistake.message.contains(words)
        });
        assert!(told, "{wrong:?}: {found:?}");
    }
}

#[test]
fn a_mistake_names_line_and_column_in_characters() {
    let broken = good().replace("weight * share", "weight * * share");
    let line = broken.lines().position(|line| line.contains("* * share")).expect("the line") + 1;
    let found = mistakes(&broken);
    assert_eq!(found.len(), 1, "{found:?}");
    // formula = "weight * * share": the quote is character 11, the second star character 10 behind it.
    assert_eq!((found[0].line, found[0].column), (line, 21));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let broken = good()
        .replace("weight * share", "weight * parts")
        .replace("score_decimals = 2", "score_decimals = 2.5")
        .replace("issuer   = \"财政部\"", "isuer   = \"财政部\"");
    let found = mistakes(&broken);
    let text = format!("{found:?}");
    for words in ["parts", "score_decimals", "lacks `issuer`", "no key `isuer`"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let order: Vec<usize> = found.iter().map(|mistake| mistake.line).collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn a_rule_that_is_left_out_is_told() {
    let start = good().find("[[score]]\nid      = \"deadline\"").expect("the rule");
    let end = start + 5 + good()[start + 5..].find("[[score]]").expect("the next one");
    let broken = format!("{}{}", &good()[..start], &good()[end..]);
    let text = format!("{:?}", mistakes(&broken));
    assert!(text.contains("no score fits rows of kind day"), "{text}");
}

#[test]
fn names_decide_which_way_is_good() {
    let words = Words::builtin().expect("words");
    for (path, smaller) in [
        (&["产出指标", "成本指标", "项目总投资"][..], true),
        (&["产出指标", "成本指标", "生均补助标准达标率"][..], false),
        (&["产出指标", "成本指标", "成本节约率"][..], false),
        (&["产出指标", "数量指标", "培训人次"][..], false),
        (&["过程", "预算执行", "预算调整率"][..], true),
        (&["过程", "预算执行", "结转结余率"][..], true),
        (&["产出指标", "质量指标", "安全事故数"][..], true),
        (&["效益指标", "社会效益指标", "投诉处理率"][..], false),
        (&["成本指标(20分)", "经济成本指标", "人均成本"][..], true),
        (&["满意度指标", "服务对象满意度指标", "学生满意度"][..], false),
    ] {
        let path: Vec<String> = path.iter().map(|level| (*level).to_owned()).collect();
        assert_eq!(words.smaller_is_better(&path), smaller, "{path:?}");
    }
}

#[test]
fn marks_for_no_reason_are_no_reason() {
    let words = Words::builtin().expect("words");
    for text in ["", " ", "-", "—", "0", "无", "无 偏差", "/", "暂无"] {
        assert!(!words.is_reason(text), "{text:?}");
    }
    for text in ["受疫情影响", "剩余3%尾款未付", "无法按期开工"] {
        assert!(words.is_reason(text), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_file_is_too_odd(at in 0usize..6000, length in 0usize..40, text in "[a-z0-9=\"\\[\\]{}#%. \n分]{0,12}") {
        let good = good();
        let start = good.char_indices().nth(at.min(good.chars().count() - 1)).map_or(0, |(offset, _)| offset);
        let end = good[start..].char_indices().nth(length).map_or(good.len(), |(offset, _)| start + offset);
        let broken = format!("{}{text}{}", &good[..start], &good[end..]);
        for mistake in mistakes(&broken) {
            proptest::prop_assert!(mistake.line >= 1 && mistake.line <= broken.lines().count() + 1, "{:?}", mistake);
        }
    }

    #[test]
    fn no_layout_or_outline_is_too_odd(which in 0usize..17, at in 0usize..4000, length in 0usize..30, text in "[a-zA-Z0-9=\"\\[\\]{}:,. \n表]{0,12}") {
        let layouts = layout::BUILTIN.iter().map(|(_, text)| *text);
        let all: Vec<&str> = layouts.chain(outline::BUILTIN.iter().map(|(_, text)| *text)).collect();
        let good = all[which];
        let start = good.char_indices().nth(at.min(good.chars().count() - 1)).map_or(0, |(offset, _)| offset);
        let end = good[start..].char_indices().nth(length).map_or(good.len(), |(offset, _)| start + offset);
        let broken = format!("{}{text}{}", &good[..start], &good[end..]);
        let found = match which < layout::BUILTIN.len() {
            true => layout::layout(&broken).err(),
            false => outline::outline(&broken).err(),
        };
        for mistake in found.into_iter().flatten() {
            proptest::prop_assert!(mistake.line >= 1 && mistake.line <= broken.lines().count() + 1, "{:?}", mistake);
        }
    }
}
