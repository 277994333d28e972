package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// sendStory posts a file as a story, for a day unless told otherwise.
// https://core.telegram.org/method/stories.sendStory
func (q *query) sendStory() (any, error) {
	to := peer{user: q.account} // layers before 165 name no peer
	if in := q.args.Obj("peer"); in != nil {
		var err error
		if to, err = q.peer(in); err != nil {
			return nil, err
		}
	}
	d, err := q.inputMedia(q.args.Obj("media"))
	if err != nil {
		return nil, err
	}
	id, now, period := q.number(noBox).first, int32(q.now.Unix()), q.args.Int("period")
	if period <= 0 {
		period = 86400
	}
	f := tl.Fields{"out": true, "id": id, "date": now, "expire_date": now + period, "media": q.messageMedia(d)}
	if q.args.Has("caption") {
		f["caption"] = q.args.Str("caption")
	}
	return q.updates(to, nil,
		tl.New("updateStoryID", tl.Fields{"id": id, "random_id": q.args.Long("random_id")}),
		tl.New("updateStory", tl.Fields{"peer": to.id(), "user_id": q.account.ID, "story": tl.New("storyItem", f)})), nil // user_id before layer 165
}

// createStickerSet makes a set of documents that were uploaded before.
// https://core.telegram.org/method/stickers.createStickerSet
func (q *query) createStickerSet() (any, error) {
	items := q.args.Objects("stickers")
	if len(items) == 0 {
		return nil, bad("STICKERS_EMPTY", "the set has no stickers")
	}
	if len(items) > maxStickers {
		return nil, bad("STICKERS_TOO_MUCH", fmt.Sprintf("the set has %d stickers, the most is %d", len(items), maxStickers))
	}
	return q.stickerSet(q.args.Str("title"), q.args.Str("short_name"), items)
}

// maxStickers is the most that any kind of set has, one of custom emoji.
// https://core.telegram.org/bots/api#addstickertoset
const maxStickers = 200

// addStickerToSet: https://core.telegram.org/method/stickers.addStickerToSet
func (q *query) addStickerToSet() (any, error) {
	return q.stickerSet("", q.args.Obj("stickerset").Str("short_name"), []*tl.Object{q.args.Obj("sticker")})
}

func (q *query) stickerSet(title, name string, items []*tl.Object) (any, error) {
	documents := make([]*tl.Object, len(items))
	for i, item := range items {
		d, err := q.existing(item.Obj("document"))
		if err != nil {
			return nil, bad("STICKER_FILE_INVALID", "no such document: upload it by messages.uploadMedia first")
		}
		documents[i] = document(d)
	}
	if name == "" {
		name = "set"
	}
	return tl.New("messages.stickerSet", tl.Fields{
		"set": tl.New("stickerSet", tl.Fields{
			"id": int64(1), "access_hash": accessHash("stickers", 1), "title": title, "short_name": name,
			"count": int32(len(items)), "hash": int32(0),
		}),
		"packs": []any{}, "keywords": []any{}, "documents": tl.Vector(documents...),
	}), nil
}

// getCdnConfig: there are no CDN datacenters here.
// https://core.telegram.org/method/help.getCdnConfig
func (q *query) getCdnConfig() (any, error) {
	return tl.New("cdnConfig", tl.Fields{"public_keys": []any{}}), nil
}
