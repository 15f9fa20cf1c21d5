//! Published methods of health work as pure functions: no input or output, no clock.
//!
//! - [`growth`] 生长发育: z-scores, percentiles, nutrition classes, velocity, curves
//! - [`immunization`] 预防接种: which doses count, what is due, what is missing
//! - [`nutrition`] 膳食营养: a menu's intake per child-day against references
//! - [`detection`] 预警: outbreak detectors over series of counts
//! - [`identity`] 身份: citizen numbers, credit codes, divisions, phones, masking
//! - [`csv`] the same engines over tables, for the command line
//!
//! Every function names its paper or standard. Tables are data files with source and edition
//! (`data/`); a value that no source gives is missing, never guessed. Today's date is an argument.

#[cfg(feature = "csv")]
pub mod csv;
pub mod detection;
pub mod growth;
pub mod identity;
pub mod immunization;
pub mod nutrition;
