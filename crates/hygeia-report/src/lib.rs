//! hygeia-report
