//! Identity 身份: citizen numbers, credit codes, divisions, phones, masking.
