package disk

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

var some = Options{Quota: 1 << 30}

// needModes skips a test where modes do not say who may look.
func needModes(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other means than modes, and links that not everybody may make")
	}
}

// filled is a directory with an upload of two parts.
func filled(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	d, err := Open(dir, some)
	require.NoError(t, err)
	s, err := service(d)
	require.NoError(t, err)
	now := time.Unix(1e9, 0)
	for i := range int32(2) {
		out := s.Save(now, s.Open(now, id(7)), upload.Part{Index: i, Total: 3, Bytes: bytes.Repeat([]byte{byte(i)}, 1024)}, upload.Fate{})
		require.NoError(t, out.Err)
	}
	require.NoError(t, s.Write())
	require.NoError(t, d.Close())
	return dir
}

// open opens a directory as a server does.
func open(dir string) (*Disk, *upload.Service, error) {
	d, err := Open(dir, some)
	if err != nil {
		return nil, nil, err
	}
	s, err := service(d)
	if err != nil {
		_ = d.Abandon()
		return nil, nil, Damaged(dir, err)
	}
	return d, s, nil
}

const oneFile = "uploads/0000000000000001"

// What is not ours, or not as we left it, is refused in words, and left as it is.
func TestRefused(t *testing.T) {
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
	}
	chmod := func(name string, mode fs.FileMode) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			needModes(t)
			require.NoError(t, os.Chmod(filepath.Join(dir, name), mode))
		}
	}
	for name, c := range map[string]struct {
		empty  bool
		change func(*testing.T, string)
		says   string
	}{
		"another program's": {empty: true, change: write("notes.txt", "x"), says: `is not one of fakedc's: it holds "notes.txt" and no file FORMAT; choose another`},
		"a newer format":    {change: write("FORMAT", "fakedc data directory, format 2\n"), says: `has format "2", this fakedc knows format 1; use the fakedc that made it`},
		"another FORMAT":    {change: write("FORMAT", "something else"), says: `its FORMAT says "something else"`},
		"a link as FORMAT": {change: func(t *testing.T, dir string) {
			needModes(t)
			require.NoError(t, os.Rename(filepath.Join(dir, "FORMAT"), filepath.Join(dir, "other")))
			require.NoError(t, os.Symlink("other", filepath.Join(dir, "FORMAT")))
		}, says: "is not one of fakedc's: its FORMAT is no regular file; choose another"},
		"an empty FORMAT": {change: write("FORMAT", ""), says: "is damaged: FORMAT is empty; put back a copy"},
		"no database": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, recordsFile)))
		}, says: "is damaged: there are uploads and no records.db"},
		"an empty database":  {change: write(recordsFile, ""), says: "is damaged: records.db is empty"},
		"a database of text": {change: write(recordsFile, "hello"), says: "is damaged: records.db: neither of its first pages is whole"},
		"a database of the other byte order": {change: func(t *testing.T, dir string) {
			reverseMagic(t, filepath.Join(dir, recordsFile))
		}, says: "cannot be used: records.db is of a machine whose processor has the other byte order; use it on such a machine, or choose another"},
		"half a database": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Truncate(filepath.Join(dir, recordsFile), 3*4096))
		}, says: "it was cut off"},
		"a file cut off": {change: func(t *testing.T, dir string) { require.NoError(t, os.Truncate(filepath.Join(dir, oneFile), 1500)) }, says: "uploads/0000000000000001 was cut off: it has 1500 bytes and should have 2048 at least"},
		"a file cut off beside one that nobody needs": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Truncate(filepath.Join(dir, oneFile), 1500))
			write("uploads/0000000000000002", "x")(t, dir)
		}, says: "was cut off"},
		"a file missing":   {change: func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, oneFile))) }, says: "uploads/0000000000000001 is missing"},
		"a file of others": {change: write("uploads/photo.jpg", "x"), says: `holds "uploads/photo.jpg", which fakedc did not put there (its files are named like 0000000000000001); move that out of uploads, where nothing but fakedc's own may be, and start again`},
		"many files of others": {change: func(t *testing.T, dir string) {
			for _, name := range []string{"b", "a", "e", "c", "d"} {
				write("uploads/"+name, "x")(t, dir)
			}
		}, says: `holds "uploads/a", "uploads/b", "uploads/c" and 2 further files, which fakedc did not put there`},
		"a file of others in an empty one": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, recordsFile)))
			require.NoError(t, os.Remove(filepath.Join(dir, oneFile)))
			write("uploads/.DS_Store", "x")(t, dir)
		}, says: `holds "uploads/.DS_Store", which fakedc did not put there`},
		"a directory of others": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Mkdir(filepath.Join(dir, "uploads/mine"), 0o700))
		}, says: `holds "uploads/mine", which is no regular file; move that out of uploads`},
		"a link out of it": {change: func(t *testing.T, dir string) {
			needModes(t)
			require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "uploads/0000000000000002")))
		}, says: `holds "uploads/0000000000000002", which is no regular file; move that out of uploads`},
		"a file in place of uploads": {change: func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "uploads"), dir+".away"))
			write("uploads", "x")(t, dir)
		}, says: "has an uploads that is no folder; put back a copy of the directory, or delete the directory to begin anew"},
		"open to others":      {change: chmod("", 0o755), says: "can be read by others (its mode is 0755); it holds auth keys: chmod 700 it"},
		"a database for all":  {change: chmod(recordsFile, 0o644), says: "records.db that others can read"},
		"no uploads but one ": {change: func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, "uploads"))) }, says: "is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if !c.empty {
				dir = filled(t)
			}
			c.change(t, dir)
			before := listing(t, dir)
			_, _, err := open(dir)
			var e *DirError
			require.ErrorAs(t, err, &e)
			require.Equal(t, dir, e.Dir)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, "the data directory "+dir+" ")
			require.Subset(t, listing(t, dir), before, "it is left as it was")
		})
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(file, some)
	require.ErrorContains(t, err, "is no directory but a file")
}

