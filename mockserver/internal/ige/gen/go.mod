// The generator is a module of its own: those who import fakedc need no assembler.
module github.com/fakedc/fakedc/mockserver/internal/ige/gen

go 1.25

require github.com/mmcloughlin/avo v0.6.0

require (
	golang.org/x/mod v0.27.0 // indirect
	golang.org/x/sync v0.16.0 // indirect
	golang.org/x/tools v0.36.0 // indirect
)
