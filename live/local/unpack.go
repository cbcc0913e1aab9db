package local

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// programs are what packages are made of: one of the first two, and what the
// second takes along.
var programs = []string{"bootstrap", "cnv-live", "worker", "experiment.toml", "admin-token", "admin-cert.pem", "admin-key.pem"}

// unpack checks a package against its hash (hexadecimal) and writes its files to
// dir. Files that are there already are the same.
func unpack(packed []byte, dir, hash string) error {
	if got := fmt.Sprintf("%x", sha256.Sum256(packed)); got != hash {
		return fmt.Errorf("the package's SHA-256 is %s, want %s", got, hash)
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	runs := false
	for _, f := range z.File {
		if !slices.Contains(programs, f.Name) {
			continue
		}
		runs = runs || f.Name == programs[0] || f.Name == programs[1]
		if err := extract(f, filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	if !runs {
		return errors.New("the package has no file called bootstrap")
	}
	return nil
}

// extract writes a file of a package, unless it is there.
func extract(f *zip.File, path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return write(path, io.LimitReader(r, 250<<20))
}

// write makes a program of what is read, whole or not at all.
func write(path string, r io.Reader) error {
	part := path + ".part"
	w, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}