// listing is the names and sizes of all files but the database, which is opened to be
// looked at.
func listing(t *testing.T, dir string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == recordsFile || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		all = append(all, fmt.Sprintf("%s %d", path, info.Size()))
		return nil
	}))
	return all
}

// One process has a directory at a time, and nobody else can look into it.
func TestLockedAndPrivate(t *testing.T) {
	dir := filled(t)
	d, _, err := open(dir)
	require.NoError(t, err)
	_, _, err = open(dir)
	require.ErrorContains(t, err, "is in use by another server; close that one")
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		require.NoError(t, err)
		require.True(t, private(info), path)
		return nil
	}))
	require.NoError(t, d.Close())
	d, _, err = open(dir)
	require.NoError(t, err)
	require.NoError(t, d.Close())
}

// An empty directory that is there already is taken, and closed to others.
func TestEmptyDirectoryIsTaken(t *testing.T) {
	needModes(t)
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	for _, want := range []fs.FileMode{0o755, 0} { // the second time there is nothing to tell
		d, _, err := open(dir)
		require.NoError(t, err)
		require.Equal(t, want, d.OpenBefore())
		require.NoError(t, d.Close())
		info, err := os.Stat(dir)
		require.NoError(t, err)
		require.EqualValues(t, 0o700, info.Mode().Perm())
	}
}

// A run that ended while it made the directory, or while it wrote, is no reason to
// refuse it.
func TestHalfDoneIsCleaned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "uploads"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "FORMAT"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, newRecordsFile), []byte("half"), 0o600))
	d, _, err := open(dir)
	require.NoError(t, err)
	require.NoError(t, d.Close())

	dir = filled(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "uploads/0000000000000005"), make([]byte, 100), 0o600))
	f, err := os.OpenFile(filepath.Join(dir, oneFile), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.Write(make([]byte, 50))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	d, err = Open(dir, some)
	require.NoError(t, err)
	defer d.Close()
	s := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, upload.Limits{Uploads: 3, Documents: 3}, nil)
	require.NoError(t, s.Load(time.Time{}, keeperOf{d}, true, d, noMeta))
	left, err := d.Settle()
	require.NoError(t, err)
	require.Equal(t, Settled{Files: 1, Bytes: 150}, left)
	require.NoFileExists(t, filepath.Join(dir, "uploads/0000000000000005"))
	info, err := os.Stat(filepath.Join(dir, oneFile))
	require.NoError(t, err)
	require.EqualValues(t, 2048, info.Size())
	require.EqualValues(t, 4096+d.records.Size(), d.Used())
}

// A database that was large once is made small at the start.
func TestDatabaseShrinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d, err := Open(dir, Options{Quota: 1 << 30, NoSync: true})
	require.NoError(t, err)
	for i := range 40 {
		key := fmt.Appendf(nil, "%02d", i)
		require.NoError(t, d.Commit([]store.Change{{Table: store.TableUploads, Key: key, Value: make([]byte, 1<<20)}}, nil))
	}
	d.Later(store.Change{Table: store.TableUploads, Key: nil, All: true})
	require.NoError(t, d.Commit([]store.Change{{Table: store.TableMeta, Key: []byte("a"), Value: []byte("b")}}, nil))
	require.NoError(t, d.Close())
	before, err := os.Stat(filepath.Join(dir, recordsFile))
	require.NoError(t, err)
	require.Greater(t, before.Size(), int64(40<<20))
	d, err = Open(dir, some)
	require.NoError(t, err)
	defer d.Close()
	after, err := os.Stat(filepath.Join(dir, recordsFile))
	require.NoError(t, err)
	require.Less(t, after.Size(), int64(1<<20))
	require.NoFileExists(t, filepath.Join(dir, newRecordsFile))
	n := 0
	require.NoError(t, d.Each(store.TableMeta, func(k, v []byte) error {
		n++
		require.Equal(t, "a b", string(k)+" "+string(v))
		return nil
	}))
	require.Equal(t, 1, n)
}

// All of a path that is new has to outlive a crash, not only its end.
func TestNewNames(t *testing.T) {
	base := t.TempDir()
	t.Chdir(base)
	require.NoError(t, os.MkdirAll("old/older", 0o700))
	for path, want := range map[string][]string{
		"old/older":              {"old/older"},
		"old/new":                {"old/new"},
		"new":                    {"new"},
		"a/b/c":                  {"a/b/c", "a/b", "a"},
		"./a//b/":                {"a/b", "a"},
		"old/../a/b":             {"a/b", "a"},
		"old/older/b/c":          {"old/older/b/c", "old/older/b"},
		base:                     {base},
		filepath.Join(base, "a"): {filepath.Join(base, "a")},
		base + "/a/b":            {filepath.Join(base, "a", "b"), filepath.Join(base, "a")},
		"/":                      {filepath.Clean("/")},
	} {
		names := newNames(path)
		for i := range want {
			want[i] = filepath.FromSlash(want[i])
		}
		require.Equal(t, want, names, path)
	}
	d, err := Open("a/b/c", some)
	require.NoError(t, err)
	require.NoError(t, d.Close())
}
