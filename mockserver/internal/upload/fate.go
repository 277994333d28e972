package upload

import (
	"bytes"
	"time"
)

// Fate is what a scenario makes of a part that the rules accepted. The zero value
// stores it.
type Fate struct {
	// Lose: it is forgotten as soon as it is stored.
	Lose bool
	// LoseAfter: it is forgotten so much later; 0 means never.
	LoseAfter time.Duration
	// Corrupt spoils the bytes, Noise chooses where.
	Corrupt Corruption
	Noise   uint64
}

// Corruption is a way to spoil bytes.
type Corruption uint8

// The ways: nothing, one bit, the second half, all.
const (
	CorruptNot Corruption = iota
	CorruptFlip
	CorruptTruncate
	CorruptZero
)

// spoil returns the bytes that are stored in place of data, which stays as it is.
func (f *Fate) spoil(data []byte) []byte {
	if f.Corrupt == CorruptNot || len(data) == 0 {
		return data
	}
	switch f.Corrupt {
	case CorruptTruncate:
		return data[:len(data)/2]
	case CorruptZero:
		return make([]byte, len(data))
	}
	data = bytes.Clone(data)
	at := f.Noise % (8 * uint64(len(data)))
	data[at/8] ^= 1 << (at % 8)
	return data
}

// lapse forgets the parts whose time has come. It costs nothing while there is no
// such part, which is nearly always.
func (s *Service) lapse(now time.Time, f *File) {
	if !f.lapses.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone { // and off the disk: nothing of it is to be written any more
		return
	}
	for index, at := range f.doomed {
		if !now.Before(at) {
			s.lose(f, index)
			delete(f.doomed, index)
		}
	}
}

// Lapse forgets the parts of all files whose time has come. Who looks at files
// from outside does this before; those who open one need not.
func (s *Service) Lapse(now time.Time) {
	for _, f := range s.Files() {
		s.lapse(now, f)
	}
}
