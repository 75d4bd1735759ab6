using System.Collections.Frozen;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Records;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// Decides which texts of an exchange the gateway knows. A caller can be refused before anything has compared its words with a list: those words can
/// name a person, and an entry that has them in clear keeps them after every erasure (DP-03).
/// </summary>
internal static class RecordedWords
{
    // RFC 9110, section 9.3, and RFC 5789.
    private static readonly FrozenSet<string> Verbs =
        new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns the fields with a text that only the caller chose.</summary>
    public static CallerWords OfCaller(ExchangeRecord record)
    {
        var words = CallerWords.None;
        if (record.Verb is { } verb && !Verbs.Contains(verb)) words |= CallerWords.Verb;
        if (record.Method is { } method && !ProtocolMethods.TryGet(method, out _)) words |= CallerWords.Method;
        if (record.Name is { } name && name != record.ListedName) words |= CallerWords.Name;
        return words;
    }
}
