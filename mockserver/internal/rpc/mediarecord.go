package rpc

import (
	"encoding/json"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// mediaRecord is media as it is kept with a document. Attributes are TL of the newest
// layer, boxed. What a client chose is bytes: it need not be UTF-8, as text in JSON has
// to be.
type mediaRecord struct {
	Photo       bool   `json:"photo,omitempty"`
	NoExtension bool   `json:"no_extension,omitempty"`
	Mime        []byte `json:"mime,omitempty"`
	Attributes  []byte `json:"attributes,omitempty"`
}

func (m *media) record() ([]byte, error) {
	r := mediaRecord{Photo: m.photo, NoExtension: m.noExtension, Mime: []byte(m.mime)}
	if len(m.attributes) > 0 {
		var err error
		all := tl.New("", tl.Fields{"all": m.attributes}).Objects("all")
		if r.Attributes, err = tl.AppendVector(nil, tl.NewestLayer, all...); err != nil {
			return nil, err
		}
	}
	return json.Marshal(r)
}

// LoadMedia makes what a document keeps of what was kept of it.
func LoadMedia(record []byte) (any, error) {
	var r mediaRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("rpc: what a document keeps: %w", err)
	}
	m := &media{photo: r.Photo, noExtension: r.NoExtension, mime: string(r.Mime)}
	if len(r.Attributes) == 0 {
		return m, nil
	}
	all, _, err := tl.DecodeVector(r.Attributes)
	if err != nil {
		return nil, fmt.Errorf("rpc: the attributes of a document: %w", err)
	}
	m.attributes = tl.Vector(all...)
	return m, nil
}
