package rpc

import (
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// filter tells whether a message is among those that a search asks for. What is known of its
// file is nil if it has none.
type filter func(s *said, file *media) bool

// fileFilters are those that go by what a file is.
// https://core.telegram.org/type/MessagesFilter
var fileFilters = map[string][]fileKind{
	"inputMessagesFilterPhotos":     {isPhoto},
	"inputMessagesFilterVideo":      {isVideo},
	"inputMessagesFilterPhotoVideo": {isPhoto, isVideo},
	"inputMessagesFilterDocument":   {isDocument},
	"inputMessagesFilterGif":        {isAnimation},
	"inputMessagesFilterVoice":      {isVoice},
	"inputMessagesFilterMusic":      {isMusic},
	"inputMessagesFilterRoundVoice": {isVoice, isRound},
	"inputMessagesFilterRoundVideo": {isRound},
}

// filterOf is what an InputMessagesFilter asks for. Of what it may name besides, such as
// calls or places, there is none.
func filterOf(in *tl.Object) filter {
	if kinds, ok := fileFilters[in.Name]; ok {
		return func(s *said, file *media) bool { return slices.Contains(kinds, fileKindOf(s, file)) }
	}
	switch in.Name {
	case "inputMessagesFilterEmpty":
		return func(*said, *media) bool { return true }
	case "inputMessagesFilterPinned":
		return func(s *said, _ *media) bool { return s.pinned }
	case "inputMessagesFilterUrl":
		return func(s *said, _ *media) bool { return s.links() }
	}
	return func(*said, *media) bool { return false }
}

// links tells whether the text has a link.
func (s *said) links() bool {
	return strings.Contains(s.text, "http://") || strings.Contains(s.text, "https://") || slices.ContainsFunc(s.looks.text.all(), func(e any) bool {
		name := e.(*tl.Object).Name
		return name == "messageEntityUrl" || name == "messageEntityTextUrl"
	})
}

// fileKind is what a file is to whoever looks at it.
type fileKind int

const (
	noFile fileKind = iota
	isDocument
	isPhoto
	isVideo
	isRound
	isAnimation
	isVoice
	isMusic
	isSticker
)

// fileKindOf goes by the attributes. Of a file that is not known any more there is only whether it
// was a photo. https://core.telegram.org/type/DocumentAttribute
func fileKindOf(s *said, file *media) fileKind {
	switch {
	case s.photo:
		return isPhoto
	case file == nil:
		return noFile
	}
	kind := isDocument
	for _, a := range tl.New("", tl.Fields{"all": file.attributes}).Objects("all") {
		switch a.Name {
		case "documentAttributeSticker", "documentAttributeCustomEmoji":
			return isSticker
		case "documentAttributeAnimated": // and a video, which the client may say later
			return isAnimation
		case "documentAttributeVideo":
			kind = isVideo
			if a.Bool("round_message") {
				kind = isRound
			}
		case "documentAttributeAudio":
			kind = isMusic
			if a.Bool("voice") {
				kind = isVoice
			}
		}
	}
	return kind
}
