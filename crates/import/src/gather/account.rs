//! Accounts: what became of the rows of a table, so that nothing is lost between reading and the budget.
//!
//! * In: the cleaned rows of a table, and every place where rows leave the way into the budget. Out: an [`Account`].
//! * Amounts are as printed, in yuan: a refund written as a positive amount counts here as it stands.
//! * What must hold: read = counted + totals + compared + skipped, in rows and in every amount, to the 分.

use crate::clean::Ledger;
use crate::recognise::TableKind;
use crate::recognise::tree::NodeRole;
use jixiao_core::{Amounts, Place};

/// A number of rows and the sum of their amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many rows.
    pub rows: usize,
    /// Their amounts.
    pub amounts: Amounts,
}

impl Sum {
    /// One row more.
    pub fn add(&mut self, amounts: &Amounts) {
        self.rows += 1;
        self.amounts.add(amounts);
    }

    fn and(&mut self, other: &Sum) {
        self.rows += other.rows;
        self.amounts.add(&other.amounts);
    }
}

/// What became of the rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What the table is.
    pub kind: TableKind,
    /// Where it stands.
    pub place: Place,
    /// All its rows with amounts.
    pub read: Sum,
    /// Rows that are in the budget.
    pub counted: Sum,
    /// Totals, subtotals and parts listed again.
    pub totals: Sum,
    /// Rows that say again what another table says: compared with it.
    pub compared: Sum,
    /// Rows that were left out; a finding names them.
    pub skipped: Sum,
}

impl Account {
    /// The account of a table that was just cleaned: its totals are booked, its other rows are open.
    pub fn open(kind: TableKind, place: Place, ledger: &Ledger) -> Account {
        let none = Sum::default;
        let mut account = Account {
            kind,
            place,
            read: none(),
            counted: none(),
            totals: none(),
            compared: none(),
            skipped: none(),
        };
        for (row, node) in ledger.rows.iter().zip(&ledger.tree.nodes) {
            account.read.add(&row.amounts);
            if node.role != NodeRole::Leaf {
                account.totals.add(&row.amounts);
            }
        }
        account
    }

    /// Books all counted rows of a ledger as left out.
    pub fn skip_all(&mut self, ledger: &Ledger) {
        ledger.leaves().for_each(|leaf| self.skipped.add(&ledger.rows[leaf].amounts));
    }

    /// Books all counted rows of a ledger as compared.
    pub fn compare_all(&mut self, ledger: &Ledger) {
        ledger.leaves().for_each(|leaf| self.compared.add(&ledger.rows[leaf].amounts));
    }

    /// Books all counted rows of a ledger as counted.
    pub fn count_all(&mut self, ledger: &Ledger) {
        ledger.leaves().for_each(|leaf| self.counted.add(&ledger.rows[leaf].amounts));
    }

    /// Books as compared what was counted.
    pub fn compare_counted(&mut self) {
        let counted = std::mem::take(&mut self.counted);
        self.compared.and(&counted);
    }

    /// Whether everything read is somewhere.
    pub fn balances(&self) -> bool {
        let mut booked = Sum::default();
        for sum in [&self.counted, &self.totals, &self.compared, &self.skipped] {
            booked.and(sum);
        }
        booked == self.read
    }
}
