package rawclient

import (
	"context"
	"fmt"
)

// SaveFilePart uploads one part of a small file.
//
// https://core.telegram.org/method/upload.saveFilePart
func (c *Client) SaveFilePart(ctx context.Context, fileID int64, part int32, data []byte) (bool, error) {
	return c.callBool(ctx, NewObject("upload.saveFilePart", Fields{
		"file_id": fileID, "file_part": part, "bytes": data,
	}))
}

// SaveBigFilePart uploads one part of a big file; total is file_total_parts, -1
// while a streamed file's is not known.
//
// https://core.telegram.org/method/upload.saveBigFilePart
func (c *Client) SaveBigFilePart(ctx context.Context, fileID int64, part, total int32, data []byte) (bool, error) {
	return c.callBool(ctx, NewObject("upload.saveBigFilePart", Fields{
		"file_id": fileID, "file_part": part, "file_total_parts": total, "bytes": data,
	}))
}

// Location says where an uploaded document can be read.
//
// https://core.telegram.org/constructor/inputDocumentFileLocation
type Location struct {
	ID            int64
	AccessHash    int64
	FileReference []byte
}

// GetFile reads limit bytes of a document from offset, fewer at its end.
//
// https://core.telegram.org/method/upload.getFile
func (c *Client) GetFile(ctx context.Context, l Location, offset int64, limit int32) ([]byte, error) {
	o, err := c.call(ctx, NewObject("upload.getFile", Fields{
		"location": NewObject("inputDocumentFileLocation", Fields{
			"id": l.ID, "access_hash": l.AccessHash, "file_reference": l.FileReference, "thumb_size": "",
		}),
		"offset": offset, "limit": limit,
	}), "upload.file")
	if err != nil {
		return nil, err
	}
	data := o.Bytes("bytes")
	if len(data) > int(limit) {
		return nil, fmt.Errorf("rawclient: upload.getFile returned %d bytes, asked for %d", len(data), limit)
	}
	return data, nil
}
