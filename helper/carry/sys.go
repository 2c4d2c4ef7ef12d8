package carry

import (
	"bytes"
	"os"
	"sort"
	"strings"
	"syscall"
	"unsafe"
)

const (
	atFdCwd           = -100
	atSymlinkNoFollow = 0x100
	utimeOmit         = 0x3ffffffe
	seekData          = 3
	seekHole          = 4
	adviceDontNeed    = 4
	punchHole         = 3 // with the size kept
)

func errOf(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

// setTime sets the time of the last change, of a symbolic link itself too, and leaves that of the last access.
func setTime(path string, nanoseconds int64) error {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	times := [2]syscall.Timespec{{Nsec: utimeOmit}, syscall.NsecToTimespec(nanoseconds)}
	directory := atFdCwd
	_, _, errno := syscall.Syscall6(sysUtimensat, uintptr(directory), uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(&times[0])), atSymlinkNoFollow, 0, 0)
	return errOf(errno)
}

// syncFS writes everything of the file system that holds the path to its disk.
func syncFS(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, _, errno := syscall.Syscall(sysSyncfs, file.Fd(), 0, 0)
	return errOf(errno)
}

// forget drops clean pages of a file, so that the next read is one of the disk. Best effort.
func forget(file *os.File) {
	_, _, _ = syscall.Syscall6(sysFadvise, file.Fd(), 0, 0, adviceDontNeed, 0, 0)
}

type attribute struct {
	Name  string
	Value []byte
}

// attributes lists extended attributes by name: ACLs and file capabilities are among them. What belongs to the host's
// own security labels stays there.
func attributes(path string) ([]attribute, error) {
	list, err := grown(func(buffer []byte) (int, error) { return listAttributes(path, buffer) })
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names := strings.Split(string(bytes.TrimRight(list, "\x00")), "\x00")
	sort.Strings(names)
	var found []attribute
	for _, name := range names {
		if name == "" || name == "security.selinux" || name == "security.apparmor" || name == "security.ima" {
			continue
		}
		value, err := grown(func(buffer []byte) (int, error) { return getAttribute(path, name, buffer) })
		if err == syscall.ENODATA {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, attribute{name, value})
	}
	return found, nil
}

// grown calls with larger and larger buffers. File systems without attributes have none.
func grown(call func([]byte) (int, error)) ([]byte, error) {
	for size := 1024; ; size *= 8 {
		buffer := make([]byte, size)
		n, err := call(buffer)
		switch err {
		case nil:
			return buffer[:n], nil
		case syscall.ERANGE:
			if size > 1<<20 {
				return nil, err
			}
		case syscall.ENOTSUP, syscall.ENOSYS:
			return nil, nil
		default:
			return nil, err
		}
	}
}

func listAttributes(path string, buffer []byte) (int, error) {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return 0, err
	}
	n, _, errno := syscall.Syscall(syscall.SYS_LLISTXATTR, uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
	return int(n), errOf(errno)
}

func getAttribute(path, attribute string, buffer []byte) (int, error) {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return 0, err
	}
	key, err := syscall.BytePtrFromString(attribute)
	if err != nil {
		return 0, err
	}
	n, _, errno := syscall.Syscall6(syscall.SYS_LGETXATTR, uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(key)), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)), 0, 0)
	return int(n), errOf(errno)
}

func setAttribute(path string, one attribute) error {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	key, err := syscall.BytePtrFromString(one.Name)
	if err != nil {
		return err
	}
	value := append(one.Value[:len(one.Value):len(one.Value)], 0)
	_, _, errno := syscall.Syscall6(syscall.SYS_LSETXATTR, uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(key)), uintptr(unsafe.Pointer(&value[0])), uintptr(len(one.Value)), 0, 0)
	return errOf(errno)
}

func removeAttribute(path, attribute string) error {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	key, err := syscall.BytePtrFromString(attribute)
	if err != nil {
		return err
	}
	_, _, errno := syscall.Syscall(syscall.SYS_LREMOVEXATTR, uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(key)), 0)
	return errOf(errno)
}
