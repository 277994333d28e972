package wire

import "golang.org/x/sys/unix"

// canCount: the system tells how many bytes wait in a socket.
const canCount = true

func waitingIn(fd uintptr) int {
	n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}
