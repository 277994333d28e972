package main

import (
	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/scenarios"
)

const schemaLong = `Print the JSON Schema of scenario files (draft 2020-12). Editors that know YAML
complete keys with it and mark mistakes. Save it beside your scenarios, and let
each begin with a line that says where it is:

  # yaml-language-server: $schema=schema.json

"fakedc lint" finds more: what one value says about another.`

const schemaExample = `  fakedc schema > schema.json`

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of scenario files",
		Long:    schemaLong,
		Example: schemaExample,
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := scenarios.Schema()
			if err != nil {
				return ioErrorf("%w", err)
			}
			return writeData(cmd, string(text))
		},
	}
}
