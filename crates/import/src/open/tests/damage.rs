//! Damaged bytes: whatever flips, the figures are the same or the file is refused.

use super::{Parts, cells};
use crate::open::quick;
use crate::open::scan::Scan;
use crate::open::{Limits, open};

fn ledger() -> Parts {
    let rows: String = (1..12)
        .map(|row| {
            format!(
                r#"<row r="{row}"><c r="A{row}" t="s"><v>{}</v></c><c r="B{row}" s="1"><v>0.{row}5</v></c><c r="C{row}"><v>{row}23456.78</v></c></row>"#,
                row % 2
            )
        })
        .collect();
    Parts::rows(&rows)
}

#[test]
fn no_flipped_bit_changes_a_figure_in_silence() {
    for packed in [false, true] {
        let bytes = ledger().bytes(packed);
        let whole = cells(&open("账.xlsx", &bytes, &Limits::default()).expect("opens"));
        assert_eq!(whole.len(), 33);
        let mut mutant = bytes.clone();
        let (mut same, mut refused) = (0, 0);
        // Every bit of the packed file, every third of the larger stored one: some seconds in a debug build.
        for bit in (0..bytes.len() * 8).step_by(if packed { 1 } else { 3 }) {
            mutant[bit / 8] ^= 1 << (bit % 8);
            match open("账.xlsx", &mutant, &Limits::default()) {
                Ok(book) => {
                    assert_eq!(cells(&book), whole, "bit {bit}, packed {packed}");
                    same += 1;
                }
                Err(_) => refused += 1,
            }
            mutant[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(refused > same, "{refused} refused, {same} the same");
    }
}

#[test]
fn a_damaged_checksum_is_told_as_damage() {
    let mut bytes = ledger().bytes(false);
    let at = bytes.windows(11).position(|w| w == b"1123456.78<").expect("figure");
    bytes[at] = b'9';
    let error =
        open("账.xlsx", &bytes, &Limits::default()).map(|book| cells(&book)).expect_err("refused");
    assert!(error.chinese().contains("已损坏"), "{error}");
}

/// The short cut may only take what the full scanner reads alike.
#[test]
fn the_short_cut_agrees_with_the_scanner() {
    let shapes = [
        r#"<c r="B3"><v>17</v></c>"#,
        r#"<c r="B3" s="5" t="s"><v>17</v></c>"#,
        r#"<c r="B3" s="5"/>"#,
        r#"<c r="B3" t="n"><v>-1.5e-3</v></c>"#,
        r#"<c r="XFD3"><v></v></c>"#,
        r#"<c r="B3" t="str"><v>x</v></c>"#,
        r#"<c r="B3" t="s" s="5"><v>1</v></c>"#,
        r#"<c r="B3"><v>1&#50;</v></c>"#,
        r#"<c r="b3"><v>1</v></c>"#,
        r#"<c r="B3"><f>A1</f><v>1</v></c>"#,
        r#"<c s="5"><v>1</v></c>"#,
        r#"<c r="B3" ><v>1</v></c>"#,
        r#"<c r="B3"><v>1</v> </c>"#,
        r#"<c r="AAAA3"><v>1</v></c>"#,
        r#"<c r="B1234567890"><v>1</v></c>"#,
    ];
    let mut taken = 0;
    for shape in shapes {
        let Some(cell) = quick::cell(shape.as_bytes()) else { continue };
        taken += 1;
        // A space after the tag keeps the short cut away.
        let slow = shape.replacen("<c ", "<c  ", 1);
        let xml =
            format!("<worksheet><sheetData><row r=\"3\">{slow}</row></sheetData></worksheet>");
        let mut scan = Scan::new(xml.as_bytes()).expect("starts");
        assert!(scan.next().expect("reads"), "{shape}");
        let text = cell.text.clone().map_or("", |range| &shape[range]);
        assert_eq!((scan.cell.row, scan.cell.column), cell.place, "{shape}");
        assert_eq!((scan.cell.style, scan.cell.kind), (cell.style, cell.kind), "{shape}");
        assert_eq!((&*scan.cell.text, scan.cell.has_value), (text.as_bytes(), cell.text.is_some()));
        assert_eq!(cell.length, shape.len());
    }
    assert_eq!(taken, 5);
}
