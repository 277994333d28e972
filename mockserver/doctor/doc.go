// Package doctor reads a journal file and says what the client did wrong, upload by
// upload, with the built-in scenario that provokes it again.
//
// What it knows: the format of journal files, what a good client does about each
// fault, how to tell an upload as a story. What it must not know: servers, sockets,
// the wire. It takes a stream and returns values: no goroutine, no clock.
//
// Most of its judgement is scenarios/oracle's, asked about what every client should
// do rather than about what one scenario expects.
package doctor
