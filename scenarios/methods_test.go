package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSuggestMethod(t *testing.T) {
	methods := []string{"help.getConfig", "upload.saveBigFilePart", "upload.saveFilePart", "ping"}
	for pattern, want := range map[string]string{
		"upload.saveBigFilePrat": "upload.saveBigFilePart", "uplod.*": "upload.*", "hlep.*": "help.*",
		"messages.*": "", "nothing": "", "help_getconfig": "help.getConfig", "SaveBigFilePrt": "upload.saveBigFilePart", "pnig": "ping", "": "",
	} {
		require.Equal(t, want, SuggestMethod(pattern, methods), pattern)
	}
}
