package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// What a document keeps of the call that made it is the same after it was on disk: each
// attribute as any layer would be answered.
func TestMediaRecord(t *testing.T) {
	for name, m := range map[string]*media{
		"a photo":     {photo: true, mime: "image/jpeg"},
		"any name":    {photo: true, noExtension: true},
		"no text":     {mime: "\xff\x00", attributes: nil},
		"a document":  {mime: "text/plain", attributes: tl.Vector(tl.New("documentAttributeFilename", tl.Fields{"file_name": "ä\xff.txt"}))},
		"two of them": {attributes: tl.Vector(tl.New("documentAttributeImageSize", tl.Fields{"w": int32(3), "h": int32(4)}), tl.New("documentAttributeAnimated", nil))},
	} {
		t.Run(name, func(t *testing.T) {
			record, err := m.record()
			require.NoError(t, err)
			got, err := LoadMedia(record)
			require.NoError(t, err)
			again := got.(*media)
			require.Equal(t, m.photo, again.photo)
			require.Equal(t, m.noExtension, again.noExtension)
			require.Equal(t, m.mime, again.mime)
			require.Len(t, again.attributes, len(m.attributes))
			for _, layer := range []int{minLayer, 200, tl.NewestLayer} {
				want, err := tl.AppendVector(nil, layer, tl.New("", tl.Fields{"all": m.attributes}).Objects("all")...)
				require.NoError(t, err)
				have, err := tl.AppendVector(nil, layer, tl.New("", tl.Fields{"all": again.attributes}).Objects("all")...)
				require.NoError(t, err)
				require.Equal(t, want, have, "layer %d", layer)
			}
		})
	}
	for _, record := range []string{"", "{", `{"attributes":"AAAA"}`, `{"attributes":5}`} {
		_, err := LoadMedia([]byte(record))
		require.Error(t, err, record)
	}
}
