//! Table form of the nutrition engine.
