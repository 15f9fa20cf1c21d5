//! Immunization 预防接种: schedule editions, dose validity, what is due.
