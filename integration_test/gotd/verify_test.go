package gotd_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/downloader"

	"github.com/fakedc/fakedc/mockserver"
)

// A download that is verified asks for hashes until there are none, beyond the end too.
// https://core.telegram.org/api/files#verifying-downloaded-chunks
func TestVerifiedDownload(t *testing.T) {
	dc, c := start(t, mockserver.Options{})
	for _, size := range []int{1, 4096, partSize - 1, partSize, oneMiB, oneMiB + 5000, oneMiB + partSize, 3 * oneMiB} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := contents(size)
			file := uploadBytes(t, c.API(), 1, data)
			doc, err := send(deadline(t), c.API(), file)
			require.NoError(t, err)
			var got bytes.Buffer
			_, err = downloader.NewDownloader().Download(c.API(), doc.AsInputDocumentFileLocation("")).WithVerify(true).Stream(deadline(t), &got)
			require.NoError(t, err)
			require.Equal(t, digest(data), digest(got.Bytes()))
			require.True(t, uploadOf(t, dc, file).Report.Finalised)
		})
	}
}
