//go:build !unix

package mockserver

import "math"

// mostConnections is no bound where the system has none.
func mostConnections() int { return math.MaxInt32 }
