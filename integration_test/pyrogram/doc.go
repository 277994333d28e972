// Package pyrogram uploads with Pyrogram (Python) and with kurigram, its living
// fork, as they come from PyPI, to a fake datacenter, and looks at what both sides
// say about it.
//
// driver.py uses either, since both are the module pyrogram; that is why each has a
// virtual environment of its own. requirements-kurigram.txt and
// requirements-pyrogram.txt pin them, and manifest.json says how each is installed
// and run.
//
// It knows the public API of mockserver only. Nobody calls it.
package pyrogram
