"""What a process costs, seen from outside: processor time of all its threads, memory."""

from pathlib import Path


def cpu_ms(pid: int) -> float:
    """Milliseconds on a processor so far, every living thread counted, to the nanosecond."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((thread / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue  # it ended between the listing and the reading
    return spent / 1e6


def resident_mb(pid: int) -> float:
    """Memory that is really there, in MB of 10^6 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6
