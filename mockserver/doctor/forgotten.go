package doctor

// fileName is what a client calls an upload.
type fileName struct {
	account, id int64
	big         bool
}

func (f *file) name() fileName { return fileName{f.Account, f.FileID, f.big} }

// goesOn ties the upload, if there is one, to one under the same name that the server has
// forgotten.
func (f *file) goesOn(former *file) {
	if f != nil && former != nil && former != f && former.forgotten {
		f.former, former.wentOn = former, true
	}
}

// has tells whether a part was stored.
func (f *file) has(part int32) bool { return f != nil && f.parts[part] != nil && f.parts[part].stored }
