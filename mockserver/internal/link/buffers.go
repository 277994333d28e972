package link

import "github.com/fakedc/fakedc/mockserver/internal/slab"

// buffers are for frames: an idle connection holds none of them.
var buffers = slab.Buffers{Least: 1 << 10, Most: 16 << 20}
