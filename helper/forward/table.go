package forward

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A Table is everything that the forwarder is told: which ports it holds, and where connections go.
type Table struct {
	// Counts the tables; whoever sets one names the generation that he has seen.
	Generation int `json:"generation"`
	// Milliseconds that a new connection is held while no backend takes it.
	Hold int `json:"hold"`
	// Milliseconds for one attempt to connect.
	Connect  int       `json:"connect"`
	Ports    []Port    `json:"ports"`
	Backends []Backend `json:"backends"`
}

// A Port that the forwarder holds.
type Port struct {
	Port int `json:"port"`
	// The backends' port, if it is another one.
	Target   int    `json:"target,omitempty"`
	Protocol string `json:"protocol"`
	// "tcp": connections stay where they are, whatever is spoken on them.
	Mode string `json:"mode,omitempty"`
	// 1: a PROXY protocol header, version 1, tells the backend the client's address.
	Proxy int `json:"proxy,omitempty"`
}

// What a backend is used for.
const (
	// New connections.
	useAll = "all"
	// New connections only if no other backend takes them; idle ones move away.
	useSpare = "spare"
	// None; idle ones move away.
	useNone = "none"
)

// A Backend is one container, by a name that the network resolves.
type Backend struct {
	Host string `json:"host"`
	Use  string `json:"use"`
}

func (p Port) target() int {
	if p.Target != 0 {
		return p.Target
	}
	return p.Port
}

func (p Port) key() string { return fmt.Sprintf("%d/%s", p.Port, p.Protocol) }

func (t *Table) withUse(use string) []Backend {
	found := make([]Backend, 0, len(t.Backends))
	for _, backend := range t.Backends {
		if backend.Use == use {
			found = append(found, backend)
		}
	}
	return found
}

// What a backend is used for; none if it is not in the table.
func (t *Table) use(host string) string {
	for _, backend := range t.Backends {
		if backend.Host == host {
			return backend.Use
		}
	}
	return useNone
}

// True if connections that can leave the backend should: there is a better one.
func (t *Table) leaves(host string) bool {
	return t.use(host) != useAll
}

func (t *Table) check() error {
	for _, port := range t.Ports {
		if port.Port < 1 || port.Port > 65535 || (port.Protocol != "tcp" && port.Protocol != "udp") {
			return fmt.Errorf("bad port %s", port.key())
		}
	}
	for _, backend := range t.Backends {
		if backend.Host == "" || (backend.Use != useAll && backend.Use != useSpare && backend.Use != useNone) {
			return fmt.Errorf("bad backend %q for %q", backend.Host, backend.Use)
		}
	}
	return nil
}

func withDefaults(t Table) *Table {
	if t.Hold == 0 {
		t.Hold = 10_000
	}
	if t.Connect == 0 {
		t.Connect = 1000
	}
	return &t
}

// Reads the table that was stored last; an empty one if there is none.
func load(folder string) (*Table, error) {
	bytes, err := os.ReadFile(filepath.Join(folder, "table.json"))
	if errors.Is(err, os.ErrNotExist) {
		return withDefaults(Table{}), nil
	}
	if err != nil {
		return nil, err
	}
	var table Table
	if err := json.Unmarshal(bytes, &table); err != nil {
		return nil, err
	}
	return withDefaults(table), table.check()
}

// Stores a table so that a reader sees the old one or the new one, also after a crash.
func store(folder string, table *Table) error {
	bytes, err := json.Marshal(table)
	if err != nil {
		return err
	}
	fresh := filepath.Join(folder, "table.json.new")
	file, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(bytes)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(folder, "table.json"))
}
