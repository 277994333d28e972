// Package upload takes one part from the verdict to the store, and the parts of
// a file to the document that is made of them.
//
// A file is named by datacenter, account, store (small or big) and file_id, never
// by connection, session or temporary key: parts sent over different sessions of
// one account meet (https://core.telegram.org/api/files#uploading-files).
//
// What outlives the process is kept by a Keeper, if there is one: parts and documents
// are there before anybody is told of them, counts of calls a little later. If one
// cannot be kept, nothing has changed.
//
// It knows the rules only through validator and the bytes only through store; it
// must not know TL, sessions or scenarios. Time is an argument. Called by rpc.
//
// Lock order: Service, File, store.
package upload
