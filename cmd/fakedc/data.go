package main

import (
	"io"

	"github.com/spf13/cobra"
)

// writeData writes to stdout. A disk that is full or a pipe that is closed must
// not look like success.
func writeData(cmd *cobra.Command, text string) error {
	if _, err := io.WriteString(cmd.OutOrStdout(), text); err != nil {
		return ioErrorf("writing to stdout: %w", err)
	}
	return nil
}
