//! Writes a folder of outputs all at once: a reader sees the old files or the new ones, never some
//! of each.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cache::{remove_leftovers, temporary_name};

/// The files of an output folder.
pub(crate) const FILES: [&str; 5] = ["claims.yaml", "figure.png", "figure.svg", "provenance.yaml", "table.csv"];

/// Named contents of an output folder.
pub(crate) type Files = Vec<(&'static str, Vec<u8>)>;

/// Says why a folder must not be replaced, if it holds anything but outputs.
pub(crate) fn refuse_foreign(folder: &Path) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !FILES.iter().any(|file| name == *file) {
            return Err(format!(
                "{} holds {}, which is not an output of a paper: choose an empty or new folder",
                folder.display(),
                name.to_string_lossy()
            ));
        }
    }
    Ok(())
}

/// Replaces `folder` as a whole by one with `files`.
///
/// # Errors
/// When the new folder cannot be written or moved into place; the old one is intact then.
pub(crate) fn publish(folder: &Path, files: &Files) -> io::Result<()> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    remove_leftovers(parent);
    let fresh = parent.join(temporary_name());
    let published = write_folder(&fresh, files).and_then(|()| exchange(&fresh, folder));
    // After an exchange the temporary name holds the old outputs; after a failure, the new ones.
    let _ = fs::remove_dir_all(&fresh);
    published
}

fn write_folder(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, bytes) in files {
        let mut file = File::create_new(folder.join(name))?;
        file.write_all(bytes)?;
        file.sync_data()?;
    }
    File::open(folder)?.sync_all()
}

/// Puts `fresh` in the place of `folder`; what was there is left under the name of `fresh`.
fn exchange(fresh: &Path, folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return match fs::rename(fresh, folder) {
            // Another process published in between: take the place of its folder.
            Err(_) if folder.exists() => swap(fresh, folder),
            result => result,
        };
    }
    swap(fresh, folder)
}

#[cfg(target_os = "linux")]
fn swap(fresh: &Path, folder: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, fresh, CWD, folder, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Some file systems cannot exchange two names.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => swap_in_steps(fresh, folder),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn swap(fresh: &Path, folder: &Path) -> io::Result<()> {
    swap_in_steps(fresh, folder)
}

/// For file systems without an exchange: the old folder is aside for an instant, from where
/// [`recover`] brings it back if the process dies right then.
fn swap_in_steps(fresh: &Path, folder: &Path) -> io::Result<()> {
    let aside = aside(folder);
    let _ = fs::remove_dir_all(&aside);
    fs::rename(folder, &aside)?;
    match fs::rename(fresh, folder) {
        Ok(()) => fs::rename(&aside, fresh),
        Err(error) => {
            fs::rename(&aside, folder)?;
            Err(error)
        }
    }
}

fn aside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".replaced-{name}"))
}

/// Brings back outputs that a process left aside when it died between two renames.
pub(crate) fn recover(folder: &Path) {
    if !folder.exists() {
        let _ = fs::rename(aside(folder), folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).unwrap()
    }

    fn files(text: &str) -> Files {
        vec![("table.csv", text.as_bytes().to_vec()), ("figure.svg", text.as_bytes().to_vec())]
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("figures/paper");
        publish(&folder, &files("one")).unwrap();
        fs::write(folder.join("claims.yaml"), "old").unwrap();
        publish(&folder, &files("two")).unwrap();
        assert_eq!((read(&folder, "table.csv"), read(&folder, "figure.svg")), ("two".into(), "two".into()));
        assert!(!folder.join("claims.yaml").exists());
        assert_eq!(fs::read_dir(place.path().join("figures")).unwrap().count(), 1);
    }

    #[test]
    fn stepwise_exchange_and_recovery() {
        let place = tempfile::tempdir().unwrap();
        let (folder, fresh) = (place.path().join("paper"), place.path().join("fresh"));
        write_folder(&folder, &files("old")).unwrap();
        write_folder(&fresh, &files("new")).unwrap();
        swap_in_steps(&fresh, &folder).unwrap();
        assert_eq!((read(&folder, "table.csv"), read(&fresh, "table.csv")), ("new".into(), "old".into()));
        fs::rename(&folder, aside(&folder)).unwrap();
        recover(&folder);
        assert_eq!(read(&folder, "table.csv"), "new");
    }

    #[test]
    fn foreign_files_are_never_replaced() {
        let place = tempfile::tempdir().unwrap();
        assert!(refuse_foreign(&place.path().join("absent")).is_ok());
        fs::write(place.path().join("table.csv"), "").unwrap();
        assert!(refuse_foreign(place.path()).is_ok());
        fs::write(place.path().join("thesis.tex"), "").unwrap();
        assert!(refuse_foreign(place.path()).unwrap_err().contains("thesis.tex"));
    }
}
