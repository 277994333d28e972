//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// Without process groups there is the command alone, which cannot be asked.
func ownGroup(cmd *exec.Cmd) (wait func() error, back func()) { return cmd.Wait, func() {} }

func askGroup(cmd *exec.Cmd, _ os.Signal) { _ = cmd.Process.Kill() }

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
