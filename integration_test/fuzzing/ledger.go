package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The table stands between these lines; the rest of the page is written by hand.
const (
	beginMark = "<!-- table:begin -->\n"
	endMark   = "<!-- table:end -->\n"
)

// ledger is a page with a table. With an empty path it keeps nothing.
type ledger struct{ path string }

// add counts: what is seen of a target since it was last counted. The corpus is the
// largest of any run: the fuzzer keeps its inputs in the build cache, and begins with
// those of the source alone where that is another, or was emptied.
func (l ledger) add(x target, execs, seconds int64, corpus, findings int, now time.Time) error {
	return l.change(func(t *table) {
		r := t.row(x)
		r.Execs += execs
		r.Seconds += seconds
		r.Findings += findings
		r.Last = now.UTC().Format(time.DateOnly)
		r.Corpus = max(r.Corpus, corpus)
	})
}

// read returns the table as it is.
func (l ledger) read() (table, error) {
	if l.path == "" {
		return nil, nil
	}
	_, t, _, err := l.open()
	return t, err
}

// open takes the page apart.
func (l ledger) open() (before string, t table, after string, err error) {
	text, err := os.ReadFile(l.path)
	if err != nil {
		return "", nil, "", fmt.Errorf("reading the ledger: %w", err)
	}
	before, rest, ok := strings.Cut(string(text), beginMark)
	inner, after, ok2 := strings.Cut(rest, endMark)
	if !ok || !ok2 {
		return "", nil, "", fmt.Errorf("%s: the lines %q and %q are not there: take the page from git again", l.path, strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	if t, err = parseTable(inner); err != nil {
		return "", nil, "", fmt.Errorf("%s: %w", l.path, err)
	}
	return before, t, after, nil
}

// change replaces the page by one with another table: as a whole or not at all, and
// not while another run does the same.
func (l ledger) change(how func(*table)) error {
	if l.path == "" {
		return nil
	}
	unlock, err := lock(l.path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	before, t, after, err := l.open()
	if err != nil {
		return err
	}
	how(&t)
	return replace(l.path, before+beginMark+t.String()+endMark+after)
}

// replace writes a file beside path and gives it path's name.
func replace(path, text string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the ledger: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("writing the ledger: %w", err)
		}
	}()
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// lockPause is how long a run waits before it tries again: changing the page takes
// milliseconds.
const lockPause = 20 * time.Millisecond

// lock waits until this run alone may change the page.
func lock(path string) (unlock func(), err error) {
	for {
		unlock, err := tryLock(path)
		if err != nil {
			return nil, fmt.Errorf("locking the ledger: %w", err)
		}
		if unlock != nil {
			return unlock, nil
		}
		time.Sleep(lockPause)
	}
}
