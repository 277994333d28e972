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

// States of a connection that the other side has closed or reset, in include/net/tcp_states.h.
const (
	stateClosed    = 7
	stateCloseWait = 8
	stateLastAck   = 9
)

// leftAt is false where the system does not tell.
func leftAt(fd uintptr) bool {
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	return err == nil && stateClosed <= info.State && info.State <= stateLastAck
}
