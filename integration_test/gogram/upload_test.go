package gogram_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/amarnathcjd/gogram/telegram"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// uploaded is the only upload that there is.
func uploaded(t *testing.T, dc *mockserver.Server, want []byte) mockserver.Upload {
	t.Helper()
	all := dc.Uploads()
	require.Len(t, all, 1)
	dc.RequireUploaded(t, all[0].FileID, bytes.NewReader(want))
	return all[0]
}

// What was sent comes back, over one connection and over several.
func TestRoundTrip(t *testing.T) {
	for _, tc := range []struct {
		size        int
		bot         bool
		connections int
	}{
		{1, false, 1}, {700_001, true, 1}, {12 << 20, true, 4}, {12<<20 + 77, false, 4},
	} {
		t.Run(fmt.Sprint(tc.size), func(t *testing.T) {
			o := mockserver.Options{}
			if tc.connections > 1 { // the first connection must not do all of it
				rules, err := scenarios.ParseFault("part<2: hold_until(2)")
				require.NoError(t, err)
				o.Scenario = &scenarios.Scenario{Rules: rules}
			}
			dc := start(t, o)
			c := client(t, dc, proxied(t, dc), tc.bot)
			data := contents(tc.size)
			m, err := c.SendMedia("@channel", data, &telegram.MediaOptions{
				FileName: "a.bin", ForceDocument: true, Caption: "all of it", Upload: &telegram.UploadOptions{Threads: tc.connections},
			})
			require.NoError(t, err)
			require.Equal(t, "all of it", m.Text())
			u := uploaded(t, dc, data)
			require.Equal(t, tc.size > 10<<20, u.Kind == validator.Big)

			var got bytes.Buffer
			_, err = m.Download(&telegram.DownloadOptions{Buffer: &got})
			require.NoError(t, err)
			require.True(t, bytes.Equal(data, got.Bytes()))
			path := filepath.Join(t.TempDir(), "a.bin")
			_, err = m.Download(&telegram.DownloadOptions{FileName: path, Threads: tc.connections})
			require.NoError(t, err)
			onDisk, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(data, onDisk))

			conns := map[int64]bool{}
			for _, e := range dc.Journal() {
				if e.Kind == mockserver.EventPart {
					conns[e.Conn] = true
				}
			}
			require.LessOrEqual(t, len(conns), tc.connections)
			require.Equal(t, tc.connections > 1, len(conns) > 1)
			dc.RequireVerdict(t)
		})
	}
}

// Every transport that gogram has, but for websockets, which dial port 80 or 443. Through a
// proxy it does not obfuscate; without one its uploads, which go where media are to go, come
// here all the same.
func TestTransports(t *testing.T) {
	data := contents(300_000)
	for name, config := range map[string]telegram.ClientConfig{
		"abridged":                       {},
		"intermediate":                   {TransportMode: telegram.TransportModeIntermediate},
		"padded intermediate":            {TransportMode: telegram.TransportModePaddedIntermediate},
		"full":                           {TransportMode: telegram.TransportModeFull},
		"obfuscated abridged":            {Obfuscated: true},
		"obfuscated intermediate":        {Obfuscated: true, TransportMode: telegram.TransportModeIntermediate},
		"obfuscated padded intermediate": {Obfuscated: true, TransportMode: telegram.TransportModePaddedIntermediate},
		"HTTP":                           {Transport: telegram.TransportHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			dc := start(t, mockserver.Options{})
			c := client(t, dc, config, true)
			var seen string
			for _, e := range dc.Journal() {
				if e.Kind == mockserver.EventTransport {
					seen = e.Text
				}
			}
			require.Equal(t, name, seen)
			_, err := c.SendMedia("@channel", data, &telegram.MediaOptions{FileName: "a.bin", ForceDocument: true})
			require.NoError(t, err)
			uploaded(t, dc, data)
			dc.RequireVerdict(t)
		})
	}
}

// Photos go out, go out together, take the place of another file, and stand for whoever sent them.
func TestPhotos(t *testing.T) {
	var photo bytes.Buffer
	require.NoError(t, jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil))
	path := filepath.Join(t.TempDir(), "a.jpg")
	require.NoError(t, os.WriteFile(path, photo.Bytes(), 0o600))

	dc := start(t, mockserver.Options{})
	c := client(t, dc, proxied(t, dc), false)
	album, err := c.SendAlbum("@channel", []string{path, path}, &telegram.MediaOptions{Caption: []string{"one", "two"}, SleepThresholdMs: 1})
	require.NoError(t, err)
	require.Len(t, album, 2)
	require.Equal(t, "two", album[1].Text())
	var got bytes.Buffer
	_, err = album[0].Download(&telegram.DownloadOptions{Buffer: &got})
	require.NoError(t, err)
	require.True(t, bytes.Equal(photo.Bytes(), got.Bytes()))

	m, err := c.SendMedia("@channel", contents(5000), &telegram.MediaOptions{FileName: "a.bin", ForceDocument: true})
	require.NoError(t, err)
	m, err = m.Edit("a photo now", &telegram.SendOptions{Media: path})
	require.NoError(t, err)
	require.Equal(t, "a photo now", m.Text())
	require.NotNil(t, m.Photo())

	file, err := c.UploadFile(path)
	require.NoError(t, err)
	_, err = c.PhotosUploadProfilePhoto(&telegram.PhotosUploadProfilePhotoParams{File: file})
	require.NoError(t, err)
	dc.RequireVerdict(t)
}
