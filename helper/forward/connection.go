package forward

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// A connection joins a client with one backend, and with another one later: between two HTTP/1.x requests, or
// before the first byte, it can leave its backend without anyone noticing.
type connection struct {
	server *server
	port   Port
	client *net.TCPConn

	// Held while a backend is looked for.
	joining sync.Mutex

	mutex sync.Mutex
	// What it is joined with; nil between two backends.
	upstream *net.TCPConn
	host     string
	// Not one byte has been seen yet.
	fresh bool
	// What is spoken has bounds that we are sure of.
	known             bool
	request, response message
	clientEnded       bool
	backendEnded      bool
	closed            bool
	// Closed with the connection.
	over chan struct{}
}

// How long a client may go on after its server has said that it is done.
const afterEnd = 5 * time.Minute

func (s *server) serve(port Port, client *net.TCPConn) {
	c := &connection{server: s, port: port, client: client, fresh: true, known: port.Mode != "tcp", over: make(chan struct{})}
	c.next()
	s.track(c)
	defer s.forget(c)
	defer c.close()
	// Joined before the first byte: in some protocols the server speaks first.
	if !c.join() {
		return
	}
	buffer := make([]byte, 32<<10)
	for {
		count, err := client.Read(buffer)
		if count > 0 {
			upstream := c.fromClient(buffer[:count])
			if upstream == nil {
				return
			}
			if _, failed := upstream.Write(buffer[:count]); failed != nil {
				return
			}
			if err == nil && c.isPlain() {
				_, err = io.Copy(upstream, client)
				if err == nil {
					err = io.EOF
				}
			}
		}
		if err == io.EOF {
			// Half closed: the answer may still come.
			c.ended(&c.clientEnded)
			<-c.over
		}
		if err != nil {
			return
		}
	}
}

// Forgets the last exchange: the next bytes of the client begin a request.
func (c *connection) next() {
	c.request, c.response = message{}, message{response: true}
}

// Between two requests, or before the first byte.
func (c *connection) idle() bool {
	return c.fresh || (c.known && !c.request.started() && !c.response.started())
}

// True once the connection stays where it is, whatever comes.
func (c *connection) isPlain() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return !c.known && !c.fresh
}

