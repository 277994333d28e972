//go:build unix

package mockserver

import (
	"math"
	"syscall"
)

// otherFiles are what a process opens beside connections: listeners, logs, the store.
const otherFiles = 64

// mostConnections is how many connections the process can have, by how many files it
// may open. Go has raised that to the most that it may ask for.
func mostConnections() int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || uint64(files.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return connectionsOf(int(files.Cur))
}

// connectionsOf leaves half of few files to what else needs them: most of what that may
// need is not used then, either.
func connectionsOf(files int) int { return max(1, files-min(otherFiles, files/2)) }
