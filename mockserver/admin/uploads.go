package admin

import (
	"net/http"
	"strconv"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

// upload is an upload as the API shows it: file_id as text too, because it may
// not fit the 53 bits of a JavaScript number.
type upload struct {
	FileIDString string `json:"file_id_string"`
	mockserver.Upload
}

func shown(u mockserver.Upload) upload {
	return upload{strconv.FormatInt(u.FileID, 10), u}
}

// getUploads lists the uploads without their parts.
func (h *Handler) getUploads(w http.ResponseWriter, _ *http.Request) {
	out := []upload{}
	for _, u := range h.server.UploadParts(nil) {
		u.Parts = []mockserver.PartState{}
		out = append(out, shown(u))
	}
	answer(w, http.StatusOK, out)
}

func (h *Handler) getUpload(w http.ResponseWriter, r *http.Request) {
	n, err := number(r.PathValue("number"))
	if err != nil {
		fail(w, http.StatusBadRequest, "the upload: "+err.Error())
		return
	}
	u, ok := h.server.UploadNumber(int(n))
	if !ok {
		fail(w, http.StatusNotFound, "there is no such upload, or it was forgotten")
		return
	}
	answer(w, http.StatusOK, shown(u))
}

// serverInfo says what this server is and how it is reached.
type serverInfo struct {
	Version     string    `json:"version"`
	RunID       string    `json:"run_id"`
	Started     time.Time `json:"started"`
	DC          int       `json:"dc"`
	DCs         []dcInfo  `json:"dcs"`
	Seed        string    `json:"seed"`
	Fingerprint string    `json:"fingerprint"`
	PublicKey   string    `json:"public_key"`
	Connections int       `json:"connections"`
}

type dcInfo struct {
	ID   int    `json:"id"`
	Addr string `json:"addr"`
}

func (h *Handler) info() serverInfo {
	s, key := h.server, h.server.PublicKey()
	i := serverInfo{
		Version: h.options.Version, RunID: s.RunID(), Started: h.started, DC: s.DC(), DCs: []dcInfo{}, Connections: s.Connections(),
		Seed: strconv.FormatUint(s.Seed(), 10), Fingerprint: strconv.FormatInt(key.Fingerprint, 10), PublicKey: key.PEM,
	}
	for _, dc := range s.DCs() {
		i.DCs = append(i.DCs, dcInfo{dc, s.AddrOf(dc)})
	}
	return i
}

func (h *Handler) getServer(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, h.info())
}

func (h *Handler) getVerdict(w http.ResponseWriter, _ *http.Request) {
	v := h.Verdict()
	answer(w, http.StatusOK, map[string]any{"passed": v.Passed(), "verdict": v})
}
