// Package gotd holds tests that upload with gotd/td, the most used MTProto client
// in Go: its client, its uploader and its downloader as they are published,
// pointed at a fake datacenter by public options only.
//
// The tests say what the client saw (a *tgerr.Error, a progress, the bytes that it
// read back) and what the server saw (the upload's report, the journal); one of
// them alone would let both sides agree on a mistake.
//
//	harness_test.go     a client that is connected, or logged in
//	upload_test.go      the uploader, the sender and the downloader, with their digests
//	journal_test.go     waiting for what the server notes
//	matrix_test.go      the fault matrix: matrix_*_test.go
//	...                 one file for each theme
//
// It must not know anything inside mockserver: it is a user of the public API. It
// is called by nobody. gotd's generated schema takes minutes to compile at the
// first time; see https://github.com/gotd/td.
package gotd
