// Package aftertests looks, once all tests of a package have passed, for what none of
// them would notice: failures of fakedc itself that were contained, and goroutines that
// nothing can wake any more.
//
// It is for TestMain, and knows nothing of what was tested. Called by tests alone.
package aftertests
