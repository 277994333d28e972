//go:build unix && !(linux || darwin || freebsd || dragonfly)

package disk

import (
	"math"
	"os"
)

// freeBytes is not known here: what may fill the disk is bounded by the quota alone.
func freeBytes(*os.File) (int64, error) { return math.MaxInt64, nil }
