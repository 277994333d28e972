package wire

import "net"

// Left tells whether the other side of a connection has closed or reset it, before that is
// read: who is about to close it would else say that it was first. It is false for what is no
// TCP, and where the system does not tell.
func Left(c net.Conn) (left bool) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	_ = raw.Control(func(fd uintptr) { left = leftAt(fd) }) // an error says that it is closed here
	return left
}
