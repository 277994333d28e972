// Package browser uploads from a page in Chromium over a websocket, with mtcute's
// web build (npm "@mtcute/web") as it comes from npm, to a fake datacenter.
//
// fakedc.mjs is what a user of mtcute in a browser needs to point it at a fake
// datacenter. page.mjs does one job with the library; driver.mjs bundles the page,
// serves it on loopback and opens it in a browser without a window; manifest.json
// says how the driver is run. `npm ci` in this folder installs all but the browser.
//
// admin_test.go looks at the live page of a server in the same browser; admin.mjs
// drives it.
//
// It knows the public API of mockserver and scenarios only. Nobody calls it.
package browser
