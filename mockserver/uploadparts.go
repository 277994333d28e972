package mockserver

import "time"

// UploadParts returns all uploads in the order of their first parts, each with no
// parts but those asked for, by its ordinal: what a live view needs many times a
// second, where [Server.Uploads] would copy every part of every file.
func (s *Server) UploadParts(wanted map[int][]int32) []Upload {
	s.uploads.Lapse(time.Now())
	files := s.uploads.Files()
	out := make([]Upload, len(files))
	for i, f := range files {
		out[i] = uploadOf(f, f.SnapshotOf(wanted[f.Ordinal]))
	}
	return out
}

// UploadNumber returns the upload with this ordinal.
func (s *Server) UploadNumber(ordinal int) (Upload, bool) {
	s.uploads.Lapse(time.Now())
	for _, f := range s.uploads.Files() {
		if f.Ordinal == ordinal {
			return newUpload(f), true
		}
	}
	return Upload{}, false
}
