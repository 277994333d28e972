package rpc

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// maxAlbum: https://core.telegram.org/method/messages.sendMultiMedia
const maxAlbum = 10

// sendMultiMedia sends an album. All of it is made before anything is sent.
func (q *query) sendMultiMedia() (any, error) {
	to, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	items := q.args.Objects("multi_media")
	switch {
	case len(items) == 0:
		return nil, bad("MEDIA_EMPTY", "the album is empty")
	case len(items) > maxAlbum:
		return nil, bad("MULTI_MEDIA_TOO_LONG", "an album has up to 10 files")
	}
	album := make([]outgoing, len(items))
	for i, item := range items {
		if item.Long("random_id") == 0 {
			return nil, bad("RANDOM_ID_EMPTY", "random_id of a file of the album is 0")
		}
		if err := q.checkText(item.Str("message"), true); err != nil {
			return nil, err
		}
		d, err := q.albumMedia(item.Obj("media"))
		if err != nil {
			return nil, inAlbum(err, i)
		}
		album[i] = outgoing{
			text: item.Str("message"), looks: q.looks(item), randomID: item.Long("random_id"), media: d,
			group: items[0].Long("random_id"), answers: q.answering(to),
		}
	}
	return q.sent(to, album...)
}

// albumMedia finds what a file of an album means. Whoever sends the parts themselves, as
// grammers once did, is refused in the field as well, under this name.
// https://github.com/Lonami/grammers/issues/333
func (q *query) albumMedia(in *tl.Object) (*upload.Document, error) {
	switch in.Name {
	case "inputMediaUploadedDocument", "inputMediaUploadedPhoto":
		return nil, bad("MEDIA_INVALID", "an album takes no "+in.Name+": messages.uploadMedia has to make a document or photo of it first")
	}
	return q.inputMedia(in)
}

// inAlbum has an error about a file reference say which file of the album it is about.
// https://core.telegram.org/api/files#resending-existing-files
func inAlbum(err error, index int) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	what, about := strings.CutPrefix(e.Message, "FILE_REFERENCE_")
	if !about {
		return err
	}
	return bad(fmt.Sprintf("FILE_REFERENCE_%d_%s", index, what), fmt.Sprintf("file %d of the album: %s", index, e.Why))
}
