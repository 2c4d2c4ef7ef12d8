package forward

import (
	"bytes"
	"strconv"
	"strings"
)

type part int

const (
	inHead part = iota
	inLength
	inChunkSize
	inChunk
	inChunkEnd
	inTrailer
	ended
	// Not HTTP/1.x, or something whose end can't be told for sure.
	unsure
)

const longestHead = 64 << 10

// A message follows one HTTP/1.x request or response to its last byte. It says "unsure" rather than guess.
type message struct {
	response bool
	// For responses: what the request was.
	toHead bool

	at    part
	head  []byte
	line  []byte
	left  int64
	close bool
	// For requests.
	method string
}

func (m *message) started() bool { return m.at != inHead || len(m.head) > 0 }

// Takes the next bytes. What comes after the end of the message makes it unsure.
func (m *message) feed(data []byte) {
	for len(data) > 0 && m.at != unsure {
		data = m.step(data)
	}
}

func (m *message) step(data []byte) []byte {
	switch m.at {
	case inHead:
		return m.takeHead(data)
	case inLength, inChunk:
		taken := min64(m.left, int64(len(data)))
		m.left -= taken
		if m.left == 0 {
			if m.at == inLength {
				m.at = ended
			} else {
				m.at = inChunkEnd
			}
		}
		return data[taken:]
	case inChunkSize, inChunkEnd, inTrailer:
		return m.takeLine(data)
	default:
		m.at = unsure
		return nil
	}
}

func (m *message) takeHead(data []byte) []byte {
	before := len(m.head)
	m.head = append(m.head, data...)
	from := before - 3
	if from < 0 {
		from = 0
	}
	end := bytes.Index(m.head[from:], []byte("\r\n\r\n"))
	if end < 0 {
		if len(m.head) > longestHead || !m.plausible() {
			m.at = unsure
		}
		return nil
	}
	length := from + end + 4
	rest := data[length-before:]
	m.readHead(string(m.head[:length-2]))
	m.head = m.head[:0]
	return rest
}

// False as soon as the first bytes can't begin a message, so that other protocols are not collected.
func (m *message) plausible() bool {
	if m.response {
		return bytes.HasPrefix(m.head, []byte("HTTP/1.")[:min(len(m.head), 7)])
	}
	for i, c := range m.head {
		if c == ' ' {
			return i > 0
		}
		if c < 'A' || c > 'Z' || i > 20 {
			return false
		}
	}
	return true
}

func (m *message) readHead(text string) {
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	length, chunked, lengths := int64(0), false, 0
	for _, line := range lines[1:] {
		name, value, found := strings.Cut(line, ":")
		if !found || strings.TrimSpace(name) != name || name == "" {
			m.at = unsure
			return
		}
		value = strings.ToLower(strings.TrimSpace(value))
		switch strings.ToLower(name) {
		case "content-length":
			number, err := strconv.ParseInt(value, 10, 64)
			if err != nil || number < 0 {
				m.at = unsure
				return
			}
			length, lengths = number, lengths+1
		case "transfer-encoding":
			if value != "chunked" {
				m.at = unsure
				return
			}
			chunked = true
		case "connection":
			m.close = m.close || strings.Contains(value, "close") || strings.Contains(value, "upgrade")
		}
	}
	if lengths > 1 || (lengths == 1 && chunked) || !m.readFirst(lines[0]) {
		m.at = unsure
		return
	}
	switch {
	case m.at == inHead && m.left < 0:
		// An interim response: the real one follows.
		m.left = 0
	case m.at == ended:
	case chunked:
		m.at = inChunkSize
	case length > 0:
		m.at, m.left = inLength, length
	case m.response && lengths == 0:
		// Its end is the end of the connection.
		m.at = unsure
	default:
		m.at = ended
	}
}

// Reads the first line. Sets `ended` where the status or the request rules a body out.
func (m *message) readFirst(line string) bool {
	words := strings.SplitN(line, " ", 3)
	if !m.response {
		if len(words) != 3 || words[0] == "CONNECT" || !strings.HasPrefix(words[2], "HTTP/1.") {
			return false
		}
		m.method = words[0]
		m.close = m.close || words[2] != "HTTP/1.1"
		return true
	}
	if len(words) < 2 || len(words[1]) != 3 || !strings.HasPrefix(words[0], "HTTP/1.") {
		return false
	}
	m.close = m.close || words[0] != "HTTP/1.1"
	switch status := words[1]; {
	case status == "100" || status == "103":
		m.left = -1
	case status[0] == '1':
		return false
	case status == "204" || status == "304" || m.toHead:
		m.at = ended
	}
	return true
}

func (m *message) takeLine(data []byte) []byte {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		m.line = append(m.line, data...)
		if len(m.line) > longestHead {
			m.at = unsure
		}
		return nil
	}
	line := string(bytes.TrimSuffix(append(m.line, data[:end]...), []byte("\r")))
	m.line = m.line[:0]
	switch m.at {
	case inChunkSize:
		size, _, _ := strings.Cut(line, ";")
		number, err := strconv.ParseInt(strings.TrimSpace(size), 16, 63)
		switch {
		case err != nil || number < 0:
			m.at = unsure
		case number == 0:
			m.at = inTrailer
		default:
			m.at, m.left = inChunk, number
		}
	case inChunkEnd:
		m.at = inChunkSize
		if line != "" {
			m.at = unsure
		}
	default:
		if line == "" {
			m.at = ended
		}
	}
	return data[end+1:]
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
