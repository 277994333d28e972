// Package observe translates between two rooms that must not know each other: what
// the journal notes, and what the oracle of a scenario looks at. mockserver uses it
// while a server runs, mockserver/doctor when it reads a journal later.
package observe
