package forward

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

// A request to a running forwarder: one JSON object each way over a socket in its state folder.
type request struct {
	Set    *Table `json:"set,omitempty"`
	Expect *int   `json:"expect,omitempty"`
	// A backend to wait for until it has no connection, at most so many milliseconds.
	Wait         string `json:"wait,omitempty"`
	Milliseconds int    `json:"milliseconds,omitempty"`
	// From the program that took this one's place: its table, to be followed and not to be stored.
	Follow *Table `json:"follow,omitempty"`
	// A program that is to take this one's place.
	Upgrade string `json:"upgrade,omitempty"`
}

type reply struct {
	Error string `json:"error,omitempty"`
	Status
}

func socketIn(folder string) string { return filepath.Join(folder, "control.sock") }

// Obeys requests until the listener is closed. ready: told when it does, where another program waits for that.
func (s *server) obey(ready *os.File) error {
	path := socketIn(s.folder)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	// Another program may have this path by the time that it closes.
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	if ready != nil {
		ready.Write([]byte{1})
		ready.Close()
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go s.answer(client)
	}
}

func (s *server) answer(client net.Conn) {
	defer client.Close()
	var asked request
	if err := json.NewDecoder(client).Decode(&asked); err != nil {
		return
	}
	var given reply
	if asked.Set != nil {
		s.setting.Lock()
		if err := s.set(*asked.Set, asked.Expect); err != nil {
			given.Error = err.Error()
		}
		s.setting.Unlock()
	}
	if asked.Follow != nil {
		s.apply(asked.Follow)
	}
	if asked.Upgrade != "" {
		if err := s.upgrade(asked.Upgrade); err != nil {
			given.Error = err.Error()
		}
	}
	if asked.Wait != "" {
		s.drained(asked.Wait, time.Duration(asked.Milliseconds)*time.Millisecond)
	}
	given.Status = s.fullStatus()
	json.NewEncoder(client).Encode(given)
}

// Asks the forwarder that runs with this state folder. A refusal is an error beside its status.
func ask(folder string, asked request) (Status, error) {
	server, err := net.Dial("unix", socketIn(folder))
	for tries := 0; err != nil && tries < 100; tries++ {
		// It may be about to start.
		time.Sleep(20 * time.Millisecond)
		server, err = net.Dial("unix", socketIn(folder))
	}
	if err != nil {
		return Status{}, fmt.Errorf("no forwarder answers here: %w", err)
	}
	defer server.Close()
	if err := json.NewEncoder(server).Encode(asked); err != nil {
		return Status{}, err
	}
	var given reply
	if err := json.NewDecoder(server).Decode(&given); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the forwarder gave no answer")
		}
		return Status{}, err
	}
	if given.Error != "" {
		return given.Status, fmt.Errorf("%s", given.Error)
	}
	return given.Status, nil
}
