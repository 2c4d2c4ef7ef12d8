package carry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// command is what the command line asks for. Each is answered once, under its number.
type command struct {
	ID       int               `json:"id"`
	Do       string            `json:"do"`
	Volumes  []string          `json:"volumes"`
	Only     map[string]string `json:"only"` // by volume: the one thing in it that is meant
	From     string            `json:"from"`
	To       string            `json:"to"`
	Final    bool              `json:"final"`
	Contents bool              `json:"contents"` // prove contents, not only facts
	All      bool              `json:"all"`      // read all contents again
	Limit    int64             `json:"limit"`    // bytes a second
	Compress string            `json:"compress"`

	Address     string   `json:"address"`
	Addresses   []string `json:"addresses"`
	Fingerprint string   `json:"fingerprint"`
	Token       string   `json:"token"`
}

type answer struct {
	ID     int         `json:"id"`
	Error  string      `json:"error,omitempty"`
	Result interface{} `json:"result,omitempty"`
}

type session struct {
	frames    *frames
	wire      *wire
	senders   map[string]*Sender
	receivers map[string]*Receiver
	count     *Counters
}

func serve() int {
	f := openFrames(os.Stdin, os.Stdout)
	s := &session{frames: f, senders: map[string]*Sender{}, receivers: map[string]*Receiver{}, count: &Counters{}}
	s.over(f)
	f.say(map[string]string{"event": "ready"})
	for text := range f.commands {
		var c command
		if err := json.Unmarshal(text, &c); err != nil {
			f.say(answer{Error: err.Error()})
			continue
		}
		stop := s.report()
		result, err := s.run(&c)
		stop()
		reply := answer{ID: c.ID, Result: result}
		if err != nil {
			reply.Result, reply.Error = nil, err.Error()
		}
		f.say(reply)
	}
	return 0
}

// over takes another way to the other helper.
func (s *session) over(stream interface {
	Read([]byte) (int, error)
	Write([]byte) (int, error)
}) {
	s.wire = newWire(stream)
	s.wire.pace = &pace{}
}

// report tells how far the work is, a few times a second.
func (s *session) report() (stop func()) {
	*s.count = Counters{}
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(250 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				s.frames.say(map[string]interface{}{
					"event": "progress",
					"bytes": atomic.LoadInt64(&s.count.Bytes),
					"total": atomic.LoadInt64(&s.count.Total),
				})
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

func (s *session) run(c *command) (interface{}, error) {
	switch c.Do {
	case "stat":
		return statAll(c)
	case "pass":
		return s.pass(c)
	case "receive":
		return s.receive(c)
	case "prove":
		return s.prove(c)
	case "check":
		return s.check(c)
	case "sum":
		return sum(c.Volumes)
	case "copy":
		return s.copy(c)
	case "clear":
		return nil, clear(c.Volumes)
	case "listen":
		return s.listen(c)
	case "dial":
		connection, address, err := dial(c.Addresses, c.Fingerprint, c.Token)
		if err == nil {
			s.over(connection)
		}
		return map[string]string{"address": address}, err
	}
	return nil, fmt.Errorf("unknown command %q", c.Do)
}

func (s *session) listen(c *command) (interface{}, error) {
	l, err := listen(c.Address, c.Token)
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s.frames.say(map[string]string{"event": "listening", "fingerprint": l.Fingerprint, "port": port})
	accepted := make(chan error, 1)
	go func() {
		connection, err := l.accept()
		if err == nil {
			s.over(connection)
		}
		accepted <- err
	}()
	select {
	case err := <-accepted:
		return map[string]bool{"connected": true}, err
	case <-time.After(2 * directPatience):
		l.Close()
		return nil, errors.New("nobody called")
	}
}
