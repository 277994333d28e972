package upload

import (
	"fmt"

	"github.com/fakedc/fakedc/validator"
)

// Other is the same file_id in the other store.
func (id ID) Other() ID {
	if id.Kind == validator.Small {
		id.Kind = validator.Big
	} else {
		id.Kind = validator.Small
	}
	return id
}

// whereabouts says where parts of a file_id are that were looked for in vain, or nothing.
// To look in another datacenter than they were sent to is a usual mistake, too.
// https://core.telegram.org/api/datacenter
func (s *Service) whereabouts(id ID) (where string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.order {
		switch {
		case f.ID.FileID != id.FileID:
		case f.ID.Account == id.Account && f.ID.DC != id.DC:
			return fmt.Sprintf("; datacenter %d has parts of it, and parts stay where they were sent to", f.ID.DC)
		case f.ID.Account != id.Account && where == "":
			where = fmt.Sprintf("; account %d has sent parts of it, and accounts share none", f.ID.Account)
		}
	}
	return where
}
