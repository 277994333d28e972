package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is a command and all that it starts: a job, which whatever its processes start is in.
// https://learn.microsoft.com/windows/win32/procthread/job-objects
type group struct {
	cmd *exec.Cmd
	job windows.Handle // 0 if there is none to be had: then it is the command alone
}

func ownGroup(cmd *exec.Cmd) *group {
	g := &group{cmd: cmd}
	var err error
	if g.job, err = windows.CreateJobObject(nil, nil); err != nil {
		g.job = 0
		return g
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_SUSPENDED}
	return g
}

// start starts the command, which does nothing before it is in the job.
func (g *group) start() error {
	if err := g.cmd.Start(); err != nil || g.job == 0 {
		return err
	}
	pid := uint32(g.cmd.Process.Pid)
	if err := errors.Join(g.take(pid), resume(pid)); err != nil {
		g.kill()
		_ = g.cmd.Wait()
		return err
	}
	return nil
}

func (g *group) take(pid uint32) error {
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return os.NewSyscallError("OpenProcess", err)
	}
	defer func() { _ = windows.CloseHandle(p) }()
	return os.NewSyscallError("AssignProcessToJobObject", windows.AssignProcessToJobObject(g.job, p))
}

// resume has the threads of a new process go on, of which it has one.
func resume(pid uint32) error {
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return os.NewSyscallError("CreateToolhelp32Snapshot", err)
	}
	defer func() { _ = windows.CloseHandle(all) }()
	one := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(all, &one); err == nil; err = windows.Thread32Next(all, &one) {
		if one.OwnerProcessID != pid {
			continue
		}
		t, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, one.ThreadID)
		if err != nil {
			return os.NewSyscallError("OpenThread", err)
		}
		_, err = windows.ResumeThread(t)
		_ = windows.CloseHandle(t)
		return os.NewSyscallError("ResumeThread", err)
	}
	return os.NewSyscallError("Thread32Next", err)
}

func (g *group) wait() error { return g.cmd.Wait() }

func (g *group) back() {
	if g.job != 0 {
		_ = windows.CloseHandle(g.job)
	}
}

// pass does nothing: a signal is a key, or the end, of the console, which tells everybody on it.
func (g *group) pass(os.Signal) {}

// ask is kill: there is no other way to ask.
func (g *group) ask() { g.kill() }

func (g *group) kill() {
	if g.job != 0 {
		_ = windows.TerminateJobObject(g.job, 1)
	}
	_ = g.cmd.Process.Kill()
}
