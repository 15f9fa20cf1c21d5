//! Table form of the detection engine.
