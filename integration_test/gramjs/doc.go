// Package gramjs uploads with GramJS (npm "telegram"), as it comes from npm, to a
// fake datacenter, and looks at what both sides say about it.
//
// The programs that use the library are in scripts/ and examples/; the latter are
// those of GramJS's own documentation. fakedc.js is what a user of GramJS needs to
// point it at a fake datacenter. `npm ci` in this folder installs all of it.
//
// It knows the public API of mockserver and scenarios only. Nobody calls it.
package gramjs
