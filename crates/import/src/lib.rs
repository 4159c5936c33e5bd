//! (being written)
#![deny(missing_docs)]
pub mod grid;
