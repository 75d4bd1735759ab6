using System.Text.Json;
using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// Does a text of the server name something that is not there for the caller? It knows the names that the catalogue knows, and
/// sees them where they stand as whole words; what a server paraphrases is beyond it (AZ-01).
/// </summary>
internal static class HiddenNames
{
    // A text is looked through once for each name there is, so a longer one counts as one that names something.
    private const int LongestText = 16_384;

    /// <summary>Asks an external decision point, where there is one, about what the text names (AZ-06).</summary>
    public static async ValueTask AskAsync(Exchange exchange, ICatalogue catalogue, string text, CancellationToken cancellation)
    {
        if (exchange.Snapshot.DecidesAlone) return;
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is not { } list) continue;
            var named = list.Entries.Select(entry => entry.Name).Where(name => Names(text, name)).ToList();
            if (named.Count > 0) await Visibility.AskAsync(exchange, exchange.Snapshot, kind, named, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>True when the text names something that is hidden from the caller, or is too long to look through while something is.</summary>
    public static bool AreIn(Exchange exchange, GatewaySnapshot snapshot, ICatalogue catalogue, string text)
    {
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is not { } list) continue;
            foreach (var entry in list.Entries)
            {
                if ((text.Length > LongestText || Names(text, entry.Name)) && !Visibility.Shows(exchange, snapshot, list, entry)) return true;
            }
        }

        return false;
    }

    /// <summary>True when the text is exactly the name of something that is hidden from the caller.</summary>
    public static bool Is(Exchange exchange, GatewaySnapshot snapshot, ICatalogue catalogue, string text)
    {
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is { } list && list.Find(text) is { } entry && !Visibility.Shows(exchange, snapshot, list, entry))
                return true;
        }

        return false;
    }

    /// <summary>All strings of a JSON value, names of members too, one after the other.</summary>
    public static string StringsOf(ReadOnlySpan<byte> json)
    {
        var text = new System.Text.StringBuilder();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) text.Append(reader.GetString()).Append('\n');
        }

        return text.ToString();
    }

    private static bool Names(string text, string name)
    {
        if (name.Length == 0) return false;
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at =
            text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsPart(text[at - 1])) && (at + name.Length == text.Length || !IsPart(text[at + name.Length]))) return true;
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
