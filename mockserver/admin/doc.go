// Package admin is the outside view of a running mockserver.Server: a control API
// in JSON under /api/v1, described by /api/v1/openapi.yaml, a live page at /,
// /metrics for Prometheus, /livez and /readyz. It is an http.Handler, so that a test can mount it anywhere;
// it starts no goroutine and opens no socket.
//
// Whoever reaches it can change the server, so it is careful: every call needs a
// bearer token, the Host header must name this machine (a page elsewhere whose
// name is made to point here is refused), calls from other origins are refused,
// no GET changes anything, bodies are bounded, and so is the time in which an answer
// has to be read, piece by piece. There are no cookies: the page
// gets the token in the fragment of its address, which browsers do not send.
//
// It knows the public API of mockserver and scenarios, and nothing inside.
package admin
