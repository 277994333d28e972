// Package slab makes many small values with few allocations: what is kept for each
// part of a file would cost more than the part's way through the server.
//
// It knows nothing of what the values are. A slab is not safe for concurrent use; who
// keeps it guards it. Called by upload and rpc.
package slab
