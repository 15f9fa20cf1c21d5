//! Table form of the identity engine.
