//! Below the form, outside of what is printed: which rules the scores rest on, their state, and what a platform will show.
//!
//! * In: the rules used and the warning lights that are on. Out: remarks.
//! * Never: part of the form that is handed in.

use super::Form;
use crate::error::ExportError;
use crate::sheet::Sheet;
use crate::text;
use jixiao_core::rules::Colour;

impl Form<'_> {
    /// The remarks, from a row on.
    pub(super) fn below(&self, sheet: &mut Sheet, top: u32) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let mut row = top;
        for light in &self.context.evaluation.form.lights {
            let style = match light.colour {
                Colour::Red => &styles.red,
                _ => &styles.yellow,
            };
            let said =
                format!("{}：{}（{}）", light.colour.words().0, light.chinese, "上报后平台将显示");
            sheet.height(row, text::lines(&said, self.room(self.whole())))?;
            self.cell(sheet, row, self.whole(), &said, style)?;
            row += 1;
        }
        for remark in self.context.rules_said() {
            sheet.height(row, text::lines(&remark, self.room(self.whole())))?;
            self.cell(sheet, row, self.whole(), &remark, &styles.note)?;
            row += 1;
        }
        Ok(())
    }
}
