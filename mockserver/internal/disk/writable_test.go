package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A directory whose uploads cannot be written is refused at the start and not by the
// first part. One that has no room now is none of those: what is in it can be read, and
// parts are told what is the matter.
func TestUploadsHaveToBeWritable(t *testing.T) {
	for name, c := range map[string]struct {
		fails string // the operation, "" for none
		err   error
		want  string // "" is that it is taken
	}{
		"writable":             {"", nil, ""},
		"of another user":      {"write", syscall.EACCES, "permission denied"},
		"mounted read-only":    {"write", syscall.EROFS, "read-only file system"},
		"nothing can be taken": {"remove", syscall.EPERM, "operation not permitted"},
		"broken":               {"write", syscall.EIO, "input/output error"},
		"full":                 {"write", errFull, ""},
		"over its quota":       {"write", errQuota, ""},
	} {
		t.Run(name, func(t *testing.T) {
			rec := newRecorder()
			rec.fail = func(op, _ string) error {
				if op == c.fails {
					return c.err
				}
				return nil
			}
			err := writable("/data", rec)
			if c.want == "" {
				require.NoError(t, err)
				require.Empty(t, rec.files, "nothing is left of the attempt")
				return
			}
			var e *DirError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, c.err)
			require.EqualError(t, err, "the data directory /data has a folder uploads that cannot be written: "+c.want+
				"; give that to the user that fakedc runs as and chmod 700 it, or choose another directory")
		})
	}
}

// Who is told that a directory is damaged deletes it: a disk that is full is no damage.
func TestWhyRecordsCannotBeOpened(t *testing.T) {
	for cause, want := range map[error]string{
		errFull:        "cannot be used: write records.new: " + errFull.Error() + "; make room on its disk, or choose another",
		errQuota:       "cannot be used: write records.new: " + errQuota.Error() + "; make room on its disk, or choose another",
		syscall.EACCES: "cannot be used: write records.new: permission denied; give it to the user that fakedc runs as, or choose another",
		errNoMeta:      "is damaged: records.db: write records.new: neither of its first pages is whole; put back a copy of the directory, or delete the directory to begin anew",
	} {
		err := unopened("/data", &fs.PathError{Op: "write", Path: newRecordsFile, Err: cause})
		require.EqualError(t, err, "the data directory /data "+want)
		require.ErrorAs(t, err, new(*DirError))
		require.ErrorIs(t, err, cause)
		require.Equal(t, err, unopened("/data", err), "it is said already")
	}
}

// What a crash leaves of the attempt is no reason to refuse the directory ever after.
func TestAttemptToWriteThatACrashInterrupted(t *testing.T) {
	dir := filled(t)
	left := filepath.Join(dir, uploadsDir, attemptFile)
	require.NoError(t, os.WriteFile(left, nil, 0o600))
	d, _, err := open(dir)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	require.NoFileExists(t, left)
}

// The same of real directories, with the lock given back. Root may write everywhere but
// over a folder.
func TestDirectoryWhoseUploadsCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		spoil, mend func(uploads string) error
		root        bool // it is in root's way, too
	}{
		"of another user": {
			func(uploads string) error { return os.Chmod(uploads, 0o500) },
			func(uploads string) error { return os.Chmod(uploads, 0o700) }, false,
		},
		"in the way": {
			func(uploads string) error { return os.Mkdir(filepath.Join(uploads, attemptFile), 0o700) },
			func(uploads string) error { return os.Remove(filepath.Join(uploads, attemptFile)) }, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !c.root {
				needModes(t)
				if os.Geteuid() == 0 {
					t.Skip("root may write everywhere")
				}
			}
			dir := filled(t)
			uploads := filepath.Join(dir, uploadsDir)
			require.NoError(t, c.spoil(uploads))
			before := listing(t, dir)
			_, err := Open(dir, some)
			require.ErrorContains(t, err, "has a folder uploads that cannot be written")
			require.Equal(t, before, listing(t, dir), "it is left as it was")
			require.NoError(t, c.mend(uploads))
			d, _, err := open(dir)
			require.NoError(t, err)
			require.NoError(t, d.Close())
		})
	}
}
