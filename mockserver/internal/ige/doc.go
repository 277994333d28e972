// Package ige is AES-256 in infinite garble extension mode, the one cipher
// mode of MTProto 2.0.
//
// It knows keys, initialisation vectors and whole blocks. It must not know
// what the blocks hold: padding, hashes and keys are derived by its callers.
//
// A message is decrypted while it arrives, and hashed on the way: see [Decryption]. Two
// that have come already are done at once: see [AdvanceBoth].
//
// On amd64 it is assembly for processors with AES instructions, written by the
// generator in gen, which hashes in the time that AES leaves where there are the
// instructions of SHA-256, or else AVX-512; on arm64 it is assembly written by hand.
// Anywhere else, and with the build tags noasm or purego (which is for the standard
// library too), it is Go. The tests compare all of it with gotd/ige and crypto/sha256.
//
// Called by envelope (messages) and handshake (auth key creation), and by
// rawclient for the other side of both. It lives alone because it is the one
// place where a processor-specific implementation pays: at half a megabyte a
// part, nearly all of a server's time is spent here.
//
// Keys and vectors are derived as in
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
package ige
