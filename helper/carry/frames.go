package carry

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"sync"
	"time"
)

// On the helper's own streams go frames: 'J' is JSON for or from the command line, 'D' belongs to the other helper and
// is passed on by the command line, unless both helpers have a connection of their own.
const (
	frameJSON = 'J'
	frameData = 'D'
)

// The command line says something every few seconds; without it there is nobody to work for.
const silence = 60 * time.Second

type frames struct {
	out      io.Writer
	mu       sync.Mutex
	commands chan []byte
	data     chan []byte
	rest     []byte
}

func openFrames(in io.Reader, out io.Writer) *frames {
	f := &frames{out: out, commands: make(chan []byte, 16), data: make(chan []byte, 64)}
	go f.readAll(in)
	return f
}

// readAll ends the program when its input ends: whoever ran it is gone.
func (f *frames) readAll(in io.Reader) {
	watchdog := time.AfterFunc(silence, func() { os.Exit(3) })
	for {
		var head [5]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			os.Exit(0)
		}
		length := binary.BigEndian.Uint32(head[1:])
		if length > maxRecord {
			os.Exit(4)
		}
		payload := make([]byte, length)
		if _, err := io.ReadFull(in, payload); err != nil {
			os.Exit(0)
		}
		watchdog.Reset(silence)
		if head[0] == frameData {
			f.data <- payload
			watchdog.Reset(silence)
		} else if length > 0 {
			f.commands <- payload
		}
	}
}

func (f *frames) write(kind byte, payload []byte) error {
	frame := make([]byte, 5, 5+len(payload))
	frame[0] = kind
	binary.BigEndian.PutUint32(frame[1:], uint32(len(payload)))
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.out.Write(append(frame, payload...))
	return err
}

func (f *frames) say(value interface{}) {
	text, err := json.Marshal(value)
	if err == nil {
		err = f.write(frameJSON, text)
	}
	if err != nil {
		os.Exit(5)
	}
}

// Read and Write are the way to the other helper through the command line.
func (f *frames) Read(into []byte) (int, error) {
	for len(f.rest) == 0 {
		f.rest = <-f.data
	}
	n := copy(into, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (f *frames) Write(data []byte) (int, error) {
	return len(data), f.write(frameData, data)
}
