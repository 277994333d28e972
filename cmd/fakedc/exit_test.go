package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// Of several errors that were joined the first decides how the command ends, and all are
// on one line.
func TestReportOfJoinedErrors(t *testing.T) {
	var out bytes.Buffer
	require.Equal(t, exitFailed, report(&out, errors.Join(failedf("the verdict"), ioErrorf("the report"))))
	require.Equal(t, "fakedc: the verdict; the report\n", out.String())
}
