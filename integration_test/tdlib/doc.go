// Package tdlib uploads with TDLib, by its bindings for Node.js, to a fake datacenter, and
// looks at what both sides say about it. The library is the one from npm, but for the two
// RSA keys of Telegram's that are compiled in: in a copy of it fakedc's is in their place.
//
// fakedc.mjs makes that copy, and a client of it; the README shows it. driver.mjs does one
// job with the library. `npm ci` in this folder installs all of it, on Linux for x64 with
// glibc: the lock file leaves the libraries of other systems out. There is no
// manifest.json, as the matrix has no proxy, without which TDLib cannot be led here.
//
// It knows the public API of mockserver and scenarios only. Nobody calls it.
package tdlib
