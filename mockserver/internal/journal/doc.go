// Package journal is the record of what happened: a ring of events that the
// other rooms write and a test or a person reads. It knows nothing of what the
// events mean, and it never holds an auth key or a login token.
package journal
