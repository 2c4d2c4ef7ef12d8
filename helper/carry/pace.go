package carry

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// pace keeps to a number of bytes a second. A nil or unlimited one lets everything go.
type pace struct {
	perSecond int64
	at        time.Time
}

func (p *pace) spend(bytes int) {
	if p == nil {
		return
	}
	limit := atomic.LoadInt64(&p.perSecond)
	if limit <= 0 {
		return
	}
	now := time.Now()
	// Unused time is not saved up beyond a moment: no bursts.
	if earliest := now.Add(-50 * time.Millisecond); p.at.Before(earliest) {
		p.at = earliest
	}
	p.at = p.at.Add(time.Duration(float64(bytes) / float64(limit) * float64(time.Second)))
	if wait := p.at.Sub(now); wait > 0 {
		time.Sleep(wait)
	}
}

// press makes chunks smaller where it pays: when it is asked for, or, by itself, while the way is slower than the
// reading.
type press struct {
	always  bool
	waiting int64 // nanoseconds that writes took of late
	since   time.Time
	on      bool
	skip    int // chunks to let go as they are, after some that did not get smaller
	failed  int
	writers sync.Pool
}

// squeeze gives the compressed form, or nothing where that would not be smaller by much.
func (p *press) squeeze(data []byte) []byte {
	if p == nil || len(data) < 4096 || !(p.always || p.on) {
		return nil
	}
	if p.skip > 0 && !p.always {
		p.skip--
		return nil
	}
	out := bytes.NewBuffer(make([]byte, 0, len(data)))
	writer, ok := p.writers.Get().(*flate.Writer)
	if ok {
		writer.Reset(out)
	} else {
		writer, _ = flate.NewWriter(out, flate.BestSpeed)
	}
	defer p.writers.Put(writer)
	if _, err := writer.Write(data); err != nil {
		return nil
	}
	if err := writer.Close(); err != nil || out.Len() > len(data)*9/10 {
		if p.failed < 64 {
			p.failed = 2*p.failed + 1
		}
		p.skip = p.failed
		return nil
	}
	p.failed = 0
	return out.Bytes()
}

// waited notes how long a write took.
func (p *press) waited(took time.Duration) {
	if p == nil || p.always {
		return
	}
	now := time.Now()
	p.waiting += int64(took)
	if passed := now.Sub(p.since); passed > time.Second {
		p.on = p.waiting > int64(passed)/2
		p.waiting, p.since = 0, now
	}
}

func expand(data []byte, into []byte) ([]byte, error) {
	reader := flate.NewReader(bytes.NewReader(data))
	defer reader.Close()
	out := bytes.NewBuffer(into[:0])
	_, err := io.Copy(out, io.LimitReader(reader, largeFrom))
	return out.Bytes(), err
}
