// Package ige is AES-256 in infinite garble extension mode, the one cipher
// mode of MTProto 2.0.
//
// It knows keys, initialisation vectors and whole blocks. It must not know
// what the blocks hold: padding, hashes and keys are derived by its callers.
//
// On amd64 it is assembly for processors with AES instructions, written by the
// generator in gen; anywhere else, and with the build tags noasm or purego (which is for the standard library too),
// it is Go, with which
// the tests compare it.
//
// Called by envelope (messages) and handshake (auth key creation), and by
// rawclient for the other side of both. It lives alone because it is the one
// place where a processor-specific implementation pays: at half a megabyte a
// part, nearly all of a server's time is spent here.
//
// Keys and vectors are derived as in
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
package ige
