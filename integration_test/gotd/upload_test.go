package gotd_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/downloader"
	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
)

// The sizes of the uploads, in bytes.
const (
	partSize = 128 << 10  // gotd's own for all files here
	exact    = 12_582_912 // 96 parts to the byte
	uneven   = 12_583_000 // 96 parts and 88 bytes
	oneMiB   = 1 << 20    // small: upload.saveFilePart
	maxRead  = uneven + 1 // more than any file here
	threads  = 8          // as the issue of a slow upload has them
	name     = "upload.bin"
)

// contents makes bytes that differ from part to part and from size to size.
func contents(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)}).Read(b)
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// send sends an uploaded file to Saved Messages with gotd's message sender and
// returns the document that came of it.
func send(ctx context.Context, api *tg.Client, file tg.InputFileClass) (*tg.Document, error) {
	doc := message.UploadedDocument(file).Filename(name).MIME("application/octet-stream").ForceFile(true)
	updates, err := message.NewSender(api).Self().Media(ctx, doc)
	if err != nil {
		return nil, err
	}
	all, ok := updates.(*tg.Updates)
	if !ok {
		return nil, fmt.Errorf("sendMedia was answered with a %T", updates)
	}
	for _, u := range all.Updates {
		if n, ok := u.(*tg.UpdateNewMessage); ok {
			return documentOf(n.Message)
		}
	}
	return nil, fmt.Errorf("no updateNewMessage in %v", all)
}

func documentOf(m tg.MessageClass) (*tg.Document, error) {
	sent, ok := m.(*tg.Message)
	if !ok {
		return nil, fmt.Errorf("a message is a %T", m)
	}
	media, ok := sent.Media.(*tg.MessageMediaDocument)
	if !ok {
		return nil, fmt.Errorf("its media is a %T", sent.Media)
	}
	doc, ok := media.Document.AsNotEmpty()
	if !ok {
		return nil, fmt.Errorf("its document is a %T", media.Document)
	}
	return doc, nil
}

// memory is an io.WriterAt of a file that is read back.
type memory struct {
	b   []byte
	end int
}

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(p)) > int64(len(m.b)) {
		return 0, io.ErrShortWrite
	}
	m.end = max(m.end, int(at)+len(p))
	return copy(m.b[at:], p), nil
}

// readBack downloads a document: in order with one thread, else in parallel.
func readBack(ctx context.Context, api *tg.Client, doc *tg.Document, threads int) ([]byte, error) {
	d := downloader.NewDownloader().Download(api, doc.AsInputDocumentFileLocation(""))
	if threads == 1 {
		var b bytes.Buffer
		_, err := d.Stream(ctx, &b)
		return b.Bytes(), err
	}
	m := &memory{b: make([]byte, maxRead)} // gotd serialises the writes
	_, err := d.WithThreads(threads).Parallel(ctx, m)
	return m.b[:m.end], err
}

// finish sends an upload, reads it back and compares all three: what went out,
// what the server kept, what came back.
func finish(t *testing.T, dc *mockserver.Server, api *tg.Client, file tg.InputFileClass, threads int, want []byte) mockserver.Upload {
	t.Helper()
	ctx := deadline(t)
	doc, err := send(ctx, api, file)
	require.NoError(t, err)
	require.EqualValues(t, len(want), doc.Size)
	got, err := readBack(ctx, api, doc, threads)
	require.NoError(t, err)
	require.Equal(t, digest(want), digest(got), "what is read back")
	u := uploadOf(t, dc, file)
	kept, err := u.SHA256()
	require.NoError(t, err)
	require.Equal(t, digest(want), kept, "what the server kept")
	require.True(t, u.Report.Finalised)
	require.True(t, u.Report.Complete)
	require.Empty(t, u.Report.Missing)
	return u
}

// uploadOf is what the server knows of an uploaded file.
func uploadOf(t *testing.T, dc *mockserver.Server, file tg.InputFileClass) mockserver.Upload {
	t.Helper()
	var id int64
	switch f := file.(type) {
	case *tg.InputFile:
		id = f.ID
	case *tg.InputFileBig:
		id = f.ID
	}
	u, ok := dc.Upload(id)
	require.True(t, ok, "the server knows no upload %d", id)
	return u
}

// partsOf is how many parts gotd makes of so many bytes.
func partsOf(size int) int { return (size + partSize - 1) / partSize }

// uploadBytes uploads what is in memory, so with a known size.
func uploadBytes(t *testing.T, api *tg.Client, threads int, data []byte) tg.InputFileClass {
	t.Helper()
	file, err := uploader.NewUploader(api).WithThreads(threads).FromBytes(deadline(t), name, data)
	require.NoError(t, err)
	return file
}
