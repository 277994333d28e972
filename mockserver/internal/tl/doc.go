// Package tl reads and writes the TL types that an upload meets, in the client's
// own layer.
//
// Telegram changes constructors from layer to layer: a user is #83314fca in layer
// 195 and #b1b8cc83 in layer 228, and a client refuses what its own schema does
// not list. Generated Go types for each of them would multiply by the number of
// layers, so here the schema is data: schema.tl holds one line for each
// constructor id with the layers it belongs to, `go generate` turns it into a
// table, and one codec works from that table. Decoding goes by id, which is
// unique across layers; encoding by name and layer.
//
// The one hot call, upload.saveBigFilePart, has a reader of its own that copies
// nothing (see SavePart).
//
// It knows TL (https://core.telegram.org/mtproto/TL) and nothing of what the
// calls mean. Called by rpc on the server's side and by rawclient on the other.
package tl

//go:generate go run ./gen
