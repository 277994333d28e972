// Package mtcute uploads with mtcute (npm "@mtcute/node"), as it comes from npm, to
// a fake datacenter, and looks at what both sides say about it.
//
// fakedc.mjs is what a user of mtcute needs to point it at a fake datacenter.
// driver.mjs does one job with the library; manifest.json says how it is run and
// what it offers. `npm ci` in this folder installs all of it.
//
// It knows the public API of mockserver and scenarios only. Nobody calls it.
package mtcute
