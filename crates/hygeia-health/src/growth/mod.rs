//! Growth 生长发育: z-scores, percentiles and nutrition classes of a child.
