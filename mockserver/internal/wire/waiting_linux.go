package wire

import "golang.org/x/sys/unix"

// canCount: the system tells how many bytes wait in a socket.
const canCount = true

// waitingIn is 0 where the system does not tell. It writes an int of C: the first half of
// Go's, which is the upper one where the byte order is big endian.
func waitingIn(fd uintptr) int {
	n, _ := unix.IoctlGetUint32(int(fd), unix.TIOCINQ)
	return int(n)
}
