package main

import (
	"encoding/json"
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

// writeJSON writes a value for programs, and for eyes.
func writeJSON(cmd *cobra.Command, what string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ioErrorf("writing %s as JSON: %w", what, err)
	}
	return writeData(cmd, string(text)+"\n")
}
