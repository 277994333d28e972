//go:build !unix

package main

import "os/exec"

// Without process groups there is the command alone. What it started may go on; nobody
// waits for it.
func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
