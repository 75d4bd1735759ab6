using System.Text.Json;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The check that a text of the server does not name something that is hidden from the caller. It uses the names in the catalogue and detects them as
/// whole words. It cannot detect a paraphrase of the server (AZ-01).
/// </summary>
internal static class HiddenNames
{
    // A text is searched once for each known name, so a longer text counts as one that contains a hidden name.
    private const int LongestText = 16_384;

    /// <summary>Asks an external decision point, if there is one, about the names in the text (AZ-06).</summary>
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

    /// <summary>Tells whether the text names something that is hidden from the caller, or is too long to search while something is hidden.</summary>
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

    /// <summary>Tells whether the text is exactly the name of something that is hidden from the caller.</summary>
    public static bool Is(Exchange exchange, GatewaySnapshot snapshot, ICatalogue catalogue, string text)
    {
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is { } list && list.Find(text) is { } entry && !Visibility.Shows(exchange, snapshot, list, entry))
                return true;
        }

        return false;
    }

    /// <summary>Returns all strings of a JSON value, including names of members, one after the other.</summary>
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