// Notes bytes of the client; returns whom they go to, nil if there is nobody. From here on the connection does not
// leave its backend until the response is complete.
func (c *connection) fromClient(data []byte) *net.TCPConn {
	c.mutex.Lock()
	if c.known {
		c.request.feed(data)
		c.known = c.request.at != unsure && !c.response.started()
		c.response.toHead = c.request.method == "HEAD"
	}
	c.fresh = false
	c.mutex.Unlock()
	if !c.join() {
		return nil
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.upstream
}

// Connects to a backend unless it is. False if there is none in time, or the connection is over.
func (c *connection) join() bool {
	c.joining.Lock()
	defer c.joining.Unlock()
	for {
		c.mutex.Lock()
		joined, closed := c.upstream != nil, c.closed
		c.mutex.Unlock()
		if joined || closed {
			return joined && !closed
		}
		upstream, backend := c.server.dial(c.port, c.over)
		if upstream == nil {
			c.client.SetLinger(0)
			return false
		}
		if c.port.Proxy == 1 {
			if _, err := io.WriteString(upstream, proxyHeader(c.client)); err != nil {
				upstream.Close()
				continue
			}
		}
		c.mutex.Lock()
		// Whoever changes the table looks at all connections after it: one of both sees the other.
		stale := c.server.table().use(backend.Host) != backend.Use
		if !c.closed && !stale {
			c.upstream, c.host = upstream, backend.Host
		}
		closed = c.closed
		c.mutex.Unlock()
		switch {
		case closed:
			upstream.Close()
			return false
		case stale:
			upstream.Close()
		default:
			go c.fromBackend(upstream)
			return true
		}
	}
}

func (c *connection) fromBackend(upstream *net.TCPConn) {
	buffer := make([]byte, 32<<10)
	for {
		count, err := upstream.Read(buffer)
		if count > 0 && !c.pass(upstream, buffer[:count]) {
			return
		}
		if err == nil && c.isPlain() {
			_, err = io.Copy(c.client, upstream)
			if err == nil {
				err = io.EOF
			}
		}
		if err != nil {
			c.backendGone(upstream, err)
			return
		}
	}
}

// The backend has closed: a client between two requests stays if the backend is on its way out.
func (c *connection) backendGone(upstream *net.TCPConn, err error) {
	c.mutex.Lock()
	mine := c.upstream == upstream
	stays := mine && c.idle() && !c.fresh && c.server.table().leaves(c.host)
	if stays {
		c.detach()
	}
	c.mutex.Unlock()
	switch {
	case stays || !mine:
	case err == io.EOF:
		c.ended(&c.backendEnded)
	default:
		c.client.SetLinger(0)
		c.close()
	}
}

// One side has said all that it had to say.
func (c *connection) ended(side *bool) {
	c.mutex.Lock()
	*side = true
	both, upstream := c.clientEnded && c.backendEnded, c.upstream
	c.mutex.Unlock()
	switch {
	case both || upstream == nil:
		c.close()
	case side == &c.clientEnded:
		upstream.CloseWrite()
	default:
		c.client.CloseWrite()
		c.client.SetReadDeadline(time.Now().Add(afterEnd))
	}
}

// Hands bytes of the backend on; false if the connection has left it.
func (c *connection) pass(upstream *net.TCPConn, data []byte) bool {
	c.mutex.Lock()
	if c.upstream != upstream {
		c.mutex.Unlock()
		return false
	}
	c.fresh = false
	stays := true
	if c.known {
		c.response.feed(data)
		complete := c.response.at == ended && c.request.at == ended
		// An answer before the whole request, or the last one of this connection: it stays where it is.
		early := c.response.at == ended && !complete
		last := complete && (c.request.close || c.response.close)
		c.known = c.response.at != unsure && !early && !last
		if c.known && complete {
			// Before the client has it: its next request may be here at once.
			c.next()
			if c.server.table().leaves(c.host) {
				c.detach()
				stays = false
			}
		}
	}
	c.mutex.Unlock()
	if _, err := c.client.Write(data); err != nil {
		c.close()
		return false
	}
	return stays
}

// Leaves the backend and keeps the client; with the mutex held.
func (c *connection) detach() {
	upstream := c.upstream
	c.upstream, c.host = nil, ""
	upstream.Close()
	c.server.count(func(n *counts) { n.Moved++ })
}

// Called after a change of the table.
func (c *connection) leaveIfIdle(table *Table) {
	c.mutex.Lock()
	leaves := c.upstream != nil && c.idle() && table.leaves(c.host)
	fresh := c.fresh
	if leaves {
		c.detach()
	}
	c.mutex.Unlock()
	// One without a byte yet is joined again at once: its server may have to speak first.
	if leaves && fresh {
		go func() {
			if !c.join() {
				c.close()
			}
		}()
	}
}

// Where it is joined, for counting.
func (c *connection) backend() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.host
}

func (c *connection) close() {
	c.mutex.Lock()
	if !c.closed {
		c.closed = true
		close(c.over)
	}
	upstream := c.upstream
	c.mutex.Unlock()
	if upstream != nil {
		upstream.Close()
	}
	c.client.Close()
}

func proxyHeader(client *net.TCPConn) string {
	from, to := client.RemoteAddr().(*net.TCPAddr), client.LocalAddr().(*net.TCPAddr)
	family := "TCP4"
	if strings.Contains(from.IP.String(), ":") {
		family = "TCP6"
	}
	return fmt.Sprintf("PROXY %s %s %s %d %d\r\n", family, from.IP, to.IP, from.Port, to.Port)
}
