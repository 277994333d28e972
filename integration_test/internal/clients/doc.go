// Package clients runs client libraries of other languages for the tests in the
// folders beside it: it looks for their tools, starts their programs under a
// deadline, and shows what they printed when something goes wrong.
//
// It knows nothing of fakedc or of any client. The tests of each client call it.
package clients
