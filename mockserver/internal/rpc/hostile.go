package rpc

import "bytes"

// Lie returns what a message says that breaks a rule, and what follows it. Of a
// part the lie is true, and the truth that it failed: it is not stored. Of any other
// call the lie is an error, and the truth its answer.
func Lie(answer []byte) (lie, truth []byte) {
	if stored := encodeBool(true); bytes.Equal(answer, stored) {
		return stored, encodeError(500, "INTERNAL")
	}
	return encodeError(400, "HOSTILE_ACCEPTED"), answer
}
