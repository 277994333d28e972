// Package bounds counts what a server holds at once and says no before a limit
// is passed. It knows numbers only; who asks decides what a refusal means.
// Called by link, store and mockserver.
package bounds
