using System.Text.Json;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The check that a text of the server does not name something that is hidden from the caller. It uses the names in the catalogue and detects them as
/// whole words. It cannot detect a paraphrase of the server (AZ-01).
/// </summary>
internal static class HiddenNames
{
    // A longer text counts as one that contains a hidden name.
    private const int LongestText = 16_384;

    // What comes before and after a word, between the letters of a text.
    private const char Begin = '\uFFFE';
    private const char End = '\uFFFF';

    /// <summary>Asks an external decision point, if there is one, about the names in the text (AZ-06).</summary>
    public static async ValueTask AskAsync(Exchange exchange, ICatalogue catalogue, string text, CancellationToken cancellation)
    {
        if (exchange.Snapshot.DecidesAlone || text.Length > LongestText) return;
        TextRuns? runs = null;
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is not { } list) continue;
            runs ??= RunsOf(text);
            var named = list.Entries.Select(entry => entry.Name).Where(name => Names(runs, name, exchange.Work)).ToList();
            if (named.Count > 0) await Visibility.AskAsync(exchange, exchange.Snapshot, kind, named, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Tells whether the text names something that is hidden from the caller, or is too long to search while something is hidden.</summary>
    public static bool AreIn(Exchange exchange, GatewaySnapshot snapshot, ICatalogue catalogue, string text)
    {
        TextRuns? runs = null;
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is not { } list) continue;
            if (text.Length <= LongestText) runs ??= RunsOf(text);
            foreach (var entry in list.Entries)
            {
                if ((runs is null || Names(runs, entry.Name, exchange.Work)) && !Visibility.Shows(exchange, snapshot, list, entry)) return true;
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

    // The text in capitals, with marks where a word may begin or end.
    private static TextRuns RunsOf(string text)
    {
        text = text.ToUpperInvariant();
        var runs = new TextRuns();
        for (var at = 0; at <= text.Length; at++)
        {
            if (EndsAt(text, at)) runs.Add(End);
            if (at == text.Length) break;
            if (BeginsAt(text, at)) runs.Add(Begin);
            runs.Add(text[at]);
        }

        return runs;
    }

    // True when the text has the name as a whole word. Each entry is a step, and so are 4 letters of its name that the text has.
    private static bool Names(TextRuns runs, string name, MessageWork work)
    {
        if (name.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) name = name.ToUpperInvariant(); // pairs have capitals as well
        var (state, at, isNamed) = (TextRuns.Start, 0, name.Length > 0);
        for (; isNamed && at <= name.Length; at++)
        {
            isNamed = (at == 0 || !EndsAt(name, at) || runs.TryMove(ref state, End))
                && (at == name.Length || ((!BeginsAt(name, at) || runs.TryMove(ref state, Begin))
                    && runs.TryMove(ref state, char.ToUpperInvariant(name[at]))));
        }

        return work.Spend(1 + (at / 4)) && isNamed;
    }

    private static bool BeginsAt(string text, int at) => at == 0 || !IsPart(text[at - 1]);

    private static bool EndsAt(string text, int at) => at == text.Length || !IsPart(text[at]);

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
