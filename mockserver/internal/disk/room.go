package disk

import "slices"

// extent is a stretch of a file.
type extent struct{ at, size int64 }

func (e extent) end() int64 { return e.at + e.size }

// room is which stretches of a file are in use: all up to the end but the gaps.
type room struct {
	end  int64
	gaps []extent // by place; none touches another, or the end
}

// blockSize is what files take their room in, nearly everywhere.
const blockSize = 4096

func blocks(size int64) int64 { return (size + blockSize - 1) / blockSize * blockSize }

// fit finds the first gap of at least n bytes.
func (r *room) fit(n int64) int {
	return slices.IndexFunc(r.gaps, func(g extent) bool { return g.size >= n })
}

// endWith is where the file would end with n bytes more.
func (r *room) endWith(n int64) int64 {
	if r.fit(n) >= 0 {
		return r.end
	}
	return r.end + n
}

// take takes the first gap that is large enough, or room at the end.
func (r *room) take(n int64) (at int64) {
	if n == 0 {
		return 0
	}
	i := r.fit(n)
	if i < 0 {
		at = r.end
		r.end += n
		return at
	}
	g := &r.gaps[i]
	at = g.at
	if g.at, g.size = g.at+n, g.size-n; g.size == 0 {
		r.gaps = slices.Delete(r.gaps, i, i+1)
	}
	return at
}

// give takes a stretch back and joins it with its neighbours.
func (r *room) give(e extent) {
	if e.size == 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(r.gaps, e, func(g, e extent) int { return int(min(max(g.at-e.at, -1), 1)) })
	r.gaps = slices.Insert(r.gaps, i, e)
	if i+1 < len(r.gaps) && r.gaps[i].end() >= r.gaps[i+1].at {
		r.gaps[i].size = max(r.gaps[i].end(), r.gaps[i+1].end()) - r.gaps[i].at
		r.gaps = slices.Delete(r.gaps, i+1, i+2)
	}
	if i > 0 && r.gaps[i-1].end() >= r.gaps[i].at {
		r.gaps[i-1].size = max(r.gaps[i-1].end(), r.gaps[i].end()) - r.gaps[i-1].at
		r.gaps = slices.Delete(r.gaps, i, i+1)
	}
	if last := len(r.gaps) - 1; last >= 0 && r.gaps[last].end() >= r.end {
		r.end = r.gaps[last].at
		r.gaps = r.gaps[:last]
	}
}
