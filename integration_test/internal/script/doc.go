// Package script is an upload client whose every habit can be spoilt. Without a
// habit it does what the documentation asks; with one it does what a real library
// did once, so that a scenario's expectations can be shown to notice it.
//
// It is built on rawclient, blocks on channels and timers only, and so runs inside
// a testing/synctest bubble.
package script
