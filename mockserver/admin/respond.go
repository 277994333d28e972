package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// problem is the body of every error.
type problem struct {
	Error   string   `json:"error"`
	Details []string `json:"details,omitempty"`
}

func fail(w http.ResponseWriter, status int, text string, details ...string) {
	answer(w, status, problem{text, details})
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a caller that went away is no failure of ours
}

// plain answers with a line for people, as probes want it.
func plain(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n")
}

func done(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }

// body reads what a caller sent, of one of some media types. It has answered if
// ok is false.
func body(w http.ResponseWriter, r *http.Request, types ...string) (text []byte, kind string, ok bool) {
	kind, _, _ = mime.ParseMediaType(r.Header.Get("Content-Type"))
	for _, t := range types {
		ok = ok || t == kind
	}
	if !ok {
		fail(w, http.StatusUnsupportedMediaType, fmt.Sprintf("the Content-Type is %s; it has to be %s", quoted(kind), strings.Join(types, " or ")))
		return nil, "", false
	}
	text, err := io.ReadAll(r.Body)
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes", long.Limit))
		return nil, "", false
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "the body could not be read: "+err.Error())
		return nil, "", false
	}
	return text, kind, true
}

// bodyJSON reads JSON into v, and refuses fields that it does not know.
func bodyJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	text, _, ok := body(w, r, "application/json")
	if !ok {
		return false
	}
	if err := decode(text, v); err != nil {
		fail(w, http.StatusBadRequest, "the body is not what is expected: "+err.Error())
		return false
	}
	return true
}

// number reads a number out of the path or the query.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is no number", quoted(text))
	}
	return n, nil
}

// quoted is what a caller said, short enough for a sentence.
func quoted(text string) string {
	if len(text) > 64 {
		text = text[:64] + "..."
	}
	return strconv.Quote(text)
}
