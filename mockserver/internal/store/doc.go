// Package store is where the bytes of parts live. It knows nothing of files,
// rules or sessions: it takes bytes and gives a Blob back, by which they are
// read, compared and released. Called by upload.
//
// Memory keeps the bytes, Digest only a fingerprint of each part, so that a 4 GB upload
// costs a few hundred kilobytes; what it took cannot be read back. Sums is Digest for
// what outlives the process. A store on disk is in package disk, and what it is to those
// who use it, is here: Place and Keeper.
package store
