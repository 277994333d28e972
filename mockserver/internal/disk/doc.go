// Package disk keeps on disk what must outlive the process: records in a database,
// and the bytes of each upload in a file of its own.
//
// A directory holds FORMAT, which says whose it is and is locked while a process
// uses it, records.db (go.etcd.io/bbolt) and uploads/, where files are named by our
// own numbers in hexadecimal. All of it is reached through os.Root.
//
// The order that makes a part safe: its bytes are written behind or between those
// that records name and synced, then the record is committed, then the client is
// answered. So a crash leaves bytes that no record names, which [Disk.Settle] cuts
// off, and never a record without its bytes. Room that is released is used again,
// and files are deleted, only after a commit that has taken the last record of it
// away.
//
// What records mean it does not know: upload and link write and read them, through
// [store.Keeper]. It starts no goroutine: those that commit at once are served by
// the first of them. Called by mockserver, upload and link.
//
// Lock order: Bytes, then Disk; a commit holds neither while it writes.
package disk
