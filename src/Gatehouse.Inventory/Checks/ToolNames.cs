using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Inventory.Checks;

/// <summary>Names that C# sources use which declare tools. The scan and <c>gatehouse-analyze</c> look for them by this same code.</summary>
internal static partial class ToolNames
{
    /// <summary>Whether a text names the SDK or one of its types for servers.</summary>
    public static bool In(string text) => HasName(text)
        // A name means the same with escapes, and with characters that show nothing (ECMA-334, 6.4.3): Mcp\u0053erver.
        || ((text.Contains('\\', StringComparison.Ordinal) || Formatting().IsMatch(text))
            && HasName(Formatting().Replace(Escape().Replace(text, Character), "")));

    private static bool HasName(string text) =>
        text.Contains("McpServer", StringComparison.Ordinal) || text.Contains("ModelContextProtocol", StringComparison.Ordinal);

    private static string Character(Match escape) =>
        Rune.TryCreate(uint.Parse(escape.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture), out var rune) ? rune.ToString() : "";

    [GeneratedRegex(@"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\p{Cf}")]
    private static partial Regex Formatting();
}
