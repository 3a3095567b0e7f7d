// A service that answers with the platform it was compiled for.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"
)

func platform() string {
	return runtime.GOOS + "/" + runtime.GOARCH
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "platform" {
		fmt.Println(platform())
		return
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, platform())
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
