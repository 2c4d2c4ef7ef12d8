package carry

import (
	"bytes"
	"fmt"
	"os"
)

const maxDifferences = 20

// Verdict is what a comparison of a copy with its original found.
type Verdict struct {
	Digest      string   `json:"digest"`
	Entries     int      `json:"entries"`
	Bytes       int64    `json:"bytes"`
	Differences []string `json:"differences,omitempty"`
}

// Compare looks at every path of the copy: nothing may be missing, too much or other than in the original.
func (r *Receiver) Compare(wanted []*Entry, withContents, all bool) (*Verdict, error) {
	tree, err := scan(place{r.root, r.only}, nil, 0)
	if err != nil {
		return nil, err
	}
	if withContents {
		for path, proved := range r.proved {
			// Only what has not been touched since it was read back.
			if entry := tree.ByPath[path]; entry != nil && entry.Ino == proved.Ino && entry.Size == proved.Size &&
				entry.Mtime == proved.Mtime && entry.Ctime == proved.Ctime {
				entry.Digest, entry.Blocks = proved.Digest, proved.Blocks
			}
		}
		if err := contents(r.root, tree, all); err != nil {
			return nil, err
		}
	}
	verdict := &Verdict{Digest: tree.Digest(withContents), Entries: len(tree.Entries), Bytes: tree.Bytes}
	differs := func(format string, words ...interface{}) {
		if len(verdict.Differences) < maxDifferences {
			verdict.Differences = append(verdict.Differences, fmt.Sprintf(format, words...))
		}
	}
	seen := map[string]bool{}
	for _, entry := range wanted {
		seen[entry.Path] = true
		there := tree.ByPath[entry.Path]
		switch {
		case there == nil:
			differs("%q is missing", entry.Path)
		case !entry.sameFacts(there):
			differs("%q differs: %s", entry.Path, difference(entry, there))
		case withContents && !bytes.Equal(entry.Digest, there.Digest):
			differs("%q differs in its content", entry.Path)
		case entry.Kind == kindFile && isLarge(entry.Size) && entry.Data < entry.Size:
			if lost, err := r.holesLost(entry, there); err != nil {
				return nil, err
			} else if lost {
				differs("%q has lost its holes", entry.Path)
			}
		}
	}
	for _, entry := range tree.Entries {
		if !seen[entry.Path] {
			differs("%q is not in the original", entry.Path)
		}
	}
	return verdict, nil
}

// holesLost allows for file systems with larger blocks.
func (r *Receiver) holesLost(entry, there *Entry) (bool, error) {
	file, err := os.Open(r.full(entry.Path))
	if err != nil {
		return false, err
	}
	defer file.Close()
	return dataIn(file, there.Size, there.Allocated) > entry.Data+entry.Data/4+(1<<20), nil
}

func difference(wanted, there *Entry) string {
	switch {
	case wanted.Kind != there.Kind:
		return fmt.Sprintf("type %c, not %c", there.Kind, wanted.Kind)
	case wanted.Size != there.Size:
		return fmt.Sprintf("%d bytes, not %d", there.Size, wanted.Size)
	case wanted.Uid != there.Uid || wanted.Gid != there.Gid:
		return fmt.Sprintf("owner %d:%d, not %d:%d", there.Uid, there.Gid, wanted.Uid, wanted.Gid)
	case wanted.Mode != there.Mode && wanted.Kind != kindSymlink:
		return fmt.Sprintf("mode %04o, not %04o", there.Mode, wanted.Mode)
	case wanted.Mtime != there.Mtime:
		return fmt.Sprintf("time %d, not %d", there.Mtime, wanted.Mtime)
	case wanted.Link != there.Link:
		return fmt.Sprintf("link to %q, not %q", there.Link, wanted.Link)
	}
	return "device or extended attributes"
}
