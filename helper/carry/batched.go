package carry

import (
	"bufio"
	"crypto/tls"
	"net"
	"sync"
)

// batched lies under TLS, whose records have at most 16 KiB: many of them go to the kernel, and come from it, at once.
type batched struct {
	net.Conn
	r     *bufio.Reader
	mu    sync.Mutex
	w     *bufio.Writer
	holds bool // until release
}

func newBatched(inner net.Conn) *batched {
	return &batched{Conn: inner, r: bufio.NewReaderSize(inner, chunkSize), w: bufio.NewWriterSize(inner, chunkSize+chunkSize/8)}
}

func (b *batched) Read(into []byte) (int, error) { return b.r.Read(into) }

func (b *batched) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.w.Write(data)
	if err == nil && !b.holds {
		err = b.w.Flush()
	}
	return n, err
}

func (b *batched) hold(holds bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holds = holds
	if holds {
		return nil
	}
	return b.w.Flush()
}

// secured is a TLS connection whose writes each go to the kernel as one.
type secured struct {
	*tls.Conn
	under *batched
}

func (s *secured) Write(data []byte) (int, error) {
	_ = s.under.hold(true)
	n, err := s.Conn.Write(data)
	if failed := s.under.hold(false); err == nil {
		err = failed
	}
	return n, err
}
