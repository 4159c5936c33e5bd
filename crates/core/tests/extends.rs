//! What a rule file takes over from another one, and what it replaces.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use jixiao_core::{Rules, RulesError};

fn own(extends: &str, says: &str) -> Result<Rules, RulesError> {
    Rules::from_toml(&format!(
        "schema = 1\nid = \"own\"\nextends = \"{extends}\"\ntitle = \"t\"\ndocument = \"d\"\nissuer = \"i\"\nregion = \"r\"\n\
         years = {{ from = 2020 }}\nsubjects = [\"department\"]\nverified = false\nchecked = 2026-11-23\nsource = \"s\"\n{says}"
    ))
}

fn indicator(id: &str, name: &str, weight: &str) -> String {
    format!(
        "[[indicator]]\nid = \"{id}\"\npath = [\"管理效率\", \"运行成本\", \"{name}\"]\nweight = {weight}\njudged = true\narticle = \"\"\n\
         verified = false\nnote = \"n\"\n"
    )
}

fn mistakes(rules: Result<Rules, RulesError>) -> String {
    match rules {
        Err(RulesError::Invalid { mistakes }) => {
            let told = mistakes.iter().map(|m| format!("{}:{} {}\n", m.line, m.column, m.message));
            told.collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_scorecard_is_taken_over_and_replaced_row_by_row() {
    let whole = Rules::builtin("guangdong-2021").expect("rules");
    let taken = own("guangdong-2021", "").expect("rules");
    assert_eq!(taken.card(), whole.card());
    // Of 2 + 1 points one moves: two rows of the same ids, in the places they had.
    let moved = indicator("unit-costs", "经济成本控制情况", "1")
        + &indicator("three-public-control", "“三公经费”控制情况", "2");
    let moved = own("guangdong-2021", &moved).expect("rules");
    let ids =
        |rules: &Rules| -> Vec<String> { rules.card().iter().map(|row| row.id.clone()).collect() };
    assert_eq!(ids(&moved), ids(&whole));
    let weight = |id: &str| {
        let row = moved.card().iter().find(|row| row.id == id);
        row.and_then(|row| row.weight).map(|weight| weight.to_string())
    };
    assert_eq!(weight("unit-costs").as_deref(), Some("1"));
    assert_eq!(weight("three-public-control").as_deref(), Some("2"));
    // One goes, another takes its points.
    let gone = "[[indicator]]\nid = \"three-public-control\"\nremoved = true\n".to_owned()
        + &indicator("unit-costs", "经济成本控制情况", "3");
    let gone = own("guangdong-2021", &gone).expect("rules");
    assert_eq!(gone.card().len(), whole.card().len() - 1);
}

#[test]
fn a_scorecard_that_is_taken_over_still_has_to_add_up() {
    let more = indicator("unit-costs", "经济成本控制情况", "3");
    assert!(
        mistakes(own("guangdong-2021", &more))
            .contains("13:1 管理效率 has 50, but the [[indicator]] rows below it give 51")
    );
    let same_name = indicator("other", "经济成本控制情况", "1");
    assert!(mistakes(own("guangdong-2021", &same_name)).contains("called 经济成本控制情况"));
    let unknown = "[[indicator]]\nid = \"no-such\"\nremoved = true\n";
    assert!(mistakes(own("guangdong-2021", unknown)).contains("no indicator \"no-such\""));
}
