//go:build !unix && !windows

package main

import (
	"os"
	"os/exec"
)

// group is the command alone, which cannot be asked, where there are no groups of processes.
type group struct{ cmd *exec.Cmd }

func ownGroup(cmd *exec.Cmd) *group { return &group{cmd} }

func (g *group) start() error { return g.cmd.Start() }

func (g *group) wait() error { return g.cmd.Wait() }

func (g *group) back() {}

func (g *group) pass(os.Signal) { g.kill() }

func (g *group) ask() { g.kill() }

func (g *group) kill() { _ = g.cmd.Process.Kill() }
