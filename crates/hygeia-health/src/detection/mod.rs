//! Outbreak detection 预警: methods over a series of counts.
