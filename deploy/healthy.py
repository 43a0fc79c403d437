"""Exit 0 when the process in this container is ready. A bare socket: it is asked often, and imports cost."""

import socket
import sys

with socket.create_connection(("127.0.0.1", 8000), timeout=4) as connection:
    connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
    answer = connection.makefile("rb").readline()
sys.exit(b" 200 " not in answer)
