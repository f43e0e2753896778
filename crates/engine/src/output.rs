//! Writes a folder of outputs all at once: a reader sees the old files or the new ones, never some of each.
//!
//! Output is the user's: a folder is written to only if it is new, empty, or holds outputs of this paper, which its
//! provenance tells; and nothing is deleted that is not a plain file under one of our names.

use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::cache::{is_running, temporary_name};
use crate::provenance::Provenance;

/// The files of an output folder.
pub(crate) const FILES: [&str; 8] = [
    "claims.yaml",
    "figure.pdf",
    "figure.png",
    "figure.svg",
    "parameters.json",
    "provenance.yaml",
    "table.csv",
    "table.csv-metadata.json",
];

/// What `replicate` writes.
pub(crate) const REPLICATIONS: &str = "replications.yaml";

/// What `replicate` adds to them, and what `verify` leaves beside them.
const OTHERS: [&str; 4] = [REPLICATIONS, "index.html", "expected.png", "difference.png"];

/// The folder of outputs at the paper's published sizes, which lies in that of the default ones.
pub(crate) const PAPER_SCALE: &str = "paper-scale";

/// Named contents of an output folder.
pub(crate) type Files = Vec<(&'static str, Vec<u8>)>;

/// Whether a folder is one of the project's own places, which hold nothing but what its programs write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// `figures/<slug>`, or below `target/`: outputs without a readable provenance are damaged ones of ours.
    Own,
    /// Named by the user.
    Chosen,
}

/// The folder that outputs of a paper may be written to: `folder` itself, or where a link leads.
///
/// # Errors
/// Says why nothing may be written there: it is no folder, cannot be listed, holds something that is not an output of
/// this paper, or its place cannot be written to.
pub(crate) fn writable(folder: &Path, slug: &str, place: Place) -> Result<PathBuf, String> {
    let shown = folder.display();
    if folder.as_os_str().is_empty() {
        return Err("the output folder has no name: choose an empty or new folder".to_string());
    }
    let kind = match fs::symlink_metadata(folder) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return new_folder(folder),
        Err(error) => return Err(format!("{shown} cannot be used as output folder: {error}")),
    };
    if kind.is_symlink() {
        let target = fs::canonicalize(folder).map_err(|error| {
            format!("{shown} is a link that leads nowhere ({error}): choose an empty or new folder")
        })?;
        return writable(&target, slug, place);
    }
    if !kind.is_dir() {
        return Err(format!("{shown} is {}, not a folder: choose an empty or new folder", name_of(kind)));
    }
    only_outputs(folder, slug, place).map_err(|what| format!("{shown} {what}: choose an empty or new folder"))?;
    may_write(folder)?;
    Ok(folder.to_path_buf())
}

/// A folder that does not exist yet: its nearest ancestor that does has to be one that can be written to.
fn new_folder(folder: &Path) -> Result<PathBuf, String> {
    let absolute = std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let above = absolute.ancestors().skip(1).find(|above| fs::symlink_metadata(above).is_ok());
    let above = above.unwrap_or(Path::new("/"));
    if !above.is_dir() {
        return Err(format!("{} cannot be made: {} is not a folder", folder.display(), above.display()));
    }
    let new = absolute.strip_prefix(above).unwrap_or(&absolute);
    if new.components().any(|component| component == Component::ParentDir) {
        return Err(format!(
            "{} goes back through a folder that does not exist: write it without `..`",
            folder.display()
        ));
    }
    may_write(above)?;
    Ok(folder.to_path_buf())
}

fn may_write(folder: &Path) -> Result<(), String> {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK)
        .map_err(|error| format!("{} cannot be written to: {error}", folder.display()))
}

/// What keeps a folder from being replaced, as the rest of a sentence about it.
fn only_outputs(folder: &Path, slug: &str, place: Place) -> Result<(), String> {
    if only_our_names(folder)? == 0 {
        return Ok(());
    }
    match Provenance::stored(folder) {
        Some(Provenance { paper, .. }) if paper == slug => Ok(()),
        Some(Provenance { paper, .. }) => Err(format!("holds outputs of {paper}, not of {slug}")),
        None if place == Place::Own => Ok(()),
        None => Err(format!("holds files without a provenance.yaml that says they are outputs of {slug}")),
    }
}

/// How many plain files under our names a folder holds, or what else is in it. One of outputs at published sizes counts.
fn only_our_names(folder: &Path) -> Result<usize, String> {
    let unlisted = |error: io::Error| format!("cannot be listed ({error})");
    let mut count = 0;
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let entry = entry.map_err(unlisted)?;
        let (name, kind) = (entry.file_name(), entry.file_type().map_err(unlisted)?);
        if name == PAPER_SCALE && kind.is_dir() {
            count += only_our_names(&entry.path()).map_err(|what| format!("{what} in {PAPER_SCALE}"))?;
            continue;
        }
        let ours = FILES.iter().chain(&OTHERS).any(|file| name == *file);
        if !ours || !kind.is_file() {
            let what = if ours { format!(" ({})", name_of(kind)) } else { String::new() };
            return Err(format!("holds {}{what}, which is not an output of a paper", name.to_string_lossy()));
        }
        count += 1;
    }
    Ok(count)
}

