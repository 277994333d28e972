package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// uploadedPhoto makes a photo of the file, or of the video, that an argument
// holds.
func (q *query) uploadedPhoto(in *tl.Object) (*upload.Document, error) {
	file := in.Obj("file")
	if video := in.Obj("video"); video != nil {
		d, err := q.finalise(video, &media{photo: true, mime: "video/mp4", noExtension: true})
		if err != nil || file == nil {
			return d, err
		}
	}
	if file == nil {
		return nil, bad("PHOTO_FILE_MISSING", "neither file nor video is set")
	}
	return q.finalise(file, &media{photo: true, mime: "image/jpeg"})
}

// uploadProfilePhoto sets the account's photo.
// https://core.telegram.org/method/photos.uploadProfilePhoto
func (q *query) uploadProfilePhoto() (any, error) {
	d, err := q.uploadedPhoto(q.args)
	if err != nil {
		return nil, err
	}
	return tl.New("photos.photo", tl.Fields{"photo": photo(d), "users": tl.Vector(q.account.user(true))}), nil
}

// editChatPhoto: https://core.telegram.org/method/messages.editChatPhoto
func (q *query) editChatPhoto() (any, error) {
	id := q.args.Long("chat_id")
	if id <= 0 {
		return nil, bad("CHAT_ID_INVALID", "chats are numbered from 1")
	}
	return q.setPhoto(peer{chat: id})
}

// editChannelPhoto: https://core.telegram.org/method/channels.editPhoto
func (q *query) editChannelPhoto() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	return q.setPhoto(of)
}

// setPhoto gives a chat or channel a photo, new or known.
func (q *query) setPhoto(of peer) (any, error) {
	in := q.args.Obj("photo")
	var d *upload.Document
	var err error
	switch in.Name {
	case "inputChatUploadedPhoto":
		d, err = q.uploadedPhoto(in)
	case "inputChatPhoto":
		if d, err = q.existing(in.Obj("id")); err != nil {
			err = bad("PHOTO_INVALID", "no such photo")
		}
	default:
		return q.updates(of, nil), nil
	}
	if err != nil {
		return nil, err
	}
	return q.updates(of, tl.New("chatPhoto", tl.Fields{"photo_id": d.ID, "dc_id": int32(d.DC)})), nil
}

// photo is a photo as messages and profiles carry it.
func photo(d *upload.Document) *tl.Object {
	return tl.New("photo", tl.Fields{
		"id": d.ID, "access_hash": accessHash("document", d.ID), "file_reference": reference(d),
		"date": int32(d.Created.Unix()), "dc_id": int32(d.DC),
		"sizes": tl.Vector(tl.New("photoSize", tl.Fields{"type": "x", "w": int32(800), "h": int32(600), "size": int32(d.Size)})),
	})
}
