"""What is inside a file: malware, active content, sensitive text, metadata. Each is a check; a scan asks them all."""
