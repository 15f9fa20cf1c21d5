//! Encryption of personal data at rest: XChaCha20-Poly1305 with a random nonce before each text.

use crate::error::{Result, StoreError};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

/// Length of the nonce that stands before every sealed text.
const NONCE: usize = 24;

/// The key of personal data, ready for use. It is not printed.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(Key::from_slice(key)))
    }

    /// Nonce and cipher text of `text`.
    pub(crate) fn seal(&self, text: &str) -> Result<Vec<u8>> {
        let mut sealed = [0u8; NONCE].to_vec();
        getrandom::fill(&mut sealed)
            .map_err(|error| StoreError::Corrupt(format!("no randomness: {error}")))?;
        let nonce = *XNonce::from_slice(&sealed);
        let cipher = self.0.encrypt(&nonce, text.as_bytes()).map_err(|_| StoreError::WrongKey)?;
        sealed.extend(cipher);
        Ok(sealed)
    }

    /// The text that was sealed; an error when the key is another or the bytes were tampered with.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<String> {
        let (nonce, cipher) = sealed.split_at_checked(NONCE).ok_or(StoreError::WrongKey)?;
        let plain = self.0.decrypt(XNonce::from_slice(nonce), cipher).map_err(|_| StoreError::WrongKey)?;
        String::from_utf8(plain).map_err(|_| StoreError::WrongKey)
    }
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads hexadecimal; `None` when it is not.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = text.len().is_multiple_of(2) && text.is_ascii();
    let digits = even.then(|| (0..text.len()).step_by(2))?;
    digits.map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_untouched() {
        let seal = Seal::new(&[1; 32]);
        let mut sealed = seal.seal("11010519491231002X").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"110105"));
        assert_eq!(seal.open(&sealed).unwrap(), "11010519491231002X");
        assert!(Seal::new(&[2; 32]).open(&sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(seal.open(&sealed).is_err());
        assert!(seal.open(b"short").is_err());
    }

    #[test]
    fn hexadecimal_reads_back() {
        assert_eq!(unhex(&hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("abc"), None);
    }
}
