//! Table form of the growth engine.
