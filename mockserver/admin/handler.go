package admin

import (
	"crypto/rand"
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

//go:embed web
var web embed.FS

//go:embed openapi.yaml
var openAPI []byte

// Options say how a Handler guards itself. The zero value is safe.
type Options struct {
	// Token is what callers show as "Authorization: Bearer TOKEN"; empty makes a
	// random one, see [Handler.Token].
	Token string
	// Hosts are names by which the handler may be called beside localhost and the
	// loopback addresses, without ports.
	Hosts []string
	// Shutdown is called when a caller asks the server to end; nil refuses that.
	Shutdown func()
	// Version is told to callers.
	Version string
}

// Handler serves the admin API and the page of one server. It is safe for
// concurrent use.
type Handler struct {
	server  *mockserver.Server
	options Options
	started time.Time
	next    http.Handler

	mu       sync.Mutex
	injected []*injected // newest first
	lastID   int
	streams  int
}

// New makes a handler for a server.
func New(s *mockserver.Server, o Options) *Handler {
	if o.Token == "" {
		o.Token = rand.Text()
	}
	h := &Handler{server: s, options: o, started: time.Now()}
	h.next = h.guarded(h.routes())
	return h
}

// Token is what callers have to show.
func (h *Handler) Token() string { return h.options.Token }

// PagePath is the path of the page with the token in its fragment, which the
// browser keeps to itself.
func (h *Handler) PagePath() string { return "/#" + h.options.Token }

// ServeHTTP answers one call.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.next.ServeHTTP(w, r) }

func (h *Handler) routes() http.Handler {
	mux := http.NewServeMux()
	static, _ := fs.Sub(web, "web") // the error is for names that are no paths
	page := http.FileServerFS(static)
	mux.HandleFunc(elsewhere, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			page.ServeHTTP(w, r)
			return
		}
		failElsewhere(w, r, mux)
	})
	for pattern, f := range h.open() {
		mux.Handle(pattern, f)
	}
	for pattern, f := range h.operations() {
		mux.Handle(pattern, h.authorized(f))
	}
	return mux
}

// elsewhere is the pattern of all that is no operation.
const elsewhere = "/"

// failElsewhere says which methods a path takes, or that there is none such. The mux would
// say so in words that no program reads.
func failElsewhere(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) {
	var methods []string
	for _, m := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := mux.Handler(other); pattern != elsewhere {
			methods = append(methods, m)
		}
	}
	if methods == nil {
		fail(w, http.StatusNotFound, "there is no "+quoted(r.URL.Path)+" to "+quoted(r.Method)+": see /api/v1/openapi.yaml")
		return
	}
	allowed := strings.Join(methods, ", ")
	w.Header().Set("Allow", allowed)
	fail(w, http.StatusMethodNotAllowed, quoted(r.URL.Path)+" takes "+allowed+", not "+quoted(r.Method))
}

// open are the calls that need no token.
func (h *Handler) open() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /livez":               h.alive,
		"GET /readyz":              h.ready,
		"GET /api/v1/openapi.yaml": h.getOpenAPI,
	}
}

// operations are those that need one.
func (h *Handler) operations() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /metrics":                        newMetrics(h.server).ServeHTTP,
		"GET /api/v1/server":                  h.getServer,
		"GET /api/v1/uploads":                 h.getUploads,
		"GET /api/v1/uploads/{number}":        h.getUpload,
		"GET /api/v1/journal":                 h.getJournal,
		"GET /api/v1/journal/follow":          h.followJournal,
		"GET /api/v1/verdict":                 h.getVerdict,
		"GET /api/v1/live":                    h.live,
		"GET /api/v1/scenario":                h.getScenario,
		"PUT /api/v1/scenario":                h.putScenario,
		"DELETE /api/v1/scenario":             h.deleteScenario,
		"POST /api/v1/scenario/reset":         h.resetScenario,
		"GET /api/v1/scenarios":               h.getScenarios,
		"GET /api/v1/faults":                  h.getFaults,
		"PUT /api/v1/faults":                  h.putFaults,
		"POST /api/v1/faults":                 h.postFault,
		"DELETE /api/v1/faults/{id}":          h.deleteFault,
		"GET /api/v1/connections":             h.getConnections,
		"DELETE /api/v1/connections":          h.deleteConnections,
		"DELETE /api/v1/connections/{number}": h.deleteConnection,
		"GET /api/v1/sessions":                h.getSessions,
		"DELETE /api/v1/sessions/{id}":        h.deleteSession,
		"POST /api/v1/verify":                 h.postVerify,
		"PUT /api/v1/advertise":               h.putAdvertise,
		"POST /api/v1/shutdown":               h.postShutdown,
	}
}

func (h *Handler) getOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(openAPI)
}

func (h *Handler) alive(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }
