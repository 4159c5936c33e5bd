//! Clean: the cells of recognised tables become amounts in yuan, texts and codes, each with its place.
//!
//! * In: tables and the grid. Out: [`LedgerRow`]s and a polars frame of the counted ones (`Decimal(38,2)`).
//! * What was converted or could not be read is a finding; a cell that cannot be read is absent, never zero.

pub mod cells;
pub mod frame;
pub mod ledger;

pub use cells::{cell_decimal, cell_text};
pub use ledger::{Ledger, LedgerRow};
