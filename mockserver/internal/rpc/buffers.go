package rpc

import "github.com/fakedc/fakedc/mockserver/internal/slab"

const smallestBuffer = 4 << 10

// buffers are for what is unpacked. Larger ones than honest parts need are not kept.
var buffers = slab.Buffers{Least: smallestBuffer, Most: 1 << 20}

// grow moves what is in a full buffer to one of four times the size: what has to grow
// at all, such as a part of zeros, is mostly many times as long as it was taken for. It
// makes no more room than for most bytes, which are more than b holds.
func grow(b []byte, most int) []byte {
	next := append(buffers.Get(min(4*cap(b), most))[:0], b...)
	buffers.Put(b)
	return next
}
