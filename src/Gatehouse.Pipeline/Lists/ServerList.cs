using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Pipeline.Lists;

/// <summary>A whole list of a server at one time, in the server's order. Immutable.</summary>
public sealed class ServerList
{
    // If so many callers share a list, it is judged again from time to time; nothing else is lost.
    private const int MostCallers = 1000;

    private readonly Dictionary<string, ListEntry> byName;
    private ConcurrentDictionary<CallerPartition, object>? byCaller;

    /// <summary>Creates the list.</summary>
    /// <param name="kind">Kind of the list.</param>
    /// <param name="entries">The entries. Of several with one name the first counts; the others must not be included.</param>
    /// <param name="version">SHA-256 over everything in it.</param>
    public ServerList(ListKind kind, IReadOnlyList<ListEntry> entries, ReadOnlyMemory<byte> version)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Kind = kind;
        Entries = entries;
        Version = version;
        byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        Size = entries.Sum(e => (long)e.Json.Length + (e.Name.Length * 2L) + 256);
    }

    /// <summary>Creates an empty list, in the gateway's own words.</summary>
    /// <param name="kind">Kind of the list.</param>
    /// <param name="modern">True for the modern era, in which each result has a type and a cache scope.</param>
    public static ServerList Empty(ListKind kind, bool modern) => new(kind, [], SHA256.HashData([(byte)kind, modern ? (byte)1 : (byte)0]))
    {
        ResultType = modern ? "\"complete\""u8.ToArray() : default(ReadOnlyMemory<byte>),
        TtlMilliseconds = modern ? 0 : null,
        HasCacheScope = modern,
    };

    /// <summary>Kind of the list.</summary>
    public ListKind Kind { get; }

    /// <summary>The entries.</summary>
    public IReadOnlyList<ListEntry> Entries { get; }

    /// <summary>SHA-256 over everything in it.</summary>
    public ReadOnlyMemory<byte> Version { get; }

    /// <summary>Approximate memory size in bytes.</summary>
    public long Size { get; }

    /// <summary>False when the server answers that it does not have the method.</summary>
    public bool IsSupported { get; private init; } = true;

    /// <summary>True when the server answers on an event stream; then its clients get the list on one as well.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>True when the server gave no end of the list, only the same page and cursor again.</summary>
    public bool EndsByRepeat { get; init; }

    /// <summary><c>result.resultType</c> as its raw token; empty when the server sends none.</summary>
    public ReadOnlyMemory<byte> ResultType { get; init; }

    /// <summary>The other members of the server's first answer, in the form in which they are in an object; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Others { get; init; }

    /// <summary>The server's time to live for the list, in milliseconds; null when it gives none.</summary>
    public long? TtlMilliseconds { get; init; }

    /// <summary>True when the server gives a cache scope for the list.</summary>
    public bool HasCacheScope { get; init; }

    /// <summary>
    /// What the judge of definitions remembers of the list for all callers: its verdicts, found without a search. Only that class reads and
    /// writes it; the list does not depend on its type.
    /// </summary>
    internal object? Memo { get; private set; }

    /// <summary>Returns the same for one caller, if definitions differ by caller.</summary>
    internal object? MemoFor(CallerPartition caller) => byCaller?.GetValueOrDefault(caller);

    /// <summary>Keeps the verdicts for one caller, or for all (null).</summary>
    internal void Keep(CallerPartition? caller, object verdicts)
    {
        if (caller is not { } one)
        {
            Memo = verdicts;
            return;
        }

        var all = Volatile.Read(ref byCaller) ?? Interlocked.CompareExchange(ref byCaller, new(), null) ?? byCaller;
        if (all.Count >= MostCallers) all.Clear(); // they are judged again
        all[one] = verdicts;
    }

    /// <summary>Time for which the gateway uses it: the server's time, within bounds.</summary>
    public TimeSpan Life { get; init; }

    /// <summary>Creates the list of a server that does not have it.</summary>
    /// <param name="kind">Kind of the list.</param>
    /// <param name="life">Time for which that is assumed.</param>
    public static ServerList Unsupported(ListKind kind, TimeSpan life) =>
        new(kind, [], SHA256.HashData([(byte)kind, 2])) { IsSupported = false, Life = life };

    /// <summary>Returns the entry of exactly that name; null when there is none.</summary>
    public ListEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Tells whether the other list has the same entries in another order, and the same other members.</summary>
    /// <param name="other">The other list.</param>
    public bool IsPermutationOf(ServerList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Kind != other.Kind || Entries.Count != other.Entries.Count
            || Version.Span.SequenceEqual(other.Version.Span) || !Others.Span.SequenceEqual(other.Others.Span)) return false;
        var moved = false;
        for (var at = 0; at < Entries.Count; at++)
        {
            if (other.Find(Entries[at].Name) is not { } twin || !twin.Digest.Span.SequenceEqual(Entries[at].Digest.Span)) return false;
            moved |= !ReferenceEquals(twin, other.Entries[at]);
        }

        return moved;
    }
}
