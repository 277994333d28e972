package disk

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// batch is what one commit writes: what came together is synced together.
type batch struct {
	entries []entry
	freed   []freed
	done    bool
	err     error
}

// entry is what one caller asked for. Without undo it is written again until that
// succeeds.
type entry struct {
	do, undo []store.Change
	waits    bool // somebody is told what became of it
}

// freed is room that no record names any more once the batch is written: that of some
// blobs, or with a size below 0 the file's that is done.
type freed struct {
	of *Bytes
	extent
	blobs int
}

// Commit writes changes together with what others ask for at the same time. See
// [store.Keeper].
func (d *Disk) Commit(do, undo []store.Change) error {
	d.mu.Lock()
	if grows(do) {
		if err := d.admit(0); err != nil {
			d.mu.Unlock()
			return err
		}
	}
	b := d.next
	b.entries = append(b.entries, entry{do, undo, true})
	d.mu.Unlock()
	return d.write(b)
}

// grows tells whether changes count towards the quota: keys and accounts have
// limits of their own, and who may not log in cannot be told why.
func grows(do []store.Change) bool {
	for _, c := range do {
		if c.Value != nil && (c.Table == store.TableUploads || c.Table == store.TableDocuments) {
			return true
		}
	}
	return false
}

// Later writes changes with the next commit.
func (d *Disk) Later(changes ...store.Change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next.entries = append(d.next.entries, entry{do: changes})
}

// Flush writes what Later took, and gives back the room that was released.
func (d *Disk) Flush() error {
	d.mu.Lock()
	b := d.next
	empty := len(b.entries) == 0 && len(b.freed) == 0
	d.mu.Unlock()
	if empty {
		return nil
	}
	return d.write(b)
}

// write has a batch written, by whoever comes first of those that wait for it.
func (d *Disk) write(b *batch) error {
	d.committing.Lock()
	defer d.committing.Unlock()
	if !b.done {
		d.mu.Lock()
		d.next = &batch{}
		d.mu.Unlock()
		d.run(b)
	}
	return b.err
}

func (d *Disk) run(b *batch) {
	var all []store.Change
	for _, e := range b.entries {
		all = append(all, e.do...)
	}
	b.done = true
	if len(all) > 0 {
		if err := d.records.Commit(all); err != nil {
			b.err = fmt.Errorf("%w: committing %d records: %w", ErrFailed, len(all), err)
		}
	}
	if b.err != nil {
		d.failed(b.err)
		d.again(b)
		return
	}
	for _, f := range b.freed {
		f.of.free(f)
	}
}

// again puts what has to be written in any case before all that came meanwhile.
func (d *Disk) again(b *batch) {
	var left []entry
	for _, e := range b.entries {
		do := e.do
		if e.waits {
			do = e.undo
		}
		if len(do) > 0 {
			left = append(left, entry{do: do})
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next.entries = append(latest(left), d.next.entries...)
	d.next.freed = joined(append(b.freed, d.next.freed...))
}

// joined makes one of rooms that touch each other, for the same reason as latest: what
// was put and could not be committed lies side by side.
func joined(all []freed) []freed {
	slices.SortFunc(all, func(a, b freed) int {
		return cmp.Or(cmp.Compare(a.of.number, b.of.number), cmp.Compare(a.at, b.at), cmp.Compare(a.size, b.size))
	})
	out := all[:0]
	for _, f := range all {
		if n := len(out); n > 0 && out[n-1].of == f.of && out[n-1].size >= 0 && out[n-1].end() == f.at {
			out[n-1].size += f.size
			out[n-1].blobs += f.blobs
			continue
		}
		out = append(out, f)
	}
	clear(all[len(out):]) // files that are gone
	return out
}

// latest leaves out what a later change of the same records makes up for: while the
// disk fails, whoever tries again must not have the list grow.
func latest(all []entry) []entry {
	var changes []store.Change
	type target struct {
		table store.Table
		key   string
		all   bool
	}
	seen := map[target]bool{}
	for _, e := range slices.Backward(all) {
		for _, c := range slices.Backward(e.do) {
			if t := (target{c.Table, string(c.Key), c.All}); !seen[t] {
				seen[t] = true
				changes = append(changes, c)
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	slices.Reverse(changes)
	return []entry{{do: changes}}
}
