using Gatehouse.Detection.Rules;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The roles of the texts of a definition, by their place.</summary>
internal static class TextRoles
{
    public static TextRole Of(ReadableText text)
    {
        if (text.IsMemberName)
            return TextRole.Name;
        var last = text.Pointer[(text.Pointer.LastIndexOf('/') + 1)..];
        if (last is "name" or "uri" or "uriTemplate" && text.Pointer.LastIndexOf('/') == 0)
            return TextRole.Name;
        return last is "default" or "const" || text.Pointer.Contains("/enum/", StringComparison.Ordinal)
            || text.Pointer.Contains("/examples/", StringComparison.Ordinal) ? TextRole.Value : TextRole.Prose;
    }
}
