package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    `Print the version, the commit it was built from, the Go release, the platform.`,
		Example: "  fakedc version",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return writeData(cmd, versionLine()+"\n")
		},
	}
}

// versionLine is what is said of this binary, also with --version.
func versionLine() string {
	return fmt.Sprintf("fakedc %s%s %s %s/%s", version(), commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release is set by those who build one, where no module's version says it:
// -ldflags "-X main.release=v1.2.3".
var release string

// version is that of the release or the module, or "dev" for any other build.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return "dev"
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return commitOf(info)
}

// commitOf says where a build comes from: "go install" of a release has no commit.
func commitOf(info *debug.BuildInfo) string {
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	if revision == "" {
		return ""
	}
	return fmt.Sprintf(" (commit %.12s%s)", revision, changed)
}
