"""Paths as GraphML, for other tools: nodes and edges with verdict and id."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from iamtui.analysis.paths.results import Paths
from iamtui.reports.paths.data import edge_names
from iamtui.visible import visible

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_OF_EDGES = ("path", "name", "verdict", "outcome")


def paths_as_graphml(found: Paths) -> bytes:
    """A directed graph: principals, and the edges of all paths.

    A principal has its verdict where it is an administrator, and the number of the circle that it is in (EP52).
    """
    root = Element("graphml", xmlns=_NAMESPACE)
    SubElement(root, "key", {"id": "administrator", "for": "node", "attr.name": "administrator", "attr.type": "string"})
    SubElement(root, "key", {"id": "circle", "for": "node", "attr.name": "circle", "attr.type": "int"})
    for name in _OF_EDGES:
        SubElement(root, "key", {"id": name, "for": "edge", "attr.name": name, "attr.type": "string"})
    graph = SubElement(root, "graph", id="paths", edgedefault="directed")
    verdicts = {one.arn: one.verdict for one in found.administrators if one.kind != "root"}
    circles = {arn: number for number, circle in enumerate(found.circles, 1) for arn in circle}
    nodes = dict.fromkeys((*verdicts, *(arn for edge in found.edges for arn in (edge.start, edge.end))))
    for arn in nodes:
        node = SubElement(graph, "node", id=visible(arn))
        if arn in verdicts:
            SubElement(node, "data", key="administrator").text = verdicts[arn]
        if arn in circles:
            SubElement(node, "data", key="circle").text = str(circles[arn])
    names = edge_names(found)
    for edge in found.edges:
        drawn = SubElement(graph, "edge", id=names[id(edge)], source=visible(edge.start), target=visible(edge.end))
        for key, text in zip(_OF_EDGES, (edge.way.id, edge.way.name, edge.verdict, edge.outcome), strict=True):
            SubElement(drawn, "data", key=key).text = text
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
