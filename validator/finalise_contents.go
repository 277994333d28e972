package validator

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// photoExtensions are the names under which pictures travel. Telegram
// publishes PHOTO_EXT_INVALID but no list.
// See https://core.telegram.org/method/messages.uploadMedia.
var photoExtensions = []string{".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic"}

// checkContents judges what the parts add up to.
func (c *finalCall) checkContents() {
	if c.Kind == Small && c.MD5 != "" && c.book.on(finalMD5) {
		c.checkMD5()
	}
	if c.Photo {
		c.checkPhoto()
	}
	file := c.file
	if c.Kind == Big && c.book.on(finalSmallAsBig) && file.count > 0 && !file.streamed && file.bytes <= SmallFileMaxDocs {
		c.broke(finalSmallAsBig, fmt.Sprintf(
			"the file has %d bytes and is no stream: up to %d bytes, saveFilePart is the method to use", file.bytes, SmallFileMaxDocs))
	}
}

// checkMD5 compares the checksums when all else is well: hashing a file is the
// one expensive check, and the sum of half a file says nothing.
func (c *finalCall) checkMD5() {
	if c.verdict.Error != nil || c.ActualMD5 == nil {
		return
	}
	actual, ok := c.ActualMD5()
	if !ok || strings.EqualFold(actual, c.MD5) {
		return
	}
	c.broke(finalMD5, fmt.Sprintf("md5_checksum is %q, but the stored bytes have %s", brief(c.MD5), actual))
}

// checkPhoto judges a file that is to become a photo.
func (c *finalCall) checkPhoto() {
	file := c.file
	extension := strings.ToLower(path.Ext(c.Name))
	if c.book.on(photoExt) && !slices.Contains(photoExtensions, extension) {
		c.broke(photoExt, fmt.Sprintf("the name %q does not end like a picture's, such as .jpg or .png", brief(c.Name)))
	}
	if c.book.on(photoTooBig) && file.bytes > PhotoSizeMax {
		c.broke(photoTooBig, fmt.Sprintf("the photo has %d bytes, the most is %d", file.bytes, PhotoSizeMax))
	}
	if c.book.on(photoStreamed) && file.streamed {
		c.broke(photoStreamed, "the file was uploaded as a stream (file_total_parts -1), which photos must not be")
	}
}

// brief shortens a text that a client chose, before it goes into a report.
func brief(text string) string {
	const longest = 80
	if len(text) <= longest {
		return text
	}
	return text[:longest] + "..."
}
