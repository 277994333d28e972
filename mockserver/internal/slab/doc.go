// Package slab makes many small values with few allocations, for what is kept for each
// part of a file would cost more than the part's way through the server, and keeps
// buffers between those who need one for a moment.
//
// It knows nothing of what the values are. A slab is not safe for concurrent use; who
// keeps it guards it. Called by upload, rpc and link.
package slab