fn name_of(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_symlink() => "a link",
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () => "a file",
    }
}

/// Replaces `folder`, which [`writable`] has given, as a whole by one with `files`.
///
/// # Errors
/// When the new folder cannot be written or moved into place; the old one is intact then. When something that is not
/// ours was put into the old one meanwhile: it is kept beside it, and the error says where.
pub(crate) fn publish(folder: &Path, files: &Files) -> io::Result<()> {
    let beside = beside(folder);
    fs::create_dir_all(beside)?;
    remove_leftovers(beside);
    let fresh = beside.join(temporary_name());
    let published = write_folder(&fresh, files)
        .and_then(|()| copy_paper_scale(folder, &fresh))
        .and_then(|()| exchange(&fresh, folder));
    // After an exchange the temporary name holds the old outputs; after a failure, the new ones.
    let removed = remove_outputs(&fresh);
    published?;
    removed.map_err(|error| {
        let kept = fresh.display();
        io::Error::other(format!(
            "new outputs are in place, but the old folder held something else ({error}): see {kept}"
        ))
    })
}

/// Where the folders lie for a moment that are to become `folder` or were it: beside it, or beside the outputs in which
/// it lies, so that these never hold anything else.
fn beside(folder: &Path) -> &Path {
    let nested =
        folder.ends_with(PAPER_SCALE) && folder.parent().is_some_and(|parent| parent.join("claims.yaml").is_file());
    let parent = if nested { folder.parent().and_then(Path::parent) } else { folder.parent() };
    parent.filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Takes the outputs at published sizes over from the old folder, so that the new one is whole before it is seen.
fn copy_paper_scale(old: &Path, fresh: &Path) -> io::Result<()> {
    let (old, fresh) = (old.join(PAPER_SCALE), fresh.join(PAPER_SCALE));
    let entries = match fs::read_dir(old) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    fs::create_dir(&fresh)?;
    for entry in entries {
        let entry = entry?;
        fs::copy(entry.path(), fresh.join(entry.file_name()))?;
    }
    File::open(fresh)?.sync_all()
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

/// Removes a folder of outputs: the plain files under our names, then the folder, if nothing else is in it.
fn remove_outputs(folder: &Path) -> io::Result<()> {
    let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    if fs::symlink_metadata(folder.join(PAPER_SCALE)).is_ok_and(|metadata| metadata.is_dir()) {
        remove_outputs(&folder.join(PAPER_SCALE))?;
    }
    for name in FILES.iter().chain(&OTHERS) {
        let path = folder.join(name);
        if is_file(&path) {
            fs::remove_file(path)?;
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Removes folders that processes which no longer run left while they wrote: those under a name of ours with nothing
/// but files of ours. A process on another machine that shares the folder may have a number that is not in use here,
/// so only what nobody has written to for a minute is touched.
fn remove_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let abandoned = entry.file_name().to_str().and_then(is_running) == Some(false);
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if abandoned && folder && age > Some(Duration::from_secs(60)) {
            let only_ours = only_our_names(&entry.path()).is_ok();
            let _ = if only_ours { remove_outputs(&entry.path()) } else { Ok(()) };
        }
    }
}

/// Puts `fresh` in the place of `folder`; what was there is left under the name of `fresh`.
fn exchange(fresh: &Path, folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => swap(fresh, folder),
        // It was a folder, or nothing, when the run began.
        Ok(metadata) => Err(io::Error::other(format!("it is {} now", name_of(metadata.file_type())))),
        // Renaming replaces no folder that holds something: a process that published meanwhile is swapped.
        Err(_) => {
            fs::rename(fresh, folder).or_else(|error| if folder.is_dir() { swap(fresh, folder) } else { Err(error) })
        }
    }
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

/// For file systems without an exchange: the old folder is aside for an instant, from where [`recover`] brings it back
/// if the process dies right then.
fn swap_in_steps(fresh: &Path, folder: &Path) -> io::Result<()> {
    let aside = aside(folder);
    // What a process left there that died between the two renames below, after somebody made the folder anew.
    if fs::symlink_metadata(&aside).is_ok() {
        remove_outputs(&aside)?;
    }
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
    let beside = beside(folder);
    let within = folder.strip_prefix(beside).unwrap_or(folder);
    let name: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
    beside.join(format!(".replaced-{}", name.join("-")))
}

/// Brings back outputs that a process left aside when it died between two renames.
pub(crate) fn recover(folder: &Path) {
    if fs::symlink_metadata(folder).is_err() && aside(folder).is_dir() {
        let _ = fs::rename(aside(folder), folder);
    }
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
