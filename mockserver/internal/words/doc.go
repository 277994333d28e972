// Package words writes numbers for people: how many of something there are, and bytes.
//
// It knows no more than the grammar of a noun. Called by whatever words an event or an
// error.
package words
