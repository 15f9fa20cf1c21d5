//! hygeia-exchange
