package forward

import (
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	crlf := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	cases := []struct {
		name     string
		response bool
		toHead   bool
		text     string
		want     part
	}{
		{"a request without body", false, false, "GET / HTTP/1.1\nHost: a\n\n", ended},
		{"a request with a body", false, false, "POST / HTTP/1.1\nContent-Length: 3\n\nabc", ended},
		{"a body that is not whole", false, false, "POST / HTTP/1.1\nContent-Length: 4\n\nabc", inLength},
		{"two requests at once", false, false, "GET / HTTP/1.1\n\nGET / HTTP/1.1\n\n", unsure},
		{"a tunnel", false, false, "CONNECT a:1 HTTP/1.1\n\n", unsure},
		{"TLS", false, false, "\x16\x03\x01", unsure},
		{"HTTP/2", false, false, "PRI * HTTP/2.0\n\n", unsure},
		{"SMTP", false, false, "ehlo there\n", unsure},
		{"a response with its length", true, false, "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", ended},
		{"a response without", true, false, "HTTP/1.1 200 OK\n\nok", unsure},
		{"nothing in it", true, false, "HTTP/1.1 200 OK\ncontent-length:0\n\n", ended},
		{"no content", true, false, "HTTP/1.1 204 No Content\n\n", ended},
		{"to HEAD", true, true, "HTTP/1.1 200 OK\nContent-Length: 9\n\n", ended},
		{"chunks", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;x=y\nok\nA\n0123456789\n0\n\n", ended},
		{"chunks and a trailer", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\nA: b\n\n", ended},
		{"chunks that go on", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n", inChunkSize},
		{"a body that looks like an end", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\n0\n\n\n", inChunkSize},
		{"both framings", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 2\n\n", unsure},
		{"compressed on the way", true, false, "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n", unsure},
		{"an interim response", true, false, "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 1\n\nx", ended},
		{"switching protocols", true, false, "HTTP/1.1 101 Switching Protocols\n\n", unsure},
		{"more than it said", true, false, "HTTP/1.1 200 OK\nContent-Length: 1\n\nxy", unsure},
		{"a folded header", true, false, "HTTP/1.1 200 OK\nA: b\n c: d\n\n", unsure},
		{"no HTTP", true, false, "220 ready\n", unsure},
	}
	for _, c := range cases {
		for _, size := range []int{1, 3, 1000} {
			m := message{response: c.response, toHead: c.toHead}
			data := []byte(crlf(c.text))
			for len(data) > 0 {
				n := min(size, len(data))
				m.feed(data[:n])
				data = data[n:]
			}
			if m.at != c.want {
				t.Errorf("%s, %d bytes at a time: %d, not %d", c.name, size, m.at, c.want)
			}
		}
	}
}
