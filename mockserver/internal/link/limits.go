package link

import "time"

// Limits bound one connection.
type Limits struct {
	Frame      int           // bytes of one frame
	Detect     time.Duration // until the transport is known
	Handshake  time.Duration // for the creation of a key, all of it
	FrameTime  time.Duration // for one frame, once its length has come
	FrameRate  int           // bytes of a frame each second, after a time of grace
	Idle       time.Duration // without any frame
	Write      time.Duration // for one write
	QueueItems int           // messages waiting to be written
	QueueBytes int           // and their bytes
	Errors     int           // protocol errors before the connection is closed
	After      time.Duration // that a query waits for others
	Inflated   int           // bytes that what is packed in one frame unpacks to
}
