//! The IDX format: a header with the sizes of an array of bytes, then the bytes.

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex};

use crate::DataSet;
use crate::reading::{Shared, shared};

/// An array of bytes with its sizes, the last index running fastest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Idx {
    /// The size along each axis.
    pub sizes: Vec<usize>,
    /// The entries.
    pub bytes: Vec<u8>,
}

/// The array in a compressed file of a data set, read, checked and unpacked once per process.
pub(crate) fn read_idx(set: &DataSet, file: &str) -> Result<Arc<Idx>> {
    static READ: Shared<Idx> = Mutex::new(BTreeMap::new());
    shared(&READ, set, file, |compressed| Ok(Arc::new(parse(&unpack(&compressed)?)?)))
}

fn unpack(compressed: &[u8]) -> Result<Vec<u8>> {
    // The last four bytes of a gzip file are the length of its contents.
    let length = compressed.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let mut bytes = Vec::with_capacity(length.min(1 << 28) as usize);
    GzDecoder::new(compressed).read_to_end(&mut bytes).context("is not a gzip file")?;
    Ok(bytes)
}

/// Reads an IDX array of unsigned bytes: two zeros, the code 8 of the type, the number of axes, the size
/// of each as a big-endian 32-bit number, the entries.
///
/// # Errors
/// Where the header is another one, or the entries are more or fewer than it says.
fn parse(file: &[u8]) -> Result<Idx> {
    let Some((&[0, 0, kind, axes], mut rest)) = file.split_first_chunk() else {
        bail!("is not an IDX file: it does not begin with two zeros");
    };
    ensure!(kind == 8, "holds numbers of type {kind}; unsigned bytes (8) are expected");
    let mut sizes = Vec::new();
    for _ in 0..axes {
        let (size, after) = rest.split_first_chunk().context("ends within its header")?;
        sizes.push(u32::from_be_bytes(*size) as usize);
        rest = after;
    }
    let entries = sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    ensure!(entries == Some(rest.len()), "has {} entries where its sizes {sizes:?} ask for another number", rest.len());
    Ok(Idx { sizes, bytes: rest.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_the_sizes_of_its_header() {
        let file = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
        let array = parse(&file).unwrap();
        assert_eq!((array.sizes, array.bytes), (vec![2, 3], vec![1, 2, 3, 4, 5, 6]));
    }

    #[test]
    fn faults_are_named() {
        for (file, fault) in [
            (&[1, 0, 8, 1][..], "two zeros"),
            (&[0, 0, 8], "two zeros"),
            (&[0, 0, 13, 0], "type 13"),
            (&[0, 0, 8, 1, 0, 0], "header"),
            (&[0, 0, 8, 1, 0, 0, 0, 2, 7], "1 entries"),
            (&[0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "0 entries"),
        ] {
            let error = parse(file).unwrap_err().to_string();
            assert!(error.contains(fault), "{fault}: {error}");
        }
        assert!(unpack(b"plain").is_err());
    }
}
