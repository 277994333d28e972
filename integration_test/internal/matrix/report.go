package matrix

import (
	"strconv"
	"strings"
)

// Report is the whole matrix.
type Report struct {
	// FakeDC is its version, Date the day of the run, as 2006-01-02.
	FakeDC, Date string
	Rows         []Row
}

// Row is one client.
type Row struct {
	Client string
	// Library and Layer are what the driver said, "" before any run.
	Library, Layer string
	// Transports by column and Faults by name.
	Transports, Faults map[string]string
	// TransportsRun and FaultsRun are the days of these cells, and why there is no
	// newer one.
	TransportsRun, FaultsRun string
	// Note is the manifest's.
	Note string
}

// notRun stands where nothing was ever seen.
const notRun = "not run"

// NewReport has a row for each client, with what an older report says of it.
func NewReport(clients []*Client, old Report, fakedc, date string) *Report {
	r := &Report{FakeDC: fakedc, Date: date}
	for _, c := range clients {
		row, ok := old.row(c.Name)
		if !ok {
			row = &Row{Client: c.Name, TransportsRun: notRun, FaultsRun: notRun}
		}
		row.Note = c.Note
		r.Rows = append(r.Rows, *row)
	}
	return r
}

func (r *Report) row(client string) (*Row, bool) {
	for i := range r.Rows {
		if r.Rows[i].Client == client {
			return &r.Rows[i], true
		}
	}
	return nil, false
}

// Skip notes why a client was not run. What an older run saw stays, with its day.
func (r *Report) Skip(client, why string) {
	row, _ := r.row(client)
	for _, day := range []*string{&row.TransportsRun, &row.FaultsRun} {
		ran, _, _ := strings.Cut(*day, ";")
		*day = ran + "; not run on " + r.Date + ": " + why
	}
}

// Begin forgets what an older run saw in the cells that are about to be run anew.
func (r *Report) Begin(cells []Cell) {
	for _, c := range cells {
		row, _ := r.row(c.Client.Name)
		if c.Fault != nil {
			row.FaultsRun, row.Faults = r.Date, map[string]string{}
		} else {
			row.TransportsRun, row.Transports = r.Date, map[string]string{}
		}
	}
}

// Set writes down what a cell saw.
func (r *Report) Set(c Cell, seen Record) {
	row, _ := r.row(c.Client.Name)
	// A driver that was stopped says neither, or knows its library and had not
	// come to the layer.
	if said := seen.Result; said.Library != "" && (said.Layer != 0 || said.Library != row.Library) {
		row.Library, row.Layer = said.Library, strconv.Itoa(said.Layer)
	}
	if c.Fault != nil {
		row.Faults[c.Fault.Name] = c.Words(seen)
		return
	}
	row.Transports[column(c.Transport, seen.Wire)] = c.Words(seen)
}

// Columns are the transports as the server sees them.
// https://core.telegram.org/mtproto/mtproto-transports
func Columns() []string {
	return []string{
		"abridged", "intermediate", "padded intermediate", "full",
		"obfuscated abridged", "obfuscated intermediate", "obfuscated padded intermediate", "websocket", "http",
	}
}

// column is where a transport belongs: where the server saw it, or, if nothing was
// seen, where its name says.
func column(name, wire string) string {
	for _, c := range Columns() {
		if strings.EqualFold(c, wire) {
			return c
		}
	}
	switch {
	case strings.HasPrefix(wire+name, "websocket"):
		return "websocket"
	case name == "obfuscated":
		return "obfuscated abridged"
	}
	name = strings.ReplaceAll(name, "-", " ")
	if strings.HasSuffix(name, "padded") {
		name += " intermediate"
	}
	return name
}
