//! The cache: one file for each finished cell, checked by its own hash.
//!
//! An entry is written under a temporary name and renamed, so that a reader sees all of it or
//! none, and two processes can share a cache. Bytes are forced to disk only for cells that took
//! longer than that costs: what a power failure could lose is at most [`SYNC_AFTER`] of work a
//! cell, and its torn entries are found by their hash.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::digest::{hex, sha256};

const MAGIC: &[u8; 8] = b"cell\x001\r\n";
const HEADER: usize = 8 + 32 + 8 + 8;
const CHECKSUM: usize = 32;

/// Cells that took longer are synced to disk before they count as finished.
const SYNC_AFTER: Duration = Duration::from_millis(50);

/// Identity of a cell's result: hash of everything that it depends on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Key(pub [u8; 32]);

impl Key {
    /// The first digits, enough to tell cells apart in a list.
    pub fn short(&self) -> String {
        hex(&self.0[..6])
    }
}

/// What a look-up found.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// The rows and the seconds that they took.
    Rows(Vec<u8>, f64),
    /// No entry.
    Absent,
    /// An entry that is not what was written; it has been removed.
    Damaged(String),
}

/// A folder of finished cells.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in `folder`, created if need be; left-over temporary files are removed.
    pub fn open(folder: PathBuf) -> io::Result<Cache> {
        fs::create_dir_all(&folder)?;
        remove_leftovers(&folder);
        Ok(Cache { folder })
    }

    /// Where the entry of a cell is kept.
    pub fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(hex(&key.0))
    }

    /// Whether there is an entry, without reading it.
    pub fn contains(&self, key: &Key) -> bool {
        self.path(key).exists()
    }

    /// The names, paths and sizes of all entries.
    pub fn entries(&self) -> Vec<(String, PathBuf, u64)> {
        let is_entry = |name: &str| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let entry = |entry: fs::DirEntry| {
            let (name, metadata) = (entry.file_name().into_string().ok()?, entry.metadata().ok()?);
            (metadata.is_file() && is_entry(&name)).then(|| (name, entry.path(), metadata.len()))
        };
        entries.filter_map(entry).collect()
    }

    /// Reads and checks the entry of a cell.
    ///
    /// # Errors
    /// When the entry exists but cannot be read.
    pub fn get(&self, key: &Key) -> io::Result<Found> {
        let path = self.path(key);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Absent),
            Err(error) => return Err(error),
        };
        match decode(&bytes, key) {
            Ok((rows, seconds)) => Ok(Found::Rows(rows, seconds)),
            Err(what) => {
                // Another process may have dropped it first; a read-only cache keeps it, which
                // costs a recomputation each time and nothing else.
                let _ = fs::remove_file(&path);
                Ok(Found::Damaged(what.to_string()))
            }
        }
    }

    /// Stores the rows of a cell.
    ///
    /// # Errors
    /// When the folder cannot be written to; no partial entry is left under the final name.
    pub fn put(&self, key: &Key, rows: &[u8], took: Duration) -> io::Result<()> {
        let temporary = self.folder.join(temporary_name());
        let written = write_entry(&temporary, &encode(key, rows, took), took > SYNC_AFTER)
            .and_then(|()| fs::rename(&temporary, self.path(key)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

fn write_entry(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    match sync {
        true => file.sync_data(),
        false => Ok(()),
    }
}

/// A name no other writer uses: the process, a number that it draws, and a counter within it.
///
/// The process alone does not do: on machines that share the folder, and in containers, where every program may be
/// process 1, several have the same number.
pub(crate) fn temporary_name() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    static DRAWN: OnceLock<u64> = OnceLock::new();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    // The hasher of an empty map is keyed by the system's random numbers.
    let drawn = DRAWN.get_or_init(|| RandomState::new().build_hasher().finish());
    format!(".writing-{}-{drawn:016x}-{count}", std::process::id())
}

/// Whether the process that gave out this temporary name still runs; `None` for any other name.
pub(crate) fn is_running(name: &str) -> Option<bool> {
    let mut parts = name.strip_prefix(".writing-")?.split('-');
    let (process, drawn, count) = (parts.next()?.parse::<u32>().ok()?, parts.next()?, parts.next()?);
    let ours = drawn.len() == 16 && u64::from_str_radix(drawn, 16).is_ok() && count.parse::<u64>().is_ok();
    (ours && parts.next().is_none()).then(|| Path::new(&format!("/proc/{process}")).exists())
}

/// Removes temporary files of processes that no longer run.
///
/// A process on another machine that shares the folder may have a number that is not in use here, so only files that
/// nobody has written to for a minute are touched.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let abandoned = entry.file_name().to_str().and_then(is_running) == Some(false);
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
        if abandoned && age > Some(Duration::from_secs(60)) {
            // Fails for a folder, which is none of ours.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn encode(key: &Key, rows: &[u8], took: Duration) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + rows.len() + CHECKSUM);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&(took.as_micros() as u64).to_le_bytes());
    bytes.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    bytes.extend_from_slice(rows);
    let checksum = sha256(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// Whether [`Cache::get`] would take these bytes for the entry of this key.
pub(crate) fn accepts(entry: &[u8], key: [u8; 32]) -> bool {
    decode(entry, &Key(key)).is_ok()
}

fn decode(bytes: &[u8], key: &Key) -> Result<(Vec<u8>, f64), &'static str> {
    if bytes.len() < HEADER + CHECKSUM {
        return Err("it is cut short");
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if sha256(body) != checksum {
        return Err("its checksum does not match");
    }
    let number = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&body[at..at + 8]);
        u64::from_le_bytes(word)
    };
    if &body[..8] != MAGIC || body[8..40] != key.0 {
        return Err("it belongs to another cell or format");
    }
    let rows = &body[HEADER..];
    if number(48) != rows.len() as u64 {
        return Err("its length does not match");
    }
    Ok((rows.to_vec(), number(40) as f64 * 1e-6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key(sha256(b"a cell"))
    }

    #[test]
    fn what_is_put_is_got() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cells")).unwrap();
        assert_eq!(cache.get(&key()).unwrap(), Found::Absent);
        cache.put(&key(), b"rows", Duration::from_millis(1500)).unwrap();
        assert_eq!(cache.get(&key()).unwrap(), Found::Rows(b"rows".to_vec(), 1.5));
        cache.put(&key(), b"again", Duration::ZERO).unwrap();
        assert_eq!(cache.get(&key()).unwrap(), Found::Rows(b"again".to_vec(), 0.0));
        assert_eq!(fs::read_dir(folder.path().join("cells")).unwrap().count(), 1);
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_found() {
        let entry = encode(&key(), b"some rows", Duration::from_secs(2));
        assert!(decode(&entry, &key()).is_ok());
        for at in 0..entry.len() {
            for bit in 0..8 {
                let mut damaged = entry.clone();
                damaged[at] ^= 1 << bit;
                assert!(decode(&damaged, &key()).is_err(), "byte {at}, bit {bit}");
            }
            assert!(decode(&entry[..at], &key()).is_err(), "length {at}");
        }
        let mut longer = entry.clone();
        longer.push(0);
        assert!(decode(&longer, &key()).is_err());
        assert!(decode(&entry, &Key([7; 32])).is_err());
    }

    #[test]
    fn a_damaged_entry_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().to_path_buf()).unwrap();
        cache.put(&key(), b"rows", Duration::ZERO).unwrap();
        fs::write(cache.path(&key()), b"short").unwrap();
        assert_eq!(cache.get(&key()).unwrap(), Found::Damaged("it is cut short".to_string()));
        assert_eq!(cache.get(&key()).unwrap(), Found::Absent);
    }
}
