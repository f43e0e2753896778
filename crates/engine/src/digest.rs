//! SHA-256 over named parts.

use sha2::{Digest, Sha256};

/// A hash fed with length-prefixed parts, so that no two lists of parts read the same.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub fn new(domain: &str) -> Hasher {
        Hasher(Sha256::new()).part(domain.as_bytes())
    }

    pub fn part(mut self, bytes: &[u8]) -> Hasher {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub fn text(self, text: &str) -> Hasher {
        self.part(text.as_bytes())
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
