package forward

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A running forwarder gives way to another program without closing a port: it starts it, hands it the sockets that
// listen, and goes on carrying the connections that it has. What is set later reaches both; so do questions about
// open connections. One socket in two processes has one queue: whoever accepts, no client is lost.

// Names the ports whose sockets a program is given, in the order of the descriptors from 3 on. The last one says when it
// is ready.
const inheritedPorts = "FORWARD_INHERITED"

const startLimit = 10 * time.Second

type inheritance struct {
	sockets map[string]*os.File
	ready   *os.File
}

func inherit() inheritance {
	names, given := os.LookupEnv(inheritedPorts)
	os.Unsetenv(inheritedPorts)
	if !given {
		return inheritance{}
	}
	got := inheritance{sockets: map[string]*os.File{}}
	next := 3
	for _, key := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' }) {
		got.sockets[key] = os.NewFile(uintptr(next), key)
		next++
	}
	got.ready = os.NewFile(uintptr(next), "ready")
	return got
}

// Takes the place of the program that gave its sockets: from here on it is asked and told through this one.
func (s *server) succeed(given inheritance) error {
	for _, socket := range given.sockets {
		socket.Close()
	}
	s.given = nil
	if given.ready == nil {
		return s.forgetFormer()
	}
	former := filepath.Join(s.folder, fmt.Sprintf("control.%d.sock", os.Getpid()))
	if err := os.Rename(socketIn(s.folder), former); err != nil {
		return err
	}
	s.former = former
	return nil
}

// What programs that no longer run have left.
func (s *server) forgetFormer() error {
	left, err := filepath.Glob(filepath.Join(s.folder, "control.*.sock"))
	for _, path := range left {
		os.Remove(path)
	}
	return err
}

// Starts a program in place of this one. An error means that this one goes on.
func (s *server) upgrade(program string) error {
	s.setting.Lock()
	defer s.setting.Unlock()
	if s.retired.Load() {
		return errors.New("another program holds the ports by now")
	}
	keys, sockets, err := s.sockets()
	defer func() {
		for _, socket := range sockets {
			syscall.Close(int(socket))
		}
	}()
	if err != nil {
		return err
	}
	ready, tell, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ready.Close()
	// Not through os/exec: that would make the sockets block, here too.
	child, err := syscall.ForkExec(program, []string{program, "forward", "run"}, &syscall.ProcAttr{
		Env:   append(os.Environ(), inheritedPorts+"="+strings.Join(keys, ","), "FORWARD_STATE="+s.folder),
		Files: append(append([]uintptr{0, 1, 2}, sockets...), tell.Fd()),
	})
	tell.Close()
	if err != nil {
		return err
	}
	ready.SetReadDeadline(time.Now().Add(startLimit))
	if _, err := io.ReadFull(ready, make([]byte, 1)); err != nil {
		syscall.Kill(child, syscall.SIGKILL)
		syscall.Wait4(child, nil, 0, nil)
		os.Rename(filepath.Join(s.folder, fmt.Sprintf("control.%d.sock", child)), socketIn(s.folder))
		return fmt.Errorf("%s did not get ready: %w", program, err)
	}
	s.retire(child)
	return nil
}

func (s *server) sockets() (keys []string, sockets []uintptr, err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key, listener := range s.listeners {
		raw, err := listener.(syscall.Conn).SyscallConn()
		if err != nil {
			return keys, sockets, err
		}
		var socket int
		var failed error
		err = raw.Control(func(descriptor uintptr) {
			syscall.ForkLock.RLock()
			defer syscall.ForkLock.RUnlock()
			socket, failed = syscall.Dup(int(descriptor))
			if failed == nil {
				syscall.CloseOnExec(socket)
			}
		})
		if err == nil {
			err = failed
		}
		if err != nil {
			return keys, sockets, err
		}
		keys, sockets = append(keys, key), append(sockets, uintptr(socket))
	}
	return keys, sockets, nil
}

// Accepts nothing more. Ends with the last connection; as the first process of a container only with all others.
func (s *server) retire(successor int) {
	s.retired.Store(true)
	s.mutex.Lock()
	for key, listener := range s.listeners {
		listener.Close()
		delete(s.listeners, key)
	}
	s.mutex.Unlock()
	first := os.Getpid() == 1
	go func() {
		pid := successor
		if first {
			// Those of an earlier one become its own when that has ended.
			pid = -1
		}
		for {
			ended, err := syscall.Wait4(pid, nil, 0, nil)
			if err == syscall.EINTR || (err == nil && first && ended > 0) {
				continue
			}
			// Nobody holds the ports: the engine starts it all again.
			s.end(errors.New("the program that held the ports has ended"))
			return
		}
	}()
	go func() {
		// What was accepted last may not be counted yet.
		for again := true; again; again = s.busy() {
			time.Sleep(500 * time.Millisecond)
		}
		if first {
			debug.FreeOSMemory()
			return
		}
		s.end(nil)
	}()
}

// True while it, or one before it, carries connections.
func (s *server) busy() bool {
	s.mutex.Lock()
	own := len(s.connections)
	s.mutex.Unlock()
	return own > 0 || len(s.fullStatus().Open) > 0
}

// Tells the former program the table too, and adds its connections.
func (s *server) withFormer(given *Status, asked request) {
	s.mutex.Lock()
	path := s.former
	s.mutex.Unlock()
	if path == "" {
		return
	}
	former, err := askAt(path, asked)
	if err != nil {
		s.mutex.Lock()
		s.former = ""
		s.mutex.Unlock()
		os.Remove(path)
		return
	}
	for host, count := range former.Open {
		given.Open[host] += count
	}
}

// Asks once.
func askAt(path string, asked request) (Status, error) {
	server, err := net.Dial("unix", path)
	if err != nil {
		return Status{}, err
	}
	defer server.Close()
	if err := json.NewEncoder(server).Encode(asked); err != nil {
		return Status{}, err
	}
	var given reply
	err = json.NewDecoder(server).Decode(&given)
	return given.Status, err
}

var ownDigest struct {
	sync.Once
	text string
}

// digest is that by which the caller knows a program; empty if it can't be read.
func digest() string {
	ownDigest.Do(func() {
		file, err := os.Open("/proc/self/exe")
		if err != nil {
			return
		}
		defer file.Close()
		hash := sha256.New()
		if _, err := io.Copy(hash, file); err == nil {
			ownDigest.text = hex.EncodeToString(hash.Sum(nil))[:24]
		}
	})
	return ownDigest.text
}
