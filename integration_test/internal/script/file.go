package script

import "github.com/fakedc/fakedc/mockserver/rawclient"

// File is what is uploaded, and how it is cut.
type File struct {
	ID       int64
	Data     []byte
	PartSize int
	// Small uses upload.saveFilePart, Stream announces the number of parts with the
	// last of them: https://core.telegram.org/api/files#streamed-uploads
	Small, Stream bool
	// Threads is how many parts are on their way at once, 1 if it is not set.
	Threads int
}

// full is how many parts have bytes.
func (f *File) full() int32 {
	return int32((len(f.Data) + f.PartSize - 1) / f.PartSize)
}

// parts is how many there are with the one that closes a stream.
func (f *File) parts(h *Habits) int32 {
	if f.Stream && len(f.Data)%f.PartSize == 0 && !h.NoClosing {
		return f.full() + 1
	}
	return f.full()
}

// piece is the bytes of one part, none behind the end.
func (f *File) piece(part int32) []byte {
	from := min(int(part)*f.PartSize, len(f.Data))
	return f.Data[from:min(from+f.PartSize, len(f.Data))]
}

// total is what the part says of the number of parts.
func (f *File) total(part int32, h *Habits) int32 {
	total := f.full()
	aligned := f.Stream && len(f.Data)%f.PartSize == 0
	if f.Stream && (part < f.parts(h)-1 || aligned && h.NoClosing) {
		total = -1
	}
	if h.Total != nil {
		total = h.Total(part, total)
	}
	return total
}

func (f *File) input(h *Habits) rawclient.InputFile {
	parts := f.full()
	if h.Parts != nil {
		parts = h.Parts(parts)
	}
	return rawclient.InputFile{ID: f.ID, Parts: parts, Name: "upload.bin", Big: !f.Small}
}
