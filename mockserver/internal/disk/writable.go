package disk

// attemptFile is named like the file of an upload, none of which has the number 0, so
// that Settle deletes what a crash left of it.
var attemptFile = nameOf(0)

// writable has files be made and deleted among those of uploads before any client is
// told that its parts are stored: who gave the directory to fakedc is still there to
// read why. A disk that is full is no reason to refuse what can be read.
func writable(dir string, f Files) error {
	err := f.Write(attemptFile, 0, nil, false)
	if err == nil {
		err = f.Remove(attemptFile)
	}
	if err == nil || noRoom(err) {
		return nil
	}
	return &DirError{
		Dir: dir, What: "has a folder " + uploadsDir + " that cannot be written", Err: err,
		Do: "give that to the user that fakedc runs as and chmod 700 it, or choose another directory",
	}
}
