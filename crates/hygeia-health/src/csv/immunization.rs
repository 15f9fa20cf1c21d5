//! Table form of the immunization engine.
