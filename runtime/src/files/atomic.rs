//! Files that are either as they were or as they should be.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file so that whatever happens there is the old one or the new one: into a temporary file in the same folder,
/// which is brought to the disk and then renamed.
pub(super) fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    Pending::write(path, content)?.commit()
}

/// A file that is written and not yet in its place. Removed when dropped.
struct Pending {
    temporary: PathBuf,
    target: PathBuf,
    committed: bool,
}

impl Pending {
    fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        // A link stays a link, to the new file.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let temporary = beside(&target)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        let pending = Self { temporary, target, committed: false };
        if let Ok(old) = fs::metadata(&pending.target) {
            file.set_permissions(old.permissions())?;
        }
        let mut file = BufWriter::with_capacity(1 << 16, file);
        content(&mut file)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(pending)
    }

    fn commit(mut self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)?;
        self.committed = true;
        // The rename is safe on the disk once the folder is. Not all systems let one open a folder.
        if let Ok(folder) = File::open(folder_of(&self.target)) {
            folder.sync_all().ok();
        }
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.committed {
            fs::remove_file(&self.temporary).ok();
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A path in the same folder that nobody else uses: `.model.safetensors.4711-0.partial`.
fn beside(target: &Path) -> io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(name) = target.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"));
    };
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}-{}.partial", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    Ok(folder_of(target).join(temporary))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of one test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("recurve-atomic-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn a_new_file_replaces_the_old_one_and_leaves_nothing_else() {
        let folder = Folder::new("replaces");
        let path = folder.0.join("file");
        for text in ["old", "new and longer", ""] {
            write(&path, |to| to.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(folder.names(), ["file"]);
    }

    #[test]
    fn a_crash_before_the_rename_leaves_the_old_file() {
        let folder = Folder::new("crash");
        let path = folder.0.join("file");
        write(&path, |to| to.write_all(b"old")).unwrap();
        let pending = Pending::write(&path, |to| to.write_all(b"new")).unwrap();
        let temporary = pending.temporary.clone();
        std::mem::forget(pending); // nothing runs after a crash
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_to_string(temporary).unwrap(), "new");
        write(&path, |to| to.write_all(b"newer")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "newer");
    }

    #[test]
    fn an_error_while_writing_leaves_the_old_file_alone() {
        let folder = Folder::new("error");
        let path = folder.0.join("file");
        write(&path, |to| to.write_all(b"old")).unwrap();
        let full = |to: &mut dyn Write| {
            to.write_all(&[0; 100_000])?;
            Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"))
        };
        assert_eq!(write(&path, full).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(folder.names(), ["file"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("links");
        let (path, link) = (folder.0.join("file"), folder.0.join("link"));
        write(&path, |to| to.write_all(b"old")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        write(&link, |to| to.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_path_without_a_folder_lies_in_the_current_one() {
        assert_eq!(folder_of(Path::new("file")), Path::new("."));
        assert!(beside(Path::new("..")).is_err());
    }
}
