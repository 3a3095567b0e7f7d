// A service that answers each connection with the platform it was compiled for.
package main

import (
	"io"
	"net"
	"os"
	"runtime"
)

const platform = runtime.GOOS + "/" + runtime.GOARCH + "\n"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "platform" {
		io.WriteString(os.Stdout, platform)
		return
	}
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		panic(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		io.WriteString(connection, platform)
		connection.Close()
	}
}
