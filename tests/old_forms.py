"""Forms in the formats that people saved in before Word 2007, and still do; needs LibreOffice."""

import subprocess
from pathlib import Path

import pytest
from forms import zip_of

from agent.documents.convert import Converter
from agent.documents.package import Unreadable

needs_libreoffice = pytest.mark.skipif(
    not Converter().is_available, reason="LibreOffice (soffice) is not installed"
)

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
# A text with a picture that is to be fetched from the address put in place of %s.
LINKED_PICTURE = f"""<office:document-content office:version="1.2"
 xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" xmlns:draw="{ODF}drawing:1.0"
 xmlns:svg="{ODF}svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>
<office:text><text:p>Report</text:p><text:p><draw:frame text:anchor-type="as-char"
 svg:width="1cm" svg:height="1cm"><draw:image xlink:href="%s/seen.png"/></draw:frame></text:p>
</office:text></office:body></office:document-content>"""


def odt(content: str) -> bytes:
    """Return an OpenDocument text with that content."""
    kind = "application/vnd.oasis.opendocument.text"
    entries = "".join(
        f'<f:file-entry f:full-path="{path}" f:media-type="{media}"/>'
        for path, media in (("/", kind), ("content.xml", "text/xml"))
    )
    manifest = f'<f:manifest xmlns:f="{ODF}manifest:1.0">{entries}</f:manifest>'
    return zip_of(
        {
            "mimetype": kind.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def save_as(content: bytes, source: str, format_: str, folder: Path) -> bytes:
    """Return a file as LibreOffice itself saves it in another format."""
    (folder / source).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", format_, source]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / source).with_suffix(f".{format_}").read_bytes()


def reason_of(converter: Converter, content: bytes, format_: str) -> str | None:
    """Return why a file is not converted, None where it is."""
    try:
        converter.convert(content, format_)
    except Unreadable as refused:
        return refused.code
    return None
