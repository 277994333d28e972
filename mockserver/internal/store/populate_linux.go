package store

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// worthPopulating is from how many bytes on it pays to ask.
const worthPopulating = 64 << 10

// populate has the kernel find memory for all pages of b at once. Each of them would else
// be a page fault of its own on the first write, and those are a quarter of what it costs
// to keep a part. Kernels before 5.14 do not know how; then it stays as it was.
//
// What b holds does not change.
func populate(b []byte) {
	if len(b) < worthPopulating {
		return
	}
	page := uintptr(unix.Getpagesize())
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	skip := -at & (page - 1) // to the first whole page
	whole := (uintptr(len(b)) - skip) &^ (page - 1)
	_ = unix.Madvise(b[skip:skip+whole], unix.MADV_POPULATE_WRITE) // it is never needed
}
