// Package telethon uploads with Telethon (Python), the newest release of its first
// version and an older one, as they come from PyPI, to a fake datacenter, and looks
// at what both sides say about it.
//
// driver.py uses the library; requirements-new.txt and requirements-old.txt pin the
// two releases, and manifest.json says how each is installed and run.
//
// It knows the public API of mockserver only. Nobody calls it.
package telethon
