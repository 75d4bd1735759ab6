using System.Xml;

namespace Gatehouse.Inventory.Reading;

/// <summary>
/// XML of settings: an element becomes a map of its attributes and of lists of its children by name. No document type, no
/// entity, nothing outside the file.
/// </summary>
internal static class XmlConfig
{
    public static ConfigNode Read(ReadOnlyMemory<byte> bytes)
    {
        var settings = new XmlReaderSettings
        { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = BoundedFile.MostBytes };
        using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), settings);
        try
        {
            if (reader.MoveToContent() != XmlNodeType.Element) throw new ConfigFaultException(1, "no element");
            var count = 0;
            var root = new ConfigNode(ConfigNodeKind.Map, 1, -1);
            root.Add(reader.LocalName, Element(reader, 0, ref count), LineOf(reader), -1);
            return root;
        }
        catch (XmlException fault)
        {
            throw new ConfigFaultException(Math.Max(1, fault.LineNumber), "not well-formed XML");
        }
    }

    private static ConfigNode Element(XmlReader reader, int depth, ref int count)
    {
        var line = LineOf(reader);
        if (depth > ConfigReader.Deepest || ++count > ConfigReader.MostNodes) throw new ConfigFaultException(line, "too deep or too large");
        var node = new ConfigNode(ConfigNodeKind.Map, line, -1);
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
            node.Add("@" + reader.LocalName, new ConfigNode(ConfigNodeKind.Text, LineOf(reader), -1, reader.Value), LineOf(reader), -1);
        if (isEmpty) return node;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            var at = LineOf(reader);
            if (reader.NodeType == XmlNodeType.Element) node.Add(reader.LocalName, Element(reader, depth + 1, ref count), at, -1);
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                node.Add("#text", new ConfigNode(ConfigNodeKind.Text, at, -1, reader.Value), at, -1);
        }

        return node;
    }

    private static int LineOf(XmlReader reader) => reader is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 1;
}
