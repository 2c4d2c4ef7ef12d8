package remove

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRemovesWhatIsThereAndMindsNothingElse(t *testing.T) {
	folder := t.TempDir()
	deep := filepath.Join(folder, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(folder, "kept")
	if err := os.WriteFile(kept, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{filepath.Join(folder, "a"), filepath.Join(folder, "missing")}); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if _, err := os.Stat(filepath.Join(folder, "a")); !os.IsNotExist(err) {
		t.Fatalf("still there: %v", err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Fatal(err)
	}
}

func TestSaysWhatCanNotBeRemoved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{filepath.Join(file, "below"), "bad\x00name"}); code != 1 {
		t.Fatalf("exit code %d", code)
	}
}
