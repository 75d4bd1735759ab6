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
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            throw new ConfigFaultException(1, "not well-formed XML"); // as for YAML
        }
    }

    private static ConfigNode Element(XmlReader reader, int depth, ref int count)
    {
        var line = LineOf(reader);
        Count(ref count, line);
        if (depth > ConfigReader.Deepest) throw ConfigFaultException.Limit(line, "too deep or too large");
        var node = new ConfigNode(ConfigNodeKind.Map, line, -1);
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute()) Text(node, "@" + reader.LocalName, reader, ref count);
        if (isEmpty) return node;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            var at = LineOf(reader);
            if (reader.NodeType == XmlNodeType.Element) node.Add(reader.LocalName, Element(reader, depth + 1, ref count), at, -1);
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) Text(node, "#text", reader, ref count);
        }

        return node;
    }

    private static void Text(ConfigNode node, string name, XmlReader reader, ref int count)
    {
        var line = LineOf(reader);
        Count(ref count, line);
        node.Add(name, new ConfigNode(ConfigNodeKind.Text, line, -1, reader.Value), line, -1);
    }

    private static void Count(ref int count, int line)
    {
        if (++count > ConfigReader.MostNodes) throw ConfigFaultException.Limit(line, "too deep or too large");
    }

    private static int LineOf(XmlReader reader) => reader is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 1;
}
