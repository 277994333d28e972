package gotd_test

import "slices"

// cells are those of an act: everything with everything, but for what cannot differ.
// FAULTS.md says the same in words.
func (a act) cells() (cells []cell) {
	for _, w := range ways {
		if a.place == atKey && !slices.Contains(keyWays, w.name) {
			continue
		}
		for _, f := range []*file{smallFile, bigFile} {
			for _, threads := range []int{1, 4, 16} {
				for _, conns := range []int{1, 4} {
					for at := first; at <= last; at++ {
						if c := (cell{a, at, w, f, threads, conns}); c.makesSense() {
							cells = append(cells, c)
						}
					}
				}
			}
		}
	}
	return cells
}

// keyWays are a transport of each kind. A key is made of the same messages on all.
var keyWays = []string{"abridged", "obfuscated padded", "http"}

func (c *cell) makesSense() bool {
	small, big := c.file == smallFile, c.file == bigFile
	switch {
	case small && c.threads == 4: // gotd sends small files with one thread in any case; 16 stay to show it
		return false
	case c.place == atKey: // before there are parts, and by the client's own connection
		return c.at == middle && small && c.threads == 1 && c.conns == 1
	case c.costly:
		return c.at == middle && (small && c.threads == 1 || big && c.threads == 16)
	case c.place == atConnection: // the client's own, or the first of the pool
		return c.at == first || c.at == last && c.conns > 1
	}
	return true
}
