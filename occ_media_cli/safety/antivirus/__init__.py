"""Is there malware in a file? Asked of clamd, about the file and every part that can be taken out of it.

`with antivirus.session(now=now) as engine:` then `engine.scan(files)`. Only `clean` lets a file pass.
"""

from occ_media_cli.safety.antivirus.model import About, Asked, EngineSetting, Scanned
from occ_media_cli.safety.antivirus.scanning import Engine, session

__all__ = ["About", "Asked", "Engine", "EngineSetting", "Scanned", "session"]
