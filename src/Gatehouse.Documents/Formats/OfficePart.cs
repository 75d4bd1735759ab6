using System.Globalization;
using System.Text;
using System.Xml;
using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Formats;

/// <summary>One part of an Office document, as XML.</summary>
internal sealed class OfficePart(DocumentScope scope, Workbook book, string name)
{
    private const string White = "FFFFFF";

    private readonly StringBuilder shown = new();
    private readonly StringBuilder hidden = new();
    private readonly StringBuilder attributes = new();
    private bool isHiddenRun;
    private string? cell; // the type of the cell that is read
    private string? property; // the name of the custom property that is read

    /// <summary>Adds the texts of the part.</summary>
    public void Read(byte[] part)
    {
        using var reader = XmlReader.Create(new MemoryStream(part), MarkupText.Settings);
        if (reader.MoveToContent() != XmlNodeType.Element) return;
        if (reader.LocalName == "sst") return; // cells show its strings
        var place = Place(reader.LocalName);
        do
        {
            scope.CheckTime();
            if (reader.NodeType == XmlNodeType.Element) Begin(reader);
            else if (reader.NodeType == XmlNodeType.EndElement) End(reader.LocalName);
            else if (reader.NodeType == XmlNodeType.Comment) attributes.Append(reader.Value).Append('\n');
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace) Add(reader.Value);
        }
        while (reader.Read());
        scope.Text(place + "/hidden-text", hidden.ToString());
        scope.Text(place, shown.ToString());
        scope.Text(place + "/attribute", attributes.ToString());
    }

    private void Begin(XmlReader reader)
    {
        switch (reader.LocalName)
        {
            case "r":
                isHiddenRun = false;
                break;
            case "vanish" or "webHidden" when Value(reader) is not ("0" or "false"):
            case "color" or "srgbClr" when string.Equals(Value(reader), White, StringComparison.OrdinalIgnoreCase):
            case "sz" when Number(Value(reader)) is <= 4: // half points
            case "rPr" when Number(reader.GetAttribute("sz")) is <= 200: // hundredths of a point
                isHiddenRun = true;
                break;
            case "c":
                cell = reader.GetAttribute("t");
                break;
            case "property":
                property = reader.GetAttribute("name");
                break;
            case "label" when reader.GetAttribute("id") is { } id && reader.GetAttribute("enabled") is "1" or "true"
                && Guid.TryParse(id, out var label):
                scope.Label(label.ToString("D"), "");
                break;
            case "tab" or "br" or "cr":
                Add(" ");
                break;
        }

        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (HasWords(reader.LocalName, reader.Value)) attributes.Append(reader.Value).Append('\n');
        }

        reader.MoveToElement();
        if (reader.IsEmptyElement) End(reader.LocalName);
    }

    private void End(string element)
    {
        if (element == "property") property = null;
        if (element is "p" or "row" or "si" or "comment" or "cm" or "tr" or "text" or "lpstr" or "property" or "f")
        {
            shown.Append('\n');
            if (hidden.Length > 0) hidden.Append('\n');
        }
        else if (element is "c" or "tc")
        {
            shown.Append('\t');
            cell = null;
        }
        else if (element == "r")
        {
            isHiddenRun = false;
        }
        else if (shown.Length > 0 && element is not ("t" or "rPr" or "pPr" or "vanish" or "color" or "sz") && element.Length > 4)
        {
            // Elements of properties, such as title and creator, have no other separator.
            if (shown[^1] != '\n') shown.Append('\n');
        }
    }

    private void Add(string text)
    {
        if (property is not null) SensitivityLabels.Add(scope, property, text);
        if (cell == "s") text = book.String(text) ?? text;
        shown.Append(text);
        if (isHiddenRun) hidden.Append(text);
    }

    private string Place(string root)
    {
        var number = new string([.. Path.GetFileNameWithoutExtension(name).Where(char.IsAsciiDigit).Take(6)]);
        return root switch
        {
            "document" => "body",
            "comments" or "cmLst" or "threadedComments" or "ThreadedComments" or "commentList" => "comment",
            "hdr" => "header",
            "ftr" => "footer",
            "footnotes" or "endnotes" => "note",
            "worksheet" => (number.Length == 0 ? "sheet" : $"sheet-{number}") + (book.IsHidden(name) ? "/hidden" : ""),
            "sld" => number.Length == 0 ? "slide" : $"slide-{number}",
            "notes" => number.Length == 0 ? "notes" : $"slide-{number}/notes",
            "coreProperties" or "Properties" => "properties",
            "Relationships" => "links",
            _ => "other",
        };
    }

    private static string? Value(XmlReader reader)
    {
        string? value = null;
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.LocalName == "val") value = reader.Value;
        }

        reader.MoveToElement();
        return value;
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Words for people: alternative texts, titles, messages of cells, names of sheets, addresses outside.
    private static bool HasWords(string attribute, string value) => value.Length > 3 && (attribute is "descr" or "title" or "tooltip" or "prompt"
        or "promptTitle" or "error" or "errorTitle" or "author" or "alt" || (attribute == "name" && value.Contains(' ', StringComparison.Ordinal))
        || (attribute == "Target" && value.Contains(':', StringComparison.Ordinal)));
}
