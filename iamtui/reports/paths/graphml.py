"""Paths as GraphML, for other tools: nodes and edges with verdict and id."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from iamtui.analysis.paths.answer.results import Paths
from iamtui.reports.edits import said_of
from iamtui.reports.paths.data import edge_names
from iamtui.visible import visible

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_OF_EDGES = ("path", "name", "verdict", "outcome", "keeps")
_DEPTH = 2


def paths_as_graphml(found: Paths) -> Iterator[bytes]:
    """A directed graph: principals, and the edges of all paths; in parts.

    A principal has its verdict where it is an administrator, and the number of the circle that it is in (EP52).
    """
    document = _document()
    inside = document.find("graph")
    if inside is None or not (found.administrators or found.paths):
        yield _written(document)
        return
    SubElement(inside, "node")
    before, after = _written(document).split(_written(next(iter(inside)), _DEPTH))
    yield before
    for element in _elements(found):
        yield _written(element, _DEPTH)
    yield after


def _document() -> Element:
    """All but the nodes and edges."""
    root = Element("graphml", xmlns=_NAMESPACE)
    SubElement(root, "key", {"id": "administrator", "for": "node", "attr.name": "administrator", "attr.type": "string"})
    SubElement(root, "key", {"id": "circle", "for": "node", "attr.name": "circle", "attr.type": "int"})
    for name in _OF_EDGES:
        SubElement(root, "key", {"id": name, "for": "edge", "attr.name": name, "attr.type": "string"})
    SubElement(root, "graph", id="paths", edgedefault="directed")
    return root


def _elements(found: Paths) -> Iterator[Element]:
    verdicts = {one.arn: one.verdict for one in found.administrators if one.kind != "root"}
    circles = {arn: number for number, circle in enumerate(found.circles, 1) for arn in circle}
    nodes = dict.fromkeys((*verdicts, *(arn for edge in found.edges for arn in (edge.start, edge.end))))
    for arn in nodes:
        node = Element("node", id=visible(arn))
        if arn in verdicts:
            SubElement(node, "data", key="administrator").text = verdicts[arn]
        if arn in circles:
            SubElement(node, "data", key="circle").text = str(circles[arn])
        yield node
    names = edge_names(found)
    for edge in found.edges:
        drawn = Element("edge", id=names[id(edge)], source=visible(edge.start), target=visible(edge.end))
        kept = "; ".join(map(said_of, edge.kept))
        texts = (edge.way.id, edge.way.name, edge.verdict, edge.outcome, kept)
        for key, text in zip(_OF_EDGES, texts, strict=True):
            if text:
                SubElement(drawn, "data", key=key).text = text
        yield drawn


def _written(element: Element, depth: int = 0) -> bytes:
    """Lines of XML, so deep in a document; one that is not is the document."""
    indent(element, level=depth)
    element.tail = None
    written: bytes = tostring(element, encoding="utf-8", xml_declaration=not depth)
    return b"  " * depth + written + b"\n"
