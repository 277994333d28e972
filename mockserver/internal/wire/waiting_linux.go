package wire

import "golang.org/x/sys/unix"

// canCount: the system tells how many bytes wait in a socket.
const canCount = true

// waitingIn is 0 where the system does not tell.
func waitingIn(fd uintptr) int {
	n, _ := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
	return n
}
