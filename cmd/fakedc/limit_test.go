package main

import (
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// Each limit can be given to the command, by a flag and by a line of the variable.
func TestEveryLimitHasAFlag(t *testing.T) {
	lines := ""
	for _, l := range mockserver.LimitTable() {
		lines += l.Name + "=" + l.Default() + "\n"
	}
	cmd, err := flagsOf(t, map[string]string{"FAKEDC_LIMIT": lines})
	require.NoError(t, err)
	byVariable := cmd.Flag("limit").Value.(*limitFlag)
	var args []string
	for _, l := range mockserver.LimitTable() {
		args = append(args, "--limit", l.Name+"="+l.Default())
	}
	cmd, err = flagsOf(t, nil, args...)
	require.NoError(t, err)
	byFlag := cmd.Flag("limit").Value.(*limitFlag)
	require.Equal(t, byFlag.limits, byVariable.limits)
	for _, l := range mockserver.LimitTable() {
		require.Equal(t, l.Default(), l.In(byFlag.limits), l.Name)
	}
}

// Without the flag, the command's own defaults are in force.
func TestLimitsOfTheCommand(t *testing.T) {
	cmd, err := flagsOf(t, nil)
	require.NoError(t, err)
	f := cmd.Flag("limit").Value.(*limitFlag)
	require.Equal(t, mockserver.Limits{StoreBytes: 1 << 30, Connections: 4096}, f.limits)
}

// crowdMain opens as many connections to FAKEDC_ADDR as its argument says, one after the
// other, and waits until the last is closed, for scripts.
func crowdMain() {
	many, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var all []net.Conn
	for range many {
		c, err := net.Dial("tcp", os.Getenv("FAKEDC_ADDR"))
		if err != nil {
			log.Fatal(err)
		}
		if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
			log.Fatal(err)
		}
		all = append(all, c)
	}
	_, _ = io.Copy(io.Discard, all[len(all)-1])
	for _, c := range all { // whose finalizers would else close them in the middle
		_ = c.Close()
	}
}
