package main

import (
	"errors"
	"fmt"

	"github.com/gotd/td/tgerr"
)

// failure is an error as the library's user gets it.
type failure struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// describe names the type of an error: that of the server's answer where there is
// one in the chain, else of the innermost.
func describe(err error) *failure {
	var answer *tgerr.Error
	if errors.As(err, &answer) {
		return &failure{Class: "tgerr.Error", Message: answer.Message, Code: answer.Code}
	}
	inner := err
	for next := errors.Unwrap(inner); next != nil; next = errors.Unwrap(inner) {
		inner = next
	}
	return &failure{Class: fmt.Sprintf("%T", inner), Message: err.Error()}
}
