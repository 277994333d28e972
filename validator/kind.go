package validator

import "fmt"

// Kind says which of the two stores a part went to. A file_id used in both is
// two independent files: the finalising call names the store by its
// constructor, inputFileBig or inputFile.
// See https://core.telegram.org/api/files#uploading-files.
type Kind uint8

const (
	// Big is the store of upload.saveBigFilePart, finalised by inputFileBig.
	Big Kind = iota
	// Small is the store of upload.saveFilePart, finalised by inputFile.
	Small
)

// String returns "big" or "small".
func (k Kind) String() string {
	switch k {
	case Big:
		return "big"
	case Small:
		return "small"
	default:
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
}

// MarshalText writes the kind as its name.
func (k Kind) MarshalText() ([]byte, error) {
	if k != Big && k != Small {
		return nil, fmt.Errorf("validator: unknown kind %d", uint8(k))
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads the name that MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error {
	switch string(text) {
	case "big":
		*k = Big
	case "small":
		*k = Small
	default:
		return fmt.Errorf("validator: unknown kind %q: use big or small", text)
	}
	return nil
}

// method is the call that fills this store.
func (k Kind) method() string {
	if k == Small {
		return methodSmall
	}
	return methodBig
}

// input is the constructor that finalises this store.
func (k Kind) input() string {
	if k == Small {
		return "inputFile"
	}
	return "inputFileBig"
}
